"""Family PA1, continued: numbers of several rows that must agree with each other."""

from collections.abc import Iterator
from typing import NamedTuple

from prune_audit.claim import Claim, Result
from prune_audit.corpus import Corpus
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.intervals import Interval
from prune_audit.judged import JudgedComparison
from prune_audit.numbers import Convention, Printed
from prune_audit.rules.rule import Rule, Scope
from prune_audit.rules.shares import (
    DISAGREE,
    Share,
    Stated,
    flops_shares,
    params_shares,
    some_convention,
    stated,
)
from prune_audit.settings import Settings


def difference_mismatch(judged: JudgedComparison, settings: Settings) -> Iterator[Hit]:
    """A printed difference of two accuracies is not their difference.

    Definition: the comparison's ``difference`` (ours minus the other, one per pair in order) lies
    outside the difference of the two printed accuracies under every rounding convention.
    Why: readers take differences from the table; one of three numbers is a slip.
    Fix: check all three at the source.
    Cannot detect: a difference of unprinted digits, or of another pair of rows.
    Source: arithmetic.
    """
    listed = judged.comparison.difference
    for printed, pair in zip(listed.value or (), judged.pairs, strict=False):
        a, b = pair.pair.ours.top1, pair.pair.other.top1
        if a.value and b.value and not _fits(a.value, b.value, printed):
            yield Hit(
                f"{DISAGREE}: {a.value.value} - {b.value.value} is "
                f"{a.value.value - b.value.value:+f}, the printed difference is {printed.text}",
                (listed.place, a.place, b.place),
                "one of the three may be a slip; check them at the source",
            )


def _fits(a: Printed, b: Printed, difference: Printed) -> bool:
    return some_convention(
        lambda how: (a.interval(how) - b.interval(how)).meets(difference.interval(how))
    )


class Implied(NamedTuple):
    """A row with the dense cost that two of its printed numbers imply, one interval each way."""

    result: Result
    dense: tuple[Interval, ...]
    total: Stated
    share: Share

    def agrees(self, other: "Implied") -> bool:
        """Whether one dense network can be behind both rows."""
        return any(a.meets(b) for a, b in zip(self.dense, other.dense, strict=True))


def dense_cost_disagrees(claim: Claim, corpus: Corpus, settings: Settings) -> Iterator[Hit]:
    """A row's kept and total cost imply another dense network than its sister rows.

    Definition: at least four rows of one base model print a cost and the share of it that is kept
    or removed. Cost over share is the dense network's cost, the same for all. A finding on a row
    that agrees with none, while more than two thirds of the rows agree with each other.
    Why: usually a number copied from another table, or a share of something else.
    Fix: check the row's cost and share at the source.
    Cannot detect: a slip that all rows share, or one within rounding.
    Source: arithmetic.
    """
    for kind in ("params", "macs", "flops"):
        sisters: dict[str, list[Implied]] = {}
        for result in claim.results.values():
            implied = _implied(result, kind) if result.base_model else None
            if implied:
                sisters.setdefault(result.base.text, []).append(implied)
        for rows in sisters.values():
            yield from _disagreements(rows, kind)


def _implied(result: Result, kind: str) -> Implied | None:
    total = stated(getattr(result, kind))
    found = params_shares(result) if kind == "params" else flops_shares(result)
    if total is None or not found:
        return None
    share = max(found, key=lambda one: one.kept)
    remaining = [share.remaining(how) for how in Convention]
    if any(kept.low <= 0 for kept in remaining):
        return None
    sizes = (total.printed.interval(how) for how in Convention)
    dense = tuple(size / kept for size, kept in zip(sizes, remaining, strict=True))
    return Implied(result, dense, total, share)


def _disagreements(rows: list[Implied], kind: str) -> Iterator[Hit]:
    usual = _usual(rows)
    for row in rows if usual else ():
        if usual and not row.agrees(usual) and sum(row.agrees(other) for other in rows) == 1:
            yield _disagreement(row, usual, kind)


def _usual(rows: list[Implied]) -> Implied | None:
    """Return the row in the middle where more than two thirds of at least four agree with it."""
    if len(rows) < 4:
        return None
    middle = sorted(rows, key=lambda row: row.dense[0].low + row.dense[0].high)[len(rows) // 2]
    friends = sum(middle.agrees(row) for row in rows)
    return middle if friends * 3 > len(rows) * 2 else None


def _disagreement(row: Implied, usual: Implied, kind: str) -> Hit:
    own, dense = (float(one.dense[0].low + one.dense[0].high) / 2e6 for one in (row, usual))
    return Hit(
        f"{kind} {row.total} and share {row.share.number} imply a dense network of {own:.2f}M, "
        f"the other rows of this base model one of {dense:.2f}M",
        (row.total.place, row.share.place, usual.total.place),
        "check both numbers at the source",
    )


RULES: tuple[Rule, ...] = (
    Rule("PA118", Severity.ERROR, Tier.CONCLUSIVE, Scope.COMPARISON, difference_mismatch),
    Rule("PA119", Severity.WARNING, Tier.CONCLUSIVE, Scope.CLAIM, dense_cost_disagrees),
)
