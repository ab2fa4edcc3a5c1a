"""SGD with momentum and weight decay: the fused step of torch, without the class around it.

The bookkeeping of ``torch.optim.SGD`` costs about 4 % of a training step of a network for digits.
The step itself is torch's, and so are the results, bit for bit.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.sgd import sgd

from prune_audit.reruns.experiment import Training


class SGD:
    """What trains a network; made after pruning, which replaces parameters."""

    def __init__(self, net: nn.Module, training: Training) -> None:
        self.parameters: list[Tensor] = list(net.parameters())
        self.momenta: list[Tensor | None] = [torch.zeros_like(one) for one in self.parameters]
        self.momentum = training.momentum
        self.nesterov = training.nesterov
        self.weight_decay = training.weight_decay

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self, lr: float) -> None:
        """Change the parameters by their gradients."""
        gradients = [one.grad for one in self.parameters if one.grad is not None]
        sgd(
            self.parameters, gradients, self.momenta, fused=True, lr=lr, momentum=self.momentum,
            weight_decay=self.weight_decay, dampening=0.0, nesterov=self.nesterov, maximize=False,
        )  # fmt: skip

    def state_dict(self) -> dict[str, Any]:
        """Return what the next steps depend on beside the network."""
        return {"momenta": self.momenta}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a state.

        Raises:
            KeyError, ValueError, RuntimeError: it is none, or one of another network.
        """
        for own, saved in zip(self.momenta, state["momenta"], strict=True):
            assert own is not None, "torch's step takes None too"
            own.copy_(saved)
