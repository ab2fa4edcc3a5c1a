"""Few images and wrong labels: exact counts, both definitions of label noise, nothing else."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from prune_audit.pipeline.data import load
from prune_audit.pipeline.data.labels import altered
from prune_audit.pipeline.data.sets import ImageSet, Labelled
from prune_audit.reruns.experiment import Data
from prune_audit.reruns.image_folders import DatasetError

CLASSES = 10
SIZE = 2000
NOISY = Data("digits", few=500, noise=0.2, noise_kind="symmetric")


def even(size: int = SIZE, classes: int = CLASSES) -> Labelled:
    """Return images of one pixel, numbered, with as many labels of each class."""
    numbers = torch.arange(size)
    return Labelled(numbers.view(-1, 1, 1, 1), numbers % classes)


def noisy(kind: str, noise: float, draw: int = 0, classes: int = CLASSES) -> Tensor:
    data = Data("digits", noise=noise, noise_kind=kind, draw=draw)
    return altered(even(classes=classes), data, classes).labels


def wrong(labels: Tensor, classes: int = CLASSES) -> int:
    return int((labels != even(classes=classes).labels).sum())


def everything(images: ImageSet) -> tuple[Tensor, Tensor]:
    pictures, labels = zip(*images.batches(100), strict=True)
    return torch.cat(pictures), torch.cat(labels)


@given(st.floats(0.01, 1.0), st.integers(2, 20), st.integers(0, 5))
def test_symmetric_noise_makes_exactly_its_fraction_wrong(
    noise: float, classes: int, draw: int
) -> None:
    labels = noisy("symmetric", noise, draw, classes)
    assert wrong(labels, classes) == round(noise * SIZE)
    assert 0 <= int(labels.min()) <= int(labels.max()) < classes


@pytest.mark.parametrize("classes", [2, 10])
def test_uniform_noise_leaves_one_of_k_right(classes: int) -> None:
    """The number of wrong labels is binomial, of chance 1 - 1/K."""
    drawn, chance = SIZE, 1 - 1 / classes
    found = wrong(noisy("uniform", 1.0, classes=classes), classes)
    assert abs(found - chance * drawn) < 4 * (drawn * chance * (1 - chance)) ** 0.5
    assert wrong(noisy("uniform", 0.2, classes=classes), classes) <= 0.2 * SIZE


def test_symmetric_noise_takes_all_other_classes_alike() -> None:
    labels = noisy("symmetric", 1.0)
    shift = (labels - even().labels) % CLASSES
    counts = torch.bincount(shift, minlength=CLASSES)
    assert int(counts[0]) == 0
    mean = SIZE / (CLASSES - 1)
    assert bool(((counts[1:] - mean).abs() < 4 * mean**0.5).all())


@pytest.mark.parametrize("kind", ["symmetric", "uniform"])
def test_equal_draws_give_equal_labels_and_other_draws_others(kind: str) -> None:
    assert torch.equal(noisy(kind, 0.2), noisy(kind, 0.2))
    assert not torch.equal(noisy(kind, 0.2), noisy(kind, 0.2, draw=1))


def test_noise_changes_labels_and_no_image() -> None:
    found = altered(even(), Data("digits", noise=0.5, noise_kind="uniform"), CLASSES)
    assert torch.equal(found.images, even().images)


@pytest.mark.parametrize("few", [10, 95, 500])
def test_few_images_are_of_all_classes_alike_and_keep_their_labels(few: int) -> None:
    found = altered(even(), Data("digits", few=few), CLASSES)
    counts = torch.bincount(found.labels, minlength=CLASSES)
    assert len(found.labels) == few
    assert int(counts.max() - counts.min()) <= 1
    assert torch.equal(found.labels, found.images.flatten() % CLASSES)


def test_other_draws_take_other_images() -> None:
    one, other = (altered(even(), Data("digits", few=50, draw=draw), CLASSES) for draw in (0, 1))
    assert not torch.equal(one.images, other.images)


def test_noise_is_drawn_among_the_few_images() -> None:
    found = altered(even(), NOISY, CLASSES)
    assert len(found.labels) == 500
    assert int((found.labels != found.images.flatten() % CLASSES).sum()) == 100


def test_the_test_set_stays_as_it_is() -> None:
    clean, changed = (
        load(one, None, "cpu") for one in (replace(NOISY, noise=0.0, noise_kind=""), NOISY)
    )
    pairs = zip(everything(clean.test), everything(changed.test), strict=True)
    assert all(torch.equal(left, right) for left, right in pairs)
    assert (clean.test.size, clean.train.size, changed.train.size) == (899, 500, 500)
    (images, labels), (same, others) = everything(clean.train), everything(changed.train)
    assert torch.equal(images, same)
    assert int((labels != others).sum()) == 100


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (Data("digits", noise=0.2), "got 0.2 of no kind"),
        (Data("digits", noise=0.2, noise_kind="pairflip"), "symmetric or uniform; got 0.2 pair"),
        (Data("digits", noise=1.5, noise_kind="uniform"), "above 0 and up to 1"),
        (Data("digits", few=2001), "take 201 of class 0, which has 200"),
    ],
)
def test_what_cannot_be_drawn_is_refused(data: Data, said: str) -> None:
    with pytest.raises(DatasetError, match=said):
        altered(even(), data, CLASSES)
