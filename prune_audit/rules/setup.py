"""Family PA2: where comparisons stand on the ladder of Wang et al. 2023, Table 2."""

from collections.abc import Iterator
from decimal import Decimal
from functools import reduce

from prune_audit.answers import Answer
from prune_audit.claim import Claim, Result
from prune_audit.epochs import Epochs
from prune_audit.facts import Fact, stage_epochs
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.intervals import Interval
from prune_audit.judged import JudgedComparison, JudgedPair
from prune_audit.rates import CONVENTIONS, RateKind, rate
from prune_audit.rules.rule import Rule, Scope
from prune_audit.scratch import QUESTIONS
from prune_audit.settings import Settings
from prune_audit.setups import RANKS, Setup
from prune_audit.verdict import ITERATIVE, JOINT, Fairness, Verdict


def below_s1(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """Two rows are compared that surely lack the common ground of S1.

    Definition: data set, network, metric, rate (outside the tolerance, and no row dominates) or
    granularity differ.
    Why: without the same task and the same rate, a difference in accuracy says nothing about the
    pruning methods.
    Fix: compare rows of the same rate, or state what the comparison is meant to show.
    Cannot detect: equal names that mean different data (another split, another class list).
    Source: Wang et al. 2023, Table 2, row S1; metric and granularity are this tool's addition.
    """
    pair, verdict = judged.pair, judged.pair.verdict
    if verdict.ceiling == Setup.BELOW_S1 and verdict.deciding and not verdict.scratch:
        fact = verdict.deciding
        yield Hit(
            f"{pair.ours.name} and {pair.other.name} are below S1: {fact.name}, {fact.sides}",
            (fact.left.place, fact.right.place),
            "compare rows that share it, or say what the comparison is meant to show",
        )


def setup_overclaimed(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """A comparison names a setup stricter than its facts allow.

    Definition: the ``setup`` of the comparison lies above the ceiling of a pair, or names S4.2,
    SX-A or SX-B for a scratch pair whose schedule, epochs or FLOPs surely differ.
    Why: a reader takes the named setup as the reason to trust the comparison.
    Fix: name the setup that holds, or correct the fact that differs.
    Cannot detect: a setup that could hold but whose facts are not stated.
    Source: Wang et al. 2023, Table 2.
    """
    comparison = judged.pair.comparison
    named = comparison.setup if comparison else None
    if named is None or named.value is None:
        return
    fact = _refuting(judged, named.value)
    if fact is not None:
        yield Hit(
            f"{named.value} is named, but {judged.pair.ours.name} and {judged.pair.other.name} "
            f"differ in {called(fact)}: {fact.sides}",
            (named.place, fact.left.place, fact.right.place),
            f"name a setup that holds ({judged.pair.verdict.ceiling} at most)",
        )


def called(fact: Fact) -> str:
    """Name a fact in words; of a scratch pair with the setup that it asks for."""
    return f"{QUESTIONS[fact.name]} ({fact.name})" if fact.name in QUESTIONS else fact.name


def _refuting(judged: JudgedPair, named: str) -> Fact | None:
    verdict = judged.pair.verdict
    if verdict.scratch:
        fact = next((fact for fact in verdict.scratch if fact.name == named), None)
        return fact if fact and fact.answer is Answer.DIFFERENT else None
    if named.startswith("SX") or RANKS[Setup(named)] <= RANKS[Setup(verdict.ceiling)]:
        return None
    return verdict.stop


def setup_undetermined(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """What is stated does not decide whether a comparison is fair.

    Definition: the floor lies below the required setup and the ceiling does not. All missing facts
    are named, the cheapest to report first.
    Why: what is not stated is neither equal nor unequal.
    Fix: report the missing fact; if it is known, write it into the claim file.
    Cannot detect: whether the source states it in a place that nobody has read (``unverified``).
    Source: Wang et al. 2023, section 6.
    """
    pair, verdict = judged.pair, judged.pair.verdict
    if verdict.fairness is not Fairness.UNDETERMINED or not verdict.missing:
        return
    names = ", ".join(called(fact) for fact in verdict.missing)
    first = verdict.missing[0]
    yield Hit(
        f"{pair.ours.name} and {pair.other.name}: {_reached(verdict)}; missing: {names}",
        (first.left.place, first.right.place),
        f"{called(first)} is the cheapest to settle ({first.sides})",
    )


def _reached(verdict: Verdict) -> str:
    if verdict.floor == verdict.ceiling:
        return verdict.floor
    return f"{verdict.floor} to {verdict.ceiling}"


def iterative_outside_taxonomy(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """A pair with iterative pruning is placed although the ladder does not cover it.

    Definition: one of the rows alternates pruning and retraining.
    Why: Table 2 speaks of one pruning and one retraining stage; epochs per cycle and in total are
    different things.
    Fix: state epochs per cycle and the number of cycles; read the verdict as one of totals.
    Cannot detect: iterative pruning that is described as one-shot.
    Source: Wang et al. 2023, section 3, which leaves iterative pruning out.
    """
    if ITERATIVE in judged.pair.verdict.marks:
        yield _marked(judged, "iterative pruning is not covered by Table 2 of Wang et al. 2023")


def joint_by_totals(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """A method that prunes while it trains is placed by its total epochs.

    Definition: one of the rows has no separate retraining stage (``while-training``).
    Why: its epochs are both pruning and retraining; comparing retraining alone would hide them.
    Fix: read "retraining epochs" of this pair as pruning and retraining together.
    Cannot detect: a retraining stage that the source does not mention.
    Source: this tool; Table 2 of Wang et al. 2023 assumes three separate stages.
    """
    if JOINT in judged.pair.verdict.marks:
        yield _marked(judged, "placed by the total epochs of pruning and retraining")


def _marked(judged: JudgedPair, what: str) -> Hit:
    pair = judged.pair
    return Hit(
        f"{pair.ours.name} and {pair.other.name}: {what}", (pair.ours.place, pair.other.place)
    )


def rate_by_dominance(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """Two rows of different rate are comparable in one direction only.

    Definition: the rates are further apart than the tolerance, and the row of the higher rate is at
    least as accurate.
    Why: that row wins on both axes whatever the rest; no size of the gain follows.
    Fix: none needed; do not print the difference as a gain at equal rate.
    Cannot detect: a slower variant of the other method that would be more accurate than both.
    Source: this tool.
    """
    pair = judged.pair
    if pair.verdict.dominance:
        better, worse = (
            (pair.ours, pair.other) if pair.verdict.dominance == "ours" else (pair.other, pair.ours)
        )
        yield Hit(
            f"{better.name} has a higher rate than {worse.name} and is at least as accurate: the "
            "rate passes in that direction only",
            (better.place, worse.place),
        )


def scratch_budget_off(result: Result, claim: Claim, settings: Settings) -> Iterator[Hit]:
    """A scratch row's epochs are not those of the formula that it names.

    Definition: E: the epochs of pretraining. B-liu2019: K1*F1/F2. B-liu2019-capped: the same, 180
    at most. F1/F2 is the row's printed speedup within its digits; the epochs may be off by one,
    since they are whole numbers. A finding only where no value fits, and where all base models of
    the network state one K1.
    Why: Scratch-B by one formula gets K2 epochs more than by the other.
    Fix: name the formula that was used (``other`` if none of these), or correct the epochs.
    Cannot detect: which formula the authors meant where several fit. B-wang2023, K1*F1/F2 + K2,
    needs the pruned row; SX-B of their comparison says whether it holds.
    Source: Wang et al. 2023, section 4 and footnotes; Liu et al. 2019 (arXiv 1810.05270).
    """
    stage = result.scratch
    if stage is None or stage.budget.value is None:
        return
    pretraining = _pretraining(result, claim)
    if pretraining is None:
        return
    expected = _budget(stage.budget.value, pretraining, _speedup(result))
    stated = stage_epochs(result, stage)
    if expected is None or stated is None or expected.meets(stated):
        return
    yield Hit(
        f"budget {stage.budget.value} gives {expected.low:.0f} to {expected.high:.0f} epochs, "
        f"{stage.epochs.text} are stated",
        (stage.epochs.place, stage.budget.place),
        "name the formula that was used, or correct the epochs",
    )


def _pretraining(result: Result, claim: Claim) -> Epochs | None:
    """Return K1 where every base model of the row's network and data set states the same one."""
    epochs = {
        base.pretraining.epochs.value if base.pretraining else None
        for base in claim.base_models.values()
        if base.network.value == result.network.value and base.dataset.value == result.dataset.value
    }
    return epochs.pop() if len(epochs) == 1 else None


def _speedup(result: Result) -> Interval | None:
    """Return what the printed speedup can stand for, rounded or truncated."""
    rates = [rate(result, RateKind.SPEEDUP, convention) for convention in CONVENTIONS]
    intervals = [found.interval for found in rates if found]
    return reduce(Interval.hull, intervals) if intervals else None


def _budget(formula: str, pretraining: Epochs, speedup: Interval | None) -> Interval | None:
    slack = Interval(Decimal(-1), Decimal(1))
    if formula == "E":
        return pretraining.interval
    if speedup is None or not formula.startswith("B-liu"):
        return None  # K2 of B-wang2023 belongs to the pruned row, which SX-B compares
    plain = pretraining.interval * speedup + slack
    if formula == "B-liu2019-capped":
        cap = Decimal(180)
        return Interval(min(plain.low, cap), min(plain.high, cap))
    return plain


def scratch_formula_unnamed(result: Result, claim: Claim, settings: Settings) -> Iterator[Hit]:
    """A scratch row does not say how its epochs were set.

    Definition: ``budget`` is ``unreported``.
    Why: at equal FLOPs two formulas are in use that differ by the retraining epochs, and one of
    them is capped on ImageNet; "Scratch-B" alone does not say which.
    Fix: state E, B with its formula, or the recipe.
    Cannot detect: a formula that is stated and not followed (see PA207).
    Source: Liu et al. 2019 (arXiv 1810.05270); Wang et al. 2023, section 4.
    """
    if result.scratch and result.scratch.budget.unreported:
        yield Hit(
            f"{result.name} is trained from scratch; by which budget is not stated",
            (result.scratch.budget.place,),
            "state scratch-E, scratch-B with its formula, or the recipe",
        )


def weakest_pair(judged: JudgedComparison, settings: Settings) -> Iterator[Hit]:
    """A comparison stands on its weakest pair.

    Definition: of several pairs not all have the same verdict, and the weakest, which is named, is
    not fair.
    Why: a table is read as one comparison, and its message is only as good as its weakest pair.
    Fix: drop the row, or make its pair comparable.
    Cannot detect: which of the pairs the message depends on.
    Source: this tool.
    """
    verdicts = {(pair.pair.verdict.fairness, pair.pair.verdict.ceiling) for pair in judged.pairs}
    weakest = judged.weakest
    stated = judged.comparison.statement.value != "none"
    if len(verdicts) > 1 and weakest and stated:
        verdict = weakest.pair.verdict
        if verdict.fairness is Fairness.FAIR:
            return
        yield Hit(
            f"of {len(judged.pairs)} pairs the weakest is {weakest.pair.ours.name} against "
            f"{weakest.pair.other.name}: {verdict.fairness}, {_reached(verdict)}",
            (judged.comparison.place, weakest.pair.other.place),
        )


RULES: tuple[Rule, ...] = (
    Rule("PA201", Severity.WARNING, Tier.CONCLUSIVE, Scope.PAIR, below_s1),
    Rule("PA202", Severity.ERROR, Tier.CONCLUSIVE, Scope.PAIR, setup_overclaimed),
    Rule("PA203", Severity.NOTE, Tier.CONCLUSIVE, Scope.PAIR, setup_undetermined),
    Rule("PA204", Severity.NOTE, Tier.CONCLUSIVE, Scope.PAIR, iterative_outside_taxonomy),
    Rule("PA205", Severity.NOTE, Tier.CONCLUSIVE, Scope.PAIR, joint_by_totals),
    Rule("PA206", Severity.NOTE, Tier.CONCLUSIVE, Scope.PAIR, rate_by_dominance),
    Rule("PA207", Severity.WARNING, Tier.CONCLUSIVE, Scope.RESULT, scratch_budget_off),
    Rule("PA208", Severity.NOTE, Tier.CONCLUSIVE, Scope.RESULT, scratch_formula_unnamed),
    Rule("PA209", Severity.NOTE, Tier.CONCLUSIVE, Scope.COMPARISON, weakest_pair),
)
