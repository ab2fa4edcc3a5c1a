"""Looking at a network without leaving a trace on it."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn


@contextmanager
def inspected(net: nn.Module) -> Iterator[None]:
    """Put a network in evaluation mode with all gradients on; afterwards everything is as before.

    As before means by name: a parameter that was replaced meanwhile takes over the setting.
    """
    training = {module: module.training for module in net.modules()}
    gradients = {name: parameter.requires_grad for name, parameter in net.named_parameters()}
    net.eval().requires_grad_(True)
    try:
        yield
    finally:
        for module, mode in training.items():
            module.training = mode
        for name, parameter in net.named_parameters():
            parameter.requires_grad_(gradients[name])
