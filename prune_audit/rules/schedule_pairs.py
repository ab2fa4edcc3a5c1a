"""Family PA4: schedules set against each other and against the calibrated one."""

import math
from collections.abc import Iterator
from functools import lru_cache

from prune_audit.answers import Answer
from prune_audit.claim import Claim, Result
from prune_audit.facts import pair_facts
from prune_audit.findings import Hit
from prune_audit.judged import JudgedPair
from prune_audit.rules.fairness import STATED
from prune_audit.rules.stage_lrs import exact_schedule, profile_of, retraining
from prune_audit.schedules.calibrate import Calibrated, Profile, calibrate
from prune_audit.schedules.notation import ScheduleError
from prune_audit.schedules.pieces import TOLERANCE, format_lr
from prune_audit.schedules.schedule import Schedule, equal
from prune_audit.settings import Settings
from prune_audit.setups import FactName


def lr_batch_scaling(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """Two compared rows were retrained with different batch sizes.

    Definition: batch sizes differ, and either the initial LRs differ by the same factor (linear
    scaling) or they are equal.
    Why: linear scaling is a rule of thumb: it does not make two LR schedules the same, so the pair
    does not reach S3.2 by it; nor do equal LRs act alike at another batch size.
    Fix: retrain both with one batch size and one LR schedule.
    Cannot detect: how far the two schedules really are from each other in effect.
    Source: this tool; the scaling rule is that of Goyal et al. 2017 (arXiv 1706.02677).
    """
    pair = judged.pair
    one, other = pair.ours.retraining, pair.other.retraining
    if one is None or other is None or not _stated(judged):
        return
    batches = one.batch_size.value, other.batch_size.value
    lrs = (spec.initial if (spec := stage.lr.value) else None for stage in (one, other))
    left, right = lrs
    if not (batches[0] and batches[1] and left and right) or batches[0].value <= 0:
        return
    larger, factor = float(batches[1].value / batches[0].value), right / left
    if math.isclose(larger, 1, rel_tol=TOLERANCE):
        return
    shown = f"batch sizes {one.batch_size} and {other.batch_size}"
    if math.isclose(larger, factor, rel_tol=TOLERANCE):
        why = f"LRs {format_lr(left)} and {format_lr(right)} are equal per image, not the same"
    elif math.isclose(factor, 1, rel_tol=TOLERANCE):
        why = f"both start at {format_lr(left)}, which acts differently"
    else:
        return
    yield Hit(
        f"{pair.ours.name} and {pair.other.name}: with {shown}, {why}",
        (one.batch_size.place, other.batch_size.place, one.lr.place, other.lr.place),
        "retrain both with one batch size and one LR schedule",
    )


def _stated(judged: JudgedPair) -> bool:
    comparison = judged.pair.comparison
    return comparison is not None and comparison.statement.value in STATED


def off_calibrated(result: Result, claim: Claim, settings: Settings) -> Iterator[Hit]:
    """A step schedule differs from the calibrated one.

    Definition: on ImageNet, ImageNet100 or CIFAR, with SGD as far as stated, retraining follows a
    fully stated step schedule that differs from the calibrated one for its epochs and initial LR.
    Only where the rules settle that one: long and very short budgets are left alone.
    Why: numbers retrained under one known recipe can be compared across papers.
    Fix: none needed; to compare with others, retrain under the schedule that is printed here.
    Cannot detect: whether the schedule in use is better.
    Source: Wang et al. 2023, Appendix A; CIFAR: the recipe of GReg (arXiv 2012.09243), which their
    Appendix C uses.
    """
    stage = retraining(result)
    schedule = exact_schedule(stage) if stage else None
    steps = schedule.stages() if schedule else None
    profile = profile_of(result)
    if not (stage and schedule and steps) or len(steps) < 2 or profile is None:
        return
    calibrated = _calibrated(schedule, profile)
    if calibrated and not equal(schedule, calibrated.schedule):
        yield Hit(
            f"{stage.lr} over {stage.epochs} epochs is not the calibrated schedule, which is "
            f"{calibrated.schedule}",
            (stage.lr.place,),
            "none needed; retrain under the calibrated one to compare across papers",
        )


@lru_cache(maxsize=1024)
def _calibrated(schedule: Schedule, profile: Profile) -> Calibrated | None:
    if schedule.epochs != int(schedule.epochs):
        return None
    try:
        found = calibrate(int(schedule.epochs), schedule.initial, profile)
    except ScheduleError:
        return None
    return found if _settled(found, profile) else None


def _settled(calibrated: Calibrated, profile: Profile) -> bool:
    """Whether rules 2 and 3 alone give the schedule, where the paper is not silent."""
    rest = int(calibrated.schedule.epochs)
    cap = profile.cap or rest
    for stage in calibrated.stages[:-1]:
        if stage.epochs != min(math.ceil(rest / 2), cap):
            return False
        rest -= stage.epochs
    return True


def ta_across_schedules(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """Trainability accuracies from different LR schedules are set against each other.

    Definition: both rows print a TA, and their retraining LR schedules surely differ.
    Why: TA is the mean accuracy over the epochs of the first LR stage. Under another LR, or over a
    first stage of another length, it measures something else.
    Fix: compare TA only between rows that share the retraining schedule.
    Cannot detect: TAs of different accuracies (training, test; top-1, top-5), which the paper that
    defines it does not name.
    Source: Wang et al. 2023, equation 1.
    """
    pair = judged.pair
    one, other = pair.ours.ta, pair.other.ta
    if one.value is None or other.value is None:
        return
    fact = pair_facts(pair.ours, pair.other, settings)[FactName.SCHEDULE]
    if fact.answer is Answer.DIFFERENT:
        yield Hit(
            f"TA {one} of {pair.ours.name} and TA {other} of {pair.other.name} come from different "
            f"LR schedules: {fact.sides}",
            (one.place, other.place, fact.left.place, fact.right.place),
            "compare TA only under one retraining schedule",
        )
