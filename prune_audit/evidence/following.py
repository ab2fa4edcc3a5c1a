"""Whether the LRs of a log follow a declared schedule, and with which numbering of the epochs."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from prune_audit.claim import Stage
from prune_audit.evidence.expected_lr import Range, within
from prune_audit.evidence.logs import Curve, Point
from prune_audit.evidence.lr_digits import Slack, own_slack, slacks
from prune_audit.schedules.pieces import ScheduleError
from prune_audit.schedules.schedule import Schedule

LONGEST = 100_000
"""Epochs that a log can have; a longer declared schedule is not compared."""

SHIFTS = {
    0: "the LR of every epoch is the declared one",
    1: "the LR is the declared one; the log shows the LR of the next epoch",
    -1: "the LR is the declared one; the log begins with a test before training",
}
"""Ways of numbering the epochs of a whole log, by what is added to its own number."""


class Logged(NamedTuple):
    """An LR of the log: its epoch from 0, its value, and how far that may be off."""

    point: Point
    lr: float
    slack: Slack


class Off(NamedTuple):
    """The first epoch at which log and schedule differ."""

    at: Logged
    expected: Range


def logged(curve: Curve) -> list[Logged]:
    """Return the LRs of a log with the uncertainty of their digits."""
    pairs = list(curve.lrs())
    return [
        Logged(point, float(lr.value), slack)
        for (point, lr), slack in zip(pairs, slacks(lr for _, lr in pairs), strict=True)
    ]


def further_off(lrs: Sequence[Logged], schedule: Schedule, shift: int) -> list[Off]:
    """Return, of each epoch with several rows, an LR that the schedule has nowhere near it.

    A row may be written after the step to the next epoch, or before the one to its own, so that
    the LRs of both neighbours count as well. Each LR is taken as rounded to its own last digit.
    """
    found = []
    for one in lrs:
        at = [Logged(one.point._replace(line=line), float(lr.value), own_slack(lr))
              for lr, line in one.point.further]  # fmt: skip
        ranges = _around(schedule, one.point.epoch + shift) if at else []
        for other in at if ranges else ():
            if not any(near.meets(other.lr, other.slack) for near in ranges):
                found.append(Off(other, ranges[0]))
                break
    return found


def _around(schedule: Schedule, epoch: int) -> list[Range]:
    """Return the LRs of an epoch, then of its neighbours; none outside the schedule."""
    last = math.ceil(schedule.epochs)
    if not 0 <= epoch < last:
        return []
    near = [within(schedule, n) for n in (epoch, epoch - 1, epoch + 1) if 0 <= n < last]
    if epoch == last - 1:  # behind its end the LR may have been lowered once more
        near.append(near[0]._replace(low=0.0))
    return near


def declared(stage: Stage, epochs: int) -> Schedule | None:
    """Return the whole declared schedule; None where it is stated in part.

    Where the claim does not state the epochs, those of the log count.
    """
    spec, stated = stage.lr.value, stage.epochs.value
    exact = stated.exact if stated else None
    length = float(exact) if exact else float(epochs)
    if spec is None or not spec.complete or length > LONGEST:
        return None
    try:
        return spec.over(length)
    except ScheduleError:
        return None


def shift_of(curve: Curve, lrs: Sequence[Logged], schedule: Schedule) -> int | None:
    """Return the first shift of the whole log that fits the schedule, None where none does.

    The epoch that a shift leaves out cannot be the only one to speak for it.
    """
    if first_off(lrs, schedule, 0) is None:
        return 0
    if first_off(lrs[:-1], schedule, 0) and not first_off(lrs, schedule, 1):
        return 1
    one_more = curve.first == 0 and curve.epochs[0] == math.ceil(schedule.epochs) + 1
    if one_more and first_off(lrs[1:], schedule, 0) and not first_off(lrs, schedule, -1):
        return -1
    return None


def begins_before_training(curve: Curve, stage: Stage, epochs: int) -> bool | None:
    """Whether a log of one epoch too many begins with a test before training; None: unknown."""
    lrs, schedule = logged(curve), declared(stage, epochs)
    if not lrs or schedule is None:
        return None
    plain, before = (first_off(lrs, schedule, shift) is None for shift in (0, -1))
    return None if plain == before else before


def first_off(lrs: Sequence[Logged], schedule: Schedule, shift: int) -> Off | None:
    """Return the first LR that the schedule does not have in its epoch.

    Epochs outside the schedule are left to the check of the epochs, but for the LR that a shifted
    log shows behind the last one: it may have been lowered once more.
    """
    last = math.ceil(schedule.epochs)
    for one in lrs:
        epoch = one.point.epoch + shift
        if 0 <= epoch < last + max(shift, 0):
            expected = within(schedule, min(epoch, last - 1))
            expected = expected if epoch < last else expected._replace(low=0.0)
            if not expected.meets(one.lr, one.slack):
                return Off(one, expected)
    return None
