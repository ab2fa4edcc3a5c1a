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
from prune_audit.registry.layers import Layer, mlp_layers, resnet_layers, vgg_layers
from prune_audit.registry.networks import network as known_network
from prune_audit.registry.ratios import Ratios, block_ratios, hidden_ratios, layer_ratios
from prune_audit.registry.shapes import SHAPES, MLPShape, ResNetShape, Shape

_SMALLEST = 32
"""Pixels: side of the smallest input of a network that is not made for a smaller one."""


def cost(
    network: str,
    ratios: Ratios = 0.0,
    classes: int | None = None,
    input_size: int | None = None,
    spared: Collection[str] = (),
    channels: int | None = None,
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
        channels: of the input; the network's customary ones (3, or 1 for digits) if not given.

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
    smallest = min(entry.input_size, _SMALLEST)
    if size < smallest or outputs < 1 or (channels is not None and channels < 1):
        raise ValueError(
            f"expected an input of {smallest} pixels or more, a channel and a class, "
            f"got {size} pixels"
        )
    if isinstance(shape, MLPShape) and size != entry.input_size:
        raise ValueError(f"{entry.name} takes images of {entry.input_size} pixels, got {size}")
    shape = shape if channels is None else shape._replace(channels=channels)
    return _total(layers_of(shape, ratios, spared, size, outputs))


def layers_of(
    shape: Shape, ratios: Ratios, spared: Collection[str], size: int, classes: int
) -> list[Layer]:
    """Return the layers of a network of a shape, one after the other, filters removed."""
    if isinstance(shape, ResNetShape):
        blocks = block_ratios(shape.depths, ratios, spared)
        return list(resnet_layers(shape, blocks, size, classes))
    if isinstance(shape, MLPShape):
        return list(
            mlp_layers(shape, hidden_ratios(len(shape.hidden), ratios, spared), size, classes)
        )
    convolutions = sum(len(stage) for stage in shape.stages)
    each = layer_ratios(convolutions, len(shape.hidden), ratios, spared)
    return list(vgg_layers(shape, each, size, classes))


def _total(layers: Sequence[Layer]) -> Cost:
    costs = [layer.cost() for layer in layers]
    return Cost(sum(c.macs for c in costs), sum(c.params for c in costs))
