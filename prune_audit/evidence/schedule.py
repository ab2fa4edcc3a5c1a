"""The LR of each epoch in the log against the declared schedule."""

import math
from collections.abc import Iterator, Sequence

from prune_audit.claim import Stage
from prune_audit.evidence.case import Case, RunEvidence
from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.expected_lr import Range, within
from prune_audit.evidence.following import (
    SHIFTS,
    Logged,
    Off,
    declared,
    first_off,
    further_off,
    logged,
    shift_of,
)
from prune_audit.evidence.logs import Curve, Point
from prune_audit.evidence.lr_digits import TIGHT, Slack
from prune_audit.schedules.schedule import Schedule
from prune_audit.schedules.spec import LrShape, LrSpec

COARSE = 0.05
"""Relative: digits that leave more than this open show no LR."""

_MOST_NAMED = 3
_STEPS = (LrShape.STEP, LrShape.CONSTANT, LrShape.UNKNOWN)
_VERIFY = "give the log of each run with its LR by epoch, and name the column under logs"
_FIX = "declare the schedule that was run, or give the log of this run"


def checks(case: Case) -> Iterator[Check]:
    """Yield a check of each run."""
    stage = case.stage
    if stage is None or not stage.lr.known:
        return
    if not case.runs:
        yield _silent(stage, "", "no runs are given")
    for run in case.runs:
        yield _run(run, stage)


def _run(run: RunEvidence, stage: Stage) -> Check:
    return compared(stage, run, run.curve) if run.curve else _silent(stage, run.label, run.why)


def compared(stage: Stage, run: RunEvidence, curve: Curve) -> Check:
    """Set the LRs of a log against the schedule that a stage declares."""
    lrs = logged(curve)
    if not lrs:
        return _silent(stage, run.label, f"its log has {curve.lacks.get('lr', 'no LR')}")
    schedule = declared(stage, curve.epochs[0])
    if schedule is None:
        return _partly(stage, run, curve, lrs)
    return _whole(stage, run, curve, lrs, schedule)


def _whole(
    stage: Stage, run: RunEvidence, curve: Curve, lrs: Sequence[Logged], schedule: Schedule
) -> Check:
    shift = shift_of(curve, lrs, schedule)
    if shift is None:
        off = first_off(lrs, schedule, 0)
        assert off is not None, "a log that is off with every shift is off without one"
        return _differs(stage, run, curve, off, "the log")
    further = further_off(lrs, schedule, shift)
    # in most epochs it is the LR of other weights (biases, the classifier), not a slip
    if further and 2 * len(further) < len(lrs):
        return _differs(stage, run, curve, further[0], "another row of this epoch")
    return _agrees(stage, run, curve, lrs, schedule, shift, further)


def _differs(stage: Stage, run: RunEvidence, curve: Curve, off: Off, where: str) -> Check:
    epoch = curve.number(off.at.point.epoch)
    message = (
        f"first differing epoch {epoch} (counted from {curve.first}): {where} has LR "
        f"{off.at.lr:g}, the declared schedule {off.expected}"
    )
    anchors = (stage.lr.place, curve.at(off.at.point))
    found = f"{off.at.lr:g} at epoch {epoch}"
    return Check(
        What.SCHEDULE, Status.CONTRADICTED, stage.lr.text, found, message, anchors, run.label, _FIX
    )


def _agrees(
    stage: Stage, run: RunEvidence, curve: Curve, lrs: Sequence[Logged], schedule: Schedule,
    shift: int, further: Sequence[Off],
) -> Check:  # fmt: skip
    total = math.ceil(schedule.epochs)
    covered = len({one.point.epoch for one in lrs if one.point.epoch < total})
    anchors = (stage.lr.place, curve.at(lrs[0].point))
    found = f"{covered} of {total} epochs agree"
    if any(_coarse(one, schedule, shift) for one in lrs):
        why = "the log prints its LR with too few digits"
    elif covered < total:
        gaps = _gaps(curve, lrs, total)
        why = f"the log has the LR of {covered} of {total} epochs{gaps}; those agree"
    elif further:
        second = f"a second LR, {further[0].at.lr:g} at first"
        why = f"{len(further)} of {total} epochs have {second}, which is not declared"
    else:
        message = SHIFTS[shift]
        return Check(
            What.SCHEDULE, Status.VERIFIED, stage.lr.text, found, message, anchors, run.label
        )
    return Check(
        What.SCHEDULE, Status.NOT_VERIFIED, stage.lr.text, found, why, anchors, run.label, _VERIFY
    )


def _gaps(curve: Curve, lrs: Sequence[Logged], total: int) -> str:
    """Name the epochs without an LR before the last one that has any."""
    there = {one.point.epoch for one in lrs}
    gaps = [curve.number(n) for n in range(min(total, max(there) + 1)) if n not in there]
    if not gaps:
        return f" (none behind epoch {curve.number(max(there))})"
    more = f" and {len(gaps) - _MOST_NAMED} more" if len(gaps) > _MOST_NAMED else ""
    return f" (none in epoch {', '.join(gaps[:_MOST_NAMED])}{more})"


def _coarse(one: Logged, schedule: Schedule, shift: int) -> bool:
    """Whether an LR agrees only because its digits leave much open."""
    epoch = one.point.epoch + shift
    if not 0 <= epoch < schedule.epochs or one.slack.above <= COARSE * one.lr:
        return False
    return not within(schedule, epoch).meets(one.lr, Slack(TIGHT * one.lr, TIGHT * one.lr))


def _partly(stage: Stage, run: RunEvidence, curve: Curve, lrs: Sequence[Logged]) -> Check:
    """A schedule that is stated in part can be contradicted, and is never verified."""
    spec = stage.lr.value
    assert spec is not None, "asked of stated schedules only"
    off = _off_initial(spec, lrs) or _off_milestones(spec, curve, lrs)
    anchors = (stage.lr.place, curve.at(off[1] if off else lrs[0].point))
    if off:
        return Check(
            What.SCHEDULE, Status.CONTRADICTED, stage.lr.text, f"LR {lrs[0].lr:g} at first",
            off[0], anchors, run.label, _FIX,
        )  # fmt: skip
    missing = spec.missing or "the number of epochs"
    why = f"the claim states the schedule in part ({missing} is missing); nothing speaks against it"
    return Check(
        What.SCHEDULE, Status.NOT_VERIFIED, stage.lr.text, f"begins with {lrs[0].lr:g}", why,
        anchors, run.label, "state the whole schedule",
    )  # fmt: skip


def _off_initial(spec: LrSpec, lrs: Sequence[Logged]) -> tuple[str, Point] | None:
    """The first logged LR is the stated initial one, unless it warms up or decays within it."""
    first = lrs[0]
    if spec.initial is None or spec.warmup or first.point.epoch > 0 or spec.shape not in _STEPS:
        return None
    if Range(spec.initial, spec.initial).meets(first.lr, first.slack):
        return None
    if spec.changes(2.0):  # the LR may have been read behind an early step
        return None
    return f"the log begins with LR {first.lr:g}, the claim with {spec.initial:g}", first.point


def _off_milestones(spec: LrSpec, curve: Curve, lrs: Sequence[Logged]) -> tuple[str, Point] | None:
    """A stated milestone at which the LR does not change, although it is logged around it."""
    if spec.warmup or spec.shape is not _STEPS[0]:
        return None
    by_epoch = {one.point.epoch: one for one in lrs}
    for milestone in spec.changes(float(curve.epochs[0])) or ():
        epoch = math.ceil(milestone)
        around = [by_epoch.get(epoch + step) for step in (-2, -1, 0, 1)]
        known = [one for one in around if one]
        if len(known) == len(around) and len({one.lr for one in known}) == 1:
            number = curve.number(epoch)
            reason = f"the LR stays {known[0].lr:g} at epoch {number}, a stated milestone"
            return reason, known[2].point
    return None


def _silent(stage: Stage, run: str, why: str) -> Check:
    return Check(
        What.SCHEDULE, Status.NOT_VERIFIED, stage.lr.text, "", why, (stage.lr.place,), run, _VERIFY
    )
