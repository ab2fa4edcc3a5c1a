"""MACs of weights without a graph: by the names of a network that the registry knows."""

from prune_audit.claim import Result
from prune_audit.evidence.checkpoints.arrays import Layer, Tensors
from prune_audit.evidence.checkpoints.kinds import Kind
from prune_audit.evidence.checkpoints.measured import Fit, Measured
from prune_audit.evidence.checkpoints.routes import route
from prune_audit.evidence.checkpoints.variants import data_of, sizes, variants
from prune_audit.evidence.checkpoints.walk import MismatchError, Walk
from prune_audit.registry import Network

_SMALLEST = 32
"""Pixels: every network that is made for larger images has pixels in every map at this size."""


def measure_weights(kind: Kind, tensors: Tensors, result: Result) -> Measured:
    """Return the sizes of a network given by its weights alone, as the network of a row."""
    walks: list[tuple[Network, int, Walk]] = []
    reasons = [f"the registry knows no network {result.network}"]
    for network in variants(result):
        try:
            walks += [(network, size, _walk(network, size, tensors, result))
                      for size in sizes(result, network)]  # fmt: skip
        except MismatchError as error:
            reasons.append(f"the weights are not those of {network.name}: {error}")
    layers = _ordered(tensors, walks[0][2]) if walks else tensors.layers
    return Measured(
        kind,
        layers,
        sum(tensors.vectors.values()),
        tensors.statistics,
        tuple(Fit(network, size, _positions(layers, walk)) for network, size, walk in walks),
        "" if walks else reasons[:2][-1],
        _channels(layers[0], walks[0][1]) if walks else None,
        tensors.nonfinite,
        ("masks are multiplied in",) if tensors.masked else (),
    )


def _walk(network: Network, size: int, tensors: Tensors, result: Result) -> Walk:
    """Walk through a network at one input size.

    Raises:
        MismatchError: the weights are not those of the network, or the images too small for it.
    """
    way, data = route(network), data_of(result)
    if way is None:
        raise MismatchError("the layers of that network are not known here by name")
    if size < min(network.input_size, _SMALLEST):
        raise MismatchError(f"images of {size} pixels are too small for it")
    walk = Walk({one.name: one for one in tensors.layers}, tensors.vectors)
    walk.end(way(walk, size), data.classes if data else None)
    return walk


def _channels(first: Layer, size: int) -> int:
    """Return the channels of the images; a first layer that is linear sees their pixels."""
    return first.shape[1] // size**2 if first.linear else first.shape[1]


def _ordered(tensors: Tensors, walk: Walk) -> tuple[Layer, ...]:
    """Return the layers in the order of the network, whatever their order in the file."""
    named = {one.name: one for one in tensors.layers}
    return tuple(named[name] for name in walk.positions)


def _positions(layers: tuple[Layer, ...], walk: Walk) -> tuple[int, ...]:
    return tuple(walk.positions[one.name] for one in layers)
