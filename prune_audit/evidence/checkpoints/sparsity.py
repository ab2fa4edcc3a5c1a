"""The shares that papers print as sparsity: zero weights of these or of those."""

from collections.abc import Iterator

from prune_audit.evidence.checkpoints.arrays import Layer
from prune_audit.evidence.checkpoints.counters import Counter, End
from prune_audit.evidence.checkpoints.dense import Dense
from prune_audit.evidence.checkpoints.measured import Measured


def sparsity_counters(measured: Measured, networks: tuple[Dense, ...]) -> Iterator[Counter]:
    """Yield the counts of weights that are not zero beside all of them, the usual one first.

    The usual share is that of zeros among the weights of all convolution and linear layers. Papers
    also leave out the first or the last layer, which were not pruned, or count biases and batch
    norm in; of a network whose filters were cut out, they print the share of the dense one's
    weights that is gone.
    """
    layers = measured.layers
    yield _among(layers, "")
    yield Counter((End(measured.params - measured.zeros, measured.params),), "over all parameters")
    yield _among([one for one in layers if not one.linear], "over convolutions alone")
    yield _among(layers[1:], "without the first layer")
    yield _among(layers[1:-1], "without the first and the last layer")
    yield _among(layers[:-1], "without the last layer")
    for dense in networks:
        left = measured.weights - measured.zeros
        ends = (End(left, dense.weights or dense.params), End(left + measured.others, dense.params))
        yield Counter(ends, "over the weights of the dense network")


def _among(layers: tuple[Layer, ...] | list[Layer], words: str) -> Counter:
    size = sum(one.size for one in layers)
    return Counter((End(size - sum(one.zeros for one in layers), size),), words)
