"""What a method that prunes while a network trains is to the training loop."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from torch import Tensor, nn

from prune_audit.reruns.experiment import Pruning


class Stage(Protocol):
    """Acts on a network in training; everything that it remembers is in its state."""

    def press(self) -> None:
        """Add to the gradients, between the backward pass and the optimizer's step."""

    def stepped(self) -> None:
        """Take note of a step, and change the network where the method does."""

    def finish(self) -> None:
        """Set what the method chose to zero: the end of the stage."""

    def figures(self) -> Mapping[str, float]:
        """Return what the stage says of itself, by name: steps, penalty reached ..."""

    def state_dict(self) -> dict[str, Any]:
        """Return what the next steps depend on beside network and optimizer."""

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a state."""


MakeStage = Callable[[nn.Module, Pruning, str, Tensor], Stage]
"""Takes the network, what is to go, the network's id of the registry, and an image as a batch of
one, whose values do not matter.

Raises ValueError where ratios or settings do not fit.
"""
