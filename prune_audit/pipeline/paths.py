"""How many paths masks leave between inputs and outputs of a perceptron, counted exactly.

A path takes one kept weight of every layer. ``connected`` says whether a weight lies on any path;
here they are counted, per class and per input: what of a signal can still get through (Yang et al.
2023, arXiv 2301.00335, where pruning hurts once no filter keeps the signal's coordinate).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from torch import Tensor


class Survival(NamedTuple):
    """Paths that are left: all that end at each class, all that begin at each input."""

    classes: tuple[int, ...]
    inputs: tuple[int, ...]


def survival(gone: Sequence[Tensor]) -> Survival:
    """Return how many paths are left; both tuples have the same sum.

    Args:
        gone: which weights are gone, layer by layer from the input on: booleans (outputs, inputs).

    Raises:
        ValueError: there is no layer, one is no linear layer, or they do not fit each other.
    """
    if not gone:
        raise ValueError("paths need a layer")
    turned = [_linear(layer).T for layer in reversed(gone)]
    return Survival(
        tuple(arriving(gone, [1] * gone[0].shape[1])),
        tuple(arriving(turned, [1] * gone[-1].shape[0])),
    )


def arriving(gone: Iterable[Tensor], entering: Sequence[int]) -> list[int]:
    """Return how many paths arrive at each output, with so many entering at each input.

    Args:
        gone: as ``survival`` takes them.
        entering: numbers of paths, one per input of the first layer.

    Raises:
        ValueError: a layer is no linear one, or does not fit what enters it.
    """
    counts = list(entering)
    for layer in gone:
        counts = _through(_linear(layer), counts)
    return counts


def _through(gone: Tensor, entering: Sequence[int]) -> list[int]:
    """Python's integers: a deep dense network has more paths than 64 bits hold."""
    outputs, inputs = gone.shape
    if inputs != len(entering):
        raise ValueError(f"a layer of {inputs} inputs cannot follow one of {len(entering)} outputs")
    found = [0] * outputs
    for output, start in (~gone).nonzero().tolist():
        found[output] += entering[start]
    return found


def _linear(gone: Tensor) -> Tensor:
    if gone.ndim != 2:
        raise ValueError("paths are counted through linear layers only")
    return gone
