"""The phases of an accuracy over sparsity: light, critical, sweet, collapsed.

Definition: levels of rising sparsity, each with a test accuracy and the standard deviation of that
number (of a mean over n runs, that of the runs over the root of n). Two levels differ where their
accuracies lie further apart than three standard deviations of the difference and the rounding of
both. Deviations from few runs are taken to be no smaller than the median over the levels; then
noise alone shows a dip in about one of twenty series of twenty levels and five runs (simulated).
A dip is a level that differs from a higher one
before it and from a higher one after it; of several the one counts whose smaller side is largest.
With a dip, the light phase ends with the last level before it that does not differ from the
highest one before it; the critical phase ends with the last level, short of the peak behind it,
that does not differ from the dip; the sweet phase ends with the last level that does not differ
from that peak; what follows is collapsed. Without a dip there is no critical and no sweet phase:
what does not differ from the highest level, and all before it, is light, the rest collapsed.
Source: the four phases are those of He et al. 2022 (arXiv 2206.08684), who draw them by eye.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from math import hypot
from statistics import median
from typing import NamedTuple

DEVIATIONS = 3
"""Standard deviations of a difference beyond which two levels count as different."""
FITTED = 99.0
"""Training accuracy in percent from which on a network has fitted its training set."""


class Phase(StrEnum):
    """In order of sparsity."""

    LIGHT = "light"
    CRITICAL = "critical"
    SWEET = "sweet"
    COLLAPSED = "collapsed"


class Level(NamedTuple):
    """One level of sparsity.

    ``sparsity``, ``test`` and ``train`` are in percent, ``deviation`` (the standard deviation of
    ``test``) and ``rounding`` (how far ``test`` may lie from what was measured) in points.
    """

    sparsity: float
    test: float
    deviation: float
    rounding: float = 0.0
    train: float | None = None


class Dip(NamedTuple):
    """The indices of the highest level before a dip, its bottom, and the highest after it."""

    before: int
    bottom: int
    peak: int


def differ(low: Level, high: Level) -> bool:
    """Return whether one level is lower than another beyond noise and rounding."""
    return high.test - low.test > DEVIATIONS * noise(low, high) + low.rounding + high.rounding


def noise(one: Level, other: Level) -> float:
    """Return the standard deviation of the difference of two levels, in points."""
    return hypot(one.deviation, other.deviation)


def dip(levels: Sequence[Level]) -> Dip | None:
    """Return the deepest dip that is more than noise, None without one."""
    tests = [level.test for level in levels]
    found = [
        one for one in _dips(tests)
        if differ(levels[one.bottom], levels[one.before])
        and differ(levels[one.bottom], levels[one.peak])
    ]  # fmt: skip
    return max(found, key=lambda one: depth(tests, one), default=None)


def steadied(levels: Sequence[Level]) -> tuple[Level, ...]:
    """Return levels whose deviations are no smaller than the median: few runs show too little."""
    if not levels:
        return ()
    least = median(level.deviation for level in levels)
    return tuple(level._replace(deviation=max(level.deviation, least)) for level in levels)


def deepest(tests: Sequence[float]) -> Dip:
    """Return the deepest dip of three accuracies or more, noise or not.

    Its depth is below zero where there is none at all.

    Raises:
        ValueError: fewer than three.
    """
    if len(tests) < 3:
        raise ValueError(f"expected three levels or more, got {len(tests)}")
    return max(_dips(tests), key=lambda one: depth(tests, one))


def depth(tests: Sequence[float], one: Dip) -> float:
    """Return the smaller of a dip's two sides: its fall and the rise behind it."""
    return min(tests[one.before], tests[one.peak]) - tests[one.bottom]


def phases(levels: Sequence[Level]) -> tuple[Phase, ...]:
    """Return the phase of each level; levels come in order of rising sparsity."""
    if not levels:
        return ()
    every = range(len(levels))
    found = dip(levels)
    if found is None:
        top = _highest([level.test for level in levels], every)
        end = max(i for i in every if not differ(levels[i], levels[top]))
        return tuple(Phase.LIGHT if i <= max(end, top) else Phase.COLLAPSED for i in every)
    before, bottom, peak = (levels[i] for i in found)
    ends = {
        Phase.LIGHT: max(i for i in every[: found.bottom] if not differ(levels[i], before)),
        Phase.CRITICAL: max(
            i for i in every[found.bottom : found.peak] if not differ(bottom, levels[i])
        ),
        Phase.SWEET: max(i for i in every[found.peak :] if not differ(levels[i], peak)),
    }
    return tuple(next((p for p, end in ends.items() if i <= end), Phase.COLLAPSED) for i in every)


def unfitted(levels: Sequence[Level]) -> int | None:
    """Return the index of the first level whose network has not fitted its training set."""
    short = (i for i, one in enumerate(levels) if one.train is not None and one.train < FITTED)
    return next(short, None)


def _dips(tests: Sequence[float]) -> list[Dip]:
    """Return the dip at each inner level: from and to the highest on either side."""
    last = len(tests)
    return [
        Dip(_highest(tests, range(i)), i, _highest(tests, range(i + 1, last)))
        for i in range(1, last - 1)
    ]


def _highest(tests: Sequence[float], places: Iterable[int]) -> int:
    return max(places, key=lambda i: tests[i])
