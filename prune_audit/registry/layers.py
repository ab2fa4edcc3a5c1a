"""The layers of pruned ResNets, VGGs and MLPs, one after the other, with their cost."""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import NamedTuple

from prune_audit.registry.entries import Cost
from prune_audit.registry.shapes import MLPShape, ResNetShape, VGGShape


class Layer(NamedTuple):
    """A convolution, or a linear layer (kernel 1 on a 1x1 map), and the batch norm after it."""

    inputs: int
    outputs: int
    kernel: int = 1
    side: int = 1
    """Side of the output map in pixels."""
    bias: bool = False
    norm: bool = True

    def cost(self) -> Cost:
        """Return its MACs (no bias, no batch norm) and its parameters (with both)."""
        weights = self.inputs * self.outputs * self.kernel**2
        return Cost(weights * self.side**2, weights + self.outputs * (self.bias + 2 * self.norm))


def removed(ratio: float, filters: int) -> int:
    """Return how many of ``filters`` go at a pruning ratio (a fraction from 0 to 1).

    ceil(ratio x filters), guarded against float noise (0.1 x 30 is not 4); at least one stays.

    Raises:
        ValueError: the ratio is no fraction from 0 to 1, or there is no filter.
    """
    if not 0 <= ratio <= 1:
        raise ValueError(f"expected a pruning ratio from 0 to 1, got {ratio}")
    if filters < 1:
        raise ValueError(f"expected at least one filter, got {filters}")
    return min(ceil(round(ratio * filters, 9)), filters - 1)


def resnet_layers(
    shape: ResNetShape, ratios: Mapping[tuple[int, int], float], size: int, classes: int
) -> Iterator[Layer]:
    """Yield the layers of a ResNet whose blocks (stage from 1, block from 0) lose filters."""
    width, side = shape.widths[0], size
    if shape.small_stem:
        yield Layer(shape.channels, width, 3, side)
    else:
        side = _halved(side)
        yield Layer(shape.channels, width, 7, side)
        side = _halved(side)
    inputs = width
    for (stage, block), ratio in ratios.items():
        width = shape.widths[stage - 1]
        after = _halved(side) if block == 0 and stage > 1 else side
        add = _bottleneck if shape.bottleneck else _basic
        yield from add(shape, inputs, width, ratio, side, after)
        inputs, side = width * (4 if shape.bottleneck else 1), after
    yield Layer(inputs, classes, bias=True, norm=False)


def _basic(
    shape: ResNetShape, inputs: int, width: int, ratio: float, _side: int, after: int
) -> Iterator[Layer]:
    kept = width - removed(ratio, width)
    yield Layer(inputs, kept, 3, after)
    yield Layer(kept, width, 3, after)
    if shape.projection and inputs != width:
        yield Layer(inputs, width, 1, after)


def _bottleneck(
    shape: ResNetShape, inputs: int, width: int, ratio: float, side: int, after: int
) -> Iterator[Layer]:
    inner, outputs = width * shape.widening, width * 4
    kept = inner - removed(ratio, inner)
    yield Layer(inputs, kept, 1, after if shape.early_stride else side)
    yield Layer(kept, kept, 3, after)
    yield Layer(kept, outputs, 1, after)
    if inputs != outputs:
        yield Layer(inputs, outputs, 1, after)


def vgg_layers(
    shape: VGGShape, ratios: Sequence[float], size: int, classes: int
) -> Iterator[Layer]:
    """Yield the layers of a VGG; one ratio per convolution and hidden linear layer."""
    inputs, side = shape.channels, size
    left = iter(ratios)
    for stage in shape.stages:
        for width in stage:
            kept = width - removed(next(left), width)
            yield Layer(inputs, kept, 3, side, shape.bias, shape.norm)
            inputs = kept
        side //= 2
    inputs *= shape.pooled**2
    for width in shape.hidden:
        kept = width - removed(next(left), width)
        yield Layer(inputs, kept, bias=True, norm=shape.hidden_norm)
        inputs = kept
    yield Layer(inputs, classes, bias=True, norm=False)


def mlp_layers(
    shape: MLPShape, ratios: Sequence[float], size: int, classes: int
) -> Iterator[Layer]:
    """Yield the layers of a multilayer perceptron; one ratio per hidden layer."""
    inputs = shape.channels * size**2
    for width, ratio in zip(shape.hidden, ratios, strict=True):
        kept = width - removed(ratio, width)
        yield Layer(inputs, kept, bias=True, norm=False)
        inputs = kept
    yield Layer(inputs, classes, bias=True, norm=False)


def _halved(side: int) -> int:
    return ceil(side / 2)
