"""Exact cost of structurally pruned ResNets and VGGs, without building them.

Two ways of the literature. ResNets: in a basic block the first convolution loses filters, in a
bottleneck the first and the second; block outputs, shortcuts, stem and classifier are spared. VGGs:
every convolution loses filters unless spared. Each removed filter takes its batch norm and bias and
the matching inputs of the next layer with it.

So counted, all MACs and speedups of Table 4 and both of Appendix A of Wang et al. 2023 agree with
the printed digits. Table 6 (ResNet-56) agrees at 0.3, 0.5 and 0.7 to 0.01; at 0.9 it prints
90.39 % removed parameters and 11.41x where 90.45 % and 11.58x come out. Table 7 (VGG-19, first
convolution spared): the printed 19.24, 51.01, 74.87, 90.98 % come out at the ratios 0.1, 0.3, 0.5
and 0.7, and not at 0.3, 0.5, 0.7 and 0.9; the speedups there are 1.23, 1.97, 3.61, 8.89 against
the printed 1.23, 1.97, 3.60, 8.84.
"""

from collections.abc import Collection, Sequence

from prune_audit.registry.entries import Cost
from prune_audit.registry.layers import Layer, resnet_layers, vgg_layers
from prune_audit.registry.networks import network as known_network
from prune_audit.registry.shapes import SHAPES, ResNetShape, Shape, VGGShape


def cost(
    network: str,
    ratios: float | Sequence[float] = 0.0,
    classes: int | None = None,
    input_size: int | None = None,
    spared: Collection[str] = (),
) -> Cost:
    """Return MACs and parameters of a ResNet or VGG with filters removed.

    Args:
        network: id or name (``resnet50``, ``vgg19-cifar``).
        ratios: fraction of filters removed. One number for all stages of a ResNet or all
            convolutions of a VGG; or a list as in GReg (arXiv 2012.09243): for a ResNet stem, each
            stage, classifier (``[0, 0.6, 0.6, 0.6, 0.21, 0]``), for a VGG each convolution and
            linear layer. Stem and classifier lose no outputs.
        classes: outputs of the classifier; the entry's own if not given.
        input_size: side of the input in pixels; the entry's own if not given.
        spared: what stays whole: blocks of a ResNet as ``"stage.block"`` (stages from 1, blocks
            from 0), layers of a VGG by index from 0.

    Raises:
        ValueError: there is no cost model of the network, or ratios, sizes or spared places do not
            fit it.
    """
    entry = known_network(network)
    shape = SHAPES.get(entry.id) if entry else None
    if entry is None or shape is None:
        raise ValueError(f"no cost model of {network!r}")
    size = entry.input_size if input_size is None else input_size
    outputs = entry.classes if classes is None else classes
    if size < 32 or outputs < 1:
        raise ValueError(f"expected an input of 32 pixels or more and a class, got {size} pixels")
    return _total(_layers(shape, ratios, spared, size, outputs))


def _layers(
    shape: Shape,
    ratios: float | Sequence[float],
    spared: Collection[str],
    size: int,
    classes: int,
) -> list[Layer]:
    if isinstance(shape, ResNetShape):
        blocks = _block_ratios(shape, _stage_ratios(shape, ratios), spared)
        return list(resnet_layers(shape, blocks, size, classes))
    return list(vgg_layers(shape, _layer_ratios(shape, ratios, spared), size, classes))


def _total(layers: Sequence[Layer]) -> Cost:
    costs = [layer.cost() for layer in layers]
    return Cost(sum(c.macs for c in costs), sum(c.params for c in costs))


def _stage_ratios(shape: ResNetShape, ratios: float | Sequence[float]) -> list[float]:
    stages = len(shape.depths)
    if isinstance(ratios, int | float):
        return [ratios] * stages
    if len(ratios) != stages + 2 or ratios[0] or ratios[-1]:
        raise ValueError(
            f"expected {stages + 2} ratios (stem 0, {stages} stages, classifier 0), "
            f"got {list(ratios)}"
        )
    return list(ratios[1:-1])


def _block_ratios(
    shape: ResNetShape, ratios: Sequence[float], spared: Collection[str]
) -> dict[tuple[int, int], float]:
    names = {
        f"{stage}.{block}": (stage, block)
        for stage, depth in enumerate(shape.depths, 1)
        for block in range(depth)
    }
    _check_spared(spared, names)
    return {place: 0.0 if name in spared else ratios[place[0] - 1] for name, place in names.items()}


def _layer_ratios(
    shape: VGGShape, ratios: float | Sequence[float], spared: Collection[str]
) -> list[float]:
    convolutions = sum(len(stage) for stage in shape.stages)
    count = convolutions + len(shape.hidden)
    _check_spared(spared, [str(index) for index in range(count)])
    if isinstance(ratios, int | float):
        ratios = [ratios] * convolutions + [0.0] * (len(shape.hidden) + 1)
    if len(ratios) != count + 1 or ratios[-1]:
        raise ValueError(
            f"expected {count + 1} ratios (the last one, the classifier's, 0), got {list(ratios)}"
        )
    return [0.0 if str(i) in spared else ratio for i, ratio in enumerate(ratios[:-1])]


def _check_spared(spared: Collection[str], known: Collection[str]) -> None:
    unknown = sorted(set(spared) - set(known))
    if unknown:
        raise ValueError(f"no such place to spare: {', '.join(unknown)}")
