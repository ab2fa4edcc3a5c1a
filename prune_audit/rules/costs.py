"""Family PA1: costs and parameters of base models against the registry."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from prune_audit.claim import BaseModel, Claim, Result
from prune_audit.corpus import Corpus
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.intervals import Interval
from prune_audit.numbers import Printed
from prune_audit.places import Entry
from prune_audit.registry import Cost, Network, dense, networks
from prune_audit.registry import dataset as known_dataset
from prune_audit.rules.rule import Rule, Scope
from prune_audit.settings import Settings

NEAR = Decimal("0.03")
"""Counters that add batch norm, biases and pooling stay within this share of the registry."""

_PER_MAC = {"macs": 1, "flops": 2}
_OTHER = {"macs": "flops", "flops": "macs"}
_NAMES = {"macs": "MACs", "flops": "2 x MACs"}


def _variants(base: BaseModel) -> tuple[tuple[Network, Cost], ...]:
    """Return the registry's networks of that name on that data set, each with its dense cost."""
    if base.network.value is None or base.dataset.value is None:
        return ()
    data = known_dataset(base.dataset.value)
    side = base.pretraining.input_size.value if base.pretraining else None
    return tuple(
        (entry, dense(entry, data.classes if data else None))
        for entry in networks(base.network.value, base.dataset.value)
        if side is None or side.value == entry.input_size
    )


def _near(printed: Printed, low: int, high: int) -> bool:
    bounds = Interval(Decimal(low) * (1 - NEAR), Decimal(high) * (1 + NEAR))
    return printed.hull.meets(bounds)


def _is_count(printed: Printed, base: BaseModel, convention: str) -> bool:
    """Whether the number is a variant's cost, in MACs (``macs``) or 2 x MACs (``flops``)."""
    factor = _PER_MAC[convention]
    return any(
        _near(printed, factor * cost.macs, factor * (cost.macs + entry.attention))
        for entry, cost in _variants(base)
    )


def _costs(base: BaseModel) -> Iterator[tuple[str, Entry[Printed], Printed]]:
    for key, entry in (("macs", base.macs), ("flops", base.flops)):
        if entry.value and not entry.value.bound:
            yield key, entry, entry.value


def _exchanged(base: BaseModel, key: str, printed: Printed) -> bool:
    """Whether the registry says that the cost is in the other unit than the key's."""
    return not _is_count(printed, base, key) and _is_count(printed, base, _OTHER[key])


def flops_are_macs(claim: Claim, corpus: Corpus, settings: Settings) -> Iterator[Hit]:
    """A cost declared as FLOPs is the network's MACs, or the other way round.

    Definition: a base model's ``flops`` lie within 3 % of the MACs of a network of that name on
    that data set, or its ``macs`` within 3 % of twice the MACs, and not the other way round.
    Why: many papers print MACs under the name FLOPs. A speedup between the two is off by two.
    Fix: use the key that the number is (``macs``, or ``flops`` for 2 x MACs), and keep the paper's
    word in ``printed_as``.
    Cannot detect: networks that the registry does not know, and pruned networks.
    Source: the registry's counts; Wang et al. 2023 print MACs in table 4 and 2 x MACs in tables 6
    and 7 under one name.
    """
    for base in claim.base_models.values():
        for key, entry, printed in _costs(base):
            if _exchanged(base, key, printed):
                yield Hit(
                    f"{key} {printed} of {base.name}: a dense {base.network} on {base.dataset} has "
                    f"{_listed(base, 'macs')} MACs, so this is the number of {_NAMES[_OTHER[key]]}",
                    (entry.place, base.network.place),
                    f"write it under {_OTHER[key]}",
                )


def _listed(base: BaseModel, what: str) -> str:
    """List the registry's counts of the variants, without repetition."""
    counts = [cost.macs if what == "macs" else cost.params for _, cost in _variants(base)]
    return " or ".join(dict.fromkeys(_short(count) for count in counts))


def _short(count: int) -> str:
    unit, letter = (10**9, "G") if count >= 10**9 else (10**6, "M")
    return f"{count / unit:.2f}{letter}"


class _Declared(NamedTuple):
    """A cost with the name the paper gives it, and whether it is MACs or 2 x MACs."""

    name: str
    key: str
    entry: Entry[Printed]
    owner: str


def cost_conventions_mixed(claim: Claim, corpus: Corpus, settings: Settings) -> Iterator[Hit]:
    """One paper calls both MACs and 2 x MACs by one name.

    Definition: among the costs with one ``printed_as`` in a file, some are MACs and some 2 x MACs,
    by their keys, or by the registry where it shows that a base model's key is the wrong one.
    Why: readers set the numbers of two tables against each other. Speedups are not affected.
    Fix: nothing to mend in the file; cite the numbers with their unit.
    Cannot detect: a mixture that the transcriber did not see in networks the registry lacks.
    Source: this tool; Wang et al. 2023, table 4 (3.66 G, MACs) and tables 6 and 7 (0.25 G and
    0.80 G, 2 x MACs), all printed as FLOPs.
    """
    groups: dict[str, list[_Declared]] = {}
    for declared in _declared(claim):
        groups.setdefault(declared.name, []).append(declared)
    for group in groups.values():
        first = {declared.key: declared for declared in reversed(group)}
        if len(first) == 2:
            macs, flops = first["macs"], first["flops"]
            yield Hit(
                f"costs printed as {_printed_as(claim, macs)} are MACs in {macs.owner} "
                f"({macs.entry}) and 2 x MACs in {flops.owner} ({flops.entry})",
                (macs.entry.place, flops.entry.place),
                "state the unit wherever the numbers are used",
            )


def _declared(claim: Claim) -> Iterator[_Declared]:
    for base in claim.base_models.values():
        for key, entry, printed in _costs(base):
            real = _OTHER[key] if _exchanged(base, key, printed) else key
            if base.printed_as.value:
                yield _Declared(_folded(base.printed_as.value), real, entry, base.name)
    for result in claim.results.values():
        for key, entry in (("macs", result.macs), ("flops", result.flops)):
            if entry.value and result.printed_as.value:
                name = _folded(result.printed_as.value)
                yield _Declared(name, _like_base(result, key), entry, result.name)


def _like_base(result: Result, key: str) -> str:
    """Return the unit of a row's cost: a key that is wrong in its base model is wrong here too."""
    wrong = result.base_model and any(
        key == other and _exchanged(result.base_model, other, printed)
        for other, _, printed in _costs(result.base_model)
    )
    return _OTHER[key] if wrong else key


def _folded(name: str) -> str:
    """Fold GFLOPs, MFLOPs, FLOPs and flops into one name."""
    letters = re.sub(r"[^a-z]", "", name.lower()).removesuffix("s")
    return re.sub(r"^[kmgt](?=flop|mac)", "", letters)


def _printed_as(claim: Claim, declared: _Declared) -> str:
    holders: list[BaseModel | Result] = [*claim.base_models.values(), *claim.results.values()]
    return next(
        holder.printed_as.text
        for holder in holders
        if holder.printed_as.value and _folded(holder.printed_as.value) == declared.name
    )


def base_cost_off_registry(claim: Claim, corpus: Corpus, settings: Settings) -> Iterator[Hit]:
    """A dense network's printed cost or parameters are not those of a network of that name.

    Definition: ``macs`` or ``flops`` lie more than 3 % from every variant of the network on that
    data set, whether MACs or 2 x MACs are meant; or ``params`` lie more than 3 % from every
    variant. Or a row prints more parameters than any variant has before pruning.
    Why: names such as VGG-16 on CIFAR stand for several networks; a row is then not comparable
    with another paper's row of that name. Or a number of another network was copied.
    Fix: say which variant it is, and by which counter the cost was counted.
    Cannot detect: variants that happen to have the same counts.
    Source: the registry's counts of convolution and linear layers. Counters that add much else
    (activations, pooling) may lie outside; hence a hint.
    """
    for base in claim.base_models.values():
        if not _variants(base):
            continue
        for key, entry, printed in _costs(base):
            if not _is_count(printed, base, "macs") and not _is_count(printed, base, "flops"):
                yield _off(base, key, entry, f"{_listed(base, 'macs')} MACs")
        params = base.params.value
        if params and not params.bound and not _is_params(params, base):
            yield _off(base, "params", base.params, f"{_listed(base, 'params')} parameters")
    for result in claim.results.values():
        yield from _more_than_dense(result)


def _off(base: BaseModel, key: str, entry: Entry[Printed], known: str) -> Hit:
    return Hit(
        f"{key} {entry} of {base.name}: a dense {base.network} on {base.dataset} has {known}",
        (entry.place, base.network.place),
        "say which variant of the network it is, and which counter was used",
    )


def _is_params(printed: Printed, base: BaseModel) -> bool:
    return any(_near(printed, cost.params, cost.params) for _, cost in _variants(base))


def _more_than_dense(result: Result) -> Iterator[Hit]:
    base, printed = result.base_model, result.params.value
    if base is None or printed is None or base.params.value or not _variants(base):
        return
    most = max(cost.params for _, cost in _variants(base))
    if printed.hull.low > most * (1 + NEAR):
        yield Hit(
            f"{printed} parameters in a pruned {base.network} on {base.dataset}, which has "
            f"{_listed(base, 'params')} before pruning",
            (result.params.place, base.network.place),
            "check whether the number belongs to another network",
        )


RULES: tuple[Rule, ...] = (
    Rule("PA107", Severity.WARNING, Tier.HEURISTIC, Scope.CLAIM, flops_are_macs),
    Rule("PA108", Severity.WARNING, Tier.CONCLUSIVE, Scope.CLAIM, cost_conventions_mixed),
    Rule("PA110", Severity.NOTE, Tier.HEURISTIC, Scope.CLAIM, base_cost_off_registry),
)
