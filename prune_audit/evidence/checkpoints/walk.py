"""Follows the channels of a network from its input to its classifier, by the names of weights.

Weights carry no graph. Where every weight has the name and the kernel that the network gives it,
and each layer reads as many channels as the one before it makes, the sizes of its maps are those of
the network, and so its MACs are known.
"""

import re
from collections.abc import Mapping

from prune_audit.evidence.checkpoints.arrays import Layer, shown_shape

_SAME_NAMES = ((r"\.shortcut\.", ".downsample."), (r"^linear\.", "fc."))
"""Names of kuangliu/pytorch-cifar and its descendants, beside torchvision's."""


class MismatchError(ValueError):
    """The weights are not those of the network; the message says in what, as a clause."""


class Walk:
    """The weights of a file on the way through a network; ``positions`` fills on the way."""

    def __init__(self, layers: Mapping[str, Layer], vectors: Mapping[str, int]) -> None:
        self._layers = {_usual(name): layer for name, layer in layers.items()}
        self._vectors = {_usual(name): size for name, size in vectors.items()}
        self.positions: dict[str, int] = {}
        """Pixels of the output map of each layer met so far, by the weight's name in the file."""

    def conv(
        self,
        name: str,
        inputs: int | None,
        kernel: int,
        side: int,
        norm: str,
        depthwise: bool = False,
    ) -> int:
        """Pass a convolution and the batch norm after it; return how many channels come out.

        Args:
            name: of the convolution.
            inputs: channels that reach it; None if any number may.
            kernel: side of its kernel.
            side: of its output map, pixels.
            norm: name of the batch norm; it may be lacking, folded into the convolution.
            depthwise: every filter reads one channel.

        Raises:
            MismatchError: the file has no such convolution, or one for other channels.
        """
        layer = self._layer(name, 4, side**2)
        outputs, read = layer.shape[:2]
        if layer.shape[2:] != (kernel, kernel):
            raise MismatchError(f"{name} is {shown_shape(layer.shape)}, no {kernel}x{kernel} layer")
        if depthwise:
            _same(name, "filters", outputs, inputs)
        _same(name, "channels read", read, 1 if depthwise else inputs)
        _same(norm, "channels", self._vectors.get(f"{norm}.weight", outputs), outputs)
        return outputs

    def linear(self, name: str, inputs: int, norm: str = "") -> int:
        """Pass a linear layer; return its outputs.

        Raises:
            MismatchError: the file has no such layer, or one for other inputs.
        """
        outputs, read = self._layer(name, 2, 1).shape
        _same(name, "values read", read, inputs)
        _same(norm, "channels", self._vectors.get(f"{norm}.weight", outputs), outputs)
        return outputs

    def add(self, name: str, one: int, other: int) -> int:
        """Pass the sum of two maps; return its channels.

        Raises:
            MismatchError: they have different numbers of channels.
        """
        if one != other:
            raise MismatchError(f"{name} adds maps of {one} and {other} channels")
        return one

    def end(self, outputs: int, classes: int | None) -> None:
        """Check that nothing is left over, and the number of classes where it is known.

        Raises:
            MismatchError: there are other layers, or other outputs.
        """
        left = [one.name for one in self._layers.values() if one.name not in self.positions]
        if left:
            raise MismatchError(f"it also holds {left[0]}, which the network does not have")
        if classes is not None and outputs != classes:
            raise MismatchError(f"it has {outputs} outputs for {classes} classes")

    def _layer(self, name: str, axes: int, positions: int) -> Layer:
        layer = self._layers.get(f"{name}.weight")
        if layer is None:
            raise MismatchError(f"it holds no {name}.weight")
        if len(layer.shape) != axes:
            raise MismatchError(f"{name} is {shown_shape(layer.shape)}")
        self.positions[layer.name] = positions
        return layer


def _same(name: str, what: str, found: int, expected: int | None) -> None:
    if expected is not None and found != expected:
        raise MismatchError(f"{name} has {found} {what}, and {expected} fit")


def _usual(name: str) -> str:
    for other, usual in _SAME_NAMES:
        name = re.sub(other, usual, name)
    return name
