"""What a pruning method is given, and what it gives back."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn

Layer = nn.Conv2d | nn.Linear
"""What can be pruned; both have a weight of shape (outputs, ...)."""


class Scoring(NamedTuple):
    """What a method may look at: it never changes the network and removes nothing itself."""

    network: nn.Module
    layers: Mapping[str, Layer]
    """The layers to score, by name."""
    generator: torch.Generator
    """The only source of randomness."""


Scorer = Callable[[Scoring], dict[str, Tensor]]
"""Returns scores per layer; the lowest go, among equal ones the first.

A method for filters scores each output of a layer: shape (outputs,). A method for single weights
scores each weight: the weight's own shape.
"""
