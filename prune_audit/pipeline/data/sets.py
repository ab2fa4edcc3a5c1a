"""What a loaded data set is to the rest of the pipeline."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

Batch = tuple[Tensor, Tensor]
"""Images (float32, NCHW, standardised) and labels (int64), both on the device of the set."""


class ImageSet(Protocol):
    """Images with their labels."""

    @property
    def size(self) -> int:
        """Number of images."""

    def batches(
        self, batch_size: int, generator: torch.Generator | None = None, augment: bool = False
    ) -> Iterator[Batch]:
        """Return one pass over the images.

        With a generator they are shuffled by it, and a last partial batch is dropped unless it is
        the only one; without one they come in order and complete. Everything random is drawn from
        the generator during this call, on the CPU: equal states of it give equal batches whatever
        the device and the number of workers, and the global generators are left alone. A batch may
        share memory with the next ones: do not change it in place.

        Args:
            batch_size: images per batch.
            generator: on the CPU; a plain pass in order without it.
            augment: shift, crop or flip at random, as is usual for the data set.

        Raises:
            ValueError: ``augment`` without a generator, or a batch size below 1.
        """


@dataclass(frozen=True, eq=False)
class Sets:
    """A data set: ``side`` in pixels, and in words what was done to the images.

    With ``Data.held_out`` both sets come from the published training set, and the published test
    set is not touched.
    """

    train: ImageSet
    test: ImageSet
    classes: int
    channels: int
    side: int
    description: str


class Labelled(NamedTuple):
    """Images as they are stored (uint8, NCHW) and labels (int64)."""

    images: Tensor
    labels: Tensor

    def where(self, mask: Tensor) -> "Labelled":
        """Return the images at which a bool tensor is true, in order."""
        return Labelled(self.images[mask], self.labels[mask])


class Halves(NamedTuple):
    """A published training set and test set."""

    train: Labelled
    test: Labelled


def order(size: int, batch_size: int, generator: torch.Generator | None) -> Tensor:
    """Return the indices (int64) of one pass, without the partial batch that is dropped.

    Raises:
        ValueError: the batch size is below 1.
    """
    if batch_size < 1:
        raise ValueError(f"expected a batch size of 1 or more, got {batch_size}")
    if generator is None:
        return torch.arange(size)
    whole = size // batch_size * batch_size
    return torch.randperm(size, generator=generator)[: whole or size]


def check_augmented(augment: bool, generator: torch.Generator | None) -> None:
    """Raise ValueError where augmentation is asked for and there is nothing to draw it from."""
    if augment and generator is None:
        raise ValueError("augmentation needs a generator")
