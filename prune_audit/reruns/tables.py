"""A printed table beside ours: sweeps as a matrix, and rows with a trainability accuracy."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from prune_audit.claim import Result
from prune_audit.reruns.contest import Contest
from prune_audit.reruns.correct import OWN_ARMS, claimed_accuracy
from prune_audit.reruns.correlation import pearson, spearman
from prune_audit.reruns.measured import Measured
from prune_audit.reruns.order import Order, order
from prune_audit.reruns.planned import Arm, Compared

WHICH_TA = (
    "Wang et al. 2023 do not say which accuracy their TA is (a printed TA of 88.00 beside a final "
    "79.57 cannot be top-1 on the test set); TA is comparable under one LR schedule only"
)


@dataclass(frozen=True)
class Column:
    """Agreement of one column with print, over ``n`` rows; None where too few rows allow it.

    ``order`` counts pairs of rows that print tells apart; ``ta_order`` is the rank correlation of
    TA on the test set with the final accuracy.
    """

    label: str
    n: int
    pearson: float | None
    spearman: float | None
    order: Order
    ta_order: float | None


class Family(NamedTuple):
    """One line of a matrix: the rows of a sweep by label; ``setups`` as the claim states them."""

    name: str
    setups: tuple[str, ...]
    rows: Mapping[str, Measured]
    claimed: bool


@dataclass(frozen=True)
class Matrix:
    """Sweeps of one printed table with the same labels, under one arm."""

    file: str
    title: str
    arm: Arm
    labels: tuple[str, ...]
    families: tuple[Family, ...]
    columns: tuple[Column, ...]


class SignRow(NamedTuple):
    """Two sweeps that are set against each other, by label."""

    ours: str
    other: str
    contests: Mapping[str, Contest]


@dataclass(frozen=True)
class TaTable:
    """Rows of one printed table that state a TA; the orders are rank correlations with top-1."""

    file: str
    title: str
    arm: Arm
    rows: tuple[Measured, ...]

    @property
    def order_claimed(self) -> float | None:
        """Rank correlation of the printed TA with the printed accuracy."""
        both = [
            (float(row.planned.result.ta.value.value), float(top1.value))
            for row in self.rows
            if row.planned.result.ta.value and (top1 := claimed_accuracy(row.planned.result))
        ]
        return spearman([ta for ta, _ in both], [top1 for _, top1 in both])

    @property
    def order_test(self) -> float | None:
        """Rank correlation of TA on the test set with the final accuracy."""
        return _order([(row.ta_test, row.scores.mean) for row in self.rows])

    @property
    def order_train(self) -> float | None:
        """Rank correlation of TA on the training set with the final accuracy."""
        return _order([(row.ta_train, row.scores.mean) for row in self.rows])


def _order(pairs: Iterable[tuple[float | None, float | None]]) -> float | None:
    known = [(a, b) for a, b in pairs if a is not None and b is not None]
    return spearman([a for a, _ in known], [b for _, b in known])


def matrices(
    rows: Iterable[Measured], compared: Sequence[Compared], alpha: float
) -> tuple[Matrix, ...]:
    """Return a matrix per printed table and arm; scratch arms that were added stand below."""
    own = [row for row in rows if row.planned.result.label and not row.on_validation]
    added = [row for row in own if row.planned.arm is Arm.SCRATCH]
    tables: dict[tuple[str, str, Arm], list[Measured]] = {}
    for row in own:
        if row.planned.arm in OWN_ARMS:
            place = (row.planned.result.file, source(row.planned.result), row.planned.arm)
            tables.setdefault(place, []).append(row)
    return tuple(
        _matrix(file, title, arm, members, added, compared, alpha)
        for (file, title, arm), members in tables.items()
    )


def sign_rows(matrix: Matrix, contests: Iterable[Contest]) -> tuple[SignRow, ...]:
    """Return the pairs of sweeps that comparisons set against each other, within one matrix."""
    home = {row.planned.key[:2] for family in matrix.families for row in family.rows.values()}
    pairs: dict[tuple[str, str], dict[str, Contest]] = {}
    for one in contests:
        ours, other = one.ours.result, one.other.result
        inside = all((row.file, row.name) in home for row in (ours, other))
        if one.compared and one.arm is matrix.arm and inside and ours.label == other.label:
            names = (ours.name.partition("@")[0], other.name.partition("@")[0])
            pairs.setdefault(names, {})[ours.label] = one
    return tuple(SignRow(*names, members) for names, members in pairs.items())


def source(result: Result) -> str:
    """Return where a row is printed, in the claim's first words for it."""
    return (result.source.value or ("",))[0]


def _matrix(
    file: str,
    title: str,
    arm: Arm,
    members: Sequence[Measured],
    added: Iterable[Measured],
    compared: Sequence[Compared],
    alpha: float,
) -> Matrix:
    beside = [
        row for row in added
        if (row.planned.result.file, source(row.planned.result)) == (file, title)
    ]  # fmt: skip
    setups = _setups(file, compared)
    families = (*_families(members, setups), *_families(beside, {}))
    labels = tuple(dict.fromkeys(row.planned.result.label for row in members))
    columns = tuple(_column(label, families, alpha) for label in labels)
    return Matrix(file, title, arm, labels, families, columns)


def _families(rows: Iterable[Measured], setups: Mapping[str, tuple[str, ...]]) -> Iterator[Family]:
    by_name: dict[tuple[str, str], dict[str, Measured]] = {}
    for row in rows:
        name = row.planned.result.name.partition("@")[0]
        beside = row.planned.label if row.planned.arm is Arm.SCRATCH else ""
        by_name.setdefault((name, beside), {})[row.planned.result.label] = row
    for (name, beside), members in by_name.items():
        shown = f"{name}: {beside}" if beside else name
        yield Family(shown, setups.get(name, ()), members, not beside)


def _setups(file: str, compared: Iterable[Compared]) -> dict[str, tuple[str, ...]]:
    """Return the setups that a claim itself names, by the sweep that they are named for."""
    found: dict[str, dict[str, None]] = {}
    for one in compared:
        stated, ours = one.comparison.setup.value, one.comparison.ours.value
        if one.claim.file == file and stated and ours:
            found.setdefault(ours.partition("@")[0], {})[stated] = None
    return {name: tuple(names) for name, names in found.items()}


def _column(label: str, families: Iterable[Family], alpha: float) -> Column:
    cells = [one.rows[label] for one in families if label in one.rows]
    printed = [one.rows[label] for one in families if one.claimed and label in one.rows]
    both = [
        (float(claimed.value), row.scores.mean)
        for row in printed
        if (claimed := claimed_accuracy(row.planned.result)) and row.scores.mean is not None
    ]
    claims, means = [a for a, _ in both], [b for _, b in both]
    ta_order = _order([(row.ta_test, row.scores.mean) for row in cells])
    return Column(
        label, len(both), pearson(claims, means), spearman(claims, means), order(printed, alpha),
        ta_order,
    )  # fmt: skip


def ta_tables(rows: Iterable[Measured]) -> tuple[TaTable, ...]:
    """Return the rows that state a TA, by printed table and arm."""
    tables: dict[tuple[str, str, Arm], list[Measured]] = {}
    for row in rows:
        result = row.planned.result
        if result.ta.known and row.planned.arm in OWN_ARMS and not row.on_validation:
            tables.setdefault((result.file, source(result), row.planned.arm), []).append(row)
    return tuple(TaTable(*place, tuple(members)) for place, members in tables.items())
