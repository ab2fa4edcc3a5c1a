"""Welch's t-test from printed means and standard deviations, and its bounds under rounding.

Source: B. L. Welch, Biometrika 34, 1947. What the test cannot detect: a pick of the best run, runs
that share a seed or a base model, and a ``+-`` that is no sample standard deviation.
"""

import heapq
import math
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
    return Welch(difference, t, df, two_sided_p(t, df), difference - margin, difference + margin)


def p_range(
    mean_a: Range, std_a: Range, n_a: int, mean_b: Range, std_b: Range, n_b: int
) -> tuple[float, float]:
    """Return bounds of Welch's two-sided p over all unrounded values behind the printed ones.

    Every mean and spread inside the ranges has its p inside the bounds. The bounds may be too wide
    by a ten-thousandth of their size (by more where p is below 1e-6), never too narrow. A spread
    below zero is taken as zero.

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
    low_s, high_s = _spread_ends(std_a)
    low_t, high_t = _spread_ends(std_b)
    farthest = max(high_a - low_b, high_b - low_a)
    nearest = max(low_a - high_b, low_b - high_a, 0.0)
    p_min = min(
        -_outer_maximum(_Edge(-1, farthest, low_s, n_a, n_b), low_t, high_t),
        -_outer_maximum(_Edge(-1, farthest, low_t, n_b, n_a), low_s, high_s),
    )
    p_max = max(
        _outer_maximum(_Edge(1, nearest, high_s, n_a, n_b), low_t, high_t),
        _outer_maximum(_Edge(1, nearest, high_t, n_b, n_a), low_s, high_s),
    )
    return p_min, p_max


class _Edge(NamedTuple):
    """An edge of the box of spreads: one spread fixed, the other one free.

    The score is ``sign`` times p, so that the lowest p is the highest score where sign is -1.
    """

    sign: int
    difference: float
    fixed: float
    n_fixed: int
    n_free: int

    def score(self, std: float) -> float:
        return self.sign * self._p(std, self._df(std))

    def bound(self, low: float, high: float) -> float:
        """Return a value that the score does not exceed between two spreads.

        p grows with the standard error and falls with df, so each takes its worst end; df peaks
        at n1 + n2 - 2 and has no other extreme.
        """
        ends = self._df(low), self._df(high)
        if self.sign > 0:
            return self._p(high, min(ends))
        scale = (self.n_free - 1) * self.n_free / ((self.n_fixed - 1) * self.n_fixed)
        holds_peak = low <= self.fixed * math.sqrt(scale) <= high
        return -self._p(low, self.n_fixed + self.n_free - 2 if holds_peak else max(ends))

    def _errors(self, std: float) -> tuple[float, float]:
        return self.fixed**2 / self.n_fixed, std**2 / self.n_free

    def _df(self, std: float) -> float:
        fixed, free = self._errors(std)
        return _degrees_of_freedom(fixed, self.n_fixed, free, self.n_free)

    def _p(self, std: float, df: float) -> float:
        return two_sided_p(_t_value(self.difference, math.sqrt(sum(self._errors(std)))), df)


def _outer_maximum(edge: _Edge, low: float, high: float) -> float:
    """Return an upper bound of the edge's score, by splitting the piece with the highest bound."""
    attained = max(edge.score(low), edge.score(high))
    heap = [(-edge.bound(low, high), low, high)]
    for _ in range(_MOST_SPLITS):
        negative_bound, low, high = heap[0]
        if -negative_bound <= attained + _TIGHT * abs(attained):
            break
        middle = (low + high) / 2
        attained = max(attained, edge.score(middle))
        heapq.heapreplace(heap, (-edge.bound(low, middle), low, middle))
        heapq.heappush(heap, (-edge.bound(middle, high), middle, high))
    return -heap[0][0]


def _degrees_of_freedom(error_a: float, n_a: int, error_b: float, n_b: int) -> float:
    """Return the Welch-Satterthwaite value; n1 + n2 - 2 where there is no error at all."""
    total = error_a + error_b
    if total == 0:
        return float(n_a + n_b - 2)
    share = error_a / total  # squares of the errors themselves could underflow
    return 1 / (share * share / (n_a - 1) + (1 - share) ** 2 / (n_b - 1))


def _t_value(difference: float, error: float) -> float:
    if difference == 0:
        return 0.0
    return difference / error if error else math.copysign(math.inf, difference)


def _check_runs(n: int) -> None:
    if n < 2:
        raise ValueError(f"a spread needs at least two runs, got n = {n}")


def _ends(printed: Range) -> tuple[float, float]:
    low, high = float(printed[0]), float(printed[1])
    if not (math.isfinite(low) and math.isfinite(high)) or low > high:
        raise ValueError(f"a range needs two finite ends in order, got {low} and {high}")
    return low, high


def _spread_ends(printed: Range) -> tuple[float, float]:
    low, high = _ends(printed)
    if high < 0:
        raise ValueError(f"a standard deviation cannot be negative, got at most {high}")
    return max(low, 0.0), high
