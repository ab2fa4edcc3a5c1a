"""Layer structure of the networks whose pruned cost is computed exactly."""

from typing import NamedTuple


class ResNetShape(NamedTuple):
    """A residual network; widths are those of the convolutions inside its blocks."""

    depths: tuple[int, ...]
    widths: tuple[int, ...]
    """Per stage: filters of the first convolution of a block before ``widening``."""
    bottleneck: bool
    small_stem: bool = False
    """3x3 convolution instead of 7x7 with stride 2 and max pooling."""
    projection: bool = True
    """1x1 shortcuts where the width changes (option B), else zero padding (option A)."""
    early_stride: bool = False
    """Bottlenecks stride in the first 1x1 convolution instead of the 3x3."""
    widening: int = 1
    """Factor on the inner convolutions of bottlenecks (Wide ResNet-50-2: 2)."""
    channels: int = 3
    """Of the input: 3 for colour, 1 for grey."""


class VGGShape(NamedTuple):
    """Stages of 3x3 convolutions, max pooling after each, then linear layers."""

    stages: tuple[tuple[int, ...], ...]
    hidden: tuple[int, ...]
    """Outputs of the linear layers before the classifier."""
    pooled: int
    """Side of the feature map that the first linear layer sees."""
    norm: bool
    """Batch norm after each convolution."""
    bias: bool
    """Convolutions have a bias."""
    hidden_norm: bool = False
    """Batch norm after each hidden linear layer."""
    channels: int = 3
    """Of the input: 3 for colour, 1 for grey."""


class MLPShape(NamedTuple):
    """Linear layers with ReLUs between them, on the pixels of an image of one size."""

    hidden: tuple[int, ...]
    """Outputs of the layers before the classifier."""
    channels: int = 1


Shape = ResNetShape | VGGShape | MLPShape

MLP_WIDTHS = (16, 32, 64, 128, 256)
"""Of the networks for digits whose three hidden layers are equally wide."""

_IMAGENET_WIDTHS = (64, 128, 256, 512)
_CIFAR_WIDTHS = (16, 32, 64)
_DEPTHS = {
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}
_STAGES = {
    11: ((64,), (128,), (256,) * 2, (512,) * 2, (512,) * 2),
    13: ((64,) * 2, (128,) * 2, (256,) * 2, (512,) * 2, (512,) * 2),
    16: ((64,) * 2, (128,) * 2, (256,) * 3, (512,) * 3, (512,) * 3),
    19: ((64,) * 2, (128,) * 2, (256,) * 4, (512,) * 4, (512,) * 4),
}


def _resnet(depth: int, *, small_stem: bool = False, **options: bool) -> ResNetShape:
    return ResNetShape(_DEPTHS[depth], _IMAGENET_WIDTHS, depth >= 50, small_stem, **options)


def _wide(depth: int) -> ResNetShape:
    return ResNetShape(_DEPTHS[depth], _IMAGENET_WIDTHS, True, widening=2)


def _cifar_resnet(depth: int, projection: bool) -> ResNetShape:
    blocks = (depth - 2) // 6
    return ResNetShape((blocks,) * 3, _CIFAR_WIDTHS, False, True, projection)


def _vgg(depth: int, norm: bool) -> VGGShape:
    return VGGShape(_STAGES[depth], (4096, 4096), 7, norm, bias=True)


def _cifar_vgg(depth: int) -> VGGShape:
    return VGGShape(_STAGES[depth], (), 1, norm=True, bias=False)


SHAPES: dict[str, Shape] = {
    "resnet8": _cifar_resnet(8, projection=True)._replace(channels=1),
    **{f"resnet{d}": _resnet(d) for d in _DEPTHS},
    **{f"resnet{d}-caffe": _resnet(d, early_stride=True) for d in (50, 101, 152)},
    **{f"wide_resnet{d}_2": _wide(d) for d in (50, 101)},
    **{f"resnet{d}-cifar": _resnet(d, small_stem=True) for d in (18, 34)},
    **{f"resnet{d}": _cifar_resnet(d, projection=False) for d in (20, 32, 44, 56, 110)},
    **{f"resnet{d}-projection": _cifar_resnet(d, projection=True) for d in (20, 32, 44, 56, 110)},
    **{f"vgg{d}": _vgg(d, norm=False) for d in _STAGES},
    **{f"vgg{d}_bn": _vgg(d, norm=True) for d in _STAGES},
    **{f"vgg{d}-cifar": _cifar_vgg(d) for d in _STAGES},
    "vgg16-cifar-2fc": VGGShape(_STAGES[16], (512,), 1, norm=True, bias=False, hidden_norm=True),
    **{
        f"vgg{d}-cifar-3fc": VGGShape(_STAGES[d], (512, 512), 1, norm=True, bias=True)
        for d in _STAGES
    },
    "lenet-300-100": MLPShape((300, 100)),
    "mlp-128-64": MLPShape((128, 64)),
    "mlp-6x100": MLPShape((100,) * 6),
    **{f"mlp-3x{width}": MLPShape((width,) * 3) for width in MLP_WIDTHS},
}
"""By network id; the dense cost of each equals the network's entry."""
