"""The epochs that were run against the declared ones."""

from collections.abc import Iterator
from decimal import Decimal

from prune_audit.claim import Stage
from prune_audit.evidence.case import Case, RunEvidence
from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.following import begins_before_training
from prune_audit.evidence.logs import Curve
from prune_audit.intervals import Interval

_VERIFY = "give the log of each run"
_WHOLE = "give the log of the whole run"
_FIX = "declare the epochs that were run, or give the log of the whole run"


def checks(case: Case) -> Iterator[Check]:
    """Yield a check of each run."""
    stage = case.stage
    if stage is None or not stage.epochs.known:
        return
    if not case.runs:
        yield _silent(stage, "", "no runs are given")
    for run in case.runs:
        yield _run(run, run.curve, stage) if run.curve else _silent(stage, run.label, run.why)


def _run(run: RunEvidence, curve: Curve, stage: Stage) -> Check:
    stated = stage.epochs.value
    assert stated is not None, "asked of stated epochs only"
    low, high = curve.epochs
    claimed, ran = stated.total(None), Interval(Decimal(low), Decimal(high))
    found = f"{low}" if low == high else f"{low} to {high}"
    anchors = (stage.epochs.place, curve.at(curve.points[-1]))
    counted = f"the log ends with epoch {curve.number(curve.points[-1].epoch)}, counted from "
    message = f"{counted}{curve.first}: {found} epochs"
    if curve.cut and low <= claimed.high:
        last = curve.number(curve.points[-1].epoch)
        message = f"the log could be read only up to epoch {last}: {found} epochs"
        status = Status.NOT_VERIFIED
    elif not claimed.meets(ran):
        status = _off(claimed, curve, stage)
        if status is Status.NOT_VERIFIED:
            message = f"{message}, of which the first may be a test before training"
        else:
            message = f"{message}, declared are {stated}"
    elif claimed.low == claimed.high and low == high:
        status = Status.VERIFIED
    else:
        status, message = Status.NOT_VERIFIED, f"{message}, which {stated} allows"
    fix = {Status.VERIFIED: "", Status.NOT_VERIFIED: _WHOLE}.get(status, _FIX)
    return Check(What.EPOCHS, status, stated.text, found, message, anchors, run.label, fix)


def _off(claimed: Interval, curve: Curve, stage: Stage) -> Status:
    """One epoch too many, counted from 0, can be a test before training."""
    fewer = curve.epochs[0] - 1
    first = curve.points[0]
    if curve.first or not claimed.holds(Decimal(fewer)) or first.train is not None:
        return Status.CONTRADICTED
    before = begins_before_training(curve, stage, fewer)
    return Status.CONTRADICTED if before is False else Status.NOT_VERIFIED


def _silent(stage: Stage, run: str, why: str) -> Check:
    place = stage.epochs.place
    return Check(
        What.EPOCHS, Status.NOT_VERIFIED, stage.epochs.text, "", why, (place,), run, _VERIFY
    )
