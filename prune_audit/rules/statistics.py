"""Family PA5: is a stated difference larger than noise explains?"""

from collections.abc import Iterator

from prune_audit.findings import Hit, Severity, Tier
from prune_audit.judged import JudgedComparison, JudgedPair
from prune_audit.noise import Noise, noise
from prune_audit.outcome import Outcome
from prune_audit.rules.rule import Rule, Scope
from prune_audit.rules.runs import (
    BETTER,
    best_run_printed,
    impossible_runs,
    mixed_selection,
    selected_on_test,
    single_run,
    spread_undefined,
    unequal_tuning,
)
from prune_audit.settings import Settings
from prune_audit.verdict import Fairness


def within_noise(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """A row is called better by a margin that noise explains.

    Definition: better is stated of a fair pair, and the two-sided p-value is not below 0.05:
    Welch's test where runs and spreads are printed, else the binomial noise of the test set. Not
    where ours is also the faster row by more than the tolerance: that may be what better means.
    Why: such a difference comes up by chance too often to count for the method.
    Fix: add runs, or call the rows on par.
    Cannot detect: a small real difference: a test of three runs sees only large ones, and the
    binomial noise takes the test images of the two rows for different ones. Where runs or the kind
    of +- had to be assumed, the message says so.
    Source: Welch 1947; the binomial noise of the test set.
    """
    found = judged.judged.noise
    if judged.judged.outcome is Outcome.WITHIN_NOISE and found and not _faster(judged):
        behind = "; the other row is ahead" if found.difference < 0 else ""
        fix = "add runs, or call the rows on par"
        yield _hit(judged, "is within noise", found, settings, fix, behind)


def _faster(judged: JudgedPair) -> bool:
    return judged.pair.verdict.dominance == "ours"


def decision_error(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """A row is called significantly better, and its printed numbers do not give significance.

    Definition: significantly better is stated of a fair pair, and the two-sided p-value, corrected
    where the row was picked as the best of several, is not below 0.05. Not where ours is also the
    faster row by more than the tolerance.
    Why: the statement is about a test; recomputed from the printed numbers it decides otherwise.
    Fix: print the test and its inputs, add runs, or drop "significantly".
    Cannot detect: a test on unprinted data (paired runs, each image). Where runs or the kind of
    +- had to be assumed, the message says so.
    Source: Welch 1947. The term is that of statcheck (Nuijten et al. 2016).
    """
    found = judged.judged.noise
    if judged.judged.outcome is Outcome.DECISION_ERROR and found and not _faster(judged):
        fix = 'print the test and its inputs, add runs, or drop "significantly"'
        yield _hit(judged, "is not supported", found, settings, fix)


def _hit(
    judged: JudgedPair, word: str, found: Noise, settings: Settings, fix: str, more: str = ""
) -> Hit:
    pair = judged.pair
    statement = pair.comparison.statement if pair.comparison else pair.ours.top1
    basis = "; from stated numbers only" if found.conclusive else ""
    return Hit(
        f'"{statement}" of {pair.ours.name} over {pair.other.name} {word} at the level '
        f"{settings.alpha:g}: {found}{basis}{more}",
        (statement.place, pair.ours.top1.place, pair.other.top1.place),
        fix,
    )


def best_of_many(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """A row is significantly ahead only because it was picked as the best of several.

    Definition: better or significantly better is stated of a pair that is not unfair, ``best_of``
    names the rows from which ours was picked, and the difference in its favour is significant
    before the correction for that pick (Bonferroni: p times their number) and not after it.
    Why: the best of several is too high on average; its p-value is that of the luckiest draw.
    Fix: name the row before the runs, run the winner again, or print the corrected p-value.
    Cannot detect: rows that were tried and not printed.
    Source: Bonferroni's bound. In Wang et al. 2023, Table 4, the best of six S4.2 rows beats
    scratch training at 30, 50 and 70 %: p = 0.017, 0.049, 0.008 become 0.10, 0.29, 0.051.
    """
    pair, after = judged.pair, judged.judged.noise
    comparison = pair.comparison
    family = len(comparison.best_of.value or ()) if comparison else 0
    if comparison is None or comparison.statement.value not in BETTER or after is None:
        return
    if family < 2 or pair.verdict.fairness is Fairness.UNFAIR:
        return
    before = noise(pair.ours, pair.other)
    if before is None or before.difference <= 0:
        return
    if before.significant(settings.alpha) and not after.significant(settings.alpha):
        yield Hit(
            f"{pair.ours.name} is the best of {family} rows against {pair.other.name}: {before}; "
            f"corrected for the pick p = {after.p:.2g}, not below {settings.alpha:g}",
            (comparison.best_of.place, pair.ours.top1.place, pair.other.top1.place),
            "run the winner again, or print the corrected p-value",
        )


def on_par_contradicted(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """A row is called on par, and is significantly worse.

    Definition: on par is stated of a fair pair, and the difference against ours is larger than
    noise explains (p below 0.05).
    Why: the printed numbers say that the other row is better.
    Fix: state the loss.
    Cannot detect: what margin the authors take for on par; where runs or the kind of +- had to
    be assumed, the message says so.
    Source: Welch 1947.
    """
    yield from _contradicted(judged, ("on par",), settings)


def better_contradicted(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """A row is called better, and is significantly worse.

    Definition: better or significantly better is stated of a fair pair, and the difference against
    ours is larger than noise explains (p below 0.05).
    Why: the printed numbers say the opposite.
    Fix: check which number or which row the statement means.
    Cannot detect: a statement about another column (speed, parameters); where runs or the kind of
    +- had to be assumed, the message says so.
    Source: Welch 1947.
    """
    yield from _contradicted(judged, BETTER, settings)


def _contradicted(
    judged: JudgedPair, statements: tuple[str, ...], settings: Settings
) -> Iterator[Hit]:
    comparison, found = judged.pair.comparison, judged.judged.noise
    if comparison is None or comparison.statement.value not in statements:
        return
    if judged.judged.outcome is Outcome.CONTRADICTED and found:
        word = "is contradicted by the printed numbers"
        yield _hit(judged, word, found, settings, "check which row the statement means")


def lossless_contradicted(judged: JudgedComparison, settings: Settings) -> Iterator[Hit]:
    """A row is called lossless, and lost accuracy.

    Definition: lossless is stated, and the row's accuracy lies below that of its own base model,
    outside rounding and by more than noise explains (p below 0.05).
    Why: the printed numbers show a loss.
    Fix: state the loss.
    Cannot detect: what margin the authors take for lossless; where runs or the kind of +- had to
    be assumed, the message says so.
    Source: Welch 1947; the binomial noise of the test set.
    """
    for ours, own in zip(judged.ours, judged.lossless, strict=False):
        if own.outcome is Outcome.CONTRADICTED and own.noise:
            statement = judged.comparison.statement
            basis = "; from stated numbers only" if own.noise.conclusive else ""
            yield Hit(
                f'"{statement}" of {ours.name}: {ours.top1} against {ours.dense_top1} of its base '
                f"model: {own.noise}{basis}",
                (statement.place, ours.top1.place, ours.dense_top1.place),
                "state the loss",
            )


RULES: tuple[Rule, ...] = (
    Rule("PA501", Severity.NOTE, Tier.CONCLUSIVE, Scope.COMPARISON, single_run),
    Rule("PA502", Severity.NOTE, Tier.CONCLUSIVE, Scope.CLAIM, spread_undefined),
    Rule("PA503", Severity.WARNING, Tier.HEURISTIC, Scope.PAIR, within_noise),
    Rule("PA504", Severity.WARNING, Tier.HEURISTIC, Scope.PAIR, decision_error),
    Rule("PA505", Severity.WARNING, Tier.HEURISTIC, Scope.PAIR, best_of_many),
    Rule("PA506", Severity.WARNING, Tier.CONCLUSIVE, Scope.CLAIM, selected_on_test),
    Rule("PA507", Severity.WARNING, Tier.CONCLUSIVE, Scope.PAIR, unequal_tuning),
    Rule("PA508", Severity.WARNING, Tier.CONCLUSIVE, Scope.PAIR, best_run_printed),
    Rule("PA509", Severity.WARNING, Tier.HEURISTIC, Scope.PAIR, on_par_contradicted),
    Rule("PA510", Severity.WARNING, Tier.HEURISTIC, Scope.COMPARISON, lossless_contradicted),
    Rule("PA511", Severity.WARNING, Tier.HEURISTIC, Scope.PAIR, better_contradicted),
    Rule("PA512", Severity.WARNING, Tier.CONCLUSIVE, Scope.PAIR, mixed_selection),
    Rule("PA513", Severity.ERROR, Tier.CONCLUSIVE, Scope.CLAIM, impossible_runs),
)
