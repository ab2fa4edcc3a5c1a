"""Which of the weights that masks keep lie on a path from an input to an output of the network.

A weight counts only if something reaches its input and something of its output reaches an output
of the network, through kept weights and whatever else the network does: strides, padding, pooling,
shortcuts. A kept weight on no path is never trained by the data and never changes an answer but by
a constant. Sparsity counts it as kept, effective sparsity as gone (Vysogorets and Kempe 2023, arXiv
2107.02306).

Values play no part: every kept weight, batch norm scale and ReLU is taken to let something through,
biases and shifts to bring in nothing. The size of the image does play a part: the corners of a 3x3
kernel over a map of one pixel see padding only.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from prune_audit.pipeline.masks import Masks
from prune_audit.pipeline.methods.snip import derivatives
from prune_audit.pipeline.methods.synflow import positive_sum
from prune_audit.pipeline.scores import layer_of


class Counts(NamedTuple):
    """Weights of a layer: all, those the masks keep, and those of them that lie on a path."""

    weights: int
    kept: int
    connected: int


@dataclass(frozen=True)
class Connection:
    """What masks leave of a network, by layer; sparsities are fractions (0 to 1) of all weights."""

    layers: Mapping[str, Counts]

    @property
    def total(self) -> Counts:
        """The sums over all layers."""
        return Counts(*map(sum, zip(*self.layers.values(), strict=True)))

    @property
    def realised_sparsity(self) -> float:
        """Fraction of the weights that the masks take, whatever was asked for."""
        return 1 - self.total.kept / self.total.weights

    @property
    def effective_sparsity(self) -> float:
        """Fraction of the weights that the masks take or that lie on no path."""
        return 1 - self.total.connected / self.total.weights

    @property
    def effective_fraction(self) -> float:
        """Fraction of the kept weights that lie on a path; 0 where none is kept."""
        return self.total.connected / max(1, self.total.kept)

    @property
    def disconnected(self) -> tuple[str, ...]:
        """Names of the layers through which nothing flows, in their order in the masks."""
        return tuple(name for name, counts in self.layers.items() if not counts.connected)


def connection(masks: Masks, net: nn.Module, example: Tensor) -> Connection:
    """Return how many weights of every masked layer are kept and lie on a path.

    Args:
        masks: on any device; layers without a mask are dense.
        net: the network under these masks; its values are not looked at, and it stays as it is.
        example: an image as a batch of one, on the device of the network; its values do not matter.

    Raises:
        ValueError: a mask has no layer or another shape, or a pooling layer is dilated.
    """
    found = connected(masks, net, example)
    return Connection(
        {
            name: Counts(gone.numel(), int((~gone).sum()), int(found[name].sum()))
            for name, gone in masks.gone.items()
        }
    )


def disconnected(masks: Masks, net: nn.Module, example: Tensor) -> tuple[str, ...]:
    """Return the names of the masked layers through which nothing flows (see ``connection``)."""
    return connection(masks, net, example).disconnected


def connected(masks: Masks, net: nn.Module, example: Tensor) -> dict[str, Tensor]:
    """Return which kept weights lie on a path: booleans of the shape of each mask.

    A weight lies on a path if it has a derivative in the network whose kept weights are all 1. In
    front of and behind every layer each number above zero is made 1, on the way back too: whatever
    the depth, a layer sees small whole numbers, which nothing rounds, and zero means no path.

    Takes and raises what ``connection`` does.
    """
    kept = {name: _kept(net, name, gone).requires_grad_() for name, gone in masks.gone.items()}
    dense = {
        name: torch.ones_like(layer.weight, dtype=torch.float64)
        for name, layer in net.named_modules()
        if isinstance(layer, nn.Conv2d | nn.Linear) and name not in kept
    }
    ones = torch.ones_like(example, dtype=torch.float64)
    with _reaching(net):
        paths = derivatives(positive_sum(net, dense | kept, ones, torch.ones_like), kept)
    return {
        name: (paths[name] > _HALF).to(gone.device) & ~gone for name, gone in masks.gone.items()
    }


_HALF = 0.5
"""Between no path, 0, and one; not 0 itself, in case a convolution is computed by transforms."""


class _Reached(torch.autograd.Function):
    """1 for numbers above a limit, else 0, on the way forth and on the way back."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, limit: float, limit_back: float) -> Tensor:
        ctx.limit_back = limit_back
        return (values > limit).to(values.dtype)

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Tensor, None, None]:
        return (slopes[0] > ctx.limit_back).to(slopes[0].dtype), None, None


def _reached(values: Tensor, limit: float, limit_back: float) -> Tensor:
    found: Tensor = _Reached.apply(values, limit, limit_back)
    return found


@contextmanager
def _reaching(net: nn.Module) -> Iterator[None]:
    """Let layers take and give only 0 and 1, and max pooling let every pixel through."""
    with ExitStack() as hooks:
        for module in net.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                hooks.callback(module.register_forward_pre_hook(_enter).remove)
                hooks.callback(module.register_forward_hook(_leave).remove)
            elif isinstance(module, nn.MaxPool2d):
                hooks.callback(module.register_forward_hook(_every_pixel).remove)
        yield


def _enter(module: nn.Module, inputs: tuple[Tensor]) -> Tensor:
    """Between layers there are sums and means of a few numbers, so anything above zero counts."""
    return _reached(inputs[0], 0.0, _HALF)


def _leave(module: nn.Module, inputs: tuple[Tensor], output: Tensor) -> Tensor:
    return _reached(output, _HALF, 0.0)


def _every_pixel(module: nn.Module, inputs: tuple[Tensor], output: Tensor) -> Tensor:
    """Return the mean in place of the maximum, through which one pixel of many equal ones flows."""
    assert isinstance(module, nn.MaxPool2d)
    if module.dilation not in (1, (1, 1)):
        raise ValueError("paths through dilated max pooling cannot be followed")
    return avg_pool2d(
        inputs[0], module.kernel_size, module.stride, module.padding, module.ceil_mode
    )


def _kept(net: nn.Module, name: str, gone: Tensor) -> Tensor:
    """Return 1 for kept weights and 0 for others, on the device of the layer."""
    weight = layer_of(net, name).weight
    if gone.shape != weight.shape:
        raise ValueError(f"the mask of {name} is {tuple(gone.shape)}, not {tuple(weight.shape)}")
    return (~gone).to(weight.device, torch.float64)
