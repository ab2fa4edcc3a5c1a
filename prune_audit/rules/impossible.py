"""Family PA1: values that no measurement can give."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from prune_audit.claim import BaseModel, Claim, PruningStage, Result, Stage
from prune_audit.corpus import Corpus
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.intervals import Interval
from prune_audit.numbers import Printed
from prune_audit.places import Entry, Place
from prune_audit.rules.rule import Rule, Scope
from prune_audit.rules.shares import some_convention
from prune_audit.settings import Settings


class _Limit(NamedTuple):
    """The values that a key can have, and what to do about others."""

    interval: Interval
    words: str
    fix: str = "check the number at its source"


_SHARE_FIX = "write 44 % or 0.44 for a share; a rate in times has its own key"
_ACCURACY = _Limit(Interval(Decimal(0), Decimal(100)), "an accuracy lies between 0 and 100 percent")
_CHANGE = _Limit(Interval(Decimal(-100), Decimal(100)), "accuracies differ by at most 100 points")
_RATE = _Limit(Interval.above(Decimal(0), True), "a rate in times is above zero")
_COUNT = _Limit(Interval.above(Decimal(0), True), "a count is above zero")
_RUNS = _Limit(Interval.above(Decimal(1)), "there is at least one run")
_SHARE = _Limit(
    Interval(Decimal(0), Decimal(1), False, True), "a share is at least 0 and below 1", _SHARE_FIX
)
_LAYER_SHARE = _Limit(
    Interval(Decimal(0), Decimal(1)), "the share of one layer lies between 0 and 1", _SHARE_FIX
)
_KEPT = _Limit(Interval(Decimal(0), Decimal(1)), "a kept share lies between 0 and 1", _SHARE_FIX)
_PART = _Limit(Interval(Decimal(0), Decimal(1)), "a share lies between 0 and 1", _SHARE_FIX)
_WEIGHT = _Limit(Interval.above(Decimal(0)), "this is at least zero")

_PERCENTAGES = ("top1", "top5", "base_top1")
"""Accuracies of trained networks; before retraining, a tenth of a percent is common."""

_NOTHING: Entry[Printed] = Entry(Place(""))
_OF_BASE: Mapping[str, _Limit] = {
    "top1": _ACCURACY, "top5": _ACCURACY, "macs": _COUNT, "flops": _COUNT, "params": _COUNT,
    "runs": _RUNS,
}  # fmt: skip
_OF_RESULT: Mapping[str, _Limit] = {
    **_OF_BASE, "base_top1": _ACCURACY, "before_retraining": _ACCURACY, "ta": _ACCURACY,
    "drop": _CHANGE, "delta": _CHANGE, "speedup": _RATE, "measured_speedup": _RATE,
    "compression": _RATE, "flops_reduction": _SHARE, "params_reduction": _SHARE,
    "sparsity": _SHARE, "flops_kept": _KEPT, "params_kept": _KEPT, "train_top1": _ACCURACY,
    "label_noise": _PART, "bytes": _COUNT, "weight_bits": _COUNT,
}  # fmt: skip
_OF_STAGE: Mapping[str, _Limit] = {
    "batch_size": _COUNT, "input_size": _COUNT, "tuning_trials": _COUNT, "momentum": _SHARE,
    "label_smoothing": _SHARE, "weight_decay": _WEIGHT, "l1": _WEIGHT,
}  # fmt: skip
_OF_PRUNING: Mapping[str, _Limit] = {
    **_OF_STAGE,
    "ratio": _SHARE,
    "ratios": _LAYER_SHARE,
    "limit": _SHARE,
}


def impossible_value(claim: Claim, corpus: Corpus, settings: Settings) -> Iterator[Hit]:
    """A value is one that no measurement can give.

    Definition: no value that the digits stand for lies where the key's values can lie: accuracies
    from 0 to 100 percent, their changes from -100 to 100, rates and counts above 0, at least one
    run, shares from 0 to below 1 (of one layer, up to 1). Top-5 accuracy below top-1. An accuracy
    of at most 1 is taken for a fraction in a key that is in percent where it has three or more
    decimals or is a base model's, unless the row's base accuracy, its drop or its change shows that
    percent is meant.
    Why: mostly a unit or a column was mixed up on the way into the file; everything computed from
    the value is then wrong.
    Fix: compare with the source; give accuracies in percent, shares with their ``%``.
    Cannot detect: a wrong value within the limits.
    Source: this tool.
    """
    for base in claim.base_models.values():
        yield from _out_of_limits(base, _OF_BASE)
        if base.pretraining:
            yield from _out_of_limits(base.pretraining, _OF_STAGE)
        yield from _accuracy_hits(base, base.top1)
    for result in claim.results.values():
        yield from _out_of_limits(result, _OF_RESULT)
        yield from _accuracy_hits(result, result.dense_top1)
    for stage in _stages(claim):
        limits = _OF_PRUNING if isinstance(stage, PruningStage) else _OF_STAGE
        yield from _out_of_limits(stage, limits)


def _stages(claim: Claim) -> Iterable[Stage]:
    """Return the stages of all rows, one that rows share once."""
    rows = claim.results.values()
    stages = (stage for row in rows for stage in (row.pruning, row.retraining, row.scratch))
    return {id(stage): stage for stage in stages if stage}.values()


def _out_of_limits(
    holder: Result | BaseModel | Stage, limits: Mapping[str, _Limit]
) -> Iterator[Hit]:
    entries: tuple[Entry[Any], ...] = attrgetter(*limits)(holder)
    for (name, limit), entry in zip(limits.items(), entries, strict=True):
        if entry.value is None:
            continue
        values = entry.value if isinstance(entry.value, tuple) else (entry.value,)
        for value in values:
            if not value.hull.meets(limit.interval):
                yield Hit(f"{name} {value}: {limit.words}", (entry.place,), limit.fix)


def _accuracy_hits(holder: Result | BaseModel, dense: Entry[Printed]) -> Iterator[Hit]:
    top1, top5 = holder.top1.value, holder.top5.value
    if (
        top1
        and top5
        and not some_convention(lambda c: not top5.interval(c).below(top1.interval(c)))
    ):
        yield Hit(
            f"top-5 accuracy {top5} is below top-1 accuracy {top1}, which it includes",
            (holder.top5.place, holder.top1.place),
            "check whether the two are exchanged, or errors and not accuracies",
        )
    for name in _PERCENTAGES:
        entry: Entry[Printed] = getattr(holder, name, _NOTHING)
        fraction = entry.value is not None and _looks_like_fraction(entry.value, holder)
        if entry.value and fraction and not _meant(holder, entry, dense):
            yield Hit(
                f"{name} {entry} looks like a fraction; the key is in percent",
                (entry.place,),
                f"write {100 * entry.value.value:f} if that is meant",
            )


def _looks_like_fraction(printed: Printed, holder: Result | BaseModel) -> bool:
    """A pruned network may really be at chance, 0.10 percent on ImageNet; a base model is not."""
    fine = printed.step <= Decimal("0.001") or isinstance(holder, BaseModel)
    return 0 < printed.value <= 1 and fine


def _meant(holder: Result | BaseModel, entry: Entry[Printed], dense: Entry[Printed]) -> bool:
    """Whether the base accuracy, the drop or the change shows that so few percent are meant."""
    small, base = entry.value, dense.value
    if small is None or base is None or base.value <= 1:
        return False
    if base.step == small.step:
        return True
    lost = base.value - small.value
    changes = [getattr(holder, name, _NOTHING).value for name in ("drop", "delta")]
    return any(change and abs(lost - abs(change.value)) < 1 for change in changes)


RULES: tuple[Rule, ...] = (
    Rule("PA106", Severity.ERROR, Tier.CONCLUSIVE, Scope.CLAIM, impossible_value),
)
