"""VGGs for images of 32 x 32: batch norm, no convolution bias, one linear layer."""

from collections.abc import Iterator

from torch import Tensor, nn

from prune_audit.registry.shapes import SHAPES, VGGShape


class CifarVGG(nn.Module):
    """Five stages of 3x3 convolutions, each followed by max pooling, then a linear layer."""

    def __init__(self, network: str, classes: int, channels: int) -> None:
        super().__init__()
        shape = SHAPES[network]
        assert isinstance(shape, VGGShape)
        self.features = nn.Sequential(*_stages(shape, channels))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(shape.stages[-1][-1], classes)

    def forward(self, images: Tensor) -> Tensor:
        """Map images (N, channels, 32, 32) to logits (N, classes)."""
        maps = self.avgpool(self.features(images))
        logits: Tensor = self.classifier(maps.flatten(1))
        return logits


def _stages(shape: VGGShape, channels: int) -> Iterator[nn.Module]:
    inputs = channels
    for stage in shape.stages:
        for width in stage:
            yield nn.Conv2d(inputs, width, 3, padding=1, bias=False)
            yield nn.BatchNorm2d(width)
            yield nn.ReLU(inplace=True)
            inputs = width
        yield nn.MaxPool2d(2)
