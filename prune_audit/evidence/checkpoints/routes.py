"""The way through each network whose layers are known by name: torchvision's and the tool's own."""

from collections.abc import Callable
from functools import partial
from math import ceil

from prune_audit.evidence.checkpoints.walk import Walk
from prune_audit.registry import Network
from prune_audit.registry.shapes import SHAPES, MLPShape, ResNetShape, VGGShape

Route = Callable[[Walk, int], int]
"""Walks at a side of the input in pixels and returns the number of outputs."""

_MOBILENET_V2 = ((1, 1), (2, 2), (3, 2), (4, 2), (3, 1), (3, 2), (1, 1))
"""Blocks per stage and stride of the first (Sandler et al. 2018, arXiv 1801.04381, table 2)."""


def route(network: Network) -> Route | None:
    """Return the way through a network of the registry, or None where it is not known."""
    shape = SHAPES.get(network.id)
    if isinstance(shape, ResNetShape):
        return partial(_resnet, shape)
    if isinstance(shape, VGGShape):
        return partial(_vgg, shape)
    if isinstance(shape, MLPShape):
        return partial(_mlp, shape)
    return _mobilenet_v2 if network.id == "mobilenet_v2" else None


def _halved(side: int) -> int:
    return ceil(side / 2)


def _resnet(shape: ResNetShape, walk: Walk, size: int) -> int:
    side = size if shape.small_stem else _halved(size)
    width = walk.conv("conv1", None, 3 if shape.small_stem else 7, side, "bn1")
    if not shape.small_stem:
        side = _halved(side)
    for stage, depth in enumerate(shape.depths, 1):
        for block in range(depth):
            changes = block == 0 and (stage > 1 or shape.bottleneck)
            after = _halved(side) if block == 0 and stage > 1 else side
            width = _block(shape, walk, f"layer{stage}.{block}", width, side, after, changes)
            side = after
    return walk.linear("fc", width)


def _block(
    shape: ResNetShape, walk: Walk, name: str, inputs: int, side: int, after: int, changes: bool
) -> int:
    """Pass one block; ``changes``: its shortcut changes width or size."""
    outputs = (_bottleneck if shape.bottleneck else _basic)(shape, walk, name, inputs, side, after)
    if changes and not shape.projection:
        # zero padding: the shortcut becomes as wide as the block, from whatever reaches it
        return max(outputs, walk.add(name, inputs, min(inputs, outputs)))
    if changes:
        inputs = walk.conv(f"{name}.downsample.0", inputs, 1, after, f"{name}.downsample.1")
    return walk.add(name, outputs, inputs)


def _basic(shape: ResNetShape, walk: Walk, name: str, inputs: int, side: int, after: int) -> int:
    inner = walk.conv(f"{name}.conv1", inputs, 3, after, f"{name}.bn1")
    return walk.conv(f"{name}.conv2", inner, 3, after, f"{name}.bn2")


def _bottleneck(
    shape: ResNetShape, walk: Walk, name: str, inputs: int, side: int, after: int
) -> int:
    first = after if shape.early_stride else side
    inner = walk.conv(f"{name}.conv1", inputs, 1, first, f"{name}.bn1")
    inner = walk.conv(f"{name}.conv2", inner, 3, after, f"{name}.bn2")
    return walk.conv(f"{name}.conv3", inner, 1, after, f"{name}.bn3")


def _vgg(shape: VGGShape, walk: Walk, size: int) -> int:
    index, side, width = 0, size, None
    for stage in shape.stages:
        for _ in stage:
            width = walk.conv(f"features.{index}", width, 3, side, _norm(shape, index))
            index += 3 if shape.norm else 2
        index, side = index + 1, side // 2
    values = (width or 0) * shape.pooled**2
    *hidden, last = _classifier(shape)
    for name, norm in hidden:
        values = walk.linear(name, values, norm)
    return walk.linear(last[0], values)


def _norm(shape: VGGShape, index: int) -> str:
    return f"features.{index + 1}" if shape.norm else ""


def _classifier(shape: VGGShape) -> list[tuple[str, str]]:
    """Return the linear layers, each with its batch norm."""
    if not shape.hidden:
        return [("classifier", "")]
    names = [f"classifier.{3 * index}" for index in range(len(shape.hidden) + 1)]
    return [(name, "classifier.1" if shape.hidden_norm else "") for name in names]


def _mlp(shape: MLPShape, walk: Walk, size: int) -> int:
    values = shape.channels * size**2
    for index in range(len(shape.hidden)):
        values = walk.linear(f"hidden.{index}", values)
    return walk.linear("classifier", values)


def _mobilenet_v2(walk: Walk, size: int) -> int:
    side = _halved(size)
    width = walk.conv("features.0.0", None, 3, side, "features.0.1")
    index = 0
    for depth, stride in _MOBILENET_V2:
        for block in range(depth):
            index += 1
            after = _halved(side) if stride == 2 and block == 0 else side
            name = f"features.{index}.conv"
            outputs = _inverted(walk, name, width, side, after, expands=index > 1)
            width = walk.add(name, outputs, width) if block else outputs
            side = after
    last = f"features.{index + 1}"
    return walk.linear("classifier.1", walk.conv(f"{last}.0", width, 1, side, f"{last}.1"))


def _inverted(walk: Walk, name: str, inputs: int, side: int, after: int, *, expands: bool) -> int:
    hidden, at = inputs, 0
    if expands:
        hidden, at = walk.conv(f"{name}.0.0", inputs, 1, side, f"{name}.0.1"), 1
    walk.conv(f"{name}.{at}.0", hidden, 3, after, f"{name}.{at}.1", depthwise=True)
    return walk.conv(f"{name}.{at + 1}", hidden, 1, after, f"{name}.{at + 2}")
