"""Did two results start from the same base model? Decided by weights, refuted by accuracies."""

from decimal import Decimal
from typing import Any, NamedTuple

from prune_audit.answers import Answer
from prune_audit.cells import cell
from prune_audit.claim import BaseModel, Result
from prune_audit.intervals import Interval
from prune_audit.numbers import Printed
from prune_audit.places import Entry
from prune_audit.readers import Weights
from prune_audit.registry import checkpoint, same_weights


class SameBase(NamedTuple):
    """The answer with both anchors and the reason in words."""

    answer: Answer
    left: Entry[Any]
    right: Entry[Any]
    why: str


def same_base(a: Result, b: Result, gap: Decimal) -> SameBase:
    """Compare base models.

    Same by weights (tag or hash), or the same entry of one file. Different by weights, by "trained
    by the authors" of two papers, by one row having none, by one row pruned at initialisation where
    the other inherits trained weights, or by accuracies of one protocol more than ``gap`` points
    apart, which re-evaluating one checkpoint does not explain. Else unknown.
    """
    if a.base.text == "none" or b.base.text == "none":
        return _without_base(a, b)
    one, other = a.base_model, b.base_model
    left = one.weights if one else a.base
    right = other.weights if other else b.base
    if _untrained(a, b) or _untrained(b, a):
        why = "one is pruned at initialisation, the other inherits trained weights"
        return SameBase(Answer.DIFFERENT, left, right, why)
    if one is not None and one is other:
        return SameBase(Answer.SAME, left, right, "one entry of this file")
    if one and other and one.weights.value and other.weights.value:
        same, why = _by_weights(one, other, one.weights.value, other.weights.value)
        if same is not Answer.UNKNOWN:
            return SameBase(same, left, right, why)
    return _by_accuracy(a, b, left, right, gap)


def _untrained(a: Result, b: Result) -> bool:
    """Whether the first surely never saw the trained weights that the second keeps."""
    if a.pruning is None or a.pruning.schedule.value != "at-init":
        return False
    kept = cell(b)
    return kept.base.value == "trained" and kept.weights.value == "inherited"


def _without_base(a: Result, b: Result) -> SameBase:
    if a.base.text == b.base.text:
        return SameBase(Answer.SAME, a.base, b.base, "both start from a random network")
    if a.base.known and b.base.known:
        return SameBase(Answer.DIFFERENT, a.base, b.base, "one starts from a random network")
    return SameBase(Answer.UNKNOWN, a.base, b.base, "")


def _owner(model: BaseModel, weights: Weights) -> str:
    """Name whose own training made the weights: a claim file's stem."""
    stem = model.place.file.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return weights.name or stem


def _by_weights(
    one: BaseModel, other: BaseModel, left: Weights, right: Weights
) -> tuple[Answer, str]:
    if left.kind == right.kind == "own":
        if _owner(one, left) != _owner(other, right):
            return Answer.DIFFERENT, "each trained by the authors of another paper"
        return _own_training(one, other)
    if "own" in (left.kind, right.kind):
        published = left if right.kind == "own" else right
        if checkpoint(_tag(published)) is None:
            return Answer.UNKNOWN, ""  # it may be what these authors published
        return Answer.DIFFERENT, "one trained by the authors, one published by others"
    return same_weights(_tag(left), _tag(right)), "by the identity of the weights"


def _tag(weights: Weights) -> str:
    return f"sha256:{weights.name}" if weights.kind == "hash" else weights.name


def _own_training(one: BaseModel, other: BaseModel) -> tuple[Answer, str]:
    """Two networks of one paper that were trained for other epochs are two networks."""
    epochs = [
        model.pretraining.epochs.value.interval
        for model in (one, other)
        if model.pretraining and model.pretraining.epochs.value
    ]
    if len(epochs) == 2 and not epochs[0].meets(epochs[1]):
        return Answer.DIFFERENT, "trained for other epochs"
    return Answer.UNKNOWN, ""


def _by_accuracy(
    a: Result, b: Result, left: Entry[Any], right: Entry[Any], gap: Decimal
) -> SameBase:
    one, other = _dense_accuracy(a), _dense_accuracy(b)
    if one and other and _one_protocol(a, b):
        (x, x_entry), (y, y_entry) = one, other
        if max(x.low - y.high, y.low - x.high) > gap:
            shown = f"{_shown(x, x_entry)} and {_shown(y, y_entry)}"
            why = f"base accuracies {shown} are more than {gap} points apart"
            return SameBase(Answer.DIFFERENT, x_entry, y_entry, why)
    return SameBase(Answer.UNKNOWN, left, right, "")


def _dense_accuracy(result: Result) -> tuple[Interval, Entry[Any]] | None:
    """Return the base model's accuracy: as published with known weights, else as printed.

    The column beside a row comes last: papers print there what they compare with, not always the
    network that was pruned. A printed spread is over trainings and widens the interval.
    """
    model = result.base_model
    known = checkpoint(_tag(model.weights.value)) if model and model.weights.value else None
    if model and known:
        printed = model.top1 if model.top1.value else model.weights
        return Interval.point(Decimal(known.top1)), printed
    entry = model.top1 if model and model.top1.value else result.base_top1
    if entry.value is None:
        return None
    around = entry.value.spread.value if entry.value.spread else Decimal(0)
    return entry.value.hull + Interval(-around, around), entry


def _shown(accuracy: Interval, entry: Entry[Any]) -> str:
    same = isinstance(entry.value, Printed) and entry.value.hull.meets(accuracy)
    return entry.text if same else f"{accuracy.low} (as published)"


def _one_protocol(a: Result, b: Result) -> bool:
    """Accuracies of two protocols, splits or metrics may differ for one and the same network."""
    pairs = ((a.evaluation, b.evaluation), (a.evaluated_on, b.evaluated_on), (a.metric, b.metric))
    return not any(x.known and y.known and x.text != y.text for x, y in pairs)
