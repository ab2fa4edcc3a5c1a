"""Welch's t-test from printed means and standard deviations, and its bounds under rounding.

Source: B. L. Welch, Biometrika 34, 1947. What the test cannot detect: a pick of the best run, runs
that share a seed or a base model, and a ``+-`` that is no sample standard deviation.
"""

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, SupportsFloat, TypeAlias

from prune_audit.statistics.student import t_quantile, two_sided_p

Range: TypeAlias = tuple[SupportsFloat, SupportsFloat]
"""The lowest and the highest value that a printed number may stand for, both included."""

_TIGHT = 1e-4
_MOST_SPLITS = 500


@dataclass(frozen=True)
class Sample:
    """Mean and sample standard deviation (divisor n - 1) of ``n`` runs, in one common unit.

    Raises:
        ValueError: fewer than two runs, a negative spread, or a value that is not finite.
    """

    mean: float
    std: float
    n: int

    def __post_init__(self) -> None:
        _check_runs(self.n)
        if not (math.isfinite(self.mean) and math.isfinite(self.std)):
            raise ValueError(f"mean and spread must be finite, got {self.mean} and {self.std}")
        if self.std < 0:
            raise ValueError(f"a standard deviation cannot be negative, got {self.std}")


class Welch(NamedTuple):
    """Outcome of the test: first mean minus second, two-sided p, 95 % confidence interval."""

    difference: float
    t: float
    df: float
    p: float
    low: float
    high: float


def welch(a: Sample, b: Sample) -> Welch:
    """Test whether two means differ, without assuming equal variances.

    Where both spreads are zero the runs leave no noise to compare with: ``t`` is infinite and
    ``p`` 0 if the means differ, 0 and 1 if they are equal, and the interval is the difference
    itself. Zero spreads are mostly an effect of rounding: use ``p_range`` for printed numbers.
    """
    difference = a.mean - b.mean
    error_a, error_b = a.std * a.std / a.n, b.std * b.std / b.n
    error = math.sqrt(error_a + error_b)
    df = _degrees_of_freedom(error_a, a.n, error_b, b.n)
    t = _t_value(difference, error)
    margin = t_quantile(0.975, df) * error if error else 0.0
    return Welch(
        difference, t, df, two_sided_p(t, df), difference - margin, difference + margin
    )


def p_range(
    mean_a: Range, std_a: Range, n_a: int, mean_b: Range, std_b: Range, n_b: int
) -> tuple[float, float]:
    """Return bounds of Welch's two-sided p over all unrounded values behind the printed ones.

    Every mean and spread inside the ranges has its p inside the bounds. The bounds may be too wide
    by a ten-thousandth of their size, never too narrow. A spread below zero is taken as zero.

    The p-value falls with the absolute difference and rises when both spreads grow by one factor,
    so its extremes lie where a spread is at its end. Along such an edge the standard error and
    the degrees of freedom may pull in opposite directions; there it is bounded piece by piece.

    Raises:
        ValueError: fewer than two runs, a range upside down, or an end that is not finite.
    """
    _check_runs(n_a)
    _check_runs(n_b)
    low_a, high_a = _ends(mean_a)
    low_b, high_b = _ends(mean_b)
    box = _Box(*_spread_ends(std_a), n_a, *_spread_ends(std_b), n_b)
    farthest = max(high_a - low_b, high_b - low_a)
    nearest = max(low_a - high_b, low_b - high_a, 0.0)
    return _lowest_p(farthest, box), _highest_p(nearest, box)


class _Box(NamedTuple):
    """Ranges of the two spreads, each with its number of runs."""

    low_a: float
    high_a: float
    n_a: int
    low_b: float
    high_b: float
    n_b: int

    def swapped(self) -> "_Box":
        return _Box(self.low_b, self.high_b, self.n_b, self.low_a, self.high_a, self.n_a)


class _Edge(NamedTuple):
    """One spread fixed, the other one free: the set over which p is bounded."""

    difference: float
    fixed: float
    n_fixed: int
    n_free: int

    def errors(self, std: float) -> tuple[float, float]:
        """Return the squared standard errors of the two means."""
        return self.fixed**2 / self.n_fixed, std**2 / self.n_free

    def df(self, std: float) -> float:
        fixed, free = self.errors(std)
        return _degrees_of_freedom(fixed, self.n_fixed, free, self.n_free)

    def p(self, std: float, df: float) -> float:
        return two_sided_p(_t_value(self.difference, math.sqrt(sum(self.errors(std)))), df)

    def at(self, std: float) -> float:
        return self.p(std, self.df(std))

    def above(self, low: float, high: float) -> float:
        """Return a value that p does not exceed between two spreads."""
        return self.p(high, min(self.df(low), self.df(high)))

    def below(self, low: float, high: float) -> float:
        """Return a value that p does not fall below; df peaks where it equals n1 + n2 - 2."""
        peak = self.fixed * math.sqrt((self.n_free - 1) * self.n_free)
        peak /= math.sqrt((self.n_fixed - 1) * self.n_fixed)
        most = max(self.df(low), self.df(high))
        if low <= peak <= high:
            most = self.n_fixed + self.n_free - 2.0
        return self.p(low, most)


def _highest_p(difference: float, box: _Box) -> float:
    if difference == 0:
        return 1.0
    return max(
        _outer_maximum(edge.at, edge.above, low, high)
        for edge, low, high in (
            (_Edge(difference, side.high_a, side.n_a, side.n_b), side.low_b, side.high_b)
            for side in (box, box.swapped())
        )
    )


def _lowest_p(difference: float, box: _Box) -> float:
    if difference == 0:
        return 1.0
    return min(
        -_outer_maximum(
            lambda std, edge=edge: -edge.at(std),  # type: ignore[misc]
            lambda one, two, edge=edge: -edge.below(one, two),  # type: ignore[misc]
            low,
            high,
        )
        for edge, low, high in (
            (_Edge(difference, side.low_a, side.n_a, side.n_b), side.low_b, side.high_b)
            for side in (box, box.swapped())
        )
    )
