"""Pearson's and Spearman's correlation of few values."""

from collections.abc import Sequence
from statistics import StatisticsError, correlation

LEAST = 3
"""Pairs of values from which on a correlation says anything."""


def pearson(a: Sequence[float], b: Sequence[float]) -> float | None:
    """Return the correlation; None of fewer than three pairs or where one side is constant."""
    if len(a) < LEAST:
        return None
    try:
        return correlation(a, b)
    except StatisticsError:
        return None


def spearman(a: Sequence[float], b: Sequence[float]) -> float | None:
    """Return the rank correlation, equal values sharing their mean rank; None as ``pearson``."""
    return pearson(ranks(a), ranks(b))


def ranks(values: Sequence[float]) -> list[float]:
    """Return ranks from 1; equal values share the mean of theirs."""
    ordered = sorted(values)
    firsts = {value: place for place, value in reversed(list(enumerate(ordered, 1)))}
    lasts = {value: place for place, value in enumerate(ordered, 1)}
    return [(firsts[value] + lasts[value]) / 2 for value in values]
