"""Family PA6, continued: size, speed by FLOPs, speed by the clock, and at how many rates."""

import re
from collections.abc import Iterator

from prune_audit.claim import Claim, Result
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.judged import JudgedPair
from prune_audit.rates import RateKind, common_rates, rate
from prune_audit.rules.rule import Rule, Scope
from prune_audit.rules.unstated import (
    ANCHORS,
    Lack,
    compared_rows,
    gathered,
    listed,
    none_reported,
    read_in_full,
    rows_of,
    unreported,
)
from prune_audit.settings import Settings


def size_without_speed(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """A row of a statement says how much smaller the network is and not how much faster.

    Definition: the removed or kept share of the parameters, ``compression`` or ``sparsity`` is
    known; of speedup, measured speedup, share of the FLOPs, MACs and FLOPs none is, and at least
    one is ``unreported``.
    Why: networks of one size can differ in FLOPs by a multiple, depending on the pruned layers.
    Fix: report the MACs of the dense and the pruned network.
    Cannot detect: a cost that could be counted from the printed ratios.
    Source: Blalock et al. 2020 (arXiv 2003.03033), who ask for both.
    """

    def speed(row: Result) -> Iterator[Lack]:
        sizes = (row.params_reduction, row.params_kept, row.compression, row.sparsity)
        costs = (
            row.speedup, row.flops_reduction, row.flops_kept, row.macs, row.flops,
            row.measured_speedup,
        )  # fmt: skip
        if any(size.known for size in sizes):
            yield from none_reported("the speedup or FLOPs", costs)

    yield from gathered(compared_rows(claim), speed, "report the MACs beside the size")


def measured_speedup_without_hardware(
    claim: Claim, corpus: object, settings: Settings
) -> Iterator[Hit]:
    """A speedup by the clock stands without the hardware.

    Definition: ``measured_speedup`` is known and ``hardware`` is ``unreported``.
    Why: one pruned network is much faster on one device and hardly faster on another.
    Fix: report device, library and batch size.
    Cannot detect: a measurement that leaves out part of the network.
    Source: this tool.
    """

    def hardware(row: Result) -> Iterator[Lack]:
        if row.measured_speedup.known:
            yield from unreported("the hardware of the measured speedup", row.hardware)

    fix = "report device, library and batch size"
    yield from gathered(claim.results.values(), hardware, fix)


def theoretical_against_measured(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """A theoretical speedup is set against a measured one.

    Definition: in a pair about which a statement is made, one row states a theoretical speedup (or
    the costs behind it) and no measured one, the other the reverse, and they share no other rate.
    Why: half the MACs rarely means half the time; the two never mix.
    Fix: report both speedups of both rows.
    Cannot detect: a measured speedup that was written under ``speedup``.
    Source: this tool.
    """
    pair, comparison = judged.pair, judged.pair.comparison
    if comparison is None or comparison.statement.value in (None, "none"):
        return
    if all(common_rates(pair.ours, pair.other, comparison.rate.value)):
        return
    for theory, clock in ((pair.ours, pair.other), (pair.other, pair.ours)):
        counted, measured = rate(theory, RateKind.SPEEDUP), rate(clock, RateKind.MEASURED)
        if counted and measured and _only(theory, clock):
            yield Hit(
                f"{theory.name} states a theoretical speedup ({counted.entry.text}), {clock.name} "
                f"a measured one ({measured.entry.text})",
                (counted.entry.place, measured.entry.place),
                "report both speedups of both rows",
            )


def _only(theory: Result, clock: Result) -> bool:
    """Whether neither row states the other kind, nor leaves it to be read."""
    missing = (theory.measured_speedup, clock.speedup, clock.flops_reduction, clock.flops_kept)
    unread = any(entry.text == "unverified" for entry in missing)
    both = theory.measured_speedup.known or rate(clock, RateKind.SPEEDUP) is not None
    return not unread and not both


def few_operating_points(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """A method is called better at a single rate of a network.

    Definition: the source was read in full (``paper.read`` begins with "full"), better or
    significantly better is stated of the method, and the file has one rate of it on that network
    and data set. Methods are told apart by the first word of their names, without numbers.
    Why: rankings of pruning methods change with the rate; three points or more make a ranking.
    Fix: add a lower and a higher rate.
    Cannot detect: rates in an appendix that was not transcribed.
    Source: PruningBench (arXiv 2406.12315), whose order of methods at 2x and at 8x hardly agrees.
    """
    if not read_in_full(claim):
        return
    rates: dict[tuple[str, ...], set[str]] = {}
    for row in claim.results.values():
        rates.setdefault(_bench(row), set()).add(_rate_text(row))
    praised = [one for one in claim.comparisons if (one.statement.value or "").endswith("better")]
    rows = rows_of(claim, (one.ours.value or "" for one in praised))
    lonely = [row for row in rows if len(rates[_bench(row)]) == 1 and _rate_text(row)]
    if lonely:
        yield Hit(
            f"stated as better at one rate only: {listed(lonely)}",
            tuple(row.place for row in lonely)[:ANCHORS],
            "add a lower and a higher rate",
        )


def _bench(row: Result) -> tuple[str, ...]:
    words = re.findall(r"[a-z]+", (row.method.value or "").lower()) or [row.method.text]
    return words[0], row.network.text, row.dataset.text


def _rate_text(row: Result) -> str:
    """Return any printed number that tells operating points apart."""
    ratio = row.pruning.ratio if row.pruning else row.sparsity
    entries = (
        row.speedup, row.flops_reduction, row.flops_kept, row.macs, row.flops, row.measured_speedup,
        row.compression, row.params_reduction, row.params_kept, row.sparsity, row.params, ratio,
    )  # fmt: skip
    return next((entry.text for entry in entries if entry.known), "")


RULES: tuple[Rule, ...] = (
    Rule("PA602", Severity.NOTE, Tier.CONCLUSIVE, Scope.CLAIM, size_without_speed),
    Rule("PA603", Severity.NOTE, Tier.CONCLUSIVE, Scope.CLAIM, measured_speedup_without_hardware),
    Rule("PA604", Severity.WARNING, Tier.CONCLUSIVE, Scope.PAIR, theoretical_against_measured),
    Rule("PA608", Severity.NOTE, Tier.HEURISTIC, Scope.CLAIM, few_operating_points),
)
