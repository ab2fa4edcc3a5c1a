"""What was measured on a checkpoint."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from prune_audit.evidence.checkpoints.arrays import Layer
from prune_audit.evidence.checkpoints.kinds import Kind
from prune_audit.registry import Network

_NAMED = 3


class Fit(NamedTuple):
    """One way to count MACs: a network at an input size, or the graph in the file."""

    network: Network | None
    """What the counts are of and compared with; None where the registry knows no such network."""
    size: int
    """Side of the input in pixels."""
    positions: tuple[int, ...]
    """Per layer: pixels of its output map, or rows that a linear layer is used on."""
    products: int = 0
    """MACs of products between activations, such as attention."""


class Work(NamedTuple):
    """MACs of one layer."""

    layer: Layer
    positions: int

    @property
    def macs(self) -> int:
        """Multiply-accumulates, zero weights included."""
        return self.layer.size * self.positions

    @property
    def nonzero(self) -> int:
        """Multiply-accumulates with weights that are not zero."""
        return (self.layer.size - self.layer.zeros) * self.positions

    @property
    def outputs(self) -> int:
        """Output values."""
        return self.layer.shape[0] * self.positions


@dataclass(frozen=True)
class Measured:
    """Sizes of the network in a file. MACs are per image, of convolution and linear layers only.

    Attributes:
        kind: of the file.
        layers: weights of convolution and linear layers.
        others: trainable values beside them: biases, batch norm.
        statistics: values that are not trained, such as running means.
        fits: ways to count MACs, the usual network first; several where names and shapes are those
            of several networks (ResNet-50 with its stride in either convolution), none with a
            reason.
        why: why no MACs could be counted, a clause; empty where they could.
        channels: of the input image; None where it is not known.
        nonfinite: tensors that hold NaN or infinities.
        notes: what else to know about the counts.
    """

    kind: Kind
    layers: tuple[Layer, ...]
    others: int
    statistics: int
    fits: tuple[Fit, ...] = ()
    why: str = ""
    channels: int | None = None
    nonfinite: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def weights(self) -> int:
        """Weights of convolution and linear layers, zero or not: what can be pruned."""
        return sum(layer.size for layer in self.layers)

    @property
    def zeros(self) -> int:
        """Weights of convolution and linear layers that are exactly zero."""
        return sum(layer.zeros for layer in self.layers)

    @property
    def params(self) -> int:
        """Trainable values, zero or not: weights, biases, batch norm; no running statistics."""
        return self.weights + self.others

    @property
    def sparsity(self) -> float:
        """Fraction (0 to 1) of the weights of convolution and linear layers that are zero."""
        return self.zeros / self.weights

    @property
    def macs(self) -> int | None:
        """MACs of one image in the usual variant of the network, or None (``why``)."""
        return sum(work.macs for work in self.works(self.fits[0])) if self.fits else None

    @property
    def empty_filters(self) -> int:
        """Filters of convolutions that are still in the file and hold zeros only."""
        return sum(one.shape[0] - one.alive for one in self.layers if not one.linear)

    @property
    def damage(self) -> str:
        """A clause on weights that are no finite numbers; empty where all are."""
        if not self.nonfinite:
            return ""
        more = len(self.nonfinite) - _NAMED
        named = ", ".join(self.nonfinite[:_NAMED]) + (f" and {more} more" if more > 0 else "")
        return f"holds NaN or infinite values in {named}"

    def works(self, fit: Fit) -> Iterator[Work]:
        """Yield the MACs of each layer, counted in one way."""
        return map(Work, self.layers, fit.positions)
