"""Family PA1: printed numbers recomputed from each other."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from prune_audit.claim import BaseModel, Claim, Result
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.numbers import Convention
from prune_audit.rules.rule import Rule, Scope
from prune_audit.rules.shares import (
    DISAGREE,
    Share,
    Sizes,
    Stated,
    cost_sizes,
    flops_shares,
    param_sizes,
    params_shares,
    rate_fits_sizes,
    rate_message,
    share_fits_rate,
    share_fits_sizes,
    share_message,
    shares,
    shares_fit,
    some_convention,
    stated,
)
from prune_audit.settings import Settings


class _Change(NamedTuple):
    """First minus second accuracy, printed as ``printed``: a drop, or a change with its sign."""

    first: Stated
    second: Stated
    printed: Stated
    is_drop: bool

    @property
    def fits(self) -> bool:
        """Whether the three numbers can hold together."""

        def holds(convention: Convention) -> bool:
            first, second, printed = (n.printed.interval(convention) for n in self[:3])
            return (first - second).meets(printed)

        return some_convention(holds)

    @property
    def base(self) -> Stated:
        return self.first if self.is_drop else self.second

    @property
    def pruned(self) -> Stated:
        return self.second if self.is_drop else self.first

    def from_base(self, base: Stated) -> "_Change":
        """Return the same with another base accuracy."""
        return self._replace(first=base) if self.is_drop else self._replace(second=base)


def drop_mismatch(result: Result, claim: Claim, settings: Settings) -> Iterator[Hit]:
    """Base accuracy, pruned accuracy and the printed drop or change cannot all hold.

    Definition: base minus pruned top-1 lies outside the printed ``drop`` (pruned minus base outside
    the printed ``delta``) for all values that the digits stand for, under each rounding
    convention. The base accuracy is the row's own ``base_top1``, else its base model's.
    Why: tables are ranked by the drop, and one of the three numbers is a slip.
    Fix: look all three up in the source. If the file copies them rightly, leave them and tell the
    authors; if the drop belongs to another base accuracy, state that as the row's ``base_top1``.
    Cannot detect: a slip of one unit in the last digit, or two slips that make up for each other.
    Source: recomputation. Real cases: ResNet-34, 73.23 to 72.17, drop 0.06 (GReg, table 3; a later
    paper prints 1.06); four rows of the PruningBench leaderboards.
    """
    base, pruned = stated(result.dense_top1), stated(result.top1)
    drop, delta = stated(result.drop), stated(result.delta)
    if base is None or pruned is None:
        return
    changes = [_Change(base, pruned, drop, True)] if drop else []
    changes += [_Change(pruned, base, delta, False)] if delta else []
    for change in changes:
        if not change.fits:
            other = _other_base(result, claim, change)
            anchors = (change.printed.place, pruned.place, base.place)
            yield Hit(
                _change_message(change) + _other_base_hint(other),
                (*anchors, other.place) if other else anchors,
                "look up base accuracy, pruned accuracy and drop in the source",
            )


def _change_message(change: _Change) -> str:
    name = "drop" if change.is_drop else "change"
    first, second, printed = change.first, change.second, change.printed
    found = first.value - second.value
    text = f"{DISAGREE}: {first} - {second} = {found}, the printed {name} is {printed}; "
    if found == -printed.value:
        return text + "only the sign differs"
    base, pruned = second.value + printed.value, first.value - printed.value
    if not change.is_drop:
        base, pruned = pruned, base
    return text + (
        f"one of the three is a slip: the {name}, the base accuracy (it would fit {base}) "
        f"or the pruned one (it would fit {pruned})"
    )


def _other_base(result: Result, claim: Claim, change: _Change) -> Stated | None:
    """Return a base accuracy of the same file, network and data set that the drop fits."""
    entries = [model.top1 for model in claim.base_models.values() if _alike(model, result)]
    entries += [row.base_top1 for row in claim.results.values() if _alike(row.base_model, result)]
    for entry in entries:
        other = stated(entry)
        if other and other.value != change.base.value and change.from_base(other).fits:
            return other
    return None


def _alike(model: BaseModel | None, result: Result) -> bool:
    if model is None:
        return False
    names = (model.network.value, model.dataset.value)
    return names == (result.network.value, result.dataset.value)


def _other_base_hint(other: Stated | None) -> str:
    return f"; it fits the base accuracy {other} printed elsewhere in this file" if other else ""


def speedup_mismatch(result: Result, claim: Claim, settings: Settings) -> Iterator[Hit]:
    """The printed speedup is not the dense cost over the pruned cost.

    Definition: the base model's cost divided by the row's cost (FLOPs count as two per MAC) lies
    outside the printed ``speedup`` for all values that the digits stand for, under each rounding
    convention.
    Why: rows are matched by speedup; a wrong one sets unequal networks against each other.
    Fix: look up both costs and the speedup, and make sure that ``macs`` and ``flops`` are what
    they say.
    Cannot detect: slips in costs of few digits, which fit many speedups (3.66 G over 1.19 G fits
    3.09x).
    Source: recomputation; Wang et al. 2023, table 4, is consistent throughout.
    """
    speedup, sizes = stated(result.speedup), cost_sizes(result)
    if speedup and sizes and not rate_fits_sizes(speedup, sizes):
        yield Hit(
            rate_message("speedup", speedup, sizes)
            + _witnesses(flops_shares(result), speedup, sizes),
            (speedup.place, *sizes.places),
            "look up the speedup and both costs, and whether each is MACs or 2 x MACs",
        )


def _witnesses(found: list[Share], rate: Stated, sizes: Sizes) -> str:
    """Say which side a printed share takes, if there is one and it takes one."""
    text = ""
    for share in found:
        with_sizes, with_rate = share_fits_sizes(share, sizes), share_fits_rate(share, rate)
        if with_sizes != with_rate:
            text += f"; the printed {share} agrees with the {'sizes' if with_sizes else 'rate'}"
    return text


def reduction_mismatch(result: Result, claim: Claim, settings: Settings) -> Iterator[Hit]:
    """The printed share of FLOPs does not fit the speedup or the costs beside it.

    Definition: 1 - 1 / speedup, or 1 - pruned cost / dense cost, lies outside the printed
    ``flops_reduction`` (1 / speedup, or pruned / dense, outside ``flops_kept``) for all values that
    the digits stand for, under each rounding convention; or the two shares do not add up to one.
    Why: 50 % removed is 2x; papers mix the two, and rows are then matched at unequal cost.
    Fix: look the numbers up; check whether the percentage is what was removed or what was kept.
    Cannot detect: a reduction counted on another part of the network by another counter.
    Source: recomputation.
    """
    found, rate, sizes = flops_shares(result), stated(result.speedup), cost_sizes(result)
    yield from _share_hits(found, "speedup", rate, "costs", sizes, _WHAT)


_WHAT = "look the numbers up, and whether the share is what was removed or what was kept"


def _share_hits(
    found: list[Share],
    rate_name: str,
    rate: Stated | None,
    size_name: str,
    sizes: Sizes | None,
    fix: str,
) -> Iterator[Hit]:
    """Yield a hit for every share that does not fit the rate, the sizes, or the next share."""
    for share in found:
        word = "kept" if share.kept else "removed"
        if rate and not share_fits_rate(share, rate):
            because = f"a {rate_name} of {rate} means that the {word} share is"
            message = share_message(share, 1 - 1 / rate.value, because)
            yield Hit(message, (share.place, rate.place), fix)
        if sizes and not share_fits_sizes(share, sizes):
            because = (
                f"{size_name} of {sizes.own} against {sizes.dense} mean that the {word} share is"
            )
            message = share_message(share, 1 - 1 / sizes.rate, because)
            yield Hit(message, (share.place, *sizes.places), fix)
    for one, other in pairwise(found):
        if not shares_fit(one, other):
            yield Hit(f"{DISAGREE}: {one}, {other}", (one.place, other.place), fix)


def params_mismatch(result: Result, claim: Claim, settings: Settings) -> Iterator[Hit]:
    """Printed parameters, their reduction and the compression rate cannot all hold.

    Definition: among the base model's and the row's ``params``, ``params_reduction``,
    ``params_kept`` and ``compression``, two disagree for all values that the digits stand for,
    under each rounding convention.
    Why: as for FLOPs; and the number of another network is easily copied into a row.
    Fix: look the numbers up; check whether the percentage is what was removed or what was kept.
    Cannot detect: counts that leave out the same layers on both sides.
    Source: recomputation.
    """
    found, rate, sizes = params_shares(result), stated(result.compression), param_sizes(result)
    if rate and sizes and not rate_fits_sizes(rate, sizes):
        yield Hit(
            rate_message("compression", rate, sizes) + _witnesses(found, rate, sizes),
            (rate.place, *sizes.places),
            "look up the compression rate and both numbers of parameters",
        )
    yield from _share_hits(found, "compression", rate, "parameters", sizes, _WHAT)


_COUNTS = "say what each of the two counts: layers left dense, biases, batch norm"


def sparsity_mismatch(result: Result, claim: Claim, settings: Settings) -> Iterator[Hit]:
    """The printed sparsity does not fit the compression rate or the parameters beside it.

    Definition: 1 - 1 / compression, ``params_reduction``, 1 - ``params_kept``, or 1 - pruned /
    dense parameters lies outside the printed ``sparsity`` for all values that the digits stand for.
    Why: sparsity is often counted on the weights that were up for pruning, and compression on the
    whole network; rows "at the same sparsity" may then be unlike.
    Fix: say what each of the two counts (layers left dense, biases, batch norm).
    Cannot detect: which count is meant; the usual cause is innocent, hence a hint only.
    Source: recomputation; Blalock et al. 2020 (arXiv 2003.03033) on such ambiguities.
    """
    found = shares(("sparsity", result.sparsity, False))
    rate, sizes = stated(result.compression), param_sizes(result)
    yield from _share_hits(found, "compression", rate, "parameters", sizes, _COUNTS)
    for sparsity in found:
        for other in params_shares(result):
            if not shares_fit(sparsity, other):
                places = (sparsity.place, other.place)
                yield Hit(f"{DISAGREE}: {sparsity}, {other}", places, _COUNTS)


def _error(code: str, check: Callable[..., Iterator[Hit]]) -> Rule:
    return Rule(code, Severity.ERROR, Tier.CONCLUSIVE, Scope.RESULT, check)


RULES: tuple[Rule, ...] = (
    _error("PA101", drop_mismatch),
    _error("PA102", speedup_mismatch),
    _error("PA103", reduction_mismatch),
    _error("PA105", params_mismatch),
    Rule("PA116", Severity.WARNING, Tier.HEURISTIC, Scope.RESULT, sparsity_mismatch),
)
