"""Which layers of a network lose filters, by name, and at what ratio.

ResNets: the first convolution of a basic block, the first and second of a bottleneck. VGGs: every
convolution unless spared, and hidden linear layers where a list of ratios says so. Multilayer
perceptrons: every hidden layer. MobileNetV2: the hidden channels of each inverted residual, which
its expansion makes, its depthwise convolution filters and its projection reads; the first block has
no expansion, hence nothing to lose. Block outputs, shortcuts, stem and classifier stay whole.
"""

from collections.abc import Collection, Iterator

from torch import nn

from prune_audit.registry.ratios import Ratios, block_ratios, hidden_ratios, layer_ratios
from prune_audit.registry.shapes import SHAPES, MLPShape, ResNetShape, VGGShape

_MOBILENET_V2 = (1, 2, 3, 4, 3, 3, 1)
"""Blocks per stage (Sandler et al. 2018, arXiv 1801.04381, table 2)."""


def filter_ratios(
    network: str, net: nn.Module, ratios: Ratios, spared: Collection[str] = ()
) -> dict[str, float]:
    """Return the ratio of every layer that can lose filters, by name, in the order of the network.

    Args:
        network: id of the registry.
        net: the network built under that id.
        ratios: one number, or a list as in ``registry.cost``; that of MobileNetV2 holds stem, seven
            stages, last convolution and classifier as one.
        spared: as in ``registry.cost``; blocks of MobileNetV2 as ``"stage.block"``.

    Raises:
        ValueError: ratios or spared places do not fit the network, or nothing is known about it.
    """
    shape = SHAPES.get(network)
    if isinstance(shape, ResNetShape):
        return dict(_resnet(shape, ratios, spared))
    if isinstance(shape, VGGShape):
        return _vgg(net, ratios, spared)
    if isinstance(shape, MLPShape):
        return _mlp(shape, ratios, spared)
    if network == "mobilenet_v2":
        return dict(_mobilenet_v2(ratios, spared))
    raise ValueError(f"it is not known which filters of {network!r} can go")


def _resnet(
    shape: ResNetShape, ratios: Ratios, spared: Collection[str]
) -> Iterator[tuple[str, float]]:
    convolutions = ("conv1", "conv2") if shape.bottleneck else ("conv1",)
    for (stage, block), ratio in block_ratios(shape.depths, ratios, spared).items():
        for convolution in convolutions:
            yield f"layer{stage}.{block}.{convolution}", ratio


def _vgg(net: nn.Module, ratios: Ratios, spared: Collection[str]) -> dict[str, float]:
    convolutions = [name for name, layer in net.named_modules() if isinstance(layer, nn.Conv2d)]
    linear = [name for name, layer in net.named_modules() if isinstance(layer, nn.Linear)]
    each = layer_ratios(len(convolutions), len(linear) - 1, ratios, spared)
    return dict(zip([*convolutions, *linear[:-1]], each, strict=True))


def _mlp(shape: MLPShape, ratios: Ratios, spared: Collection[str]) -> dict[str, float]:
    each = hidden_ratios(len(shape.hidden), ratios, spared)
    return {f"hidden.{index}": ratio for index, ratio in enumerate(each)}


def _mobilenet_v2(ratios: Ratios, spared: Collection[str]) -> Iterator[tuple[str, float]]:
    if not isinstance(ratios, int | float) and len(ratios) > 1 and ratios[1]:
        raise ValueError(
            f"expected the ratio 0 for stage 1, which has no expansion, got {list(ratios)}"
        )
    places = block_ratios(_MOBILENET_V2, ratios, spared).items()
    for position, ((stage, _), ratio) in enumerate(places, 1):
        if stage > 1:
            yield f"features.{position}.conv.0.0", ratio
