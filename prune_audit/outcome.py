"""What becomes of a statement, given the verdict on its pair and the noise."""

from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from prune_audit.claim import Result
from prune_audit.noise import Noise, noise
from prune_audit.settings import Settings
from prune_audit.verdict import Fairness, Pair


class Outcome(StrEnum):
    """What the printed numbers support, weakest first."""

    NOT_ATTRIBUTABLE = "not attributable"
    CONTRADICTED = "contradicted by its own numbers"
    DECISION_ERROR = "decision error"
    UNDETERMINED = "undetermined"
    WITHIN_NOISE = "within noise"
    SUPPORTED = "supported"
    NONE = "no statement"


class Judged(NamedTuple):
    """An outcome with the test behind it."""

    outcome: Outcome
    noise: Noise | None


TABLE: dict[str, tuple[Outcome, Outcome, Outcome]] = {
    # statement: fair and against it, fair within noise, fair and for it
    "better": (Outcome.CONTRADICTED, Outcome.WITHIN_NOISE, Outcome.SUPPORTED),
    "significantly better": (Outcome.CONTRADICTED, Outcome.DECISION_ERROR, Outcome.SUPPORTED),
    "on par": (Outcome.CONTRADICTED, Outcome.SUPPORTED, Outcome.SUPPORTED),
}


def outcome(pair: Pair, settings: Settings) -> Judged:
    """Judge the statement that a comparison makes about one pair."""
    statement = pair.comparison.statement.value if pair.comparison else None
    family = len(pair.comparison.best_of.value or ()) if pair.comparison else 0
    found = noise(pair.ours, pair.other, max(family, 1))
    if statement not in TABLE:
        return Judged(Outcome.NONE, found)
    if pair.verdict.fairness is Fairness.UNFAIR:
        return Judged(Outcome.NOT_ATTRIBUTABLE, found)
    if pair.verdict.fairness is Fairness.UNDETERMINED or found is None:
        return Judged(Outcome.UNDETERMINED, found)
    against, within, favour = TABLE[statement]
    if not found.significant(settings.alpha):
        return Judged(within, found)
    return Judged(favour if found.difference > 0 else against, found)


def lossless(ours: Result, settings: Settings) -> Judged:
    """Judge "lossless" against the own base: contradicted where outside rounding and noise."""
    base, pruned = ours.dense_top1.value, ours.top1.value
    if base is None or pruned is None:
        return Judged(Outcome.UNDETERMINED, None)
    found = noise(ours, _as_row(ours))
    if not pruned.hull.below(base.hull):
        return Judged(Outcome.SUPPORTED, found)
    if found is None:
        return Judged(Outcome.UNDETERMINED, None)
    lost = found.significant(settings.alpha)
    return Judged(Outcome.CONTRADICTED if lost else Outcome.SUPPORTED, found)


def _as_row(ours: Result) -> Result:
    """Return the base model as a row, so that one test serves both."""
    base = ours.base_model
    runs = base.runs if base else ours.runs
    return replace(ours, top1=ours.dense_top1, runs=runs)
