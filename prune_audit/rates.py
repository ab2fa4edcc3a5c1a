"""Speedup and compression rates of results, as intervals of the printed digits."""

from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from prune_audit.answers import Answer
from prune_audit.claim import BaseModel, Result
from prune_audit.intervals import Interval
from prune_audit.numbers import Convention, Printed
from prune_audit.places import Entry

ONE = Interval.point(Decimal(1))


class RateKind(StrEnum):
    """Rates that never mix, the preferred one first.

    COST serves rows that print their MACs and no dense cost: of one network, rows of equal MACs
    have equal speedups.
    """

    SPEEDUP = "speedup"
    MEASURED = "measured-speedup"
    COMPRESSION = "compression"
    RATIO = "ratio"
    COST = "MACs"


CONVENTIONS = (Convention.HALF_UP, Convention.TRUNCATED)
"""Half to even differs from half up in the ends only, which no tolerance can notice."""


class Rate(NamedTuple):
    """A rate in times (dense over pruned; 1 / MACs for COST), with the entry it comes from."""

    kind: RateKind
    interval: Interval
    entry: Entry[Any]


def from_reduction(reduction: Interval) -> Interval | None:
    """Return the rate 1 / (1 - r) of a removed share r, or None where the share reaches 1."""
    kept = ONE - reduction
    return kept.reciprocal() if kept.low > 0 else None


def cost(
    model: Result | BaseModel, convention: Convention = Convention.HALF_UP
) -> tuple[Interval, Entry[Printed]] | None:
    """Return the cost in MACs with its entry; FLOPs count as two per MAC."""
    if model.macs.value:
        return model.macs.value.interval(convention), model.macs
    if model.flops.value:
        half = Interval.point(Decimal("0.5"))
        return model.flops.value.interval(convention) * half, model.flops
    return None


@lru_cache(maxsize=4096)
def rate(
    result: Result, kind: RateKind, convention: Convention = Convention.HALF_UP
) -> Rate | None:
    """Return the result's rate of one kind: printed, or derived from what is printed."""
    if kind is RateKind.SPEEDUP:
        return _speedup(result, convention)
    if kind is RateKind.COMPRESSION:
        return _compression(result, convention)
    if kind is RateKind.MEASURED:
        return _printed(kind, result.measured_speedup, convention)
    if kind is RateKind.COST:
        own = cost(result, convention)
        return Rate(kind, own[0].reciprocal(), own[1]) if own and own[0].low > 0 else None
    ratio = result.pruning.ratio if result.pruning else Entry(result.place)
    return _reduced(kind, ratio, convention)


def _printed(kind: RateKind, entry: Entry[Printed], convention: Convention) -> Rate | None:
    return Rate(kind, entry.value.interval(convention), entry) if entry.value else None


def _reduced(kind: RateKind, entry: Entry[Printed], convention: Convention) -> Rate | None:
    interval = from_reduction(entry.value.interval(convention)) if entry.value else None
    return Rate(kind, interval, entry) if interval else None


def _kept(kind: RateKind, entry: Entry[Printed], convention: Convention) -> Rate | None:
    kept = entry.value.interval(convention) if entry.value else None
    return Rate(kind, kept.reciprocal(), entry) if kept and kept.low > 0 else None


def _speedup(result: Result, convention: Convention) -> Rate | None:
    kind = RateKind.SPEEDUP
    stated = (
        _printed(kind, result.speedup, convention)
        or _reduced(kind, result.flops_reduction, convention)
        or _kept(kind, result.flops_kept, convention)
    )
    if stated:
        return stated
    own = cost(result, convention)
    dense = cost(result.base_model, convention) if result.base_model else None
    if own and dense and own[0].low > 0:
        return Rate(kind, dense[0] / own[0], own[1])
    return None


def _compression(result: Result, convention: Convention) -> Rate | None:
    kind = RateKind.COMPRESSION
    stated = (
        _printed(kind, result.compression, convention)
        or _reduced(kind, result.params_reduction, convention)
        or _kept(kind, result.params_kept, convention)
        or _reduced(kind, result.sparsity, convention)
    )
    base = result.base_model
    if stated or base is None or not (base.params.value and result.params.value):
        return stated
    kept = result.params.value.interval(convention)
    if kept.low <= 0:
        return None
    return Rate(kind, base.params.value.interval(convention) / kept, result.params)


def common_rates(a: Result, b: Result, wanted: str | None) -> tuple[Rate | None, Rate | None]:
    """Return both results' rates of the wanted kind, else of the first kind that both have."""
    kinds = [RateKind(wanted)] if wanted else list(RateKind)
    one_side: tuple[Rate | None, Rate | None] = (None, None)
    for kind in kinds:
        pair = rate(a, kind), rate(b, kind)
        if all(pair):
            return pair
        one_side = one_side if any(one_side) else pair
    return one_side


def same_rate(a: Result, b: Result, kind: RateKind, tolerance: Decimal) -> Answer:
    """Compare |a - b| / max(a, b) with the tolerance, both rows printed by one convention.

    Sure only where every honest convention gives the same answer.
    """
    answers = {
        within_tolerance(left.interval, right.interval, tolerance)
        for left, right in ((rate(a, kind, how), rate(b, kind, how)) for how in CONVENTIONS)
        if left and right
    }
    return answers.pop() if len(answers) == 1 else Answer.UNKNOWN


def within_tolerance(a: Interval, b: Interval, tolerance: Decimal) -> Answer:
    """Say whether the smaller is at least 1 - tolerance of the larger, on rounding intervals."""
    keep = 1 - tolerance
    if a.low <= 0 or b.low <= 0:
        return Answer.UNKNOWN
    worst = min(a.low / b.high, b.low / a.high)
    best = min(a.high / b.low, b.high / a.low)
    if worst >= keep:
        return Answer.SAME
    return Answer.DIFFERENT if best < keep else Answer.UNKNOWN
