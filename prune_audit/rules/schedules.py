"""Family PA4: LR schedules and what they do to trainability."""

import math
from collections.abc import Iterator

from prune_audit.answers import Answer
from prune_audit.calibrate import PROFILES, Calibrated, Profile, calibrate
from prune_audit.claim import Claim, Result, Stage
from prune_audit.facts import pair_facts
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.judged import JudgedPair
from prune_audit.lr_notation import LrShape, ScheduleError
from prune_audit.lr_pieces import TOLERANCE, format_lr
from prune_audit.places import Place
from prune_audit.registry import dataset
from prune_audit.rules.fairness import STATED
from prune_audit.rules.rule import Rule, Scope
from prune_audit.rules.stage_lrs import (
    end_lr,
    exact_schedule,
    misfit,
    pretraining,
    retraining,
    small_by_itself,
    stages,
    third_at_most,
    times_above,
    top_lr,
)
from prune_audit.schedule import Schedule, equal
from prune_audit.settings import Settings
from prune_audit.setups import FactName


def schedule_malformed(result: Result, claim: Claim, settings: Settings) -> Iterator[Hit]:
    """An LR schedule does not fit the epochs of its stage.

    Definition: a milestone or the end of a warm-up does not lie inside the stage's epochs, or the
    notation names another number of epochs (``rewind 40 of 160`` in a stage of 45).
    Why: the epochs or the milestones are a slip, and schedules that do not fit cannot be compared.
    A milestone at the very end never acts.
    Fix: correct the number that was misread. If the source prints both, keep the epochs, write the
    milestones that lie inside them, and say so in a note.
    Cannot detect: epochs per layer, milestones in steps, and slips that still fit.
    Source: logic; the notation is that of Wang et al. 2023.
    """
    for stage in stages(result):
        if why := misfit(stage):
            yield Hit(
                f"the LR schedule {stage.lr} and {stage.epochs} epochs cannot both hold: {why}",
                (stage.lr.place, stage.epochs.place),
                "correct the epochs or the milestones, whichever was misread",
            )


def small_initial_lr(result: Result, claim: Claim, settings: Settings) -> Iterator[Hit]:
    """Retraining starts from a small LR.

    Definition: with SGD as far as stated, the highest retraining LR is 100 times or more below the
    highest LR of pretraining (also per image, where both batch sizes are stated). Where the
    pretraining LR is not stated: 1e-3 or less for a ResNet or a VGG with batch norm at a speedup
    of 2 or more.
    Why: pruning damages trainability and a small LR does not restore it. At equal epochs a tenth
    of the LR cost up to several points of accuracy, so the row may understate its method.
    Fix: retrain from a larger LR too (``prune-audit schedule``) and print both.
    Cannot detect: the cases where the small LR is better: ResNet-56 on CIFAR-10 with 90 % of the
    filters pruned lost 0.82 points by the larger one (Table 6 of the same paper).
    Source: Wang et al. 2023, Tables 1, 4 and 5; Le and Hua 2021. A hint, no proof.
    """
    stage, base = retraining(result), pretraining(result)
    own, dense = (top_lr(stage) if stage else None), (top_lr(base) if base else None)
    if stage is None or own is None:
        return
    if base and dense is not None:
        if (times := times_above(dense, base, own, stage)) >= 100:
            yield _small(
                f"retraining starts at {format_lr(own)}, {math.floor(times)} times below the "
                f"{format_lr(dense)} of pretraining",
                stage.lr.place, base.lr.place,
            )  # fmt: skip
    elif small_by_itself(result, own):
        yield _small(
            f"retraining starts at {format_lr(own)}, a small LR for this network at a speedup of 2 "
            "or more",
            stage.lr.place,
        )


def _small(start: str, *anchors: Place) -> Hit:
    hint = "in Wang et al. 2023, Tables 4 and 5, so small an LR cost accuracy at equal epochs"
    return Hit(f"{start}: {hint}", anchors, "retrain from a larger LR as well, and print both")


def few_retraining_epochs(result: Result, claim: Claim, settings: Settings) -> Iterator[Hit]:
    """Retraining is short and starts from a small LR.

    Definition: with SGD as far as stated, retraining surely takes fewer than a third of the
    epochs of pretraining, and its highest LR is a tenth of pretraining's or less (where that is
    not stated: small by the measure of PA402).
    Why: a pruned network converges slowly under a small LR; the gap between LRs shrank from 46
    points after 30 epochs to under one with 50 times as many.
    Fix: print how accuracy goes on with more epochs, or raise the initial LR.
    Cannot detect: networks that were pruned so little that they have converged by then.
    Source: Wang et al. 2023, Tables 5 and 8. A hint, no proof.
    """
    stage, base = retraining(result), pretraining(result)
    own = top_lr(stage) if stage else None
    if not (stage and base) or own is None or not third_at_most(result, stage, base):
        return
    dense = top_lr(base)
    small = (
        small_by_itself(result, own)
        if dense is None
        else times_above(dense, base, own, stage) >= 10
    )
    if small:
        yield Hit(
            f"{stage.epochs} epochs of retraining from {format_lr(own)} against {base.epochs} of "
            "pretraining: the network may not have converged",
            (stage.epochs.place, stage.lr.place, base.epochs.place),
            "print how accuracy goes on with more epochs, or raise the initial LR",
        )


def never_decays(result: Result, claim: Claim, settings: Settings) -> Iterator[Hit]:
    """The retraining LR does not fall.

    Definition: the LR is constant, or ends as high as it ever was, over a stage of more than one
    epoch with SGD as far as stated; and it is not already at the final LR of pretraining.
    Why: the noise of a constant LR stays in the weights; the last decay is worth about as much as
    the differences between methods that tables report.
    Fix: let it decay to the final LR of pretraining (``prune-audit schedule``).
    Cannot detect: a decay that the source does not mention.
    Source: Wang et al. 2023, Appendix A, rule 1; Le and Hua 2021 compare a constant LR with others.
    """
    stage, base = retraining(result), pretraining(result)
    own = top_lr(stage) if stage else None
    if stage is None or own is None or not _flat(stage):
        return
    dense = end_lr(base) if base else None
    if dense is None or own > dense * (1 + TOLERANCE):
        yield Hit(
            f"the retraining LR stays at {format_lr(own)} for all {stage.epochs} epochs",
            (stage.lr.place, stage.epochs.place),
            "let the LR decay to the final LR of pretraining",
        )


def _flat(stage: Stage) -> bool:
    spec, epochs = stage.lr.value, stage.epochs.value
    if epochs is not None and epochs.interval.high <= 1:
        return False
    if spec is not None and spec.shape is LrShape.CONSTANT:
        return True
    schedule = exact_schedule(stage)
    return schedule is not None and schedule.final >= (top_lr(stage) or 0)


def final_lr_above_scratch(result: Result, claim: Claim, settings: Settings) -> Iterator[Hit]:
    """Retraining ends at a higher LR than pretraining.

    Definition: with SGD as far as stated, the retraining LR falls and ends above the LR at which
    pretraining ended (also per image, where both batch sizes are stated).
    Why: rule 1 of the calibrated schedule. A row that ends higher has not converged as far as its
    base model, and part of the printed loss is the schedule's.
    Fix: add a stage at the final LR of pretraining.
    Cannot detect: base models whose pretraining is not described.
    Source: Wang et al. 2023, Appendix A, rule 1.
    """
    stage, base = retraining(result), pretraining(result)
    own, dense = (end_lr(stage) if stage else None), (end_lr(base) if base else None)
    if not (stage and base and own and dense) or _flat(stage):
        return
    if times_above(own, stage, dense, base) > 1 + 10 * TOLERANCE:
        yield Hit(
            f"retraining ends at an LR of {format_lr(own)}, pretraining at {format_lr(dense)}",
            (stage.lr.place, base.lr.place),
            f"add a stage at {format_lr(dense)}",
        )


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
    profile = _profile(result)
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


def _profile(result: Result) -> Profile | None:
    known = dataset(result.dataset.value) if result.dataset.value else None
    return PROFILES.get(known.id) if known else None


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
    return rest <= cap


def ta_across_schedules(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """Trainability accuracies from different LR schedules are set against each other.

    Definition: both rows print a TA, and their retraining LR schedules surely differ.
    Why: TA is the mean accuracy over the epochs of the first LR stage. Under another LR, or over a
    first stage of another length, it measures something else.
    Fix: compare TA only between rows that share the retraining schedule.
    Cannot detect: TAs of different accuracies (training, test; top-1, top-5), which the paper that
    defines it does not name.
    Source: Wang et al. 2023, section 5, equation 1.
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


RULES: tuple[Rule, ...] = (
    Rule("PA401", Severity.ERROR, Tier.CONCLUSIVE, Scope.RESULT, schedule_malformed),
    Rule("PA402", Severity.WARNING, Tier.HEURISTIC, Scope.RESULT, small_initial_lr),
    Rule("PA403", Severity.NOTE, Tier.HEURISTIC, Scope.RESULT, few_retraining_epochs),
    Rule("PA404", Severity.NOTE, Tier.HEURISTIC, Scope.RESULT, never_decays),
    Rule("PA405", Severity.NOTE, Tier.HEURISTIC, Scope.RESULT, final_lr_above_scratch),
    Rule("PA406", Severity.NOTE, Tier.CONCLUSIVE, Scope.PAIR, lr_batch_scaling),
    Rule("PA407", Severity.NOTE, Tier.HEURISTIC, Scope.RESULT, off_calibrated),
    Rule("PA408", Severity.WARNING, Tier.CONCLUSIVE, Scope.PAIR, ta_across_schedules),
)
