"""Ranks of methods at operating points: how far they agree, and where random choice stands.

Of two rows the order is known, tied, or unknown. As printed they are tied where what their digits
may stand for overlaps; beyond noise also where a test of the difference (Welch, else the binomial
floor of the test set) does not show it. It is unknown where an accuracy is not stated exactly, and
beyond noise where the noise is not known.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from prune_audit.claim import Claim, Result
from prune_audit.noise import noise
from prune_audit.ranking.points import Gathered, Point, gathered
from prune_audit.registry.entries import key
from prune_audit.reruns.methods import METHODS
from prune_audit.settings import Settings
from prune_audit.statistics import Agreement, agreement

ENOUGH = 3
"""Operating points that a ranking needs at the least (Li et al. 2024, arXiv 2406.12315)."""

Order = Callable[[Result, Result], int | None]
"""1 where the first row is above, -1 below, 0 tied, None unknown."""

_RANDOM = frozenset(
    key(word) for name in ("random", "random-weights") for word in METHODS[name].words
)


class Rank(NamedTuple):
    """Where a row stands among ``of`` rows: ``printed`` counts those printed above it, plus one.

    ``best`` and ``worst`` are the ends of what noise leaves open, None where it is not known.
    """

    printed: int
    of: int
    best: int | None = None
    worst: int | None = None


@dataclass(frozen=True, slots=True)
class Between:
    """Two operating points compared by the methods that stand at both."""

    first: Point
    second: Point
    methods: int
    printed: Agreement
    beyond: Agreement


class Standing(NamedTuple):
    """An operating point: its rows, best first as printed, and the rank of random choice."""

    point: Point
    order: tuple[str, ...]
    random: Rank | None


@dataclass(frozen=True, slots=True)
class Stability:
    """How stable ranks are over the operating points of one base model.

    ``tests`` names what says which differences are noise, ``Welch`` or ``binomial``.
    """

    gathered: Gathered
    standings: tuple[Standing, ...]
    between: tuple[Between, ...]
    tests: tuple[str, ...]

    @property
    def shared(self) -> int:
        """How many points have two methods or more in common with another point."""
        return len({id(point) for one in self.between for point in (one.first, one.second)})

    @property
    def enough(self) -> bool:
        """Whether there are enough such points to speak of a ranking."""
        return self.shared >= ENOUGH

    @property
    def reversed(self) -> int:
        """Pairs of methods that change sides beyond noise, summed over pairs of points."""
        return sum(one.beyond.discordant for one in self.between)


def stabilities(claims: Iterable[Claim], settings: Settings) -> Iterator[Stability]:
    """Yield what can be ranked of some claims: base models with a point of two methods or more."""
    for claim in claims:
        for one in gathered(claim, settings.tolerance):
            if any(len(point.rows) > 1 for point in one.points):
                yield stability(one, settings.alpha)


def stability(found: Gathered, alpha: float) -> Stability:
    """Compare every two operating points that share two methods or more.

    Args:
        found: the points.
        alpha: level of the test of one pair, two-sided, not corrected for the number of pairs.
    """
    sure = beyond_noise(alpha)
    standings = tuple(_standing(point, sure) for point in found.points if point.rows)
    between = tuple(
        _between(first, second, shared, sure)
        for first, second in combinations(found.points, 2)
        if len(shared := [name for name in first.rows if name in second.rows]) > 1
    )
    tests = {
        test.test
        for point in found.points
        for pair in combinations(point.rows.values(), 2)
        if (test := noise(*pair))
    }
    return Stability(found, standings, between, tuple(sorted(tests)))


def _between(first: Point, second: Point, shared: list[str], sure: Order) -> Between:
    pairs = list(combinations(shared, 2))

    def compared(order: Order) -> Agreement:
        return agreement(
            (order(first.rows[a], first.rows[b]), order(second.rows[a], second.rows[b]))
            for a, b in pairs
        )

    return Between(first, second, len(shared), compared(as_printed), compared(sure))


def as_printed(one: Result, other: Result) -> int | None:
    """Order two rows by their printed accuracies alone."""
    a, b = one.top1.value, other.top1.value
    if a is None or b is None or not (a.exact and b.exact):
        return None
    ours, theirs = a.interval(), b.interval()
    return int(theirs.below(ours)) - int(ours.below(theirs))


def beyond_noise(alpha: float) -> Order:
    """Return the order of two rows that tells apart only what a test tells apart."""

    def order(one: Result, other: Result) -> int | None:
        test = noise(one, other)
        printed = as_printed(one, other)
        if test is None or printed is None:
            return None
        return printed if test.significant(alpha) else 0

    return order


def _standing(point: Point, sure: Order) -> Standing:
    names = sorted(point.rows, key=lambda name: -_accuracy(point.rows[name]))
    random = [row for row in point.rows.values() if is_random(row)]
    rank = _rank(random[0], list(point.rows.values()), sure) if len(random) == 1 else None
    return Standing(point, tuple(names), rank)


def _accuracy(row: Result) -> float:
    return float(row.top1.value.value) if row.top1.value else float("-inf")


def is_random(row: Result) -> bool:
    """Say whether a row removes filters or weights at random, by its method's name or criterion."""
    criterion = row.pruning.criterion.value if row.pruning else None
    return key(row.method.text) in _RANDOM or bool(criterion and key(criterion) in _RANDOM)


def _rank(own: Result, rows: list[Result], sure: Order) -> Rank | None:
    """Return the rank of a row; None where its own accuracy or another's is not known."""
    others = [row for row in rows if row is not own]
    printed = [as_printed(row, own) for row in others]
    if None in printed:
        return None
    above = 1 + printed.count(1)
    beyond = [sure(row, own) for row in others]
    if None in beyond:
        return Rank(above, len(rows))
    return Rank(above, len(rows), 1 + beyond.count(1), len(rows) - beyond.count(-1))
