"""The part of a photo that is trained on, as torchvision's RandomResizedCrop draws it."""

from math import exp, log, sqrt
from typing import NamedTuple

import torch

AREA = (0.08, 1.0)
"""Share of the photo's area that a crop takes (Szegedy et al. 2015, arXiv 1409.4842, section 6)."""
RATIO = (3 / 4, 4 / 3)
"""Width over height of a crop (the same)."""
_TRIES = 10


class Box(NamedTuple):
    """A rectangle in pixels, in the order of torchvision's arguments."""

    top: int
    left: int
    height: int
    width: int


def random_box(width: int, height: int, generator: torch.Generator) -> Box:
    """Return a random crop of a photo, drawn as torchvision draws it.

    Area and the logarithm of the ratio are uniform; sizes that do not fit are drawn again, ten
    times at most, and then the largest crop in the middle with an allowed ratio is taken.
    """
    for _ in range(_TRIES):
        area = width * height * _uniform(*AREA, generator)
        ratio = exp(_uniform(log(RATIO[0]), log(RATIO[1]), generator))
        wide, high = round(sqrt(area * ratio)), round(sqrt(area / ratio))
        if 0 < wide <= width and 0 < high <= height:
            top = _below(height - high + 1, generator)
            return Box(top, _below(width - wide + 1, generator), high, wide)
    return central_box(width, height)


def central_box(width: int, height: int) -> Box:
    """Return the largest crop in the middle whose ratio is allowed."""
    wide = min(width, round(height * RATIO[1]))
    high = min(height, round(width / RATIO[0]))
    return Box((height - high) // 2, (width - wide) // 2, high, wide)


def _uniform(low: float, high: float, generator: torch.Generator) -> float:
    return torch.empty(1).uniform_(low, high, generator=generator).item()


def _below(stop: int, generator: torch.Generator) -> int:
    return int(torch.randint(stop, (1,), generator=generator).item())
