"""Whether a direction that a source reports was seen: paired differences, seed by seed."""

from collections.abc import Iterable, Sequence
from math import sqrt
from statistics import fmean, stdev

from prune_audit.statistics import t_quantile
from prune_audit.studies.outcome import Held, Sign

LEAST = 0.05
"""Least standard deviation of differences, in points: seeds that agree do not show that there is no
noise. Half an image of 899 test images."""


def positive(
    expected: str, differences: Sequence[float], unit: str = "points", least: float = LEAST
) -> Sign:
    """Say whether differences are above zero: their 95 % interval decides (Student's t, paired).

    Args:
        expected: what a source reports, and which.
        differences: one per seed, two or more.
        unit: of the differences.
        least: standard deviation below which none is taken, in that unit.
    """
    low, high = interval(differences, least)
    held = Held.YES if low > 0 else Held.NO if high < 0 else Held.OPEN
    wins = sum(one > 0 for one in differences)
    measured = (
        f"{fmean(differences):+.2f} {unit}, 95 % interval {low:+.2f} to {high:+.2f}, "
        f"above zero on {wins} of {len(differences)} seeds"
    )
    return Sign(expected, measured, held)


def interval(differences: Sequence[float], least: float = LEAST) -> tuple[float, float]:
    """Return the ends of the 95 % interval of the mean of two or more differences."""
    runs = len(differences)
    margin = t_quantile(0.975, runs - 1) * max(stdev(differences), least) / sqrt(runs)
    return fmean(differences) - margin, fmean(differences) + margin


def minus(ours: Sequence[float], others: Sequence[float]) -> tuple[float, ...]:
    """Return differences seed by seed."""
    return tuple(a - b for a, b in zip(ours, others, strict=True))


def mean_of(series: Iterable[Sequence[float]]) -> tuple[float, ...]:
    """Return the mean of several series seed by seed."""
    return tuple(fmean(same) for same in zip(*series, strict=True))
