"""Premature decay: is the test accuracy still rising when the LR is first lowered?

The curve is the mean over the runs. Of the first LR stage the last half is looked at, at least four
epochs: the first half always rises, as training begins there. A straight line is fitted to it by
least squares. The curve counts as rising where three things hold:

- the slope is above zero by Student's test, one-sided, p below 0.01;
- along the line the accuracy gains at least one binomial standard error of the test set, so that
  it is more than the luck of the images;
- and at least the residual standard deviation, so that it stands out from the noise of epochs.

Where only the gain is large, it cannot be told; where it is small, the curve no longer rises. The
last two conditions guard against long stages, in which any slope becomes significant. A noisy flat
curve is called rising in fewer than one of a hundred cases, by the first condition alone.
"""

import math
from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import NamedTuple

from prune_audit.evidence.case import Case, RunEvidence
from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.logs import Curve, Point
from prune_audit.evidence.stages import first_stage
from prune_audit.statistics import t_sf

LEAST_EPOCHS = 4
ALPHA = 0.01
UNKNOWN_IMAGES = 10_000
"""Size of the test set where it is not known: that of CIFAR."""

_FIX = "keep the first LR until the accuracy no longer rises, or show that it makes no difference"


class Trend(NamedTuple):
    """A straight line through the end of the first stage: the gain along it in points."""

    epochs: int
    gain: float
    noise: float
    p: float


def checks(case: Case) -> Iterator[Check]:
    """Yield one check of the row where all its curves can be judged; nothing is claimed else."""
    curves = list(case.curves)
    heights = [_heights(case, curve) for _, curve in curves]
    usable = [found for found in heights if found]
    if not usable or len(usable) < len(case.runs) or len({len(found) for found in usable}) > 1:
        return
    trend = trend_of([fmean(epoch) for epoch in zip(*usable, strict=True)])
    if trend:
        yield _check(case, curves, len(usable[0]), trend)


def _heights(case: Case, curve: Curve) -> list[float]:
    """Return the test accuracy of every epoch of a first stage that another one follows."""
    stage = first_stage(case, curve)
    if stage is None or not stage.steps:
        return []
    heights = [p.height for p in curve.points if p.epoch < stage.epochs and p.height is not None]
    return heights if len(heights) == stage.epochs else []


def trend_of(heights: Sequence[float]) -> Trend | None:
    """Return the trend at the end of a stage; None for a stage of fewer than four epochs.

    ``heights`` are test accuracies by epoch, in percent.
    """
    window = heights[-max(LEAST_EPOCHS, math.ceil(len(heights) / 2)) :]
    count = len(window)
    if count < LEAST_EPOCHS:
        return None
    middle, height = (count - 1) / 2, fmean(window)
    across = sum((x - middle) ** 2 for x in range(count))
    slope = sum((x - middle) * (y - height) for x, y in enumerate(window)) / across
    left = sum((y - height - slope * (x - middle)) ** 2 for x, y in enumerate(window))
    noise = math.sqrt(left / (count - 2))
    error = noise / math.sqrt(across)
    p = t_sf(slope / error, count - 2) if error > 0 else float(slope <= 0)
    return Trend(count, slope * (count - 1), noise, p)


def is_rising(trend: Trend, height: float, images: int) -> bool:
    """Whether a trend counts as rising at an accuracy (percent) on so many test images."""
    return trend.p < ALPHA and trend.gain >= visible(trend, height, images)


def visible(trend: Trend, height: float, images: int) -> float:
    """Return the smallest gain in points that stands out from images and epochs."""
    share = min(max(height / 100, 0.0), 1.0)
    return max(100 * math.sqrt(share * (1 - share) / images), trend.noise)


def _check(
    case: Case, curves: Sequence[tuple[RunEvidence, Curve]], length: int, trend: Trend
) -> Check:
    last = _point(curves[0][1], length - 1)
    told = (trend, last.height or 0.0, case.test_size or UNKNOWN_IMAGES)
    if is_rising(*told):
        status, word = Status.CONTRADICTED, "the test accuracy still rises"
    elif trend.gain < visible(*told):
        status, word = Status.VERIFIED, "the test accuracy no longer rises"
    else:
        status, word = Status.NOT_VERIFIED, "it cannot be told whether the test accuracy rises"
    found = f"{trend.gain:+.2f} points in the last {trend.epochs} epochs"
    message = (
        f"{word} when the LR is first lowered, after {length} epochs: {found} "
        f"(p {trend.p:.2g}, noise {trend.noise:.2f})"
    )
    place = case.stage.lr.place if case.stage else case.result.place
    anchors = (place, *(curve.at(_point(curve, length - 1)) for _, curve in curves))
    claimed = f"first step after {length} epochs"
    fix = "" if status is Status.VERIFIED else _FIX
    return Check(What.DECAY, status, claimed, found, message, anchors, "", fix)


def _point(curve: Curve, epoch: int) -> Point:
    return next(point for point in curve.points if point.epoch == epoch)
