"""Data sets that can be rerun: what must lie where, how large they are, what identifies them.

``folder`` is the DIR of ``--data DIR`` throughout; the digits need none. No image is opened here.
"""

from importlib.util import find_spec
from pathlib import Path

from prune_audit.registry import dataset as known_dataset
from prune_audit.reruns.image_folders import (
    CLASS_LIST,
    DatasetError,
    digest,
    digest_of_files,
    images,
    tree,
)
from prune_audit.reruns.published import PUBLISHED, Sizes

_INSTALL = "pip install 'prune-audit[rerun]'"
_IMAGENET = "imagenet/train/<WordNet id>/*.JPEG and imagenet/val/<WordNet id>/*.JPEG"
_ILSVRC = "ILSVRC2012_img_train.tar and ILSVRC2012_img_val.tar of https://image-net.org"
_LAYOUTS = {
    "imagenet": f"{_IMAGENET}, 1000 class folders in each (unpack {_ILSVRC})",
    "imagenet100": f"{_IMAGENET} (unpack {_ILSVRC}) and {CLASS_LIST}, 100 WordNet ids, one a line",
    "folder": "train/<class>/* and test/<class>/* (or val/<class>/*, read where test is missing)",
}
_CAVEATS = {
    "digits": "the digits have no published split: the first 898 train, the last 899 test",
    "imagenet100": (
        "the class list of Wang et al. 2023 is unpublished: "
        "a list of your own makes a stand-in for their data set"
    ),
}


def missing(name: str, folder: Path | None) -> str | None:
    """Return what is not at hand of a data set and what to do about it; None if all is there.

    Args:
        name: id in the registry, or ``folder`` for any images in class folders.
        folder: where data sets lie. Damaged files are found when they are read, not here.
    """
    if name not in PUBLISHED:
        return (
            f"{title(name)} has no loader here; use one of {', '.join(PUBLISHED)} "
            f"(folder: {_LAYOUTS['folder']})"
        )
    library = "sklearn" if name == "digits" else "torchvision"
    if find_spec(library) is None:
        return f"{title(name)} is read with {library}, which is not installed: {_INSTALL}"
    if name == "digits":
        return None
    if folder is None:
        return f"{title(name)} is read from a folder: pass --data DIR, with {layout(name)} in DIR"
    try:
        return _missing_files(name, folder)
    except (DatasetError, OSError) as error:
        return f"{error}; {title(name)} is read from {folder}, with {layout(name)} in it"


def layout(name: str) -> str:
    """Return in words what must lie in the data folder."""
    return _LAYOUTS.get(name) or ", ".join(PUBLISHED[name].md5)


def caveat(name: str) -> str:
    """Return what must be said of every result on a data set; empty where nothing must."""
    return _CAVEATS.get(name, "")


def content(name: str, folder: Path | None) -> str:
    """Return the digest for ``experiment.Data.content``: what the name leaves open.

    ImageNet-100: the set of classes; an image folder: names and sizes of all files. Empty for the
    others, whose files are the published ones or are refused when they are read.

    Raises:
        DatasetError: the data set is not at hand.
    """
    if name == "imagenet100":
        return digest(tree(name, _given(name, folder)).classes)
    return digest_of_files(tree(name, _given(name, folder))) if name == "folder" else ""


def sizes(name: str, folder: Path | None) -> Sizes:
    """Return how large a data set is; files are counted where the count is not published.

    Raises:
        DatasetError: there is no loader, or files to be counted are not at hand.
    """
    known = PUBLISHED.get(name)
    if known is None:
        raise DatasetError(str(missing(name, folder)))
    train, test, classes = known.train, known.test, known.classes
    if train is None or test is None:
        found = tree(name, _given(name, folder))
        train = train or sum(1 for _ in images(found.train, found.classes))
        test = test or sum(1 for _ in images(found.test, found.classes))
        classes = len(found.classes)
    return Sizes(train, test, known.side, known.channels, classes)


def title(name: str) -> str:
    """Return how a data set is called in messages."""
    known = known_dataset(name)
    return "an image folder" if name == "folder" else known.name if known else repr(name)


def _given(name: str, folder: Path | None) -> Path:
    if folder is None:
        raise DatasetError(str(missing(name, None)))
    return folder


def _missing_files(name: str, folder: Path) -> str | None:
    known = PUBLISHED[name]
    if not known.md5:
        tree(name, folder)
        return None
    absent = [file for file in known.md5 if not (folder / file).is_file()]
    if not absent:
        return None
    loader = f"from torchvision.datasets import {known.loader} as D"
    return (
        f"{folder / absent[0]} is missing, {len(absent)} of {len(known.md5)} files of "
        f"{title(name)} are; to get them: "
        f'python -c "{loader}; D({str(folder)!r}, download=True)"'
    )
