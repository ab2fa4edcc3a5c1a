"""Small data: all images in one tensor on the device, augmented by indexing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import pad

from prune_audit.pipeline.data.scaling import Scaling
from prune_audit.pipeline.data.sets import Batch, Labelled, check_augmented, order

_CHUNK = 2**16
"""Values made at once: where batches are smaller, several are cut from one piece.

On one thread digits in batches of 64 come twice as fast so; more would not stay in the cache.
"""


class Augmentation(NamedTuple):
    """Random shifts of up to ``shift`` pixels each way, and mirror images half of the time.

    What a shift uncovers has the stored value 0 (black), as torchvision's RandomCrop leaves it.
    """

    shift: int
    flip: bool

    def __str__(self) -> str:
        shift = f"random shift of up to {self.shift} px"
        return f"{shift}, random horizontal flip" if self.flip else shift


class _Draws(NamedTuple):
    """One entry per image of a pass: which it is, where its window begins, whether mirrored."""

    image: Tensor
    top: Tensor
    left: Tensor
    mirrored: Tensor


@dataclass(frozen=True, eq=False)
class ImagesInMemory:
    """Images on a device: ``windows`` (uint8, N x top x left x C x H x W) views one tensor."""

    windows: Tensor
    labels: Tensor
    scaling: Scaling
    augmentation: Augmentation

    @property
    def size(self) -> int:
        """Number of images."""
        return len(self.labels)

    def batches(
        self, batch_size: int, generator: torch.Generator | None = None, augment: bool = False
    ) -> Iterator[Batch]:
        """Return one pass over the images, as ``ImageSet.batches`` says."""
        check_augmented(augment, generator)
        index = order(self.size, batch_size, generator)
        draws = self._random(index, generator) if augment else self._plain(index)
        per_batch = batch_size * self.windows[0, 0, 0].numel()
        return self._made(draws, batch_size, batch_size * max(1, _CHUNK // per_batch))

    def _random(self, index: Tensor, generator: torch.Generator | None) -> _Draws:
        places = 2 * self.augmentation.shift + 1
        top, left = torch.randint(places, (2, len(index)), generator=generator)
        if not self.augmentation.flip:
            return _Draws(index, top, left, torch.zeros(len(index), dtype=torch.bool))
        coins = torch.randint(2, (len(index),), generator=generator)
        return _Draws(index, top, left, coins.bool())

    def _plain(self, index: Tensor) -> _Draws:
        centre = torch.full_like(index, self.augmentation.shift)
        return _Draws(index, centre, centre, torch.zeros_like(index, dtype=torch.bool))

    def _made(self, draws: _Draws, batch_size: int, chunk: int) -> Iterator[Batch]:
        columns = [torch.split(column.to(self.labels.device), chunk) for column in draws]
        for image, top, left, mirrored in zip(*columns, strict=True):
            images = self.windows[image, top, left]
            if self.augmentation.flip:
                images = torch.where(mirrored[:, None, None, None], images.flip(3), images)
            made = torch.split(self.scaling(images), batch_size)
            yield from zip(made, torch.split(self.labels[image], batch_size), strict=True)


def in_memory(
    half: Labelled, scaling: Scaling, augmentation: Augmentation, device: torch.device
) -> ImagesInMemory:
    """Return stored images on a device, with a black border for the windows to shift into."""
    side = half.images.shape[-1]
    padded = pad(half.images, (augmentation.shift,) * 4).to(device)
    windows = padded.unfold(2, side, 1).unfold(3, side, 1).permute(0, 2, 3, 1, 4, 5)
    return ImagesInMemory(windows, half.labels.to(device), scaling, augmentation)
