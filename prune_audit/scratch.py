"""Pruning against scratch training: its own kind of pair (Wang et al. 2023, Table 2 and section 4).

SX-A: same total epochs of the three stages. SX-B: same total FLOPs. S4.2 (Table 4): the joined LR
schedule of pretraining, pruning and retraining equals that of the scratch run. Older practice:
the small network is trained with the recipe of the base model.
"""

from decimal import Decimal
from typing import Any, NamedTuple

from prune_audit.answers import Answer
from prune_audit.claim import Result, Stage
from prune_audit.epochs import same_epochs
from prune_audit.facts import Fact, span, stage_epochs
from prune_audit.intervals import Interval
from prune_audit.places import Entry
from prune_audit.rates import Rate, RateKind, rate
from prune_audit.schedules.notation import same_schedule
from prune_audit.schedules.schedule import Schedule, ScheduleError, equal

QUESTIONS = {
    "S4.2": "joined LR schedule",
    "SX-A": "total epochs",
    "SX-B": "total FLOPs",
    "older practice": "recipe of the base model",
}
"""What each fact about a pruned and a scratch row asks."""

COUNTABLE = Decimal(10) ** 9
"""More epochs than this are no number anyone counted."""

ZERO = Interval.point(Decimal(0))


class Pipeline(NamedTuple):
    """The three stages of a pruned row, with None where a stage is not described."""

    pretraining: Stage | None
    pruning: Stage | None
    retraining: Stage | None


def pipeline(pruned: Result) -> Pipeline:
    """Return the stages of a pruned row; a base model may leave its pretraining undescribed."""
    base = pruned.base_model
    return Pipeline(base.pretraining if base else None, pruned.pruning, pruned.retraining)


def scratch_facts(pruned: Result, scratch: Result) -> tuple[Fact, ...]:
    """Answer S4.2, SX-A, SX-B and the older practice for a pruned and a scratch row."""
    return (
        _joined_schedule(pruned, scratch),
        _total_epochs(pruned, scratch),
        _total_flops(pruned, scratch),
        _base_recipe(pruned, scratch),
    )


def totals(pruned: Result) -> Interval | None:
    """Return the epochs of the three stages together, or None where one is not stated."""
    stages = [stage_epochs(pruned, stage) for stage in pipeline(pruned)]
    if any(stage is None for stage in stages):
        return None
    return sum((stage for stage in stages if stage), ZERO)


def _anchor(stage: Stage | None, result: Result) -> Entry[Any]:
    return stage.epochs if stage else Entry(result.place)


def _missing(pruned: Result) -> Entry[Any]:
    """Return the first stage whose epochs are not stated, else the retraining stage."""
    stages = pipeline(pruned)
    silent = [stage for stage in stages if stage is None or not stage.epochs.known]
    return _anchor(silent[0] if silent else stages.retraining, pruned)


def _total_epochs(pruned: Result, scratch: Result) -> Fact:
    total = totals(pruned)
    budget = stage_epochs(scratch, scratch.scratch)
    right = _anchor(scratch.scratch, scratch)
    if total is None or budget is None:
        return Fact("SX-A", Answer.UNKNOWN, _missing(pruned), right, "an epoch count is not stated")
    why = f"{_shown(total)} epochs of three stages against {_shown(budget)}"
    return Fact("SX-A", same_epochs(total, budget), _missing(pruned), right, why)


def _shown(interval: Interval) -> str:
    if interval.low == interval.high:
        return f"{interval.low:f}"
    if not interval.high.is_finite():
        return f"at least {interval.low:f}"
    return f"{interval.low:f} to {interval.high:f}"


def _total_flops(pruned: Result, scratch: Result) -> Fact:
    """K1 * F1 + K2 * F2 = K * F2: equal for some speedup within its digits and K1 within +-1."""
    stages = pipeline(pruned)
    dense = [stage_epochs(pruned, stage) for stage in (stages.pretraining, stages.pruning)]
    small = stage_epochs(pruned, stages.retraining)
    budget = stage_epochs(scratch, scratch.scratch)
    faster = _speedup(pruned)
    right = _anchor(scratch.scratch, scratch)
    if None in dense or small is None or budget is None or faster is None:
        left = pruned.speedup if faster is None else _missing(pruned)
        return Fact(
            "SX-B", Answer.UNKNOWN, left, right, "an epoch count or the speedup is not stated"
        )
    at_dense_cost = sum((stage for stage in dense if stage), ZERO)
    slack = Interval(Decimal(-1), Decimal(1)) if at_dense_cost.low > 0 else ZERO
    spent = (at_dense_cost + slack) * faster.interval + small
    stated = all(stage is not None and stage.low == stage.high for stage in (*dense, small, budget))
    stated = stated and faster.entry.value is not None and faster.entry.value.exact
    same = Answer.DIFFERENT if not spent.meets(budget) else Answer.UNKNOWN
    if same is Answer.UNKNOWN and stated:
        same = Answer.SAME
    why = _left_over(at_dense_cost * faster.interval + small, budget, same)
    if same is Answer.DIFFERENT and ((at_dense_cost + slack) * faster.interval).meets(budget):
        why += "; it fits K1*F1/F2 of Liu et al. 2019, which leaves out the retraining epochs"
    return Fact("SX-B", same, faster.entry, right, why)


def _speedup(pruned: Result) -> Rate | None:
    found = rate(pruned, RateKind.SPEEDUP)
    return found if found and found.interval.low > 0 else None


def _left_over(spent: Interval, budget: Interval, same: Answer) -> str:
    """Say what both sides spend in epochs of the small network, and what is left over."""
    if not max(spent.high, budget.high) < COUNTABLE:
        return "an epoch count or the speedup is stated as a bound only"
    here, there = round(_middle(spent), 1), round(_middle(budget), 1)
    within = ", within one dense epoch" if same is Answer.SAME else ""
    off = f" ({here - there:+}{within})" if here != there else ""
    return f"{here} epochs of the small network against {there}{off}"


def _middle(interval: Interval) -> Decimal:
    return (interval.low + interval.high) / 2


def _joined_schedule(pruned: Result, scratch: Result) -> Fact:
    left = pruned.retraining.lr if pruned.retraining else Entry(pruned.place)
    right = scratch.scratch.lr if scratch.scratch else Entry(scratch.place)
    total, budget = totals(pruned), stage_epochs(scratch, scratch.scratch)
    if total is not None and budget is not None and not total.meets(budget):
        why = f"{_shown(total)} epochs of three stages against {_shown(budget)}"
        return Fact("S4.2", Answer.DIFFERENT, left, right, why)
    joined = _joined(pruned)
    alone = _exact(scratch, scratch.scratch)
    if joined is None or alone is None:
        return _open_schedule(pruned, scratch, left, right)
    if equal(joined, alone):
        return Fact("S4.2", Answer.SAME, left, right, f"the joined schedule is {alone}")
    return Fact("S4.2", Answer.DIFFERENT, left, right, f"joined schedule {joined} against {alone}")


def _open_schedule(pruned: Result, scratch: Result, left: Entry[Any], right: Entry[Any]) -> Fact:
    """Name the first stage of either side whose schedule is not fully stated."""
    for name, stage in zip(Pipeline._fields, pipeline(pruned), strict=True):
        if found := _unstated(pruned, name, stage):
            return Fact("S4.2", Answer.UNKNOWN, found[0], right, found[1])
    if found := _unstated(scratch, "scratch", scratch.scratch):
        return Fact("S4.2", Answer.UNKNOWN, left, found[0], found[1])
    return Fact("S4.2", Answer.UNKNOWN, left, right, "a schedule does not fit its epochs")


def _unstated(result: Result, name: str, stage: Stage | None) -> tuple[Entry[Any], str] | None:
    """Return what a stage leaves open and where, or None where its schedule is stated."""
    if stage is None:
        home = result.base_model.place if result.base_model else result.place
        return Entry(home), f"the {name} stage is not described"
    if stage.epochs.value is None:
        return stage.epochs, f"the epochs of {name} are not stated"
    if stage.epochs.value.none or _exact(result, stage):
        return None
    return stage.lr, f"the LR schedule of {name} is not fully stated"


def _joined(pruned: Result) -> Schedule | None:
    joined: Schedule | None = None
    for stage in pipeline(pruned):
        if stage is None or stage.epochs.value is None:
            return None
        if stage.epochs.value.none:
            continue
        part = _exact(pruned, stage)
        if part is None:
            return None
        joined = _then(joined, part)
    return joined


def _then(earlier: Schedule | None, later: Schedule) -> Schedule | None:
    try:
        return earlier.then(later) if earlier else later
    except ScheduleError:  # absurd epochs leave no room for a milestone between them
        return None


def _exact(result: Result, stage: Stage | None) -> Schedule | None:
    """Return the stage's schedule where LR and epochs are fully stated and fit together."""
    epochs = stage_epochs(result, stage)
    if stage is None or stage.lr.value is None or epochs is None or epochs.low != epochs.high:
        return None
    try:
        return stage.lr.value.schedule(float(epochs.low))
    except ScheduleError:
        return None


def _base_recipe(pruned: Result, scratch: Result) -> Fact:
    name = "older practice"
    pretraining = pipeline(pruned).pretraining
    left = pretraining.lr if pretraining else Entry(pruned.place)
    right = scratch.scratch.lr if scratch.scratch else Entry(scratch.place)
    one, other = stage_epochs(pruned, pretraining), stage_epochs(scratch, scratch.scratch)
    if pretraining is None or not left.value or not right.value or one is None or other is None:
        return Fact(name, Answer.UNKNOWN, left, right, "")
    same, why = same_schedule(left.value, span(one), right.value, span(other))
    return Fact(name, same, left, right, why)
