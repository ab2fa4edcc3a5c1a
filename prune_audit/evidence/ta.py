"""Trainability accuracy, computed again: the mean accuracy over the first LR stage.

Wang et al. 2023 do not say which accuracy is meant (their 88.00 is above the final 79.57, so it is
no top-1 on the test set). A stated value is contradicted only where it is neither the test nor the
training accuracy and the logs have both.
"""

from collections.abc import Iterator
from decimal import Decimal
from statistics import fmean

from prune_audit.evidence.case import Case
from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.finals import FLOAT_NOISE, finest_step
from prune_audit.evidence.logs import Curve
from prune_audit.evidence.stages import first_stage
from prune_audit.intervals import Interval

_VERIFY = "log test and training accuracy of every epoch of the first LR stage"
_FIX = "say which accuracy it is, and correct it"


def checks(case: Case) -> Iterator[Check]:
    """Yield a check where the row states a trainability accuracy."""
    stated = case.result.ta
    if stated.value is None:
        return
    by_run = [_means(case, curve) for _, curve in case.curves]
    found = _averages(by_run) if by_run and len(by_run) == len(case.runs) else {}
    shown = ", ".join(f"{name} {fmean(values):.2f}" for name, values in found.items())
    anchors = (stated.place, *(curve.at() for _, curve in case.curves))
    fitting = next((name for name, values in found.items() if _fits(case, values)), "")
    if fitting:
        message = f"{stated} is the mean {fitting} accuracy over the first LR stage"
        yield Check(What.TA, Status.VERIFIED, stated.text, shown, message, anchors)
    elif {"test", "training"} <= set(found):
        message = f"the row states TA {stated}, the logs give {shown} over the first LR stage"
        yield Check(What.TA, Status.CONTRADICTED, stated.text, shown, message, anchors, "", _FIX)
    else:
        why = "the logs do not show both accuracies over the whole first LR stage"
        yield Check(What.TA, Status.NOT_VERIFIED, stated.text, shown, why, anchors[:1], "", _VERIFY)


def _means(case: Case, curve: Curve) -> dict[str, float]:
    """Return the mean test and training accuracy of the first stage, where each is complete."""
    stage = first_stage(case, curve)
    if stage is None:
        return {}
    points = [point for point in curve.points if point.epoch < stage.epochs]
    tests = [point.height for point in points if point.height is not None]
    trains = [float(point.train.value) for point in points if point.train is not None]
    both = {"test": tests, "training": trains}
    return {name: fmean(values) for name, values in both.items() if len(values) == stage.epochs}


def _averages(by_run: list[dict[str, float]]) -> dict[str, list[float]]:
    names = [name for name in ("test", "training") if all(name in means for means in by_run)]
    return {name: [means[name] for means in by_run] for name in names}


def _fits(case: Case, values: list[float]) -> bool:
    """Whether the stated value is the mean over the runs, or that of one of them."""
    stated = case.result.ta.value
    assert stated is not None, "asked of stated values only"
    slack = FLOAT_NOISE + max(finest_step(curve) for _, curve in case.curves)
    middles = [Decimal(repr(value)) for value in (fmean(values), *values)]
    return any(stated.hull.meets(Interval(m - slack, m + slack)) for m in middles)
