"""Family PA7, continued: rows of two papers that look like one result and differ."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from prune_audit.claim import Result
from prune_audit.corpus import Corpus
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.identity import known_network
from prune_audit.intervals import Interval
from prune_audit.numbers import Printed
from prune_audit.rates import RateKind, rate
from prune_audit.rules.quoted import dataset_id, reach
from prune_audit.rules.rule import Rule, Scope
from prune_audit.settings import Settings


class Variant(NamedTuple):
    """What rows print of a method at one operating point, and which rows print just that."""

    base: Printed
    rate: Interval
    top1: Printed
    rows: list[Result]

    def same_point(self, other: "Variant") -> bool:
        """Whether base accuracy and rate may be the same."""
        return self.base.hull.meets(other.base.hull) and self.rate.meets(other.rate)

    def same_value(self, other: "Variant") -> bool:
        """Whether the accuracies may be the same."""
        return reach(self.top1).meets(reach(other.top1))


def same_row_two_values(corpus: Corpus, settings: Settings) -> Iterator[Hit]:
    """Two papers print different accuracies for what looks like one result.

    Definition: rows of two files, one cited without ``cites`` and the other cited or own, agree in
    method (by its letters and digits), network, data set, base accuracy and speedup and differ in
    top-1 beyond rounding, and neither file has the other's value too. One finding per method and
    operating point.
    Why: at least one of the two copies may be wrong, or comes from another version of the paper.
    Fix: look both up in the paper they come from, and tie them with ``cites``.
    Cannot detect: variants of a method under one name at one speedup, which are two results.
    Source: this tool.
    """
    checked = {claim.file for claim in corpus.claims}
    for variants in _by_method(corpus, checked):
        told: list[Variant] = []
        for index, one in enumerate(variants):
            if any(one.same_point(point) for point in told):
                continue
            rows = _contradicted(one, variants[index + 1 :], variants)
            if rows and not checked.isdisjoint(row.file for row in rows):
                told.append(one)
                yield _two_values(*sorted(rows, key=lambda row: row.file not in checked))


def _two_values(here: Result, there: Result) -> Hit:
    return Hit(
        f"{here.method.text} at base accuracy {here.dense_top1} and one speedup has {here.top1} as "
        f"{here.name}, and {there.top1} as {there.name} in {there.file}",
        (here.top1.place, there.top1.place),
        "look both up in the paper they come from, and tie them with cites",
    )


def _by_method(corpus: Corpus, checked: set[str]) -> list[list[Variant]]:
    """Gather rows with base accuracy, rate and top-1; rows of checked files come first."""
    groups: dict[tuple[str, str, str], dict[tuple[str, str, str], Variant]] = defaultdict(dict)
    for claim in sorted(corpus.known.values(), key=lambda claim: claim.file not in checked):
        for row in claim.results.values():
            base, top1, faster = row.dense_top1.value, row.top1.value, rate(row, RateKind.SPEEDUP)
            if base and top1 and faster and row.origin.value in ("own", "cited"):
                point = (base.text, str(faster.interval), top1.text)
                fresh = Variant(base, faster.interval, top1, [])
                groups[_what(row)].setdefault(point, fresh).rows.append(row)
    return [list(points.values()) for points in groups.values()]


def _what(row: Result) -> tuple[str, str, str]:
    method = "".join(filter(str.isalnum, (row.method.value or "").lower()))
    network = known_network(row)
    return method, network.id if network else row.network.text, dataset_id(row.dataset.text)


def _contradicted(
    one: Variant, others: Iterable[Variant], variants: Iterable[Variant]
) -> tuple[Result, Result] | None:
    """Return two rows of two files that print different values, if nothing reconciles them."""
    for other in others:
        if one.same_point(other) and not one.same_value(other):
            has_one = {row.file for row in _rows_like(one, variants)}
            has_other = {row.file for row in _rows_like(other, variants)}
            left = [row for row in one.rows if row.file not in has_other]
            right = [row for row in other.rows if row.file not in has_one]
            rows = _loose(left, right) or _loose(right, left)
            if rows:
                return rows
    return None


def _loose(some: Iterable[Result], others: Sequence[Result]) -> tuple[Result, Result] | None:
    """Return a copied row that is tied to nothing, with a row to hold it against."""
    for row in some:
        if others and row.origin.value == "cited" and not row.cites.known:
            return row, others[0]
    return None


def _rows_like(mine: Variant, variants: Iterable[Variant]) -> Iterator[Result]:
    """Yield the rows of the same rate and value, whatever base accuracy stands beside them."""
    for one in variants:
        if one.same_value(mine) and one.rate.meets(mine.rate):
            yield from one.rows


RULES: tuple[Rule, ...] = (
    Rule("PA703", Severity.NOTE, Tier.HEURISTIC, Scope.CORPUS, same_row_two_values),
)
