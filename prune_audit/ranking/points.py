"""Rows of a claim file -> methods at operating points, one set of them per base model."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from prune_audit.claim import Claim, Result
from prune_audit.leaderboard.names import dataset_key, network_key
from prune_audit.rates import Rate, RateKind, rate
from prune_audit.reports.lines import one_line


class LeftOut(NamedTuple):
    """A row that has no place in a ranking, and why."""

    row: Result
    why: str


@dataclass(frozen=True, slots=True)
class Point:
    """An operating point: methods at rates that lie within the tolerance of the lowest.

    ``low`` and ``high`` are in times; of ``RateKind.COST``, which has no times, they are 1 / MACs.
    ``rows`` are by method.
    """

    kind: RateKind
    low: Decimal
    high: Decimal
    rows: dict[str, Result]

    def __str__(self) -> str:
        if self.kind is RateKind.COST:
            return _span(_large(1 / self.high), _large(1 / self.low))
        return _span(f"{_short(self.low)}x", f"{_short(self.high)}x")


@dataclass(frozen=True, slots=True)
class Gathered:
    """The rows of one file on one data set, network and base model, by operating point.

    ``base`` is the name of the base model in the file, empty where it states none. Points stand
    from the lowest rate to the highest; rows of RateKind.COST from the dearest to the cheapest.
    """

    file: str
    dataset: str
    network: str
    base: str
    kind: RateKind
    points: tuple[Point, ...]
    left_out: tuple[LeftOut, ...]


def gathered(claim: Claim, tolerance: Decimal) -> Iterator[Gathered]:
    """Yield the operating points of a claim, base model by base model.

    A row takes part with its method's name, its rate and its accuracy; rows trained from scratch do
    not. Of the kinds of rate the one is taken that most rows of the base model print or imply.
    """
    by_base: dict[tuple[str, ...], list[Result]] = {}
    for row in claim.results.values():
        if not row.is_scratch:
            by_base.setdefault(_base(row), []).append(row)
    for rows in by_base.values():
        if found := _gathered(claim.file, rows, tolerance):
            yield found


def _base(row: Result) -> tuple[str, ...]:
    on = row.dataset.value
    base = row.base_model.name if row.base_model else ""
    return dataset_key(on), network_key(row.network.value, on), base, row.metric.value or ""


def _gathered(file: str, rows: Sequence[Result], tolerance: Decimal) -> Gathered | None:
    kind = max(RateKind, key=lambda kind: sum(_middle(row, kind) is not None for row in rows))
    placed = [(where, row) for row in rows if (where := _middle(row, kind)) is not None]
    if not placed:
        return None
    nowhere = tuple(LeftOut(row, f"no exact {kind}") for row in rows if _middle(row, kind) is None)
    bands = list(_bands(sorted(placed, key=lambda one: one[0]), tolerance))
    crowded = {name for band in bands for name in _repeated(row for _, row in band)}
    points = tuple(_point(kind, band, crowded) for band in bands)
    held = {row for point in points for row in point.rows.values()}
    again = tuple(
        LeftOut(row, "its method stands more than once at one operating point")
        for _, row in placed
        if row not in held
    )
    first = rows[0]
    return Gathered(
        file, one_line(first.dataset.text), one_line(first.network.text),
        first.base_model.name if first.base_model else "", kind, points, (*nowhere, *again),
    )  # fmt: skip


def _middle(row: Result, kind: RateKind) -> Decimal | None:
    """Return the middle of what a row's rate may be; None where that has no end."""
    found: Rate | None = rate(row, kind)
    if found is None:
        return None
    middle = (found.interval.low + found.interval.high) / 2
    return middle if middle.is_finite() and middle > 0 else None


Placed = tuple[Decimal, Result]


def _bands(placed: Sequence[Placed], tolerance: Decimal) -> Iterator[list[Placed]]:
    """Yield rows of one operating point: all within the tolerance of the first, by rate."""
    band: list[Placed] = []
    for where, row in placed:
        if band and band[0][0] < where * (1 - tolerance):
            yield band
            band = []
        band.append((where, row))
    yield band


def _repeated(rows: Iterable[Result]) -> Iterator[str]:
    for name, count in Counter(_name(row) for row in rows).items():
        if count > 1:
            yield name


def _name(row: Result) -> str:
    return one_line(row.method.text)


def _point(kind: RateKind, band: Sequence[Placed], crowded: set[str]) -> Point:
    """Return a point; a method that is several rows somewhere goes by its sweep, or is left out."""
    names = [(_among(row, crowded), row) for _, row in band]
    counts = Counter(name for name, _ in names)
    rows = {name: row for name, row in names if name and counts[name] == 1}
    return Point(kind, band[0][0], band[-1][0], rows)


def _among(row: Result, crowded: set[str]) -> str:
    name = _name(row)
    if name not in crowded:
        return name
    family = row.name.rpartition("@")[0] if row.label else ""
    return f"{name} ({family})" if family else ""


def _span(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def _short(value: Decimal) -> str:
    """Return a number with three significant digits, without zeros at its end."""
    return f"{float(value):.3g}"


def _large(value: Decimal) -> str:
    """Return a count with a suffix, such as 1.32G."""
    for suffix, size in (("G", 9), ("M", 6), ("k", 3)):
        if value >= Decimal(10) ** size:
            return f"{_short(value.scaleb(-size))}{suffix}"
    return _short(value)
