"""Published data sets: their sizes, and the files that a rerun reads with their MD5 sums.

A sum tells a damaged or different file from the published one; it is no protection against a
forged one. Sources of the sums: for CIFAR the files inside the archives, as torchvision checks
them; for the two MNISTs the unpacked files, as several independent repositories print them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Sizes(NamedTuple):
    """Images to train and to test on, their side in pixels, channels, and classes."""

    train: int
    test: int
    side: int
    channels: int
    classes: int


class Published(NamedTuple):
    """What a data set is known by. None, 0: not fixed; an empty sum: not known.

    ``md5`` maps files (relative to the data folder) to their sums; ``loader`` is the class of
    torchvision.datasets that can download them.
    """

    train: int | None
    test: int | None
    side: int
    channels: int
    classes: int
    md5: Mapping[str, str] = MappingProxyType({})
    loader: str = ""


def _mnist(folder: str, sums: tuple[str, str, str, str]) -> Mapping[str, str]:
    names = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
    files = [f"{folder}/raw/{name}-ubyte" for name in names]
    return MappingProxyType(dict(zip(files, sums, strict=True)))


_CIFAR10 = {
    "cifar-10-batches-py/data_batch_1": "c99cafc152244af753f735de768cd75f",
    "cifar-10-batches-py/data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
    "cifar-10-batches-py/data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
    "cifar-10-batches-py/data_batch_4": "634d18415352ddfa80567beed471001a",
    "cifar-10-batches-py/data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
    "cifar-10-batches-py/test_batch": "40351d587109b95175f43aff81a1287e",
    "cifar-10-batches-py/batches.meta": "5ff9c542aee3614f3951f8cda6e48888",
}
_CIFAR100 = {
    "cifar-100-python/train": "16019d7e3df5f24257cddd939b257f8d",
    "cifar-100-python/test": "f0ef6b0ae62326f3e7ffdfab6717acfc",
    "cifar-100-python/meta": "7973b15100ade9c7d40fb424638fde48",
}
_MNIST = _mnist(
    "MNIST",
    (
        "6bbc9ace898e44ae57da46a324031adb",
        "a25bea736e30d166cdddb491f175f624",
        "2646ac647ad5339dbf082846283269ea",
        "27ae3e4e09519cfbb04c329615203637",
    ),
)
_FASHION_MNIST = _mnist(
    "FashionMNIST",
    (
        "f4a8712d7a061bf5bd6d2ca38dc4d50a",
        "9018921c3c673c538a1fc5bad174d6f9",
        "8181f5470baa50b63fa0f6fddb340f0a",
        "15d484375f8d13e6eb1aabb0c3f46965",
    ),
)

PUBLISHED: Mapping[str, Published] = MappingProxyType(
    {
        # no published split: the first half trains, the second half tests
        "digits": Published(898, 899, 8, 1, 10),
        "mnist": Published(60_000, 10_000, 28, 1, 10, _MNIST, "MNIST"),
        "fashion-mnist": Published(60_000, 10_000, 28, 1, 10, _FASHION_MNIST, "FashionMNIST"),
        "cifar10": Published(50_000, 10_000, 32, 3, 10, MappingProxyType(_CIFAR10), "CIFAR10"),
        "cifar100": Published(50_000, 10_000, 32, 3, 100, MappingProxyType(_CIFAR100), "CIFAR100"),
        "imagenet": Published(1_281_167, 50_000, 224, 3, 1000),
        # how many images there are to train on depends on the classes
        "imagenet100": Published(None, 5_000, 224, 3, 100),
        "folder": Published(None, None, 224, 3, 0),
    }
)
