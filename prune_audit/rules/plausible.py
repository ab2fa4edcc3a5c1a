"""Families PA1 and PA6, continued: how many single weights can go, and what shows it."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from prune_audit.claim import PruningStage, Result, Stage
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.grammar.nodes import Prune
from prune_audit.intervals import Interval
from prune_audit.judged import JudgedComparison
from prune_audit.numbers import Convention, Printed
from prune_audit.outcome import Judged, Outcome
from prune_audit.places import Entry, Place
from prune_audit.rates import ONE
from prune_audit.rules.rule import Rule, Scope
from prune_audit.rules.shares import (
    DISAGREE,
    Stated,
    params_shares,
    shares,
    some_convention,
    stated,
)
from prune_audit.rules.unstated import none_reported
from prune_audit.settings import Settings

_FINAL = ("one-shot", "growing-penalty", "sparse-learning", "at-init")
"""Schedules whose ratio is that of the end; others may state the ratio of a step or an update."""

PERCENT = Decimal("0.01")


class _Removed(NamedTuple):
    """A printed share of removed weights, however it is printed."""

    name: str
    place: Place
    share: Callable[[Convention], Interval]

    def above(self, other: "_Removed") -> bool:
        """Whether every value that prints like this is larger, under each rounding convention."""
        return not some_convention(lambda how: not other.share(how).below(self.share(how)))


def _zeros(result: Result) -> Iterator[_Removed]:
    """Yield what a row prints of the share of its weights that are gone."""
    for share in (*shares(("sparsity", result.sparsity, False)), *params_shares(result)):
        yield _Removed(str(share), share.place, share.removed)
    rate = stated(result.compression)
    if rate and rate.printed.hull.low > 0:
        printed = rate.printed
        yield _Removed(
            f"compression {rate}", rate.place, lambda how: ONE - printed.interval(how).reciprocal()
        )


def _ratio(stage: PruningStage) -> _Removed | None:
    """Return the stage's ratio; as a setting it is chosen to the percent at least."""
    number = stated(stage.ratio)
    if number is None:
        return None
    return _Removed(f"ratio {number}", number.place, lambda how: _chosen(number, how))


def _chosen(number: Stated, how: Convention) -> Interval:
    if number.printed.bound:
        return number.printed.hull
    step = min(number.printed.step, PERCENT)
    below = Decimal(0) if how is Convention.TRUNCATED else step / 2
    return Interval(number.value - below, number.value - below + step)


def final_ratio(result: Result) -> bool:
    """Whether a row's ratio is surely that of the end: one cut, under a schedule of one ratio."""
    stage = result.pruning
    if stage is None or stage.schedule.value not in _FINAL:
        return False
    steps = stage.pipeline.value.steps if stage.pipeline.value else ()
    return sum(isinstance(step, Prune) for step in steps) <= 1


def _limit(stage: PruningStage) -> _Removed | None:
    number = stated(stage.limit)
    return _Removed(f"limit {number}", number.place, number.printed.interval) if number else None


def sparsity_above_ratio(result: Result, claim: object, settings: Settings) -> Iterator[Hit]:
    """More weights are printed as gone than the pruned share of single weights takes away.

    Definition: single weights or n:m are removed under a schedule whose ratio is that of the end
    (not iterative, while-training or a search; one prune step where a ``pipeline`` is stated), and
    ``sparsity``, 1 - 1 / ``compression``, ``params_reduction``
    or 1 - ``params_kept`` lies above ``pruning.ratio`` for all values that the digits stand for,
    under each rounding convention; a ratio is a setting, and 0.9 is taken as 90 %. It is a share of
    the weights that were up for pruning; of all weights at most as large a share is gone, wherever
    the ratio applies.
    Why: one of the two is a slip, or belongs to another row.
    Fix: look both up, and say what each of them counts.
    Cannot detect: a sparsity below the ratio, which spared layers explain. Weights that no path
    uses may have been counted as gone (effective sparsity), hence a hint only.
    Source: arithmetic; Blalock et al. 2020 (arXiv 2003.03033) on such ambiguities.
    """
    stage = result.pruning
    if stage is None or stage.granularity.value not in ("weight", "n:m"):
        return
    ratio = _ratio(stage) if final_ratio(result) else None
    for zeros in _zeros(result) if ratio else ():
        if ratio and zeros.above(ratio):
            yield Hit(
                f"{DISAGREE}: at a pruned {ratio.name} of single weights, {zeros.name} means that "
                f"more are gone",
                (ratio.place, zeros.place),
                "look both up, and say what each of them counts",
            )


def lossless_beyond_limit(judged: JudgedComparison, settings: Settings) -> Iterator[Hit]:
    """Lossless without retraining is stated beyond the limit that the source itself states.

    Definition: lossless is stated of single weights, pruned without any training epochs and not
    retrained, the printed share of removed weights lies above ``pruning.limit`` for all values
    that the digits stand for, and no printed accuracies of base and row, ``drop``, ``delta`` or
    ``top5`` bear on the statement.
    Why: the limit (rho*) is where the training loss begins to rise; beyond it a claim of no loss
    needs a measured accuracy. Plausibility, and no proof.
    Fix: print the accuracy without retraining beside that of the base model.
    Cannot detect: a limit that is wrong. With retraining the limit does not apply, and accuracy may
    hold where the loss has risen: printed accuracies count, not the limit.
    Source: Zhang et al. 2024 (arXiv 2306.05857), the limit of one-shot pruning.
    """
    for row, own in _untrained(judged):
        stage = row.pruning
        limit = _limit(stage) if stage else None
        gone = next((zeros for zeros in _gone(row) if limit and zeros.above(limit)), None)
        shown = own.outcome is not Outcome.UNDETERMINED or any(e.known for e in _beside(row))
        if limit and gone and not shown:
            yield Hit(
                f'"lossless" of {row.name} at {gone.name} without retraining lies beyond the '
                f"stated {limit.name}, and no accuracies are printed that show it",
                (judged.comparison.statement.place, gone.place, limit.place),
                "print the accuracy without retraining beside that of the base model",
            )


def lossless_without_evidence(judged: JudgedComparison, settings: Settings) -> Iterator[Hit]:
    """Lossless without retraining is stated, and the source gives nothing that shows it.

    Definition: lossless is stated of single weights, pruned without any training epochs and not
    retrained, and of the row's accuracy (``top1``, ``top5``, ``before_retraining``, ``drop``,
    ``delta``) and ``pruning.limit`` none is known and at least one is ``unreported``.
    Why: how much can go in one shot depends on how small the removed weights are and how flat the
    loss is; for most networks it is far less than with retraining. Plausibility, and no proof.
    Fix: print the accuracy right after pruning, or the limit of the network.
    Cannot detect: whether the statement is true.
    Source: Zhang et al. 2024 (arXiv 2306.05857), the limit of one-shot pruning.
    """
    for row, _ in _untrained(judged):
        limit = (row.pruning.limit,) if row.pruning else ()
        shown = (row.top1, row.before_retraining, *_beside(row), *limit)
        for lack in [*none_reported("accuracy", shown)][:1]:
            share = next((f" at {zeros.name}" for zeros in _gone(row)), "")
            yield Hit(
                f'"lossless" of {row.name}{share} without retraining: neither an accuracy without '
                "retraining nor a limit is stated",
                (judged.comparison.statement.place, lack.place),
                "print the accuracy right after pruning",
            )


def _beside(row: Result) -> tuple[Entry[Printed], ...]:
    """Return what else shows a loss of accuracy, or that there is none."""
    return row.drop, row.delta, row.top5


def _untrained(judged: JudgedComparison) -> Iterator[tuple[Result, Judged]]:
    """Yield the rows called lossless whose single weights went without any training after it."""
    for row, own in zip(judged.ours, judged.lossless, strict=False):
        single = row.pruning is not None and row.pruning.granularity.value == "weight"
        if single and _idle(row.pruning) and _idle(row.retraining):
            yield row, own


def _idle(stage: Stage | None) -> bool:
    return stage is not None and stage.epochs.value is not None and stage.epochs.value.none


def _gone(row: Result) -> Iterator[_Removed]:
    yield from _zeros(row)
    if row.pruning and (ratio := _ratio(row.pruning)):
        yield ratio


RULES: tuple[Rule, ...] = (
    Rule(
        "PA120", Severity.WARNING, Tier.HEURISTIC, Scope.RESULT, sparsity_above_ratio, since=2
    ),
    Rule(
        "PA121", Severity.WARNING, Tier.HEURISTIC, Scope.COMPARISON, lossless_beyond_limit, since=2
    ),
    Rule(
        "PA616", Severity.NOTE, Tier.HEURISTIC, Scope.COMPARISON, lossless_without_evidence,
        since=2,
    ),
)  # fmt: skip
