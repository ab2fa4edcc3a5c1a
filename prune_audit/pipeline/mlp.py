"""Multilayer perceptrons: linear layers with ReLUs between them, no batch norm."""

from itertools import pairwise

from torch import Tensor, nn
from torch.nn.functional import relu

from prune_audit.registry import network as registered_network
from prune_audit.registry.shapes import SHAPES, MLPShape


class MLP(nn.Module):
    """Hidden layers ``hidden.0``, ``hidden.1`` ..., then ``classifier``, on images of one size."""

    def __init__(self, network: str, classes: int, channels: int) -> None:
        super().__init__()
        shape, entry = SHAPES[network], registered_network(network)
        assert isinstance(shape, MLPShape)
        assert entry is not None
        widths = (channels * entry.input_size**2, *shape.hidden)
        self.side = entry.input_size
        self.hidden = nn.ModuleList(
            nn.Linear(inputs, outputs) for inputs, outputs in pairwise(widths)
        )
        self.classifier = nn.Linear(widths[-1], classes)

    def forward(self, images: Tensor) -> Tensor:
        """Map images (N, channels, side, side) to logits (N, classes).

        Raises:
            ValueError: images of another size.
        """
        if images.shape[-2:] != (self.side, self.side):
            raise ValueError(f"expected images of {self.side} pixels, got {images.shape[-1]}")
        found = images.flatten(1)
        for layer in self.hidden:
            found = relu(layer(found))
        logits: Tensor = self.classifier(found)
        return logits
