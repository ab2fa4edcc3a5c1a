"""Speedup and compression rates of results, as intervals of the printed digits."""

from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from prune_audit.answers import Answer
from prune_audit.claim import BaseModel, Result
from prune_audit.intervals import Interval
from prune_audit.numbers import Printed
from prune_audit.places import Entry

ONE = Interval.point(Decimal(1))


class RateKind(StrEnum):
    """Rates that never mix."""

    SPEEDUP = "speedup"
    MEASURED = "measured-speedup"
    COMPRESSION = "compression"
    RATIO = "ratio"


class Rate(NamedTuple):
    """A rate in times (dense over pruned), with the entry it was read or derived from."""

    kind: RateKind
    interval: Interval
    entry: Entry[Any]


def from_reduction(reduction: Interval) -> Interval | None:
    """Return the rate 1 / (1 - r) of a removed share r, or None where the share reaches 1."""
    kept = ONE - reduction
    return kept.reciprocal() if kept.low > 0 else None


def cost(model: Result | BaseModel) -> tuple[Interval, Entry[Printed]] | None:
    """Return the cost in MACs with its entry; FLOPs count as two per MAC."""
    if model.macs.value:
        return model.macs.value.hull, model.macs
    if model.flops.value:
        half = Interval.point(Decimal("0.5"))
        return model.flops.value.hull * half, model.flops
    return None


def rate(result: Result, kind: RateKind) -> Rate | None:
    """Return the result's rate of one kind: printed, or derived from what is printed."""
    if kind is RateKind.SPEEDUP:
        return _speedup(result)
    if kind is RateKind.COMPRESSION:
        return _compression(result)
    if kind is RateKind.MEASURED:
        return _printed(kind, result.measured_speedup)
    ratio = result.pruning.ratio if result.pruning else Entry(result.place)
    return _reduced(kind, ratio)


def _printed(kind: RateKind, entry: Entry[Printed]) -> Rate | None:
    return Rate(kind, entry.value.hull, entry) if entry.value else None


def _reduced(kind: RateKind, entry: Entry[Printed]) -> Rate | None:
    interval = from_reduction(entry.value.hull) if entry.value else None
    return Rate(kind, interval, entry) if interval else None


def _speedup(result: Result) -> Rate | None:
    kind = RateKind.SPEEDUP
    stated = _printed(kind, result.speedup) or _reduced(kind, result.flops_reduction)
    if stated:
        return stated
    own = cost(result)
    dense = cost(result.base_model) if result.base_model else None
    if own and dense and own[0].low > 0:
        return Rate(kind, dense[0] / own[0], own[1])
    return None


def _compression(result: Result) -> Rate | None:
    kind = RateKind.COMPRESSION
    stated = (
        _printed(kind, result.compression)
        or _reduced(kind, result.params_reduction)
        or _reduced(kind, result.sparsity)
    )
    base = result.base_model
    if stated or base is None or not (base.params.value and result.params.value):
        return stated
    kept = result.params.value.hull
    return Rate(kind, base.params.value.hull / kept, result.params) if kept.low > 0 else None


def common_rates(a: Result, b: Result, wanted: str | None) -> tuple[Rate | None, Rate | None]:
    """Return both results' rates of the wanted kind, else of the first kind that both have."""
    kinds = [RateKind(wanted)] if wanted else list(RateKind)
    pairs = [(rate(a, kind), rate(b, kind)) for kind in kinds]
    both = next((pair for pair in pairs if pair[0] and pair[1]), None)
    return both or next((pair for pair in pairs if pair[0] or pair[1]), (None, None))


def same_rate(a: Interval, b: Interval, tolerance: Decimal) -> Answer:
    """Compare |a - b| / max(a, b) with the tolerance on the rounding intervals.

    The quotient of the smaller by the larger must be at least 1 - tolerance: sure for all values
    in the intervals, impossible for all, or unknown.
    """
    keep = 1 - tolerance
    if a.low <= 0 or b.low <= 0:
        return Answer.UNKNOWN
    worst = min(a.low / b.high, b.low / a.high)
    best = min(a.high / b.low, b.high / a.low)
    if worst >= keep:
        return Answer.SAME
    return Answer.DIFFERENT if best < keep else Answer.UNKNOWN
