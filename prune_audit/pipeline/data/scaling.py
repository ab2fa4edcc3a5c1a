"""Standardisation: stored pixel values (uint8) to values with mean 0 and deviation 1."""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import torch
from torch import Tensor

_LEVELS = 256


class Moments(NamedTuple):
    """Mean and standard deviation (population) per channel, in stored values (0 to 255)."""

    mean: tuple[float, ...]
    std: tuple[float, ...]


class Scaling(NamedTuple):
    """Factor and offset per channel (float32, C x 1 x 1)."""

    scale: Tensor
    offset: Tensor

    def __call__(self, stored: Tensor) -> Tensor:
        """Return stored images (uint8, N x C x H x W) as standardised float32."""
        return torch.addcmul(self.offset, stored.float(), self.scale)


def moments(images: Tensor) -> Moments:
    """Return mean and deviation per channel of images (uint8, N x C x H x W).

    Counted in whole numbers, hence the same on every machine. A channel of one value has
    deviation 1, so that it becomes 0.
    """
    pairs = [_moments(images[:, channel]) for channel in range(images.shape[1])]
    return Moments(tuple(mean for mean, _ in pairs), tuple(std for _, std in pairs))


def scaling(found: Moments, device: torch.device) -> Scaling:
    """Return the scaling that takes values with these moments to mean 0 and deviation 1."""
    scale = _column([1 / std for std in found.std], device)
    pairs = zip(found.mean, found.std, strict=True)
    return Scaling(scale, _column([-mean / std for mean, std in pairs], device))


def _column(values: Sequence[float], device: torch.device) -> Tensor:
    return torch.tensor(values, dtype=torch.float32, device=device)[:, None, None]


def _moments(values: Tensor) -> tuple[float, float]:
    counts = torch.bincount(values.flatten(), minlength=_LEVELS).tolist()
    number = sum(counts)
    total = sum(value * count for value, count in enumerate(counts))
    squares = sum(value * value * count for value, count in enumerate(counts))
    variance = number * squares - total * total
    return total / number, sqrt(variance) / number if variance else 1.0
