"""Kendall's tau-b: how far two orders of the same things agree, ties allowed for.

tau-b = (C - D) / sqrt(A * B) over all pairs of things: C pairs are in the same order twice and D in
opposite orders; A pairs have an order in the first ranking, B in the second. 1 is the same order,
-1 the opposite one. Source: Kendall 1945, The treatment of ties in ranking problems (Biometrika 33,
239-251).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

Orders = tuple[int | None, int | None]
"""Of a pair of things in two rankings: 1 where the first stands above, -1 below, 0 tied, None where
that is unknown."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Pairs of things by how two rankings order them; pairs unknown in either are counted apart.

    ``tied_first`` counts pairs that are tied in the first ranking only, ``tied_second`` in the
    second only, ``tied_both`` in both.
    """

    concordant: int = 0
    discordant: int = 0
    tied_first: int = 0
    tied_second: int = 0
    tied_both: int = 0
    unknown: int = 0

    @property
    def pairs(self) -> int:
        """Pairs of which both orders, or ties, are known."""
        ordered = self.concordant + self.discordant
        return ordered + self.tied_first + self.tied_second + self.tied_both

    @property
    def tau(self) -> float | None:
        """Kendall's tau-b over the known pairs; None where a ranking orders none of them."""
        ordered = self.concordant + self.discordant
        first, second = ordered + self.tied_second, ordered + self.tied_first
        if not first or not second:
            return None
        return (self.concordant - self.discordant) / sqrt(first * second)


def agreement(orders: Iterable[Orders]) -> Agreement:
    """Count pairs by how two rankings order them."""
    counts = [0] * 6
    for pair in orders:
        counts[_kind(*pair)] += 1
    return Agreement(*counts)


def _kind(first: int | None, second: int | None) -> int:
    """Return the place of a pair among the fields of ``Agreement``."""
    if first is None or second is None:
        return 5
    if first and second:
        return 0 if first == second else 1
    return 3 if first else 2 if second else 4


def sign(difference: float) -> int:
    """Return 1, 0 or -1."""
    return (difference > 0) - (difference < 0)


def kendall(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return Kendall's tau-b of two sequences of values of the same things, in the same order.

    None where all values of one are equal, or there are fewer than two.

    Raises:
        ValueError: they are not of one length, or hold what is no number.
    """
    if any(one != one for one in (*first, *second)):
        raise ValueError("a value that is no number has no rank")
    things = list(zip(first, second, strict=True))
    return agreement((sign(a[0] - b[0]), sign(a[1] - b[1])) for a, b in combinations(things, 2)).tau
