"""A graph as the steps that cost MACs, whichever format it came in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from prune_audit.claim import Result
from prune_audit.evidence.checkpoints.arrays import finite, layer
from prune_audit.evidence.checkpoints.errors import CheckpointError
from prune_audit.evidence.checkpoints.kinds import Kind
from prune_audit.evidence.checkpoints.measured import Fit, Measured
from prune_audit.evidence.checkpoints.variants import sizes, variants

if TYPE_CHECKING:
    from prune_audit.evidence.checkpoints.arrays import Array


class Step(NamedTuple):
    """A use of a weight: a convolution or a linear layer."""

    weight: str
    positions: int
    """Pixels of the output map, or rows, of one image."""
    turned: bool = False
    """The weight has its inputs on the first axis."""


class UncountedError(ValueError):
    """A graph whose MACs are not counted; the message says why, as a clause."""


class Graph(NamedTuple):
    """The steps of a graph and the tensors in the file."""

    steps: tuple[Step, ...]
    products: int
    """MACs of products between activations."""
    trained: "Mapping[str, Array]"
    """All trainable tensors by name, the weights of the steps among them."""
    statistics: int
    image: tuple[int, ...]
    """Shape of its input."""
    why: str = ""
    """Why MACs are not counted, a clause; empty where they are."""


def measure_graph(kind: Kind, graph: Graph, result: Result) -> Measured:
    """Return the sizes of a network given by its graph.

    Raises:
        CheckpointError: there is no convolution or linear layer.
    """
    positions: dict[str, int] = {}
    turned: dict[str, bool] = {}
    for step in graph.steps:
        positions[step.weight] = positions.get(step.weight, 0) + step.positions
        turned[step.weight] = step.turned
    arrays = {name: graph.trained[name] for name in positions}
    if not arrays:
        raise CheckpointError("holds no convolution or linear layer with weights of its own")
    layers = tuple(layer(name, a.T if turned[name] else a) for name, a in arrays.items())
    why = graph.why or _other_size(graph.image, result)
    folded = not graph.statistics and any(not one.linear for one in layers)
    return Measured(
        kind,
        layers,
        sum(a.size for name, a in graph.trained.items() if name not in arrays),
        graph.statistics,
        () if why else tuple(_fits(graph, tuple(positions.values()), result)),
        why,
        graph.image[1] if len(graph.image) == 4 else None,
        tuple(name for name, a in graph.trained.items() if not finite(a)),
        ("batch norm is folded into the convolutions, or there is none",) if folded else (),
    )


def wanted_sizes(result: Result) -> tuple[int, ...]:
    """Return the sides of the input that the MACs of a row may be counted at."""
    found = [size for network in (*variants(result), None) for size in sizes(result, network)]
    return tuple(dict.fromkeys(found))


def _other_size(image: Sequence[int], result: Result) -> str:
    """Say that a graph is for images of another size than the row's, if it is."""
    wanted = wanted_sizes(result)
    if len(image) != 4 or not wanted or (image[2] == image[3] and image[3] in wanted):
        return ""
    many = " or ".join(map(str, wanted))
    return f"the graph is for images of {image[2]}x{image[3]} pixels, the row's are of {many}"


def _fits(graph: Graph, positions: tuple[int, ...], result: Result) -> Iterator[Fit]:
    """Yield one way to count per network that it may be; by the number of layers where it tells."""
    size = graph.image[-1] if len(graph.image) == 4 else 0
    known = variants(result)
    alike = [network for network in known if network.layers == len(positions)]
    for network in alike or known or (None,):
        yield Fit(network, size, positions, graph.products)
