"""Facts about a pair of pruned results: one question each, answered with both anchors."""

import math
from typing import Any, NamedTuple

from prune_audit.answers import Answer, answer
from prune_audit.base_models import same_base
from prune_audit.claim import Result, Stage
from prune_audit.epochs import same_epochs
from prune_audit.identity import known_network, same_dataset, same_network
from prune_audit.intervals import Interval
from prune_audit.places import Entry
from prune_audit.rates import RateKind, common_rates, same_rate
from prune_audit.schedules.notation import same_schedule
from prune_audit.settings import Settings
from prune_audit.setups import FactName


class Fact(NamedTuple):
    """The answer to one question about a pair, with what each side states and where."""

    name: str
    answer: Answer
    left: Entry[Any]
    right: Entry[Any]
    why: str

    @property
    def silent_sides(self) -> tuple[Entry[Any], ...]:
        """The entries that would have to be known."""
        return tuple(side for side in (self.left, self.right) if not side.known)

    @property
    def sides(self) -> str:
        """What both sides state, and the reason in words where there is one."""
        stated = f"{self.left} / {self.right}"
        return f"{stated} ({self.why})" if self.why else stated


def common_facts(
    a: Result, b: Result, settings: Settings, rate: str | None = None
) -> dict[FactName, Fact]:
    """Answer what any two rows must share, pruned or trained from scratch: data set to rate."""
    return {
        FactName.DATASET: Fact(FactName.DATASET, same_dataset(a, b), a.dataset, b.dataset, ""),
        FactName.NETWORK: Fact(FactName.NETWORK, same_network(a, b), a.network, b.network, ""),
        FactName.METRIC: metric_fact(a, b),
        FactName.RATE: rate_fact(a, b, settings, rate),
    }


def pair_facts(
    a: Result, b: Result, settings: Settings, rate: str | None = None
) -> dict[FactName, Fact]:
    """Answer every question of Table 2 about two results, in the order of the ladder."""
    schedule = _schedule(a, b)
    facts = {
        **common_facts(a, b, settings, rate),
        FactName.GRANULARITY: _granularity(a, b),
        FactName.BASE: Fact(FactName.BASE, *same_base(a, b, settings.base_gap)),
        FactName.EPOCHS: _implied(_epochs(a, b), schedule),
        FactName.SCHEDULE: schedule,
        FactName.PRUNING_EPOCHS: _pruning_epochs(a, b),
        FactName.PRUNING_SCHEDULE: _pruning_schedule(a, b),
    }
    return {**facts, **_untouched(a, b)} if a.is_scratch and b.is_scratch else facts


def _untouched(a: Result, b: Result) -> dict[FactName, Fact]:
    """Two rows trained from scratch: nothing is pruned, both start from a random network."""
    names = (
        FactName.GRANULARITY, FactName.BASE, FactName.PRUNING_EPOCHS, FactName.PRUNING_SCHEDULE,
    )  # fmt: skip
    why = "both are trained from scratch"
    return {name: Fact(name, Answer.SAME, a.method, b.method, why) for name in names}


def _implied(epochs: Fact, schedule: Fact) -> Fact:
    """One LR schedule runs over one number of epochs (a rewound schedule states it itself)."""
    if epochs.answer is Answer.UNKNOWN and schedule.answer is Answer.SAME:
        return epochs._replace(answer=Answer.SAME, why="as the LR schedules are the same")
    return epochs


def metric_fact(a: Result, b: Result) -> Fact:
    """Both rows print top-1 accuracy (or one other named metric) of the same split."""
    name = FactName.METRIC
    splits = {entry.value for entry in (a.evaluated_on, b.evaluated_on) if entry.value}
    if len(splits) == 2:
        return Fact(name, Answer.DIFFERENT, a.evaluated_on, b.evaluated_on, "another split")
    metrics = [entry.value or "top1" for entry in (a.metric, b.metric)]
    if metrics[0] != metrics[1]:
        why = "top-1 accuracy where nothing else is stated"
        return Fact(name, Answer.DIFFERENT, a.metric, b.metric, why)
    named = metrics[0] != "other"
    both = a.top1.known and b.top1.known and named
    if named and not both and (drops := _drops(a, b)):
        return Fact(name, Answer.SAME, *drops, "printed drops")
    why = "" if metrics[0] == "top1" else metrics[0]
    return Fact(name, answer(True if both else None), a.top1, b.top1, why)


def _drops(a: Result, b: Result) -> tuple[Entry[Any], Entry[Any]] | None:
    """Return both printed drops: S1 asks for performance or performance drop (paper, Table 2)."""
    left, right = ((row.drop if row.drop.known else row.delta) for row in (a, b))
    return (left, right) if left.known and right.known else None


def rate_fact(a: Result, b: Result, settings: Settings, wanted: str | None) -> Fact:
    """Both rows have the same speedup, or the same rate of whichever kind both print."""
    left, right = common_rates(a, b, wanted)
    if left is None or right is None:
        left_entry = left.entry if left else _no_rate(a, wanted)
        right_entry = right.entry if right else _no_rate(b, wanted)
        why = "no rate of one kind is stated by both"
        return Fact(FactName.RATE, Answer.UNKNOWN, left_entry, right_entry, why)
    same = same_rate(a, b, left.kind, settings.tolerance)
    tolerance = f"tolerance {(settings.tolerance * 100).normalize():f} %"
    why = f"{left.kind}{_apart(left.interval, right.interval)}, {tolerance}"
    return Fact(FactName.RATE, same, left.entry, right.entry, why)


def _apart(a: Interval, b: Interval) -> str:
    """Say |a - b| / max(a, b) of the middles in percent; nothing where one has no middle."""
    left, right = float(a.low + a.high) / 2, float(b.low + b.high) / 2
    if not (0 < left < math.inf and 0 < right < math.inf):
        return ""
    return f", {100 * abs(left - right) / max(left, right):.1f} % apart"


def _no_rate(result: Result, wanted: str | None) -> Entry[Any]:
    if wanted == RateKind.RATIO:
        return _of_pruning(result, "ratio")
    if wanted == RateKind.MEASURED:
        return result.measured_speedup
    return result.compression if wanted == RateKind.COMPRESSION else result.speedup


def _granularity(a: Result, b: Result) -> Fact:
    left, right = _of_pruning(a, "granularity"), _of_pruning(b, "granularity")
    if left.value is None or right.value is None:
        same, why = None, ""
    else:
        # removing a filter and removing the channel it produces leave the same network
        one = {"filter": "channel"}
        same = one.get(left.value, left.value) == one.get(right.value, right.value)
        vague = "other" in (left.value, right.value)
        same, why = (None, "not named") if vague else (same, "")
    return Fact(FactName.GRANULARITY, answer(same), left, right, why)


def _of_pruning(result: Result, field: str) -> Entry[Any]:
    entry: Entry[Any] = getattr(result.pruning, field) if result.pruning else Entry(result.place)
    return entry


def is_joint(result: Result) -> bool:
    """Whether the method prunes while it trains, without a separate retraining stage."""
    return result.pruning is not None and result.pruning.schedule.value == "while-training"


def is_iterative(result: Result) -> bool:
    """Whether pruning and retraining alternate, which Table 2 does not cover."""
    return result.pruning is not None and result.pruning.schedule.value == "iterative"


def stage_epochs(result: Result, stage: Stage | None) -> Interval | None:
    """Return the epochs of a stage over all layers, or None where they are not stated."""
    if stage is None or stage.epochs.value is None:
        return None
    epochs = stage.epochs.value
    if not epochs.per_layer:
        return epochs.interval
    known = known_network(result)
    return epochs.total((known.blocks, known.layers) if known else None)


def _retraining(result: Result, joint: bool) -> tuple[Interval | None, Entry[Any]]:
    """Epochs of retraining; with a joint method in the pair, of pruning and retraining."""
    stage = result.scratch or result.retraining
    own = stage_epochs(result, stage)
    anchor = stage.epochs if stage else Entry(result.place)
    if not joint:
        return own, anchor
    pruning = stage_epochs(result, result.pruning)
    shown = _of_pruning(result, "epochs") if is_joint(result) else anchor
    return (own + pruning if own is not None and pruning is not None else None), shown


def _epochs(a: Result, b: Result) -> Fact:
    joint = is_joint(a) or is_joint(b)
    left, left_entry = _retraining(a, joint)
    right, right_entry = _retraining(b, joint)
    why = "pruning and retraining together" if joint else ""
    same = Answer.UNKNOWN if left is None or right is None else same_epochs(left, right)
    return Fact(FactName.EPOCHS, same, left_entry, right_entry, why)


def _schedule(a: Result, b: Result) -> Fact:
    if is_joint(a) or is_joint(b):
        return _joint_schedule(a, b)
    stages = (a.scratch or a.retraining, b.scratch or b.retraining)
    return _stage_schedule(FactName.SCHEDULE, a, stages[0], b, stages[1])


def _joint_schedule(a: Result, b: Result) -> Fact:
    if is_joint(a) and is_joint(b):
        return _stage_schedule(FactName.SCHEDULE, a, a.pruning, b, b.pruning)
    left = a.pruning if is_joint(a) else a.retraining
    right = b.pruning if is_joint(b) else b.retraining
    entries = (left.lr if left else Entry(a.place), right.lr if right else Entry(b.place))
    why = "one of the two prunes while it trains"
    same = Answer.DIFFERENT if _epochs(a, b).answer is Answer.DIFFERENT else Answer.UNKNOWN
    return Fact(FactName.SCHEDULE, same, *entries, why)


def _stage_schedule(
    name: FactName, a: Result, left: Stage | None, b: Result, right: Stage | None
) -> Fact:
    if left is None or right is None:
        return Fact(name, Answer.UNKNOWN, Entry(a.place), Entry(b.place), "")
    left_epochs, right_epochs = stage_epochs(a, left), stage_epochs(b, right)
    if left_epochs is not None and right_epochs is not None:
        if left_epochs.high == 0 and right_epochs.high == 0:
            return Fact(
                name, Answer.SAME, left.epochs, right.epochs, "no epochs, nothing to differ"
            )
        if not left_epochs.meets(right_epochs):
            return Fact(name, Answer.DIFFERENT, left.epochs, right.epochs, "other epochs")
    if left.lr.value is None or right.lr.value is None:
        return Fact(name, Answer.UNKNOWN, left.lr, right.lr, "")
    spans = (span(left_epochs), span(right_epochs))
    same, why = same_schedule(left.lr.value, spans[0], right.lr.value, spans[1])
    return Fact(name, same, left.lr, right.lr, why)


def span(epochs: Interval | None) -> tuple[float, float | None]:
    """Return epochs as the ends that schedules are compared over; None is without end."""
    if epochs is None:
        return 0.0, None
    return float(epochs.low), float(epochs.high) if epochs.high.is_finite() else None


def _pruning_epochs(a: Result, b: Result) -> Fact:
    left, right = stage_epochs(a, a.pruning), stage_epochs(b, b.pruning)
    same = Answer.UNKNOWN if left is None or right is None else same_epochs(left, right)
    return Fact(
        FactName.PRUNING_EPOCHS, same, _of_pruning(a, "epochs"), _of_pruning(b, "epochs"), ""
    )


def _pruning_schedule(a: Result, b: Result) -> Fact:
    return _stage_schedule(FactName.PRUNING_SCHEDULE, a, a.pruning, b, b.pruning)
