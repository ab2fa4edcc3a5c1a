"""The networks that can be built, by the registry's id; ``pipeline.networks`` builds them."""

_CIFAR_DEPTHS = (20, 32, 44, 56, 110)
_VGG_DEPTHS = (11, 13, 16, 19)

BUILT = frozenset(
    (
        "resnet8",
        "mobilenet_v2",
        *(f"resnet{depth}" for depth in (18, 34, 50, 101, 152, *_CIFAR_DEPTHS)),
        *(f"resnet{depth}-projection" for depth in _CIFAR_DEPTHS),
        *(f"vgg{depth}{kind}" for depth in _VGG_DEPTHS for kind in ("", "_bn", "-cifar")),
    )
)
