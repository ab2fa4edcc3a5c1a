"""Data sets that are folders of images, one folder per class, without opening an image."""

import os
import re
from collections.abc import Collection, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from prune_audit.reruns.published import PUBLISHED

EXTENSIONS = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")
"""What counts as an image, whatever its case: the list of torchvision's ImageFolder."""
CLASS_LIST = "imagenet100.txt"
_WORDNET_ID = re.compile(r"n\d{8}")


class DatasetError(ValueError):
    """A data set is not where it should be, or is not what it should be."""


class Tree(NamedTuple):
    """Two folders with one folder per class in each; a class is known by its place here."""

    train: Path
    test: Path
    classes: tuple[str, ...]


def tree(name: str, folder: Path) -> Tree:
    """Return where the images of ``imagenet``, ``imagenet100`` or ``folder`` lie.

    Classes are sorted by name, as torchvision sorts them. Folders whose name starts with a dot are
    no classes.

    Raises:
        DatasetError: a folder is missing, or the two sets have different classes.
    """
    if name == "folder":
        test = "test" if (folder / "test").is_dir() else "val"
        return _same_classes(folder / "train", folder / test)
    found = _same_classes(folder / "imagenet" / "train", folder / "imagenet" / "val")
    if name == "imagenet100":
        return found._replace(classes=_listed(folder / CLASS_LIST, found))
    if len(found.classes) != PUBLISHED[name].classes:
        raise DatasetError(
            f"{found.train}: expected {PUBLISHED[name].classes} class folders, "
            f"found {len(found.classes)}"
        )
    return found


def class_list(path: Path) -> dict[str, int]:
    """Return the WordNet ids of a class list, one per line, each with the number of its line.

    Empty lines and what follows a ``#`` do not count.

    Raises:
        DatasetError: a line is no WordNet id or repeats one; there are not 100 of them.
    """
    found: dict[str, int] = {}
    text = path.read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.splitlines(), 1):
        word = line.partition("#")[0].strip()
        if word in found:
            raise DatasetError(f"{path}:{number}: {word} is on line {found[word]} already")
        if word and not _WORDNET_ID.fullmatch(word):
            raise DatasetError(
                f"{path}:{number}: expected a WordNet id such as n01440764, got {word[:40]!r}"
            )
        if word:
            found[word] = number
    wanted = PUBLISHED["imagenet100"].classes
    if len(found) != wanted:
        raise DatasetError(f"{path}: expected {wanted} WordNet ids, found {len(found)}")
    return found


def digest(words: Iterable[str]) -> str:
    """Return twenty hex digits that stand for a sequence of words."""
    return sha256("\n".join(words).encode(errors="surrogateescape")).hexdigest()[:20]


def digest_of_files(found: Tree) -> str:
    """Return twenty hex digits that stand for the names and sizes of all images.

    The contents are not read: an image replaced by another of the same size goes unnoticed.
    """
    halves = (("train", found.train), ("test", found.test))
    return digest(
        f"{half}/{path.relative_to(folder).as_posix()}\t{path.stat().st_size}"
        for half, folder in halves
        for path in images(folder, found.classes)
    )


def images(folder: Path, classes: Collection[str]) -> Iterator[Path]:
    """Yield every image of the classes, sorted by class, folder and name, links followed.

    Raises:
        DatasetError: a class has no image.
    """
    for name in classes:
        files = list(_images_of_class(folder / name))
        if not files:
            raise DatasetError(f"{folder / name}: no image in it ({', '.join(EXTENSIONS)})")
        yield from files


def _images_of_class(folder: Path) -> Iterator[Path]:
    for place, _, names in sorted(os.walk(folder, followlinks=True)):
        yield from (Path(place, name) for name in sorted(names) if is_image(name))


def is_image(name: str) -> bool:
    """Return whether a file of this name counts as an image."""
    return name.lower().endswith(EXTENSIONS)


def _same_classes(train: Path, test: Path) -> Tree:
    here, there = _class_folders(train), _class_folders(test)
    for name in sorted(here ^ there):
        has, lacks = (train, test) if name in here else (test, train)
        raise DatasetError(f"{lacks} has no folder {name}, a class of {has}")
    return Tree(train, test, tuple(sorted(here)))


def _class_folders(folder: Path) -> set[str]:
    if not folder.is_dir():
        raise DatasetError(f"{folder} is missing")
    with os.scandir(folder) as entries:
        names = {entry.name for entry in entries if entry.is_dir()}
    found = {name for name in names if not name.startswith(".")}
    if not found:
        raise DatasetError(f"{folder} holds no class folders")
    return found


def _listed(path: Path, found: Tree) -> tuple[str, ...]:
    if not path.is_file():
        raise DatasetError(f"{path} is missing")
    wanted = class_list(path)
    for name, number in wanted.items():
        if name not in found.classes:
            raise DatasetError(f"{path}:{number}: {found.train} has no folder {name}")
    return tuple(sorted(wanted))
