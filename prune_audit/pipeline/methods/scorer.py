"""What a pruning method is given, and what it gives back."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn

Layer = nn.Conv2d | nn.Linear
"""What can be pruned; both have a weight of shape (outputs, ...)."""


Images = Callable[[int], tuple[Tensor, Tensor]]
"""Draws that many training images (NCHW, standardised, not augmented) with their labels; each call
draws anew, all of them where there are not so many."""


class Scoring(NamedTuple):
    """What a method may look at: it leaves the network as it is and removes nothing itself."""

    network: nn.Module
    layers: Mapping[str, Layer]
    """The layers to score, by name."""
    generator: torch.Generator
    """The only source of randomness."""
    images: Images | None = None
    """Training images, for methods that need some."""

    def sample(self, count: int) -> tuple[Tensor, Tensor]:
        """Draw training images with their labels, on the device of the network.

        Raises:
            ValueError: there are none.
        """
        if self.images is None:
            raise ValueError("this method looks at training images, and none are at hand")
        return self.images(count)


Scorer = Callable[[Scoring], dict[str, Tensor]]
"""Returns scores per layer; the lowest go, among equal ones the first.

A method for filters scores each output of a layer: shape (outputs,). A method for single weights
scores each weight: the weight's own shape.
"""

Selector = Callable[[Scoring, float], dict[str, Tensor]]
"""Returns which weights go, for methods whose choice is more than the lowest scores.

Takes the fraction (0 to 1) of all weights of the layers that go, and returns booleans of the shape
of each weight. The engine keeps at least one weight of every layer.
"""
