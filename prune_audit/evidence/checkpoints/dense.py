"""What the dense network of a row costs, with what the counters of others would add."""

from collections.abc import Iterator
from typing import NamedTuple

from prune_audit.claim import Result
from prune_audit.evidence.checkpoints.measured import Measured
from prune_audit.evidence.checkpoints.variants import data_of, variants
from prune_audit.registry import Network, dense
from prune_audit.registry.cost import layers_of
from prune_audit.registry.layers import Layer
from prune_audit.registry.shapes import SHAPES

_COLOUR = 3


class Dense(NamedTuple):
    """A dense network. Where its layers are not known one by one, only totals are."""

    macs: int | None
    """None where the cost at that input size is not known."""
    params: int
    convolutions: int | None = None
    """MACs without linear layers."""
    outputs: int | None = None
    """Values that its convolutions and linear layers put out."""
    weights: int | None = None
    """Parameters without biases and batch norm."""
    statistics: int | None = None


def dense_at(network: Network, size: int, outputs: int | None, channels: int | None) -> Dense:
    """Return the dense network at an input size, with a classifier for so many classes."""
    shape = SHAPES.get(network.id)
    if shape is None:
        total = dense(network, outputs)
        same = size == network.input_size and channels in (None, _COLOUR)
        return Dense(total.macs if same else None, total.params)
    shape = shape if channels is None else shape._replace(channels=channels)
    layers = layers_of(shape, 0.0, (), size, network.classes if outputs is None else outputs)
    costs = [layer.cost() for layer in layers]
    return Dense(
        sum(cost.macs for cost in costs),
        sum(cost.params for cost in costs),
        sum(layer.cost().macs for layer in layers if not _linear(layer)),
        sum(layer.outputs * layer.side**2 for layer in layers),
        sum(layer.inputs * layer.outputs * layer.kernel**2 for layer in layers),
        sum(2 * layer.outputs + 1 for layer in layers if layer.norm),
    )


def dense_networks(measured: Measured, result: Result) -> Iterator[Dense]:
    """Yield the dense networks that a row may mean, for parameters; the usual one first."""
    fitting = [fit.network for fit in measured.fits if fit.network]
    outputs = classes(measured, result)
    for network in dict.fromkeys(fitting or variants(result)):
        yield dense_at(network, network.input_size, outputs, measured.channels)


def classes(measured: Measured, result: Result) -> int | None:
    """Return the classes of the row's data set; of one that is not known, the network's outputs."""
    data, last = data_of(result), measured.layers[-1]
    return data.classes if data else last.shape[0] if last.linear else None


def _linear(layer: Layer) -> bool:
    """Whether it is linear: the only layers with a bias and a kernel of one pixel."""
    return layer.bias and layer.kernel == 1
