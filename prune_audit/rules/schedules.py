"""Family PA4: LR schedules and what they do to trainability."""

import math
from collections.abc import Iterator

from prune_audit.claim import Claim, Result, Stage
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.places import Place
from prune_audit.rules.rule import Rule, Scope
from prune_audit.rules.schedule_pairs import (
    lr_batch_scaling,
    off_calibrated,
    ta_across_schedules,
)
from prune_audit.rules.stage_lrs import (
    end_lr,
    exact_schedule,
    misfit,
    pretraining,
    profile_of,
    retraining,
    small_by_itself,
    stages,
    third_at_most,
    times_above,
    top_lr,
)
from prune_audit.schedules.notation import LrShape
from prune_audit.schedules.pieces import TOLERANCE, format_lr
from prune_audit.settings import Settings


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
    Why: pruning damages trainability and a small LR does not restore it. With 95 % of the filters
    pruned, a tenth of the LR cost 1.9 and 7.3 points at equal epochs (Table 5): a row may
    understate its method.
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
    Why: a pruned network converges slowly under a small LR: 29.89 % after 30 epochs from 1e-4
    became 78.18 % after 1515, against 75.20 % after 30 epochs from 1e-2.
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
    epoch with SGD as far as stated; and it is not yet down at the final LR of pretraining (where
    that is not stated: of the calibrated schedule, 1e-5 on ImageNet and 1e-4 on CIFAR), nor a
    rewound part of pretraining.
    Why: rule 1 of the calibrated schedule. An LR that stays above where pretraining ended leaves
    the row less converged than its base model, and part of the printed loss is the schedule's.
    Fix: let it decay to the final LR of pretraining (``prune-audit schedule``).
    Cannot detect: a decay that the source does not mention.
    Source: Wang et al. 2023, Appendix A, rule 1; Le and Hua 2021 compare a constant LR with others.
    """
    stage, base = retraining(result), pretraining(result)
    own = top_lr(stage) if stage else None
    if stage is None or own is None or not _flat(stage):
        return
    profile = profile_of(result)
    low = (end_lr(base) if base else None) or (profile.lr_final if profile else 0)
    if own > low * (1 + TOLERANCE):
        yield Hit(
            f"the retraining LR {_course(stage, own)}",
            (stage.lr.place, stage.epochs.place),
            "let the LR decay to the final LR of pretraining",
        )


def _course(stage: Stage, top: float) -> str:
    """Say how an LR goes that does not fall in the end."""
    spec, schedule = stage.lr.value, exact_schedule(stage)
    if schedule and (len(schedule.pieces) > 1 or schedule.initial != schedule.final):
        ends = f"it starts at {format_lr(schedule.initial)} and ends at {format_lr(schedule.final)}"
        return f"does not fall: {ends}"
    warm = spec is not None and spec.warmup is not None
    span = "from the end of its warm-up on" if warm else "from the first epoch to the last"
    return f"stays at {format_lr(top)} {span}"


def _flat(stage: Stage) -> bool:
    spec, epochs = stage.lr.value, stage.epochs.value
    rewound = spec is not None and spec.only_epochs is not None
    if rewound or (epochs is not None and epochs.interval.high <= 1):
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
