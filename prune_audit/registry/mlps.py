"""Multilayer perceptrons for digits (8 x 8, grey), at 10 classes, without batch norm.

No paper defines them; they are where effects that wide residual networks hide can be shown.
"""

from prune_audit.registry.entries import Network
from prune_audit.registry.layers import mlp_layers
from prune_audit.registry.shapes import MLP_WIDTHS, SHAPES, MLPShape

_SIDE, _CLASSES = 8, 10


def _entry(name: str, title: str) -> Network:
    shape = SHAPES[name]
    assert isinstance(shape, MLPShape)
    layers = list(mlp_layers(shape, [0.0] * len(shape.hidden), _SIDE, _CLASSES))
    costs = [layer.cost() for layer in layers]
    return Network(
        name, title, (), "digits", _SIDE, _CLASSES, sum(one.macs for one in costs),
        sum(one.params for one in costs), len(layers), len(shape.hidden), shape.hidden[-1],
        "counted",
    )  # fmt: skip


MLP_NETWORKS: tuple[Network, ...] = (
    _entry("mlp-128-64", "MLP-128-64"),
    _entry("mlp-6x100", "MLP-6x100"),
    *(_entry(f"mlp-3x{width}", f"MLP-3x{width}") for width in MLP_WIDTHS),
)
