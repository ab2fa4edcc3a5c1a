"""Family PA6, continued: what a claim about storage has to say beside a sparsity."""

from collections.abc import Iterator
from decimal import Decimal
from math import ceil, floor
from typing import Any, NamedTuple

from prune_audit.claim import Comparison, Result
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.intervals import Interval
from prune_audit.judged import JudgedComparison
from prune_audit.places import Entry
from prune_audit.quantisation.storage import BASE_BITS, FEWEST, MASK_BITS, MOST
from prune_audit.rates import RateKind, rate
from prune_audit.rules.plausible import final_ratio
from prune_audit.rules.rule import Rule, Scope
from prune_audit.rules.unstated import rows_of
from prune_audit.settings import Settings


class _Stored(NamedTuple):
    """Bits that a pruned network stores per weight of the dense one, and how that is known."""

    bits: Interval
    middle: Decimal
    """The bits of the printed number itself."""
    entry: Entry[Any]
    how: str

    @property
    def width(self) -> int:
        """The widest INT from 2 to 8 that takes no more bytes."""
        return min(MOST, floor(self.middle))

    def __str__(self) -> str:
        return f"{self.middle:.2f}".rstrip("0").rstrip(".")


def no_quantised_competitor(judged: JudgedComparison, settings: Settings) -> Iterator[Hit]:
    """A claim about storage is not held against a quantised network of as many bytes.

    Definition: a statement with ``compression_axis: bytes`` about single weights, whose
    ``quantised_competitor`` is ``none`` or ``unreported``, or is a row of the file that is not
    pruned and whose ``weight_bits`` do not fit. A row of sparsity s stores b = 16 (1 - s) bits per
    weight, and one more where the positions are counted as a bitmap (``mask_bits: counted``);
    ``weight_bits`` of the row take the place of 16. Where ``bytes`` and the dense ``params`` are
    printed, b is 8 x bytes / params. The competitor is INT-b, b rounded down; above 8 bits INT8,
    which takes less.
    Why: 50 % sparsity stores what INT8 stores, which often costs no accuracy.
    Fix: quantise the same network to as many bytes, and print both rows.
    Cannot detect: a competitor that no key names. Below 2 bits there is no uniform quantisation to
    hold it against, and nothing is said.
    Source: Kuzmin et al. 2023 (arXiv 2307.02973).
    """
    competitor = judged.comparison.quantised_competitor
    for row in _stored_sparse(judged):
        stored = _stored(row, counted=row.mask_bits.value == "counted")
        if stored is None or stored.middle < FEWEST:
            continue
        lacking = competitor.unreported or competitor.value == "none"
        message = _lacking(row, competitor) if lacking else _other_bytes(judged, stored)
        if message:
            less = ", which takes fewer bytes still" if stored.middle > MOST else ""
            yield Hit(
                f"{message}: {row.name} stores {stored} bits per weight ({stored.how}), "
                f"INT{stored.width} is its competitor{less}",
                (competitor.place, stored.entry.place, judged.comparison.compression_axis.place),
                f"quantise the same network to INT{stored.width}, and print both rows",
            )


def _lacking(row: Result, competitor: Entry[str]) -> str:
    said = "none is compared with" if competitor.known else "the source names none"
    return f"a statement on the bytes of {row.name} without a quantised network ({said})"


def _other_bytes(judged: JudgedComparison, stored: _Stored) -> str:
    """Say so where the named competitor, a row of this file, takes other bytes."""
    name = judged.comparison.quantised_competitor.value or ""
    least, most = min(MOST, floor(stored.bits.low)), ceil(stored.bits.high)
    if not all(row.mask_bits.known for row in judged.ours):
        most += MASK_BITS
    for row in rows_of(judged.claim, [name]):
        bits = row.weight_bits.value
        if bits and not _pruned(row) and not least <= bits.value <= most:
            return f"the quantised network {row.name} has {bits} bits per weight"
    return ""


def _pruned(row: Result) -> bool:
    """Whether a quantised row is sparse too, so that its bits alone do not tell its bytes."""
    kind = row.pruning.granularity.value if row.pruning else None
    return row.sparsity.known or kind not in (None, "bits")


def mask_bits_unreported(judged: JudgedComparison, settings: Settings) -> Iterator[Hit]:
    """A claim about storage does not say whether the positions of the weights are counted.

    Definition: a statement with ``compression_axis: bytes`` about single weights, whose row says
    that ``mask_bits`` are ``unreported``.
    Why: a bitmap takes one bit per weight, at 16 bits and 50 % sparsity 9 in place of 8, at 95 %
    1.8 in place of 0.8.
    Fix: say whether bitmap or indices are among the bytes.
    Cannot detect: what indices take, which is more than the bitmap that the message counts.
    Source: Kuzmin et al. 2023 (arXiv 2307.02973), who leave the positions out on purpose.
    """
    for row in _stored_sparse(judged):
        if row.mask_bits.unreported:
            free, counted = _stored(row, counted=False), _stored(row, counted=True)
            both = f": {free} bits per weight without them, {counted} with a bitmap"
            known = free is not None and not _measured(row)
            yield Hit(
                f"the source does not say whether the bytes of {row.name} count the positions of "
                f"the weights that stay{both if known else ''}",
                (row.mask_bits.place, judged.comparison.compression_axis.place),
                "say whether bitmap or indices are among the bytes",
            )


def _stored_sparse(judged: JudgedComparison) -> Iterator[Result]:
    """Yield the rows of single weights about whose bytes something is stated."""
    comparison: Comparison = judged.comparison
    stated = comparison.statement.value not in (None, "none")
    if stated and comparison.compression_axis.value == "bytes":
        for row in judged.ours:
            if row.pruning and row.pruning.granularity.value == "weight":
                yield row


def _measured(row: Result) -> _Stored | None:
    """Return the bits by the printed bytes, which hold whatever is stored."""
    dense = row.base_model.params.value if row.base_model else None
    if row.bytes.value is None or dense is None or dense.hull.low <= 0:
        return None
    bits = row.bytes.value.interval() * Interval.point(Decimal(8)) / dense.interval()
    return _Stored(bits, _middle(bits), row.bytes, f"8 x {row.bytes} bytes / {dense} parameters")


def _stored(row: Result, *, counted: bool) -> _Stored | None:
    """Return the stored bits, or None where nothing printed gives them."""
    if found := _measured(row):
        return found
    share = rate(row, RateKind.COMPRESSION)
    if share is None and final_ratio(row):
        share = rate(row, RateKind.RATIO)
    if share is None or share.interval.low <= 0:
        return None
    own = row.weight_bits.value
    each = Interval.point(own.value if own else Decimal(BASE_BITS))
    if each.low <= 0:
        return None
    mask = Interval.point(Decimal(MASK_BITS if counted else 0))
    kept = share.interval.reciprocal()
    how = f"{own or BASE_BITS} of each that stays at {share.entry}"
    bitmap = f" and {MASK_BITS} for the bitmap" if counted else ", positions not counted"
    bits = each * kept + mask
    rated = share.entry is row.compression  # its digits lie evenly around the rate, not the share
    middle = each.low / _middle(share.interval) + mask.low if rated else _middle(bits)
    return _Stored(bits, round(middle, 6), share.entry, how + bitmap)


def _middle(interval: Interval) -> Decimal:
    return round((interval.low + interval.high) / 2, 6)


RULES: tuple[Rule, ...] = (
    Rule(
        "PA614", Severity.NOTE, Tier.CONCLUSIVE, Scope.COMPARISON, no_quantised_competitor, since=2
    ),
    Rule("PA615", Severity.NOTE, Tier.CONCLUSIVE, Scope.COMPARISON, mask_bits_unreported, since=2),
)
