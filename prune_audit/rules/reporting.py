"""Family PA6: what a source was read for and does not report.

Every rule speaks of ``unreported`` only: what nobody has read is not held against anyone. One note
gathers all rows of a file that lack the same facts.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from prune_audit.claim import Claim, Result
from prune_audit.facts import is_joint
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.intervals import INFINITY
from prune_audit.judged import JudgedPair
from prune_audit.places import Entry
from prune_audit.rates import RateKind, common_rates, rate
from prune_audit.registry import dataset as known_dataset
from prune_audit.rules.rule import Rule, Scope
from prune_audit.rules.unstated import (
    Named,
    hidden,
    last_stage,
    listed,
    notes,
    own_rows,
    rows_of,
    stated,
)
from prune_audit.settings import Settings

STRUCTURED = ("filter", "channel", "group")
DETAILS = ("epochs", "lr", "optimizer", "weight_decay", "batch_size")
DETAIL_NAMES = {"lr": "LR schedule"}


def retraining_details_missing(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """The source does not say how a row of a statement was retrained.

    Definition: epochs, LR, optimizer, weight decay or batch size of the last training stage of an
    own row are ``unreported`` (the pruning stage of a method that prunes while it trains).
    Why: retraining moves the accuracy as much as the choice of filters does.
    Fix: report the recipe, or release the configuration.
    Cannot detect: details that stand in released code which nobody has read.
    Source: Wang et al. 2023, sections 3 and 6.
    """
    yield from notes(own_rows(claim), _details, "report the retraining recipe")


def _details(row: Result) -> Iterator[Named]:
    stage = last_stage(row)
    for name in DETAILS if stage else ():
        yield DETAIL_NAMES.get(name, name.replace("_", " ")), getattr(stage, name)


def size_without_speed(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """A row of a statement prints how much smaller it is and not how much faster.

    Definition: ``params_reduction``, ``compression`` or ``sparsity`` is known; of speedup, measured
    speedup, FLOPs reduction, MACs and FLOPs none is, and one is ``unreported``.
    Why: equal sizes can differ in FLOPs by a multiple, depending on which layers were pruned.
    Fix: report the MACs of the dense and the pruned network.
    Cannot detect: a cost that could be counted from the printed ratios.
    Source: Blalock et al. 2020 (arXiv 2003.03033), which asks for both.
    """

    def cost(row: Result) -> Iterator[Named]:
        sizes = (row.params_reduction, row.compression, row.sparsity)
        if any(size.known for size in sizes):
            costs = (
                row.speedup, row.flops_reduction, row.macs, row.flops, row.measured_speedup,
            )  # fmt: skip
            yield from _named("speedup or FLOPs", hidden(costs))

    yield from notes(_compared(claim), cost, "report MACs beside the size")


def _named(name: str, entry: Entry[Any] | None) -> Iterator[Named]:
    if entry is not None:
        yield name, entry


def _compared(claim: Claim) -> Iterable[Result]:
    """Return this file's rows on either side of a statement, each once."""
    names = [
        name for one in stated(claim) for name in (one.ours.value or "", *(one.against.value or ()))
    ]
    return {row.name: row for row in rows_of(claim, names)}.values()


def measured_without_hardware(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """A measured speedup stands without the hardware.

    Definition: ``measured_speedup`` is known and ``hardware`` is ``unreported``.
    Why: the same network is 3x faster on one device and no faster on another.
    Fix: report device, library and batch size.
    Cannot detect: a measurement that left out part of the network.
    Source: this tool.
    """

    def hardware(row: Result) -> Iterator[Named]:
        if row.measured_speedup.known:
            yield "the hardware behind the measured speedup", row.hardware

    yield from notes(claim.results.values(), hardware, "report device, library and batch size")


def theoretical_against_measured(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """A theoretical speedup is set against a measured one.

    Definition: in a pair about which a statement is made, one row states a theoretical speedup or
    FLOPs and no measured speedup, the other the reverse, and they share no other rate.
    Why: 2x fewer MACs are rarely 2x faster; the two never mix.
    Fix: report both speedups of both rows.
    Cannot detect: a measured speedup that was written under ``speedup``.
    Source: this tool.
    """
    pair = judged.pair
    comparison = pair.comparison
    if comparison is None or comparison.statement.value in (None, "none"):
        return
    for theory, clock in ((pair.ours, pair.other), (pair.other, pair.ours)):
        counted, measured = rate(theory, RateKind.SPEEDUP), rate(clock, RateKind.MEASURED)
        if counted is None or measured is None or _may_print(theory, clock):
            continue
        if None in common_rates(theory, clock, comparison.rate.value):
            yield Hit(
                f"{theory.name} states a theoretical speedup ({counted.entry.text}), {clock.name} "
                f"a measured one ({measured.entry.text})",
                (counted.entry.place, measured.entry.place),
                "report both speedups of both rows",
            )


def _may_print(theory: Result, clock: Result) -> bool:
    """Whether one side states the missing speedup, or nobody has looked for it."""
    missing = (theory.measured_speedup, clock.speedup, clock.flops_reduction)
    looked = all(entry.text != "unverified" for entry in missing)
    return not looked or theory.measured_speedup.known or bool(rate(clock, RateKind.SPEEDUP))


def evaluation_unreported(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """The source does not say how an ImageNet accuracy was evaluated.

    Definition: ``evaluation`` of an own row with a statement is ``unreported``, on ImageNet.
    Why: crop, resize and ten-crop testing move the accuracy by up to about a point.
    Fix: report the input size, the resize and the number of crops.
    Cannot detect: a protocol that differs between the compared rows.
    Source: this tool.
    """

    def protocol(row: Result) -> Iterator[Named]:
        known = known_dataset(row.dataset.value) if row.dataset.value else None
        if known and known.id == "imagenet":
            yield "the evaluation protocol", row.evaluation

    yield from notes(own_rows(claim), protocol, "report input size, resize and number of crops")


def granularity_unreported(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """The source does not say what was removed as one piece.

    Definition: ``granularity`` of an own row with a statement is ``unreported``.
    Why: weights can be removed at far higher ratios than filters; the two are not compared.
    Fix: report filter, weight, n:m, block or layer.
    Cannot detect: which granularity it was.
    Source: Wang et al. 2023, section 2 (five aspects of a method).
    """

    def granularity(row: Result) -> Iterator[Named]:
        if row.pruning:
            yield "the granularity", row.pruning.granularity

    yield from notes(own_rows(claim), granularity, "report what is removed as one piece")


def pruning_cost_unreported(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """The source does not say how many epochs the pruning stage takes.

    Definition: the pruning stage's epochs of an own row with a statement are ``unreported`` or
    known from below only (``>0``). Methods that prune while they train fall under PA601.
    Why: training during pruning is training; without the number nobody can compare at equal cost.
    Fix: report the epochs of the pruning stage, 0 for one-shot.
    Cannot detect: the cost of a search that trains other networks.
    Source: Wang et al. 2023, setups S4.1 and S4.2.
    """

    def cost(row: Result) -> Iterator[Named]:
        if row.pruning and not is_joint(row):
            epochs = row.pruning.epochs
            open_end = epochs.value is not None and epochs.value.interval.high == INFINITY
            shown = epochs._replace(silence=_UNREPORTED) if open_end else epochs
            yield "the epochs of the pruning stage", shown

    yield from notes(own_rows(claim), cost, "report the epochs of the pruning stage")
