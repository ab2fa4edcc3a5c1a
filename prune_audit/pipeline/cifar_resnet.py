"""ResNets for small images: He et al. 2016 (arXiv 1512.03385), section 4.2.

Layers are named as in torchvision's ResNets, so weights published under these names load.
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

WIDTHS = (16, 32, 64)
"""Filters of the three stages."""


class ZeroPadding(nn.Module):
    """Shortcut without weights (option A): every second pixel, zero maps around the others."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        before = (outputs - inputs) // 2
        self.around = (0, 0, 0, 0, before, outputs - inputs - before)

    def forward(self, images: Tensor) -> Tensor:
        """Map (N, inputs, S, S) to (N, outputs, ceil(S/2), ceil(S/2))."""
        return F.pad(images[:, :, ::2, ::2], self.around)


class BasicBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut; only the maps between the two can be pruned."""

    def __init__(self, inputs: int, width: int, projection: bool) -> None:
        super().__init__()
        stride = 1 if inputs == width else 2
        self.conv1 = nn.Conv2d(inputs, width, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = _shortcut(inputs, width, projection)

    def forward(self, images: Tensor) -> Tensor:
        """Map (N, inputs, S, S) to (N, width, S', S'), S' = S or its half."""
        inner = F.relu(self.bn1(self.conv1(images)), inplace=True)
        out = self.bn2(self.conv2(inner))
        return F.relu(out + self.downsample(images), inplace=True)


class CifarResNet(nn.Module):
    """A 3x3 convolution, three stages of equally many blocks, average pooling, a linear layer."""

    def __init__(self, depth: int, classes: int, channels: int, projection: bool) -> None:
        super().__init__()
        blocks = (depth - 2) // 6
        first, second, third = WIDTHS
        self.conv1 = nn.Conv2d(channels, first, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(first)
        self.layer1 = nn.Sequential(*_stage(first, first, blocks, projection))
        self.layer2 = nn.Sequential(*_stage(first, second, blocks, projection))
        self.layer3 = nn.Sequential(*_stage(second, third, blocks, projection))
        self.fc = nn.Linear(third, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Map images (N, channels, S, S) to logits (N, classes)."""
        maps = F.relu(self.bn1(self.conv1(images)), inplace=True)
        maps = self.layer3(self.layer2(self.layer1(maps)))
        logits: Tensor = self.fc(torch.mean(maps, (2, 3)))
        return logits


def _stage(inputs: int, width: int, blocks: int, projection: bool) -> Iterator[BasicBlock]:
    yield BasicBlock(inputs, width, projection)
    for _ in range(blocks - 1):
        yield BasicBlock(width, width, projection)


def _shortcut(inputs: int, width: int, projection: bool) -> nn.Module:
    if inputs == width:
        return nn.Identity()
    if not projection:
        return ZeroPadding(inputs, width)
    return nn.Sequential(nn.Conv2d(inputs, width, 1, 2, bias=False), nn.BatchNorm2d(width))
