"""Networks by the registry's id, with fresh weights from one generator."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

import torch
from torch import nn

from prune_audit.pipeline.cifar_resnet import CifarResNet
from prune_audit.pipeline.cifar_vgg import CifarVGG
from prune_audit.pipeline.initialise import HE, LinearInit
from prune_audit.pipeline.initialise import initialise as initialise_layers
from prune_audit.pipeline.mlp import MLP
from prune_audit.reruns.networks import MLPS


class Builder(NamedTuple):
    """How a network is made, and how its linear layers are initialised."""

    make: Callable[[int, int], nn.Module]
    """Classes and input channels -> network."""
    linear: LinearInit = None
    """As ``initialise`` takes it; None for torch's default."""


def build(network: str, classes: int, channels: int, generator: torch.Generator) -> nn.Module:
    """Return a network in training mode with fresh weights (``initialise``), on the generator's
    device.

    Args:
        network: id of the registry.
        classes: outputs.
        channels: of the images, which are (N, channels, side, side).
        generator: the only source of randomness; the same state gives the same weights.

    Raises:
        ValueError: the network is not known here; the message lists those that are.
    """
    net = bare(network, classes, channels).to_empty(device=generator.device)
    initialise(network, net, generator)
    return net


def bare(network: str, classes: int, channels: int) -> nn.Module:
    """Return the network on the meta device: shapes without weights.

    Raises:
        ValueError: the network is not known here.
    """
    builder = _builder(network)
    with torch.device("meta"):
        return builder.make(classes, channels)


def initialise(network: str, net: nn.Module, generator: torch.Generator) -> None:
    """Give a network of that id, whole or cut, fresh weights (``initialise.initialise``).

    Raises:
        ValueError: the network is not known here.
    """
    initialise_layers(net, generator, _builder(network).linear)


def _builder(network: str) -> Builder:
    if network not in BUILDERS:
        raise ValueError(f"expected one of the networks {', '.join(BUILDERS)}; got {network!r}")
    return BUILDERS[network]


def _torchvision(network: str, classes: int, channels: int) -> nn.Module:
    from torchvision import models  # takes a second that only these networks need

    net: nn.Module = models.get_model(network, weights=None, num_classes=classes)
    if channels != 3:
        _take_channels(net, channels)
    return net


def _take_channels(net: nn.Module, channels: int) -> None:
    """Give the first convolution that many input channels, without weights yet."""
    first = next(module for module in net.modules() if isinstance(module, nn.Conv2d))
    first.in_channels = channels
    first.weight = nn.Parameter(torch.empty(first.out_channels, channels, *first.kernel_size))


def _cifar_resnet(depth: int, projection: bool) -> Builder:
    return Builder(lambda classes, channels: CifarResNet(depth, classes, channels, projection))


_RESNETS = tuple(f"resnet{depth}" for depth in (18, 34, 50, 101, 152))
_NORMAL_LINEAR = (
    *(f"vgg{depth}{norm}" for depth in (11, 13, 16, 19) for norm in ("", "_bn")),
    "mobilenet_v2",
)
_CIFAR_DEPTHS = (20, 32, 44, 56, 110)
_CIFAR_VGGS = tuple(f"vgg{depth}-cifar" for depth in (11, 13, 16, 19))

BUILDERS: Mapping[str, Builder] = MappingProxyType(
    {
        "resnet8": _cifar_resnet(8, projection=True),
        **{f"resnet{depth}": _cifar_resnet(depth, False) for depth in _CIFAR_DEPTHS},
        **{f"resnet{depth}-projection": _cifar_resnet(depth, True) for depth in _CIFAR_DEPTHS},
        **{name: Builder(partial(CifarVGG, name)) for name in _CIFAR_VGGS},
        **{name: Builder(partial(MLP, name), HE) for name in MLPS},
        **{name: Builder(partial(_torchvision, name)) for name in _RESNETS},
        **{name: Builder(partial(_torchvision, name), 0.01) for name in _NORMAL_LINEAR},
    }
)
"""By the registry's id."""
