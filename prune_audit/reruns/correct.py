"""Planned rows and their runs -> corrections: the claimed number beside the rerun one.

On a stand-in there is no correction: a row of another data set says nothing about the claimed
number, so the two are put side by side and never subtracted. The type differs (``StandInRow``), so
that no format can forget it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from prune_audit.claim import Result
from prune_audit.noise import sample as printed_sample
from prune_audit.numbers import Printed
from prune_audit.reruns.measured import Measured
from prune_audit.reruns.planned import RETRAINED, Arm
from prune_audit.reruns.scores import Interval95, Scores
from prune_audit.statistics import Sample, t_quantile, welch

EXACT = "the claimed number's own spread is not known: taken as exact but for its rounding"
LIFTED = "runs agree to the image: their standard deviation taken as half an image"
OWN_ARMS = (Arm.REPORTED, Arm.CALIBRATED, Arm.TUNED, *RETRAINED.values())
"""Arms whose rows stand for the claimed row, under its own recipe or one that all rows share,
whole or in kind.

A scratch arm, another row's recipe, and added epochs were never claimed for it.
"""


@dataclass(frozen=True)
class Gap:
    """Rerun mean minus claimed accuracy, in points, with its 95 % confidence interval.

    The interval takes in the rounding of the claimed digits. It is None of a single run.
    """

    difference: float
    interval: Interval95 | None
    assumed: tuple[str, ...]

    @property
    def resolved(self) -> bool:
        """Whether the difference is larger than noise and rounding explain."""
        return self.interval is not None and self.interval.resolved


@dataclass(frozen=True)
class Correction:
    """A claimed row and its rerun; ``gap`` is None where no comparable accuracy is claimed."""

    measured: Measured
    gap: Gap | None


@dataclass(frozen=True)
class StandInRow:
    """A claimed row and what the stand-in gives: side by side, never subtracted."""

    measured: Measured


def correct(
    measured: Iterable[Measured], stand_in: bool
) -> tuple[Correction, ...] | tuple[StandInRow, ...]:
    """Return a record per measured row; without any difference where the data is a stand-in."""
    if stand_in:
        return tuple(StandInRow(row) for row in measured)
    return tuple(Correction(row, _gap_of(row)) for row in measured)


def _gap_of(row: Measured) -> Gap | None:
    if row.on_validation or row.planned.arm not in OWN_ARMS:
        return None
    return gap(row.scores, row.planned.result)


def claimed_accuracy(result: Result) -> Printed | None:
    """Return the claimed top-1 accuracy; None where it is silent, a bound or another metric."""
    top1 = result.top1.value
    other = result.metric.value not in (None, "top1")
    return None if top1 is None or top1.bound or other else top1


def gap(scores: Scores, result: Result) -> Gap | None:
    """Return rerun minus claimed; None where either is missing.

    With a stated spread Welch's interval (number of runs and kind of spread assumed where the
    claim does not state them), else the t interval of the rerun mean around the claimed value.
    """
    claimed, mean = claimed_accuracy(result), scores.mean
    if claimed is None or mean is None:
        return None
    difference = mean - float(claimed.value)
    ours = scores.sample
    if ours is None:
        return Gap(difference, None, ())
    stated = printed_sample(result, claimed)
    margin = _welch_margin(ours, stated[0]) if stated else _t_margin(ours)
    lifted = (LIFTED,) if scores.lifted else ()
    return Gap(
        difference, _around(mean, margin, claimed), (*(stated[1] if stated else (EXACT,)), *lifted)
    )


def _t_margin(ours: Sample) -> float:
    return t_quantile(0.975, ours.n - 1) * ours.std / sqrt(ours.n)


def _welch_margin(ours: Sample, stated: Sample) -> float:
    test = welch(ours, stated)
    return (test.high - test.low) / 2


def _around(mean: float, margin: float, claimed: Printed) -> Interval95:
    """Return the ends of mean - claimed over all values that the printed digits may stand for."""
    hull = claimed.hull
    return Interval95(mean - margin - float(hull.high), mean + margin - float(hull.low))
