"""CIFAR and MNIST from small files in their real formats."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torchvision.datasets import CIFAR10, CIFAR100

from prune_audit.pipeline.data import ImageSet, load
from prune_audit.pipeline.data.in_memory import ImagesInMemory
from prune_audit.reruns.datasets import missing
from prune_audit.reruns.experiment import Data
from prune_audit.reruns.image_folders import DatasetError
from prune_audit.reruns.published import PUBLISHED, Published

MakeMnist = Callable[[str], Published]


def stored(images: ImageSet) -> torch.Tensor:
    """Return a set as pixels from 0 to 255, as far as standardisation can be undone."""
    found = torch.cat([batch for batch, _ in images.batches(16)])
    assert isinstance(images, ImagesInMemory)
    return ((found - images.scaling.offset) / images.scaling.scale).round()


def labels(images: ImageSet) -> list[int]:
    return [label for _, batch in images.batches(16) for label in batch.tolist()]


def test_cifar10_is_read_from_its_six_batches(tmp_path: Path, cifar10: Published) -> None:
    sets = load(Data("cifar10"), tmp_path, "cpu", published=cifar10)
    assert (sets.train.size, sets.test.size) == (100, 30)
    assert (sets.classes, sets.channels, sets.side) == (10, 3, 32)
    assert labels(sets.train) == [index % 10 for index in range(20)] * 5
    assert labels(sets.test)[20:] == [3] * 10


def test_the_bytes_of_cifar_are_red_then_green_then_blue(
    tmp_path: Path, cifar10: Published
) -> None:
    sets = load(Data("cifar10"), tmp_path, "cpu", published=cifar10)
    expected = np.random.default_rng(1).integers(0, 256, (20, 3072), dtype=np.uint8)
    found = stored(sets.train)[:20].flatten(1).numpy()
    np.testing.assert_array_equal(found, expected)


def test_every_channel_of_cifar_is_standardised_by_itself(
    tmp_path: Path, cifar10: Published
) -> None:
    sets = load(Data("cifar10"), tmp_path, "cpu", published=cifar10)
    images = torch.cat([batch for batch, _ in sets.train.batches(64)])
    torch.testing.assert_close(images.mean((0, 2, 3)), torch.zeros(3), atol=1e-5, rtol=0)
    torch.testing.assert_close(images.std((0, 2, 3), correction=0), torch.ones(3))


def test_cifar100_has_the_fine_labels(tmp_path: Path, cifar100: Published) -> None:
    sets = load(Data("cifar100"), tmp_path, "cpu", published=cifar100)
    assert (sets.train.size, sets.test.size, sets.classes) == (200, 100, 100)
    assert labels(sets.test) == list(range(100))


def test_cifar_is_shifted_by_up_to_4_pixels_and_mirrored(
    tmp_path: Path, cifar10: Published
) -> None:
    sets = load(Data("cifar10"), tmp_path, "cpu", published=cifar10)
    assert "shift of up to 4 px, random horizontal flip" in sets.description
    generator = torch.Generator().manual_seed(0)
    augmented = torch.cat([batch for batch, _ in sets.train.batches(50, generator, True)])
    assert isinstance(sets.train, ImagesInMemory)
    uncovered = torch.isclose(augmented, sets.train.scaling.offset).all(1)  # N x H x W
    assert uncovered[:, :4].any()
    assert uncovered[:, :, -4:].any()
    assert not uncovered[:, 4:-4, 4:-4].any()


def test_a_damaged_batch_is_refused_and_never_unpickled(tmp_path: Path, cifar10: Published) -> None:
    file = tmp_path / "cifar-10-batches-py" / "data_batch_3"
    file.write_bytes(b"cos\nabort\n(tR.")
    with pytest.raises(DatasetError, match=r"data_batch_3 is damaged or is not the published"):
        load(Data("cifar10"), tmp_path, "cpu", published=cifar10)


@pytest.mark.usefixtures("cifar10")
def test_other_files_than_the_published_ones_are_refused(tmp_path: Path) -> None:
    assert missing("cifar10", tmp_path) is None
    with pytest.raises(DatasetError, match="expected c99cafc152244af753f735de768cd75f"):
        load(Data("cifar10"), tmp_path, "cpu")


def test_an_absent_batch_is_named_before_anything_is_read(
    tmp_path: Path, cifar10: Published
) -> None:
    (tmp_path / "cifar-10-batches-py" / "test_batch").unlink()
    with pytest.raises(DatasetError, match="test_batch is missing, 1 of 7 files of CIFAR-10"):
        load(Data("cifar10"), tmp_path, "cpu", published=cifar10)


@pytest.mark.parametrize(("name", "loader"), [("cifar10", CIFAR10), ("cifar100", CIFAR100)])
def test_names_and_sums_of_cifar_are_those_of_torchvision(name: str, loader: type[CIFAR10]) -> None:
    known = [*loader.train_list, *loader.test_list, (loader.meta["filename"], loader.meta["md5"])]
    theirs = {f"{loader.base_folder}/{file}": total for file, total in known}
    assert dict(PUBLISHED[name].md5) == theirs


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_mnist_is_read_from_its_idx_files(tmp_path: Path, make_mnist: MakeMnist, name: str) -> None:
    sets = load(Data(name), tmp_path, "cpu", published=make_mnist(name))
    assert (sets.train.size, sets.test.size) == (40, 20)
    assert (sets.classes, sets.channels, sets.side) == (10, 1, 28)
    assert labels(sets.test) == [index % 10 for index in range(20)]
    expected = np.random.default_rng(0).integers(0, 256, (40, 28, 28), dtype=np.uint8)
    np.testing.assert_array_equal(stored(sets.train)[:, 0].numpy(), expected)
    assert "flip" not in sets.description


def test_a_truncated_idx_file_is_refused(tmp_path: Path, make_mnist: MakeMnist) -> None:
    known = make_mnist("mnist")
    file = tmp_path / "MNIST" / "raw" / "train-images-idx3-ubyte"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(DatasetError, match="train-images-idx3-ubyte is damaged"):
        load(Data("mnist"), tmp_path, "cpu", published=known)


def test_a_held_out_split_leaves_the_test_batch_alone(tmp_path: Path, cifar10: Published) -> None:
    sets = load(Data("cifar10", "", 0.2), tmp_path, "cpu", published=cifar10)
    assert (sets.train.size, sets.test.size) == (80, 20)
    assert sorted(labels(sets.test)) == sorted([*range(10)] * 2)
