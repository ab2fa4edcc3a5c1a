"""Family PA3: can a gain be put down to the pruning stage?"""

from collections.abc import Iterator

from prune_audit.claim import Claim, Result
from prune_audit.facts import Fact, is_joint, stage_epochs
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.judged import JudgedComparison, JudgedPair
from prune_audit.outcome import Outcome
from prune_audit.rules.rule import Rule, Scope
from prune_audit.rules.setup import called
from prune_audit.settings import Settings
from prune_audit.setups import FactName, Setup
from prune_audit.verdict import Fairness, Verdict

STATED = ("better", "significantly better", "on par")
SIMPLE = ("l1", "l2", "random", "magnitude", "uniform", "scratch", "w/o", "pfec", "weight sum")


def unfair_statement(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """A statement rests on a comparison that is surely not fair.

    Definition: better, significantly better or on par is stated of a pair that cannot reach the
    required setup (S3.2 unless told otherwise), or whose retraining recipes surely differ.
    Why: a gain counts for the pruning method only if it comes from the pruning stage; here base
    model, retraining or rate differ too. The numbers themselves may be right.
    Fix: rerun the other method under the same retraining, or compare with a row that shares it.
    Cannot detect: whether the method would also win in a fair comparison.
    Source: Wang et al. 2023, section 3 (fairness principle) and section 6.
    """
    pair, verdict = judged.pair, judged.pair.verdict
    if judged.judged.outcome is not Outcome.NOT_ATTRIBUTABLE or not (
        pair.comparison and verdict.deciding
    ):
        return
    fact = verdict.deciding
    yield Hit(
        f'"{pair.comparison.statement.text}" of {pair.ours.name} over {pair.other.name} is not '
        f"attributable to the pruning stage alone: not the same {called(fact)}, "
        f"{fact.sides}{_reach(verdict)}",
        (pair.comparison.statement.place, fact.left.place, fact.right.place),
        f"compare with a row that shares the {called(fact)}, or rerun the other method",
    )


def _reach(verdict: Verdict) -> str:
    """Say how far the pair can climb, unless the rest of the recipe is what differs."""
    if verdict.deciding in verdict.recipe:
        return ""
    below = verdict.ceiling == Setup.BELOW_S1
    return f"; {verdict.ceiling}" if below else f"; {verdict.ceiling} at most"


def undetermined_statement(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """A statement rests on a comparison that may or may not be fair.

    Definition: better, significantly better or on par is stated of a pair whose missing facts
    would decide, and the source was read and does not state at least one of them.
    Why: a reader cannot tell whether the gain comes from the pruning stage.
    Fix: report the missing fact.
    Cannot detect: facts that stand in a source nobody has read; those are not held against anyone.
    Source: Wang et al. 2023, section 6.
    """
    pair, verdict = judged.pair, judged.pair.verdict
    stated = pair.comparison is not None and pair.comparison.statement.value in STATED
    if not stated or verdict.fairness is not Fairness.UNDETERMINED or pair.comparison is None:
        return
    silent = [f for f in verdict.missing if any(side.unreported for side in f.silent_sides)]
    if silent:
        names = ", ".join(called(fact) for fact in silent)
        yield Hit(
            f'"{pair.comparison.statement.text}" of {pair.ours.name} over {pair.other.name} is '
            f"open, the source does not state: {names}",
            (pair.comparison.statement.place, silent[0].left.place, silent[0].right.place),
            "report it",
        )


def _differing(judged: JudgedPair, name: FactName) -> Fact | None:
    """Return the fact where it is the one that stops a stated pair."""
    fact = judged.pair.verdict.stop
    stated = judged.pair.comparison and judged.pair.comparison.statement.value in STATED
    return fact if stated and fact is not None and fact.name == name else None


def _difference(judged: JudgedPair, fact: Fact, fix: str) -> Hit:
    pair = judged.pair
    return Hit(
        f"{pair.ours.name} and {pair.other.name} differ in {fact.name}: {fact.sides}",
        (fact.left.place, fact.right.place),
        fix,
    )


def base_differs(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """Two compared rows were pruned from different base models.

    Definition: the base models differ by weights, or by accuracies further apart than re-evaluating
    one checkpoint explains (0.5 points).
    Why: a better base model usually gives a better pruned model; the gain is then the base's.
    Fix: prune the same checkpoint.
    Cannot detect: different checkpoints of nearly equal accuracy whose weights are not named.
    Source: Wang et al. 2023, section 3, setup S2.
    """
    if fact := _differing(judged, FactName.BASE):
        yield _difference(judged, fact, "prune the same checkpoint, named by its weights")


def retraining_budget_differs(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """Two compared rows were retrained for different numbers of epochs.

    Definition: the retraining epochs surely differ, everything below is the same or unknown.
    Why: more retraining epochs give a better number whatever was pruned.
    Fix: retrain both for the same epochs.
    Cannot detect: epochs of different length (other training set, repeated augmentation).
    Source: Wang et al. 2023, setup S3.1.
    """
    if fact := _differing(judged, FactName.EPOCHS):
        yield _difference(judged, fact, "retrain both for the same number of epochs")


def retraining_schedule_differs(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """Two compared rows were retrained under different LR schedules.

    Definition: the retraining LR schedules surely differ as functions of the epoch.
    Why: a larger retraining LR alone moved L1-norm pruning by more than a point on ImageNet; the LR
    schedule is the confound that the paper is about.
    Fix: retrain both under one schedule, such as the calibrated one (``prune-audit schedule``).
    Cannot detect: equal schedules that act differently because of another batch size.
    Source: Wang et al. 2023, setup S3.2, Tables 1, 3 and 4.
    """
    if fact := _differing(judged, FactName.SCHEDULE):
        yield _difference(judged, fact, "retrain both under one LR schedule")


def pruning_cost_ignored(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """A method that trains during pruning is compared with one that does not, at equal retraining.

    Definition: the pair is fair at S3.2, and our pruning stage takes more training epochs than the
    other's.
    Why: at equal retraining the pruning stage's epochs are extra training; on CIFAR they can be a
    multiple of the retraining.
    Fix: report the pruning epochs, and give the other row as many (before or after pruning).
    Cannot detect: epochs that the source does not state.
    Source: Wang et al. 2023, setups S4.1 and S4.2.
    """
    pair = judged.pair
    fact = _differing(judged, FactName.PRUNING_EPOCHS)
    if fact is None or pair.verdict.floor != Setup.S32 or pair.verdict.recipe:
        return
    ours = stage_epochs(pair.ours, pair.ours.pruning)
    theirs = stage_epochs(pair.other, pair.other.pruning)
    if ours is not None and theirs is not None and theirs.below(ours):
        yield _difference(judged, fact, "count the pruning stage's epochs on both sides")


def recipe_differs(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """The rest of the retraining recipe differs between two compared rows.

    Definition: optimizer, momentum, weight decay, batch size, augmentation, distillation, label
    smoothing, EMA or input size are stated on both sides and differ.
    Why: S3.2 takes them to be equal; each of them moves accuracy by itself.
    Fix: retrain both under one recipe.
    Cannot detect: what only one side states.
    Source: Wang et al. 2023, section 3, where these are assumed equal under S3.2.
    """
    pair = judged.pair
    if not (pair.comparison and pair.comparison.statement.value in STATED):
        return
    for fact in pair.verdict.recipe:
        yield _difference(judged, fact, "retrain both under one recipe")


def cited_not_rerun(judged: JudgedComparison, settings: Settings) -> Iterator[Hit]:
    """A statement is made against rows that were copied and not rerun.

    Definition: all rows compared with are ``origin: cited``.
    Why: copied rows come with their own base model and retraining, so nothing but luck makes them
    comparable.
    Fix: rerun at least one baseline under the own recipe.
    Cannot detect: copied rows that are not marked as such.
    Source: Wang et al. 2023, section 1 and section 6.
    """
    origins = {pair.pair.other.origin.value for pair in judged.pairs}
    if judged.comparison.statement.value in STATED and origins == {"cited"}:
        yield Hit(
            f"no row compared with {judged.comparison.ours.text} was rerun: all are cited",
            (judged.comparison.place, judged.pairs[0].pair.other.origin.place),
            "rerun a baseline under the own recipe",
        )


def no_simple_baseline(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """No row of the file is a simple baseline.

    Definition: a statement is made, the tables were read in full (``paper.read`` begins with
    "full"), no row is trained from scratch, and no row's method, name or ``cites`` speaks of L1,
    L2, magnitude, random, uniform, scratch, PFEC (the first name of L1-norm pruning) or "w/o".
    Why: L1-norm pruning with a good retraining LR reached the level of methods four years younger.
    Fix: add L1-norm and random pruning under the own recipe.
    Cannot detect: a simple baseline under another name.
    Source: Wang et al. 2023, section 6; Le and Hua 2021.
    """
    stated = [c for c in claim.comparisons if c.statement.value in STATED]
    full = (claim.paper.read.value or "").lower().startswith("full")
    if stated and full and not any(map(_is_simple, claim.results.values())):
        yield Hit(
            "no row is a simple baseline (L1-norm, magnitude, random or scratch)",
            (stated[0].place,),
            "add L1-norm and random pruning under the own recipe",
        )


def _is_simple(result: Result) -> bool:
    words = f"{result.method.text} {result.name} {result.cites.text}".lower()
    return result.is_scratch or any(word in words for word in SIMPLE)


def recipe_dependent_winner(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """Which of two methods wins depends on the retraining recipe.

    Definition: two methods appear under the same two retraining recipes at the same rate and base,
    and each wins under one of them, by more than rounding and more than the printed spreads.
    Why: pruning and retraining interact, and the methods cannot be ranked by either table alone;
    the higher result weighs more.
    Fix: print both, and state the interaction.
    Cannot detect: whether the differences are larger than noise (see PA503).
    Source: Wang et al. 2023, section 5 and section 6, cross-validation of FT_A and FT_B.
    """
    cells = _crossed(claim)
    names = sorted({name for name, _ in cells})
    recipes = sorted({recipe for _, recipe in cells})
    for index, one in enumerate(names):
        for other in (name for name in names[index + 1 :] if name[1:] == one[1:]):
            shared = [r for r in recipes if (one, r) in cells and (other, r) in cells]
            wins = {r: _gain(cells[one, r], cells[other, r]) for r in shared}
            for_one = [r for r, gain in wins.items() if gain > 0]
            for_other = [r for r, gain in wins.items() if gain < 0]
            if for_one and for_other:
                rows = [cells[n, r] for r in (for_one[0], for_other[0]) for n in (one, other)]
                yield Hit(
                    f"{one[0]} is ahead of {other[0]} under one retraining recipe and behind under "
                    f"another ({', '.join(row.name for row in rows)})",
                    tuple(row.top1.place for row in rows),
                    "print both recipes and state the interaction",
                )


Cell = tuple[tuple[str, str, str], tuple[str, str]]


def _crossed(claim: Claim) -> dict[Cell, Result]:
    """Return rows keyed on (method, base, rate) and (epochs, LR) of the retraining."""
    cells: dict[Cell, Result] = {}
    for result in claim.results.values():
        stage = result.retraining
        known = stage is not None and stage.epochs.value and stage.lr.value and not is_joint(result)
        if not known or stage is None or result.top1.value is None or not result.method.value:
            continue
        at = result.speedup.text or result.flops_reduction.text or result.sparsity.text
        if at:
            cells[
                (result.method.value, result.base.text, at), (stage.epochs.text, stage.lr.text)
            ] = result
    return cells


def _gain(one: Result, other: Result) -> int:
    a, b = one.top1.value, other.top1.value
    if a is None or b is None or a.hull.meets(b.hull):
        return 0
    spreads = sum(side.spread.value for side in (a, b) if side.spread)
    if abs(a.value - b.value) <= spreads:
        return 0
    return 1 if a.value > b.value else -1


RULES: tuple[Rule, ...] = (
    Rule("PA301", Severity.ERROR, Tier.CONCLUSIVE, Scope.PAIR, unfair_statement),
    Rule("PA302", Severity.WARNING, Tier.CONCLUSIVE, Scope.PAIR, undetermined_statement),
    Rule("PA303", Severity.WARNING, Tier.CONCLUSIVE, Scope.PAIR, base_differs),
    Rule("PA304", Severity.WARNING, Tier.CONCLUSIVE, Scope.PAIR, retraining_budget_differs),
    Rule("PA305", Severity.WARNING, Tier.CONCLUSIVE, Scope.PAIR, retraining_schedule_differs),
    Rule("PA306", Severity.WARNING, Tier.CONCLUSIVE, Scope.PAIR, pruning_cost_ignored),
    Rule("PA307", Severity.WARNING, Tier.CONCLUSIVE, Scope.PAIR, recipe_differs),
    Rule("PA308", Severity.NOTE, Tier.CONCLUSIVE, Scope.COMPARISON, cited_not_rerun),
    Rule("PA309", Severity.NOTE, Tier.HEURISTIC, Scope.CLAIM, no_simple_baseline),
    Rule("PA310", Severity.WARNING, Tier.HEURISTIC, Scope.CLAIM, recipe_dependent_winner),
)
