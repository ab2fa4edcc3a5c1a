from collections import Counter
from math import floor

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.pipeline.data import ImageSet, load
from prune_audit.pipeline.data.held_out import held_out
from prune_audit.reruns.experiment import Data
from prune_audit.reruns.image_folders import DatasetError

LABELS = st.lists(st.integers(0, 3), min_size=10, max_size=60)


def everything(images: ImageSet) -> tuple[torch.Tensor, torch.Tensor]:
    """Return all images and labels, in order."""
    return tuple(map(torch.cat, zip(*images.batches(500), strict=True)))  # type: ignore[return-value]


@given(LABELS, st.sampled_from([(0.2, 5), (0.25, 4), (0.1, 10), (0.5, 2)]))
def test_every_class_gives_its_share_rounded_down(
    labels: list[int], share: tuple[float, int]
) -> None:
    fraction, every = share
    expected = {label: count // every for label, count in Counter(labels).items()}
    if not any(expected.values()):
        with pytest.raises(DatasetError):
            held_out(torch.tensor(labels), fraction)
        return
    mask = held_out(torch.tensor(labels), fraction)
    assert Counter(torch.tensor(labels)[mask].tolist()) == Counter(expected)


def test_they_are_evenly_spaced_in_the_order_of_the_files() -> None:
    labels = torch.tensor([0] * 10 + [1] * 5)
    assert held_out(labels, 0.2).nonzero().flatten().tolist() == [4, 9, 14]


@pytest.mark.parametrize("fraction", [1e-3, 1.0])
def test_a_split_that_leaves_one_side_empty_is_refused(fraction: float) -> None:
    with pytest.raises(DatasetError, match=r"of 20 training images held out at"):
        held_out(torch.zeros(20), fraction)


def test_both_parts_are_of_the_training_half_and_have_no_image_in_common() -> None:
    dense, split = load(Data("digits"), None, "cpu"), load(Data("digits", "", 0.2), None, "cpu")
    _, labels = everything(dense.train)
    rest, tested = everything(split.train)[1], everything(split.test)[1]
    mask = held_out(labels, 0.2)
    assert torch.equal(labels[~mask], rest)
    assert torch.equal(labels[mask], tested)
    shares = Counter(labels.tolist())
    assert Counter(tested.tolist()) == {k: floor(n / 5) for k, n in shares.items()}


def test_the_rest_alone_decides_the_standardisation() -> None:
    images, _ = everything(load(Data("digits", "", 0.2), None, "cpu").train)
    assert images.mean().item() == pytest.approx(0, abs=1e-6)
    assert images.std(correction=0).item() == pytest.approx(1, abs=1e-6)


def test_the_description_says_so() -> None:
    described = load(Data("digits", "", 0.2), None, "cpu").description
    assert "0.2 of the training set" in described
