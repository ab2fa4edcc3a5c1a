"""How many weights each layer keeps at a common budget, from the shapes of the layers alone.

Everything is exact (fractions, then whole numbers), so every machine finds the same counts, and the
counts add up to the budget. Shapes are those of weights: (outputs, inputs) of a linear layer,
(outputs, inputs per group, height, width) of a convolution.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import prod

from prune_audit.registry import removed

Shape = tuple[int, ...]

Raw = Callable[[Shape], Fraction]
"""The density of a layer before the scale that all layers share."""


def er(shape: Shape) -> Fraction:
    """Return (inputs + outputs) / (inputs * outputs); the size of a kernel plays no part.

    Source: Mocanu et al. 2018 (Nature Communications 9, 2383; arXiv 1707.04780).
    """
    return Fraction(sum(shape[:2]), prod(shape[:2]))


def erk(shape: Shape) -> Fraction:
    """Return the sum of all sides over their product, height and width of a kernel included.

    Source: Evci et al. 2020 (arXiv 1911.11134).
    """
    return Fraction(sum(shape), prod(shape))


def kept_at(ratio: float, shapes: Mapping[str, Shape]) -> int:
    """Return how many of all weights stay where a fraction ``ratio`` (0 to 1) of them goes.

    Raises:
        ValueError: fewer than one per layer, so that a layer would be empty.
    """
    weights = sum(map(prod, shapes.values()))
    kept = weights - removed(ratio, weights)
    if kept < len(shapes):
        raise ValueError(
            f"at ratio {ratio:g} only {kept} of {weights} weights stay, "
            f"fewer than one for each of {len(shapes)} layers"
        )
    return kept


def counts(shapes: Mapping[str, Shape], kept: int, raw: Raw) -> dict[str, int]:
    """Return how many weights each layer keeps, from 1 to all of them; they add up to ``kept``.

    Args:
        shapes: of the weights, by layer.
        kept: weights that stay, of all layers together.
        raw: relative densities, such as ``er`` and ``erk``; only their proportions matter.

    Raises:
        ValueError: ``kept`` is less than one per layer, or more than there are.
    """
    return rounded(shares(shapes, kept, raw))


def densities(shapes: Mapping[str, Shape], kept: int, raw: Raw) -> dict[str, Fraction]:
    """Return the kept fraction (0 to 1) of each layer before rounding to whole weights.

    Raises:
        ValueError: as ``counts``.
    """
    parts = shares(shapes, kept, raw)
    return {name: part / prod(shapes[name]) for name, part in parts.items()}


def shares(shapes: Mapping[str, Shape], kept: int, raw: Raw) -> dict[str, Fraction]:
    """Return the weights of each layer that stay, not yet rounded; they add up to ``kept``.

    Each is scale x raw density x size, but at most the whole layer and at least one weight; one
    scale is common to all. It is found exactly, and it is the one at which the usual loop ends:
    a layer whose density would exceed 1 is made dense, and the scale of the others recomputed.

    Raises:
        ValueError: as ``counts``.
    """
    sizes = {name: prod(shape) for name, shape in shapes.items()}
    if not len(sizes) <= kept <= sum(sizes.values()):
        raise ValueError(
            f"expected from {len(sizes)} (one per layer) to {sum(sizes.values())} weights to stay, "
            f"got {kept}"
        )
    wanted = {name: raw(shape) * sizes[name] for name, shape in shapes.items()}
    return _within(wanted, sizes, _scale(wanted, sizes, kept))


def _within(
    wanted: Mapping[str, Fraction], sizes: Mapping[str, int], scale: Fraction
) -> dict[str, Fraction]:
    return {
        name: min(max(scale * part, Fraction(1)), Fraction(sizes[name]))
        for name, part in wanted.items()
    }


def _scale(wanted: Mapping[str, Fraction], sizes: Mapping[str, int], kept: int) -> Fraction:
    """Return the scale at which ``kept`` weights stay.

    Their number grows with the scale along straight pieces, which end where a layer leaves its one
    weight or is complete.
    """
    ends = sorted({limit / part for name, part in wanted.items() for limit in (1, sizes[name])})

    def total(scale: Fraction) -> Fraction:
        return sum(_within(wanted, sizes, scale).values(), Fraction(0))

    after = bisect_right(ends, Fraction(kept), key=total)
    if after == len(ends):
        return ends[-1]
    low, high = ends[after - 1], ends[after]
    return low + (high - low) * (kept - total(low)) / (total(high) - total(low))


def rounded(parts: Mapping[str, Fraction]) -> dict[str, int]:
    """Return whole numbers with the same sum (a whole one), by largest remainders.

    No part moves by one or more, and a part that is whole stays. Among equal remainders the first
    ones are rounded up.
    """
    down = {name: int(part) for name, part in parts.items()}
    left = int(sum(parts.values())) - sum(down.values())
    order = sorted(parts, key=lambda name: down[name] - parts[name])  # stable: first of equals
    up = set(order[:left])
    return {name: down[name] + (name in up) for name in parts}
