"""The verdict on one pair: the setup reached, the setup possible, fair or not, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from prune_audit.answers import Answer, all_same
from prune_audit.claim import Comparison, Result
from prune_audit.facts import Fact, common_facts, is_iterative, is_joint, pair_facts
from prune_audit.rates import common_rates
from prune_audit.recipe import recipe_differences
from prune_audit.scratch import scratch_facts
from prune_audit.settings import Settings
from prune_audit.setups import FactName, Setup, climb, names_up_to
from prune_audit.taxonomy import cell_facts

ITERATIVE = "iterative pruning, which Table 2 of Wang et al. 2023 does not cover"
JOINT = "a method that prunes while it trains: placed by the total epochs of both stages"
ATTITUDE = {
    "1": "a gain from a better retraining LR does not count (attitude 1 of Wang et al. 2023)",
    "2": "a gain from a better retraining LR counts (attitude 2 of Wang et al. 2023)",
}


class Fairness(StrEnum):
    """Whether a gain can be put down to the pruning stage."""

    FAIR = "fair"
    UNFAIR = "unfair"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the facts say about a pair.

    ``floor`` is the setup surely reached, ``ceiling`` the one still possible. ``deciding`` is the
    fact that settles fairness, or whose answer would; for a fair pair the first one above the line
    that is not the same. ``stop`` is the first fact that differs. ``missing`` are the unknown facts
    below the required setup, cheapest first. ``recipe`` are the differences in the rest of the
    retraining recipe; they count from S3.2 on, which takes it to be equal. ``scratch`` holds S4.2,
    SX-A, SX-B and the older practice for a pair of pruning and scratch training, whose floor and
    ceiling are the strictest of these that holds and that is possible. ``dominance`` is ``ours`` or
    ``theirs`` where the rate is passed because one row is at least as fast and as accurate.
    ``cells`` say whether both rows are one kind of pruning; they do not decide fairness.
    """

    floor: str
    ceiling: str
    fairness: Fairness
    deciding: Fact | None
    stop: Fact | None = None
    missing: tuple[Fact, ...] = ()
    recipe: tuple[Fact, ...] = ()
    scratch: tuple[Fact, ...] = ()
    dominance: str = ""
    marks: tuple[str, ...] = ()
    cells: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows that a comparison sets against each other, with the verdict."""

    comparison: Comparison | None
    ours: Result
    other: Result
    verdict: Verdict


CHEAP = (
    FactName.EPOCHS, FactName.SCHEDULE, FactName.GRANULARITY, FactName.RATE, FactName.METRIC,
    FactName.NETWORK, FactName.DATASET, FactName.PRUNING_EPOCHS, FactName.PRUNING_SCHEDULE,
    FactName.BASE,
)  # fmt: skip
"""Facts from the cheapest to report (a line of text) to the dearest (the weights' identity)."""


def judge(ours: Result, other: Result, settings: Settings, comparison: Comparison | None) -> Pair:
    """Place two results on the ladder and say whether the comparison is fair."""
    wanted = comparison.rate.value if comparison else None
    if ours.is_scratch != other.is_scratch:
        attitude = (comparison.attitude.value if comparison else None) or "1"
        verdict = _judge_scratch(ours, other, settings, wanted, attitude)
    else:
        verdict = _judge_pruned(ours, other, settings, wanted)
    return Pair(comparison, ours, other, verdict)


def _judge_pruned(a: Result, b: Result, settings: Settings, wanted: str | None) -> Verdict:
    facts = pair_facts(a, b, settings, wanted)
    facts[FactName.RATE], dominance = _passed_rate(facts[FactName.RATE], a, b, wanted)
    place = climb({name: fact.answer for name, fact in facts.items()})
    line = Setup(settings.require)
    missing = tuple(facts[n] for n in CHEAP if n in place.missing and n in names_up_to(line))
    stop = facts[place.stop] if place.stop else None
    recipe = recipe_differences(a, b) if line.rank >= Setup.S32.rank else ()
    if place.ceiling.rank < line.rank:
        fairness, deciding = Fairness.UNFAIR, stop
    elif recipe:
        fairness, deciding = Fairness.UNFAIR, recipe[0]
    elif place.floor.rank >= line.rank:
        above = facts[place.missing[0]] if place.missing else stop
        fairness, deciding = Fairness.FAIR, above
    else:
        fairness, deciding = Fairness.UNDETERMINED, missing[0]
    return Verdict(
        place.floor, place.ceiling, fairness, deciding, stop, missing, recipe,
        dominance=dominance, marks=_marks(a, b), cells=cell_facts(a, b),
    )  # fmt: skip


def _passed_rate(fact: Fact, a: Result, b: Result, wanted: str | None) -> tuple[Fact, str]:
    """Return the rate as it counts for the ladder, and which row dominates, if one does.

    A row of the higher rate that is at least as accurate passes. Other rates stop a pair only where
    both accuracies are known: dominance is possible else.
    """
    if fact.answer is Answer.SAME:
        return fact, ""
    if dominance := _dominance(a, b, wanted):
        return fact._replace(answer=Answer.SAME), dominance
    if fact.answer is Answer.UNKNOWN or (a.top1.known and b.top1.known):
        return fact, ""
    why = f"{fact.why}; comparable only if the row of the higher rate is as accurate"
    return fact._replace(answer=Answer.UNKNOWN, why=why), ""


def _marks(a: Result, b: Result) -> tuple[str, ...]:
    iterative = is_iterative(a) or is_iterative(b)
    joint = is_joint(a) or is_joint(b)
    return ((ITERATIVE,) if iterative else ()) + ((JOINT,) if joint else ())


def _dominance(a: Result, b: Result, wanted: str | None) -> str:
    """Say which row surely has the higher rate and is at least as accurate as printed, if any."""
    left, right = common_rates(a, b, wanted)
    x, y = a.top1.value, b.top1.value
    if not (left and right and x and y) or left.kind is not right.kind or x.bound or y.bound:
        return ""
    if right.interval.below(left.interval) and y.value <= x.value:
        return "ours"
    return "theirs" if left.interval.below(right.interval) and x.value <= y.value else ""


def _judge_scratch(
    a: Result, b: Result, settings: Settings, wanted: str | None, attitude: str
) -> Verdict:
    """Under attitude 1 only the same joined schedule is fair; under 2 also SX-A or SX-B."""
    pruned, scratch = (b, a) if a.is_scratch else (a, b)
    facts = scratch_facts(pruned, scratch)
    shared = common_facts(a, b, settings, wanted)
    shared[FactName.RATE], dominance = _passed_rate(shared[FactName.RATE], a, b, wanted)
    common = tuple(shared.values())
    counting = facts[:1] if attitude == "1" else facts[:3]
    differing = first(common, Answer.DIFFERENT)
    recipe = recipe_differences(a, b)
    stop = differing or (recipe[0] if recipe else None)
    unknown = tuple(f for f in (*common, *counting) if f.answer is Answer.UNKNOWN)
    held, open_ = first(counting, Answer.SAME), first(counting, Answer.UNKNOWN)
    missing: tuple[Fact, ...] = ()
    if stop or not (held or open_):
        fairness, deciding = Fairness.UNFAIR, stop or counting[-1]
    elif held and not first(common, Answer.UNKNOWN):
        fairness, deciding = Fairness.FAIR, held
    else:
        fairness, deciding, missing = Fairness.UNDETERMINED, unknown[0], unknown
    floor, ceiling = _scratch_place(common, facts[:3])
    return Verdict(
        floor, ceiling, fairness, deciding, stop, missing, recipe,
        scratch=facts, dominance=dominance, marks=(ATTITUDE[attitude],),
    )  # fmt: skip


def first(facts: Iterable[Fact], wanted: Answer) -> Fact | None:
    """Return the first fact with this answer."""
    return next((fact for fact in facts if fact.answer is wanted), None)


def _scratch_place(common: Iterable[Fact], ladder: tuple[Fact, ...]) -> tuple[str, str]:
    """Return floor and ceiling: S1 is the common ground, above it S4.2, SX-A or SX-B."""
    shared = all_same(fact.answer for fact in common)
    if shared is Answer.DIFFERENT:
        return Setup.BELOW_S1, Setup.BELOW_S1
    held = first(ladder, Answer.SAME)
    possible = next((fact for fact in ladder if fact.answer is not Answer.DIFFERENT), None)
    floor = held.name if held else Setup.S1
    ceiling = possible.name if possible else Setup.S1
    return floor if shared is Answer.SAME else Setup.BELOW_S1, ceiling
