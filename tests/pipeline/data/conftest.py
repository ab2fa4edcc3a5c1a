"""Small data sets in the formats of the real ones, each with the sums and sizes of its files."""

import struct
from collections.abc import Callable, Sequence
from hashlib import md5
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from prune_audit.reruns.published import PUBLISHED, Published

Bytes = NDArray[np.uint8]


def _string(text: bytes) -> bytes:
    if len(text) < 256:
        return b"U" + bytes([len(text)]) + text
    return b"T" + struct.pack("<i", len(text)) + text


def _list(items: Sequence[bytes]) -> bytes:
    return b"](" + b"".join(items) + b"e"


def _array(values: Bytes) -> bytes:
    """Return the pickle of an array as NumPy 1 under Python 2 wrote it."""
    rows, columns = values.shape
    shape = b"J" + struct.pack("<i", rows) + b"J" + struct.pack("<i", columns) + b"\x86"
    empty = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85" + _string(b"b")
    dtype = b"cnumpy\ndtype\n" + _string(b"u1") + b"K\x00K\x01\x87R"
    state = b"(K\x03" + _string(b"|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    filled = b"(K\x01" + shape + dtype + state + b"\x89" + _string(values.tobytes()) + b"tb"
    return empty + b"\x87R" + filled


def python2_pickle(entries: dict[str, bytes]) -> bytes:
    """Return a dictionary as Python 2 pickled it, from values that are pickled already."""
    items = b"".join(_string(key.encode()) + value for key, value in entries.items())
    return b"\x80\x02}(" + items + b"u."


def _batch(images: Bytes, **labels: Sequence[int]) -> bytes:
    numbers = {key: _list([b"K" + bytes([label]) for label in of]) for key, of in labels.items()}
    return python2_pickle({"batch_label": _string(b"some"), **numbers, "data": _array(images)})


def _names(key: str, count: int) -> bytes:
    return python2_pickle({key: _list([_string(b"class") for _ in range(count)])})


def _idx(values: Bytes) -> bytes:
    sizes = b"".join(struct.pack(">i", size) for size in values.shape)
    return bytes([0, 0, 8, values.ndim]) + sizes + values.tobytes()


def write_files(
    name: str, folder: Path, files: dict[str, bytes], train: int, test: int
) -> Published:
    """Write files into a folder and return by what they are known."""
    for file, text in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(text)
    sums = {file: md5(text, usedforsecurity=False).hexdigest() for file, text in files.items()}
    assert sums.keys() == PUBLISHED[name].md5.keys(), "the names of the real files"
    ordered = {file: sums[file] for file in PUBLISHED[name].md5}
    return PUBLISHED[name]._replace(train=train, test=test, md5=ordered)


def pixels(count: int, *shape: int, seed: int = 0) -> Bytes:
    """Return random pixels."""
    return np.random.default_rng(seed).integers(0, 256, (count, *shape), dtype=np.uint8)


@pytest.fixture
def cifar10(tmp_path: Path) -> Published:
    """Five batches of 20 images and 30 to test on; classes in turn."""
    labels = [index % 10 for index in range(20)]
    files = {
        f"cifar-10-batches-py/data_batch_{part}": _batch(pixels(20, 3072, seed=part), labels=labels)
        for part in range(1, 6)
    }
    files["cifar-10-batches-py/test_batch"] = _batch(pixels(30, 3072), labels=[*labels, *[3] * 10])
    files["cifar-10-batches-py/batches.meta"] = _names("label_names", 10)
    return write_files("cifar10", tmp_path, files, 100, 30)


@pytest.fixture
def cifar100(tmp_path: Path) -> Published:
    """200 images and 100 to test on; fine classes in turn."""
    fine = [index % 100 for index in range(200)]
    coarse = [label // 5 for label in fine]
    files = {
        "cifar-100-python/train": _batch(pixels(200, 3072), fine_labels=fine, coarse_labels=coarse),
        "cifar-100-python/test": _batch(
            pixels(100, 3072), fine_labels=fine[:100], coarse_labels=coarse[:100]
        ),
        "cifar-100-python/meta": _names("fine_label_names", 100),
    }
    return write_files("cifar100", tmp_path, files, 200, 100)


@pytest.fixture
def make_mnist(tmp_path: Path) -> Callable[[str], Published]:
    """Write MNIST or Fashion-MNIST: 40 images and 20 to test on."""

    def make(name: str) -> Published:
        folder = {"mnist": "MNIST", "fashion-mnist": "FashionMNIST"}[name]
        files = {}
        for half, count in (("train", 40), ("t10k", 20)):
            labels = np.arange(count, dtype=np.uint8) % 10
            files[f"{folder}/raw/{half}-images-idx3-ubyte"] = _idx(pixels(count, 28, 28))
            files[f"{folder}/raw/{half}-labels-idx1-ubyte"] = _idx(labels)
        return write_files(name, tmp_path, files, 40, 20)

    return make


def photo(width: int, height: int, seed: int) -> Image.Image:
    """Return a smooth random photo."""
    small = Image.fromarray(pixels(4, 5, 3, seed=seed))
    return small.resize((width, height), Image.Resampling.BICUBIC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Eight photos of cats and four of dogs to train on, two and one to test on."""
    seed = 0
    for half, cats, dogs in (("train", 8, 4), ("val", 2, 1)):
        for name, count in (("cats", cats), ("dogs", dogs)):
            place = tmp_path / half / name
            place.mkdir(parents=True)
            for index in range(count):
                seed += 1
                photo(60 + 7 * index, 90 - 5 * index, seed).save(place / f"{index}.JPEG")
    return tmp_path
