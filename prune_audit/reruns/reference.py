"""Looking a setting up among reference retraining points: found, interpolated, refused, missing."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from prune_audit.answers import Answer
from prune_audit.intervals import Interval
from prune_audit.reruns.reference_points import Point, same_base
from prune_audit.reruns.reference_wanted import Wanted, aspects
from prune_audit.reruns.reference_words import base_words, listed, ratio_words
from prune_audit.reruns.scores import ENOUGH

__all__ = [
    "Found",
    "Interpolated",
    "Missing",
    "Outcome",
    "Refused",
    "Wanted",
    "Why",
    "look_up",
]

CLOSE = 0.01
"""A rate this share beyond the printed interval still counts as the same."""
COARSEST = 1.1
"""Most that the ends of a printed rate may differ by, as a factor; 2x is 1.5 to 3: too coarse."""
FARTHEST = 2.0
"""Most that the rates of two neighbours may differ by, as a factor, to interpolate between."""


class Why(StrEnum):
    """Why a look-up is refused although there are points of the setting."""

    OUTSIDE = "outside the range"
    FEW_RUNS = "too few runs"
    FAR_APART = "neighbours too far apart"
    COARSE = "rate printed too coarsely"
    OTHER_RATIOS = "other pruning ratios"
    SEVERAL_BASES = "several base models"


@dataclass(frozen=True)
class Found:
    """A point at the wanted rate."""

    point: Point

    @property
    def points(self) -> tuple[Point, ...]:
        """The one point."""
        return (self.point,)

    @property
    def mean(self) -> float:
        """Mean accuracy of its runs, percent."""
        return self.point.scores.mean or 0.0


@dataclass(frozen=True)
class Interpolated:
    """The two neighbours of the wanted rate (the middle of what its digits leave open).

    Accuracy is taken as linear in log(rate): tables and sweeps space rates by factors, and each
    further factor costs more than the one before, which a line over the rate itself would bend the
    wrong way.
    """

    slower: Point
    faster: Point
    rate: float

    @property
    def points(self) -> tuple[Point, ...]:
        """Both neighbours."""
        return (self.slower, self.faster)

    @property
    def share(self) -> float:
        """How far the rate lies from the slower neighbour to the faster one, 0 to 1, in logs."""
        return math.log(self.rate / self.slower.rate) / math.log(
            self.faster.rate / self.slower.rate
        )

    @property
    def mean(self) -> float:
        """Interpolated accuracy, percent."""
        low, high = (point.scores.mean or 0.0 for point in self.points)
        return low + self.share * (high - low)


@dataclass(frozen=True)
class Refused:
    """There are points of the setting, and they do not carry an answer."""

    why: Why
    reason: str


@dataclass(frozen=True)
class Missing:
    """There is no point of the setting; the reason names the nearest thing that there is."""

    reason: str


Outcome = Found | Interpolated | Refused | Missing


def look_up(points: Iterable[Point], wanted: Wanted) -> Outcome:
    """Look a setting up; nothing is ever extrapolated."""
    left = tuple(points)
    if not left:
        return Missing("there is no reference at all")
    for aspect in aspects(wanted):
        kept = tuple(point for point in left if aspect.fits(point))
        if not kept:
            there = listed(aspect.shown(point) for point in left)
            return Missing(f"no reference {aspect.words}; the nearest {aspect.has} {there}")
        left = kept
    if wanted.base is None and any(_other_base(left[0], point) for point in left):
        bases = listed(base_words(point.base) for point in left)
        reason = f"which base model is not known, the references have several: {bases}"
        return Refused(Why.SEVERAL_BASES, reason)
    if wanted.rate.low * Decimal(str(COARSEST)) < wanted.rate.high:
        reason = f"the rate may be anything from {_ends(wanted.rate)}: too coarse to look up"
        return Refused(Why.COARSE, reason)
    return _at_rate(left, wanted)


def _other_base(a: Point, b: Point) -> bool:
    return same_base(a.base, b.base) is not Answer.SAME


def _at_rate(points: Sequence[Point], wanted: Wanted) -> Found | Interpolated | Refused:
    low, high = float(wanted.rate.low) * (1 - CLOSE), float(wanted.rate.high) * (1 + CLOSE)
    near = [point for point in points if low <= point.rate <= high]
    if not near:
        return _between(points, wanted)
    fitting = [point for point in near if _same_ratios(point, wanted)]
    if not fitting:
        return _other_ratios(near)
    best = min(fitting, key=lambda point: (point.scores.n < ENOUGH, _distance(point, wanted)))
    return Found(best) if best.scores.n >= ENOUGH else _few([best])


def _between(points: Sequence[Point], wanted: Wanted) -> Interpolated | Refused:
    rate = _middle(wanted.rate)
    uniform = [point for point in points if len(point.pruning.ratios) == 1]
    known = sorted(
        (point for point in uniform if point.scores.n >= ENOUGH), key=lambda point: point.rate
    )
    slower = [point for point in known if point.rate < rate]
    faster = [point for point in known if point.rate > rate]
    if not (slower and faster):
        return _outside(known, points, rate)
    ends = (slower[-1], faster[0])
    if ends[1].rate > FARTHEST * ends[0].rate:
        shown = f"{ends[0].shown_rate} and {ends[1].shown_rate}"
        reason = f"its neighbours, {shown}, are more than a factor of {FARTHEST:g} apart"
        return Refused(Why.FAR_APART, reason)
    if not _ratios_between(*ends, wanted):
        return _other_ratios(ends)
    return Interpolated(*ends, rate)


def _outside(known: Sequence[Point], points: Sequence[Point], rate: float) -> Refused:
    if not known:
        return _few(points)
    reach = listed((known[0].shown_rate, known[-1].shown_rate), " to ")
    reason = (
        f"a rate of {rate:.3g}x lies outside of what the references with {ENOUGH} runs or more "
        f"reach ({reach}); nothing is extrapolated"
    )
    return Refused(Why.OUTSIDE, reason)


def _few(points: Sequence[Point]) -> Refused:
    counts = listed(f"{point.shown_rate}: {_runs(point)}" for point in points)
    return Refused(Why.FEW_RUNS, f"a reference takes {ENOUGH} finished runs or more; {counts}")


def _runs(point: Point) -> str:
    lost = f", {len(point.diverged)} diverged" if point.diverged else ""
    return f"n = {point.scores.n}{lost}"


def _other_ratios(points: Sequence[Point]) -> Refused:
    shown = listed(f"{ratio_words(point)} for {point.shown_rate}" for point in points)
    reason = f"the references at that rate remove other shares of the layers: {shown}"
    return Refused(Why.OTHER_RATIOS, reason)


def _same_ratios(point: Point, wanted: Wanted) -> bool:
    if wanted.ratios is None:
        return True
    ratios = point.pruning.ratios
    if len(ratios) != len(wanted.ratios):
        return False
    return all(
        stated.holds(Decimal(str(ratio)))
        for stated, ratio in zip(wanted.ratios, ratios, strict=True)
    )


def _ratios_between(slower: Point, faster: Point, wanted: Wanted) -> bool:
    """Whether one stated ratio lies between those of two uniformly pruned neighbours."""
    if wanted.ratios is None:
        return True
    ends = sorted(Decimal(str(point.pruning.ratios[0])) for point in (slower, faster))
    return len(wanted.ratios) == 1 and wanted.ratios[0].meets(Interval(ends[0], ends[1]))


def _distance(point: Point, wanted: Wanted) -> float:
    return abs(math.log(point.rate / _middle(wanted.rate)))


def _middle(rate: Interval) -> float:
    return math.sqrt(float(rate.low) * float(rate.high))


def _ends(rate: Interval) -> str:
    return f"{float(rate.low):.3g}x to {float(rate.high):.3g}x"
