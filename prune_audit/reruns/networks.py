"""The networks that can be built, by the registry's id; ``pipeline.networks`` builds them."""

from prune_audit.registry.shapes import SHAPES, MLPShape

_CIFAR_DEPTHS = (20, 32, 44, 56, 110)
_VGG_DEPTHS = (11, 13, 16, 19)

MLPS = tuple(name for name, shape in SHAPES.items() if isinstance(shape, MLPShape))
"""Multilayer perceptrons; each takes images of one size."""

BUILT = frozenset(
    (
        "resnet8",
        "mobilenet_v2",
        *MLPS,
        *(f"resnet{depth}" for depth in (18, 34, 50, 101, 152, *_CIFAR_DEPTHS)),
        *(f"resnet{depth}-projection" for depth in _CIFAR_DEPTHS),
        *(f"vgg{depth}{kind}" for depth in _VGG_DEPTHS for kind in ("", "_bn", "-cifar")),
    )
)
