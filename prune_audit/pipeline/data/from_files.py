"""Large data: photos read from files while training, each augmented from a seed of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset
from torchvision.datasets import ImageFolder
from torchvision.transforms.v2 import functional

from prune_audit.pipeline.data.random_crop import random_box
from prune_audit.pipeline.data.scaling import Scaling
from prune_audit.pipeline.data.sets import Batch, check_augmented, order
from prune_audit.reruns.image_folders import DatasetError, is_image

SIDE = 224
_SHORT_SIDE = 256
_SEEDS = 2**63 - 1

Place = tuple[int, int | None]
"""Index of a photo, and the seed of its augmentation; None: the plain crop of testing."""


class Photos(Dataset[tuple[Tensor, int]]):
    """Photos, as pairs of path and label, read as ``SIDE`` x ``SIDE`` images (uint8)."""

    def __init__(self, samples: list[tuple[str, int]]) -> None:
        self.samples = samples

    def __getitem__(self, place: Place) -> tuple[Tensor, int]:
        """Return the image and its label.

        Raises:
            DatasetError: the file cannot be read as an image.
        """
        index, seed = place
        path, label = self.samples[index]
        photo = _opened(path)
        image = plain(photo) if seed is None else augmented(photo, seed)
        return functional.pil_to_tensor(image), label


class _Listed(ImageFolder):  # type: ignore[misc]
    """The photos of some classes, the others left out."""

    def __init__(self, folder: Path, classes: tuple[str, ...]) -> None:
        self._chosen = list(classes)
        super().__init__(folder, is_valid_file=is_image)

    def find_classes(self, directory: Any) -> tuple[list[str], dict[str, int]]:
        """Return the classes and their labels."""
        return self._chosen, {name: label for label, name in enumerate(self._chosen)}


def _opened(path: str) -> Image.Image:
    try:
        with Image.open(path) as file:
            return file.convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DatasetError(f"{path} cannot be read as an image: {error}") from None


def photos(folder: Path, classes: tuple[str, ...], expected: int | None) -> Photos:
    """Return the photos of the classes, sorted by class and name.

    Raises:
        DatasetError: a class has none, or there are not as many as expected (None: any number).
    """
    try:
        samples = _Listed(folder, classes).samples
    except FileNotFoundError as error:
        raise DatasetError(f"{folder}: {error}") from None
    if expected is not None and len(samples) != expected:
        raise DatasetError(f"{folder}: expected {expected} images, found {len(samples)}")
    return Photos(samples)


def plain(photo: Image.Image) -> Image.Image:
    """Return the middle of a photo whose short side was made 256 pixels."""
    middle: Image.Image = functional.center_crop(
        functional.resize(photo, [_SHORT_SIDE]), [SIDE, SIDE]
    )
    return middle


def augmented(photo: Image.Image, seed: int) -> Image.Image:
    """Return a random part of a photo, mirrored half of the time; the seed decides both."""
    generator = torch.Generator().manual_seed(seed)
    box = random_box(*photo.size, generator)
    image: Image.Image = functional.resized_crop(photo, *box, size=[SIDE, SIDE])
    if torch.randint(2, (1,), generator=generator).item():
        image = functional.horizontal_flip(image)
    return image


@dataclass(frozen=True, eq=False)
class ImagesFromFiles:
    """Those photos whose indices (int64) are given; ``workers`` processes read ahead."""

    photos: Photos
    indices: Tensor
    scaling: Scaling
    device: torch.device
    workers: int

    @property
    def size(self) -> int:
        """Number of images."""
        return len(self.indices)

    def batches(
        self, batch_size: int, generator: torch.Generator | None = None, augment: bool = False
    ) -> Iterator[Batch]:
        """Return one pass over the images, as ``ImageSet.batches`` says."""
        check_augmented(augment, generator)
        chosen = self.indices[order(self.size, batch_size, generator)].tolist()
        seeds: list[int | None] = [None] * len(chosen)
        if augment:
            seeds = torch.randint(_SEEDS, (len(chosen),), generator=generator).tolist()
        places = list(zip(chosen, seeds, strict=True))
        starts = range(0, len(places), batch_size)
        return self._read([places[start : start + batch_size] for start in starts])

    def _read(self, batches: list[list[Place]]) -> Iterator[Batch]:
        on_gpu = self.device.type == "cuda"
        loader = DataLoader(
            self.photos,
            batch_sampler=batches,
            num_workers=self.workers,
            pin_memory=on_gpu,
            generator=torch.Generator(),  # else a seed is drawn from the global one
        )
        for images, labels in loader:
            stored = images.to(self.device, non_blocking=on_gpu)
            yield self.scaling(stored), labels.to(self.device, non_blocking=on_gpu)
