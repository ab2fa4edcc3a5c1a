"""The verdict on one pair: the setup reached, the setup possible, fair or not, and why."""

from dataclasses import dataclass
from enum import StrEnum

from prune_audit.answers import Answer
from prune_audit.claim import Comparison, Result
from prune_audit.facts import (
    Fact,
    is_iterative,
    is_joint,
    metric_fact,
    pair_facts,
    rate_fact,
    recipe_facts,
)
from prune_audit.identity import same_dataset, same_network
from prune_audit.rates import common_rates
from prune_audit.scratch import scratch_facts
from prune_audit.settings import Settings
from prune_audit.setups import FactName, Setup, climb, names_up_to

ITERATIVE = "iterative pruning, which Table 2 of the paper does not cover"
JOINT = "a method that prunes while it trains: placed by the total epochs of both stages"
ATTITUDE = {
    "1": "a gain from a better retraining LR does not count (attitude 1 of the paper)",
    "2": "a gain from a better retraining LR counts (attitude 2 of the paper)",
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
    fact that settles fairness, or whose answer would. ``stop`` is the first fact that differs.
    ``missing`` are the unknown facts below the
    required setup, cheapest first. ``scratch`` holds S4.2, SX-A, SX-B and the older practice for a
    pair of pruning and scratch training. ``dominance`` is ``ours`` or ``theirs`` where the rate is
    passed only because one row is at least as fast and at least as accurate.
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
        verdict = _judge_scratch(ours, other, settings, attitude)
    else:
        verdict = _judge_pruned(ours, other, settings, wanted)
    return Pair(comparison, ours, other, verdict)


def _judge_pruned(a: Result, b: Result, settings: Settings, wanted: str | None) -> Verdict:
    facts = pair_facts(a, b, settings, wanted)
    answers = {name: fact.answer for name, fact in facts.items()}
    dominance = _dominance(a, b, wanted) if answers[FactName.RATE] is Answer.DIFFERENT else ""
    if dominance:
        answers[FactName.RATE] = Answer.SAME
    place = climb(answers)
    required = names_up_to(Setup(settings.require))
    missing = [facts[name] for name in CHEAP if name in place.missing and name in required]
    differing = tuple(f for f in recipe_facts(a, b) if f.answer is Answer.DIFFERENT)
    stop = facts[place.stop] if place.stop else None
    rank = Setup(settings.require).rank
    if place.ceiling.rank < rank:
        fairness, deciding = Fairness.UNFAIR, stop
    elif differing:
        fairness, deciding = Fairness.UNFAIR, differing[0]
    elif place.floor.rank >= rank:
        fairness, deciding = Fairness.FAIR, stop
    else:
        fairness, deciding = Fairness.UNDETERMINED, missing[0]
    return Verdict(
        place.floor, place.ceiling, fairness, deciding, stop, tuple(missing), differing,
        dominance=dominance, marks=_marks(a, b),
    )  # fmt: skip


def _marks(a: Result, b: Result) -> tuple[str, ...]:
    iterative = is_iterative(a) or is_iterative(b)
    joint = is_joint(a) or is_joint(b)
    return ((ITERATIVE,) if iterative else ()) + ((JOINT,) if joint else ())


def _dominance(a: Result, b: Result, wanted: str | None) -> str:
    """Say which row is surely at least as fast and at least as accurate, if one is."""
    left, right = common_rates(a, b, wanted)
    x, y = a.top1.value, b.top1.value
    if not (left and right and x and y):
        return ""
    if right.interval.below(left.interval) and y.value <= x.value:
        return "ours"
    return "theirs" if left.interval.below(right.interval) and x.value <= y.value else ""


def _judge_scratch(a: Result, b: Result, settings: Settings, attitude: str) -> Verdict:
    """Under attitude 1 only the same joined schedule is fair; under 2 also SX-A or SX-B."""
    pruned, scratch = (b, a) if a.is_scratch else (a, b)
    facts = scratch_facts(pruned, scratch)
    joined, epochs, flops, recipe = facts
    common = _common(pruned, scratch, settings)
    label = _label(facts)
    counting = (joined,) if attitude == "1" else (joined, epochs, flops)
    differing = next((fact for fact in common if fact.answer is Answer.DIFFERENT), None)
    unknown = tuple(fact for fact in (*common, *counting) if fact.answer is Answer.UNKNOWN)
    if differing:
        label, fairness, deciding = Setup.BELOW_S1, Fairness.UNFAIR, differing
    elif any(fact.answer is Answer.SAME for fact in counting):
        sure = all(fact.answer is Answer.SAME for fact in common)
        fairness = Fairness.FAIR if sure else Fairness.UNDETERMINED
        deciding = next(fact for fact in counting if fact.answer is Answer.SAME)
    elif any(fact.answer is Answer.UNKNOWN for fact in counting):
        fairness, deciding = Fairness.UNDETERMINED, unknown[0]
    else:
        fairness, deciding = Fairness.UNFAIR, counting[0]
    ceiling = label if joined.answer is not Answer.UNKNOWN else "S4.2"
    return Verdict(
        label, ceiling, fairness, deciding, differing, unknown if fairness is Fairness.UNDETERMINED else (),
        scratch=facts, marks=(ATTITUDE[attitude],),
    )  # fmt: skip


def _common(pruned: Result, scratch: Result, settings: Settings) -> tuple[Fact, ...]:
    """What a scratch run of the same structure shares with the pruned row."""
    return (
        Fact(
            FactName.DATASET,
            same_dataset(pruned, scratch),
            pruned.dataset,
            scratch.dataset,
            "",
        ),
        Fact(
            FactName.NETWORK,
            same_network(pruned, scratch),
            pruned.network,
            scratch.network,
            "",
        ),
        metric_fact(pruned, scratch),
        rate_fact(pruned, scratch, settings, None),
    )


def _label(facts: tuple[Fact, ...]) -> str:
    """Name the strictest setup that surely holds."""
    held = [fact.name for fact in facts if fact.answer is Answer.SAME]
    return held[0] if held else "none"
