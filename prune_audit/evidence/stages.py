"""The first LR stage of a run, on which trainability accuracy and premature decay are judged."""

import math
from itertools import takewhile
from typing import NamedTuple

from prune_audit.evidence.case import Case
from prune_audit.evidence.following import Logged, declared, logged, shift_of
from prune_audit.evidence.logs import Curve


class FirstStage(NamedTuple):
    """Its length in epochs, and whether another stage follows."""

    epochs: int
    steps: bool


def first_stage(case: Case, curve: Curve) -> FirstStage | None:
    """Return the first LR stage, as declared where the log follows that, else as logged.

    None where the LR moves all the time, and where neither claim nor log shows the LR.
    """
    lrs = logged(curve)
    stated = _declared(case, curve, lrs)
    return stated or _logged(curve, lrs)


def _declared(case: Case, curve: Curve, lrs: list[Logged]) -> FirstStage | None:
    schedule = declared(case.stage, curve.epochs[0]) if case.stage else None
    stages = schedule.stages() if schedule else None
    if schedule is None or stages is None or shift_of(curve, lrs, schedule) is None:
        return None
    end = stages[1].start if len(stages) > 1 else schedule.epochs
    return FirstStage(math.ceil(end), len(stages) > 1)


def _logged(curve: Curve, lrs: list[Logged]) -> FirstStage | None:
    if not lrs or [one.point.epoch for one in lrs] != list(range(curve.epochs[0])):
        return None
    same = list(takewhile(lambda one: math.isclose(one.lr, lrs[0].lr, rel_tol=1e-6), lrs))
    moves = len(same) < 2 and len(lrs) > 1
    return None if moves else FirstStage(len(same), len(same) < len(lrs))
