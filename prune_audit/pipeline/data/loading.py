"""From the description of the data in an experiment to its images."""

from pathlib import Path

import torch

from prune_audit.pipeline.data.held_out import held_out
from prune_audit.pipeline.data.in_memory import Augmentation, in_memory
from prune_audit.pipeline.data.labels import altered
from prune_audit.pipeline.data.scaling import Moments, moments, scaling
from prune_audit.pipeline.data.sets import Halves, Sets
from prune_audit.reruns.datasets import caveat, content, missing
from prune_audit.reruns.experiment import Data
from prune_audit.reruns.image_folders import DatasetError, Tree, tree
from prune_audit.reruns.published import PUBLISHED, Published

AUGMENTATION = {
    "digits": Augmentation(1, flip=False),
    # two pixels as in Sabour et al. 2017 (arXiv 1710.09829), section 5
    "mnist": Augmentation(2, flip=False),
    "fashion-mnist": Augmentation(2, flip=False),
    # He et al. 2016 (arXiv 1512.03385), section 4.2
    "cifar10": Augmentation(4, flip=True),
    "cifar100": Augmentation(4, flip=True),
}
IMAGENET = Moments((123.675, 116.28, 103.53), (58.395, 57.12, 57.375))
"""What torchvision's weights were trained with: 0.485, 0.456, 0.406 and 0.229, 0.224, 0.225."""
PHOTOS_STANDARDISED = "standardised by the mean and deviation of ImageNet"
PHOTOS_AUGMENTED = "random crop of 8 to 100 % of the area, random horizontal flip"


def load(
    data: Data,
    folder: Path | None,
    device: torch.device | str,
    *,
    workers: int = 0,
    published: Published | None = None,
) -> Sets:
    """Return the training set and the test set of an experiment.

    Args:
        data: which data set, and how much of the training set is tested on instead.
        folder: where data sets lie (``reruns.datasets.layout``); the digits need none.
        device: where batches go, and small data sets as a whole.
        workers: processes that read photos ahead; small data sets need none.
        published: sizes and sums that the files must have; those of ``PUBLISHED`` if not given.

    Raises:
        DatasetError: files are missing, are not the published ones, or are not those that the
            experiment was made for (``data.content``); or nothing can be held out.
    """
    problem = missing(data.name, folder)
    if problem:
        raise DatasetError(problem)
    if data.content != content(data.name, folder):
        raise DatasetError(f"the classes or files of {data.name} in {folder} have changed")
    known = published or PUBLISHED[data.name]
    target = torch.device(device)
    if data.name in AUGMENTATION:
        return _small(data, _read(data.name, folder, known), known, target)
    assert folder is not None, "missing() asks for one"
    return _large(data, tree(data.name, folder), known, target, workers)


def _read(name: str, folder: Path | None, known: Published) -> Halves:
    # imported here because torchvision takes three seconds, which the digits need not pay
    if folder is None or name == "digits":
        from prune_audit.pipeline.data import digits

        return digits.read()
    if name.startswith("cifar"):
        from prune_audit.pipeline.data import cifar

        return cifar.read(folder, known)
    from prune_audit.pipeline.data import mnist

    return mnist.read(folder, known)


def _small(data: Data, halves: Halves, known: Published, device: torch.device) -> Sets:
    train, test = halves
    if data.held_out:
        mask = held_out(train.labels, data.held_out)
        train, test = train.where(~mask), train.where(mask)
    train = altered(train, data, known.classes)
    found, augmentation = moments(train.images), AUGMENTATION[data.name]
    factors = scaling(found, device)
    return Sets(
        in_memory(train, factors, augmentation, device),
        in_memory(test, factors, Augmentation(0, flip=False), device),
        known.classes,
        known.channels,
        known.side,
        _described(data, "standardised by the training images", str(augmentation)),
    )


def _large(data: Data, found: Tree, known: Published, device: torch.device, workers: int) -> Sets:
    if data.few or data.noise:
        raise DatasetError(f"few images and label noise are for small data sets, not {data.name}")
    from prune_audit.pipeline.data.from_files import ImagesFromFiles, photos

    train = photos(found.train, found.classes, known.train)
    chosen = torch.arange(len(train.samples))
    if data.held_out:
        mask = held_out(torch.tensor([label for _, label in train.samples]), data.held_out)
        test, chosen, tested = train, chosen[~mask], chosen[mask]
    else:
        test = photos(found.test, found.classes, known.test)
        tested = torch.arange(len(test.samples))
    factors = scaling(IMAGENET, device)
    return Sets(
        ImagesFromFiles(train, chosen, factors, device, workers),
        ImagesFromFiles(test, tested, factors, device, workers),
        len(found.classes),
        known.channels,
        known.side,
        _described(data, PHOTOS_STANDARDISED, PHOTOS_AUGMENTED),
    )


def _described(data: Data, standardised: str, augmentation: str) -> str:
    held = f"{data.held_out:g} of the training set, evenly spaced in every class, is tested on"
    few = f"{data.few} training images"
    noise = f"{data.noise:g} of the training labels drawn anew ({data.noise_kind})"
    parts = (
        standardised, f"augmentation: {augmentation}", held if data.held_out else "",
        few if data.few else "", noise if data.noise else "",
    )  # fmt: skip
    return "; ".join(filter(None, (*parts, caveat(data.name))))
