"""Batches of small data: order, augmentation, and that the generator alone decides both."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from prune_audit.pipeline.data.in_memory import Augmentation, ImagesInMemory, in_memory
from prune_audit.pipeline.data.scaling import moments, scaling
from prune_audit.pipeline.data.sets import ImageSet, Labelled

COUNT = 50
CPU = torch.device("cpu")


def made(shift: int = 2, *, flip: bool = True, channels: int = 3, side: int = 6) -> ImagesInMemory:
    """Return random images; the label of each is its place."""
    shape = (COUNT, channels, side, side)
    images = torch.randint(1, 256, shape, generator=seeded(0), dtype=torch.uint8)
    half = Labelled(images, torch.arange(COUNT))
    return in_memory(half, scaling(moments(images), CPU), Augmentation(shift, flip), CPU)


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def whole(
    images: ImageSet, size: int = 8, seed: int | None = None, augment: bool = False
) -> Tensor:
    generator = None if seed is None else seeded(seed)
    return torch.cat([batch for batch, _ in images.batches(size, generator, augment)])


def labels(images: ImageSet, size: int = 8, seed: int | None = None) -> list[int]:
    generator = None if seed is None else seeded(seed)
    return [label for _, batch in images.batches(size, generator) for label in batch.tolist()]


def test_without_a_generator_images_come_in_order_and_complete() -> None:
    counts = [len(batch) for batch, _ in made().batches(8)]
    assert counts == [8, 8, 8, 8, 8, 8, 2]
    assert labels(made()) == list(range(COUNT))


def test_with_a_generator_they_are_shuffled_and_the_last_partial_batch_is_dropped() -> None:
    counts = [len(batch) for batch, _ in made().batches(8, seeded(0))]
    assert counts == [8] * 6
    assert len(set(labels(made(), seed=0))) == 48
    assert labels(made(), seed=0) != sorted(labels(made(), seed=0))


def test_a_partial_batch_stays_when_it_is_the_only_one() -> None:
    assert sorted(labels(made(), size=COUNT + 1, seed=0)) == list(range(COUNT))


@given(st.integers(1, 2 * COUNT), st.integers(0, 1000))
def test_a_pass_holds_as_many_whole_batches_as_there_are(size: int, seed: int) -> None:
    found = labels(made(), size=size, seed=seed)
    assert len(set(found)) == len(found) == (COUNT // size * size or COUNT)


def test_equal_generators_give_the_same_bits() -> None:
    first, again, other = (whole(made(), seed=seed, augment=True) for seed in (5, 5, 6))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_two_passes_from_one_generator_differ() -> None:
    generator = seeded(0)
    first, second = (
        [label for _, batch in made().batches(8, generator) for label in batch.tolist()]
        for _ in range(2)
    )
    assert first != second


def test_what_is_drawn_meanwhile_does_not_change_a_pass_that_has_begun() -> None:
    generator = seeded(3)
    begun = made().batches(8, generator, augment=True)
    torch.rand(100, generator=generator)
    assert torch.equal(torch.cat([batch for batch, _ in begun]), whole(made(), 8, 3, augment=True))


def test_the_global_generator_is_left_alone() -> None:
    before = torch.get_rng_state()
    whole(made(), seed=0, augment=True)
    assert torch.equal(torch.get_rng_state(), before)


def test_augmentation_does_not_change_the_order() -> None:
    with_it = [label for _, batch in made().batches(8, seeded(1), True) for label in batch.tolist()]
    assert with_it == labels(made(), seed=1)


def test_pieces_of_several_batches_hold_the_same_images_as_single_ones() -> None:
    large = made(shift=4, side=32)
    small_batches, one_batch = (whole(large, size, 7, augment=True) for size in (5, 50))
    assert torch.equal(small_batches, one_batch)


def test_every_shift_occurs_and_uncovers_black() -> None:
    images = made(shift=1, flip=False, channels=1)
    stored = images.windows[:, 1, 1].float()
    black = torch.nn.functional.pad(stored, (1, 1, 1, 1))
    seen = set()
    for seed in range(20):
        for batch, places in images.batches(8, seeded(seed), augment=True):
            for image, place in zip(batch, places.tolist(), strict=True):
                seen.add(_shift_of(image, black[place], images))
    assert seen == {(top, left) for top in range(3) for left in range(3)}


def _shift_of(image: Tensor, padded: Tensor, images: ImagesInMemory) -> tuple[int, int]:
    for top in range(3):
        for left in range(3):
            window = padded[:, top : top + 6, left : left + 6]
            if torch.allclose(image, window * images.scaling.scale + images.scaling.offset):
                return top, left
    raise AssertionError("no shift of the image")


def test_half_of_the_images_are_mirrored_and_only_where_told() -> None:
    images = made(shift=0)
    plain = whole(images, COUNT)
    shares = []
    for seed in range(10):
        ((batch, places),) = images.batches(COUNT, seeded(seed), augment=True)
        as_it_was = (batch == plain[places]).flatten(1).all(1)
        as_in_a_mirror = (batch == plain[places].flip(3)).flatten(1).all(1)
        assert torch.equal(as_it_was, ~as_in_a_mirror)
        shares.append(as_in_a_mirror.double().mean().item())
    assert sum(shares) / len(shares) == pytest.approx(0.5, abs=0.1)


def test_without_augmentation_images_stay_as_they_are() -> None:
    ((batch, places),) = made().batches(COUNT, seeded(0))
    assert torch.equal(batch, whole(made(), COUNT)[places])


def test_augmented_images_stay_in_the_range_of_the_stored_ones() -> None:
    images = made()
    found = whole(images, seed=0, augment=True)
    scale, offset = images.scaling
    assert torch.isfinite(found).all()
    assert (found >= offset - 1e-5).all()
    assert (found <= 255 * scale + offset + 1e-5).all()


def test_a_channel_of_one_value_becomes_0() -> None:
    flat = torch.full((4, 1, 5, 5), 7, dtype=torch.uint8)
    assert scaling(moments(flat), CPU)(flat).abs().max() < 1e-6


@given(st.lists(st.integers(0, 255), min_size=2, max_size=40))
def test_moments_are_those_of_the_textbook(values: list[int]) -> None:
    stored = torch.tensor(values, dtype=torch.uint8).view(len(values), 1, 1, 1)
    (mean,), (std,) = moments(stored)
    exact = torch.tensor(values, dtype=torch.float64)
    assert mean == pytest.approx(exact.mean().item())
    assert std == pytest.approx(exact.std(correction=0).item() or 1.0)


def test_augmentation_needs_a_generator() -> None:
    with pytest.raises(ValueError, match="needs a generator"):
        made().batches(8, augment=True)


@pytest.mark.parametrize("seed", [None, 0])
def test_an_empty_batch_is_refused(seed: int | None) -> None:
    with pytest.raises(ValueError, match="batch size of 1 or more, got 0"):
        whole(made(), 0, seed)
