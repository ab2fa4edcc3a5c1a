"""Printed tables beside ours: sweeps as a matrix, and rows with a trainability accuracy."""

from collections.abc import Iterable, Iterator

from prune_audit.reruns.conclusions import Conclusions
from prune_audit.reruns.contest import Contest
from prune_audit.reruns.correlation import LEAST
from prune_audit.reruns.reports import words
from prune_audit.reruns.reports.blocks import Grid, Section
from prune_audit.reruns.reports.words import Namer
from prune_audit.reruns.tables import WHICH_TA, Family, Matrix, TaTable, sign_rows


def matrix_grid(matrix: Matrix, stand_in: bool) -> Grid:
    """Return two lines per sweep, claimed and rerun, and below how the columns agree."""
    rerun = "stand-in" if stand_in else "rerun"
    lines = [line for family in matrix.families for line in _family(matrix, family, rerun)]
    title = f"{matrix.title} ({matrix.arm}; n = {_seeds(matrix)})"
    heads = ("row", "", *matrix.labels)
    return Grid(heads, (*_speedups(matrix, rerun), *lines, *_agreement(matrix)), title, keys=2)


def _speedups(matrix: Matrix, rerun: str) -> Iterator[tuple[str, ...]]:
    """Yield the speedup of each column, claimed and rerun, where all its rows share it."""
    columns = [
        [one.rows[label] for one in matrix.families if label in one.rows]
        for label in matrix.labels
    ]  # fmt: skip
    stated = [{words.stated(row.planned.result.speedup) for row in column} for column in columns]
    ours = [{words.times(row.speedup) for row in column if row.runs} for column in columns]
    if any(len(found) == 1 for found in ours):
        yield ("speedup", "claimed", *map(_only, stated))
        yield ("", rerun, *map(_only, ours))


def _only(found: set[str]) -> str:
    return next(iter(found)) if len(found) == 1 else words.NONE


def _family(matrix: Matrix, family: Family, rerun: str) -> Iterator[tuple[str, ...]]:
    setups = f" ({', '.join(family.setups)})" if family.setups else ""
    cells = [family.rows.get(label) for label in matrix.labels]
    name = f"{family.name}{setups}"
    if family.claimed:
        printed = (words.claimed(row.planned.result) if row else "" for row in cells)
        yield (name, "claimed", *printed)
        name = ""
    yield (name, rerun, *(words.accuracy(row.scores) if row else "" for row in cells))


def _seeds(matrix: Matrix) -> str:
    counts = [len(row.runs) for family in matrix.families for row in family.rows.values()]
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low} to {high}"


def _agreement(matrix: Matrix) -> Iterator[tuple[str, ...]]:
    if any(column.pearson is not None for column in matrix.columns):
        columns = matrix.columns
        yield ("agreement with print", "Pearson", *(words.number(one.pearson) for one in columns))
        yield ("", "Spearman", *(words.number(one.spearman) for one in columns))
        yield ("", "rows", *(str(one.n) for one in columns))
    orders = [column.order for column in matrix.columns]
    if any(sum(one) for one in orders):
        holds = (str(one.holds) for one in orders)
        yield ("pairs of rows that print tells apart", "holds", *holds)
        yield ("", "no", *(str(one.fails) for one in orders))
        yield ("", "?", *(str(one.unresolved) for one in orders))
    if any(column.ta_order is not None for column in matrix.columns):
        ranks = (words.number(one.ta_order) for one in matrix.columns)
        yield ("order of TA and final", "Spearman", *ranks)


SIGNS = (
    "signs: that of the printed difference (+, -), and whether ours is the same beyond noise: "
    "holds, no (the other sign), ? (not resolved); p adjusted by Holm over a comparison's pairs; "
    "alone: beyond noise if it were the only pair that is tested"
)
"""What the cells of ``sign_grid`` mean."""


TOLD_APART = (
    "pairs of rows that print tells apart: their printed difference is larger than printed noise "
    "(binomial where none is printed); p of ours adjusted by Holm within the column"
)


def sign_grid(matrix: Matrix, contests: Iterable[Contest]) -> Grid | None:
    """Return the printed sign of each compared pair and whether it holds; None without a pair."""
    rows = tuple(
        (
            f"{found.ours} : {found.other}",
            *(_sign(found.contests.get(label)) for label in matrix.labels),
        )
        for found in sign_rows(matrix, contests)
    )
    title = f"Signs, {matrix.title} ({matrix.arm})"
    return Grid(("pair", *matrix.labels), rows, title) if rows else None


def _sign(one: Contest | None) -> str:
    if one is None or one.printed is None:
        return ""
    sign = one.printed.sign
    if not sign:
        return "="
    shown = "+" if sign > 0 else "-"
    if one.winner is None or one.test is None:
        return f"{shown} open"
    if one.winner:
        return f"{shown} {'holds' if one.winner == sign else 'no'}"
    if one.test.p >= one.alpha:
        return f"{shown} ?"
    return f"{shown} {'alone' if one.test.difference * sign > 0 else 'no alone'}"


def trainability(conclusions: Conclusions, name: Namer) -> Section | None:
    """Return claimed TA beside ours; None where no row states one."""
    if not conclusions.ta_tables:
        return None
    grids = [_ta_grid(table, name, conclusions.stand_in) for table in conclusions.ta_tables]
    orders = [f"- {line}" for table in conclusions.ta_tables for line in _orders(table)]
    return Section("Trainability accuracy (TA)", (*grids, *orders, f"- {WHICH_TA}"))


def _ta_grid(table: TaTable, name: Namer, stand_in: bool) -> Grid:
    ours = "stand-in" if stand_in else "rerun"
    rows = tuple(
        (
            name(row.planned.result), str(row.planned.result.ta), words.number(row.ta_test),
            words.number(row.ta_train), words.claimed(row.planned.result),
            words.accuracy(row.scores),
        )
        for row in table.rows
    )  # fmt: skip
    heads = ("row", "TA claimed", "TA test", "TA train", "top-1 claimed", ours)
    return Grid(heads, rows, f"{table.title} ({table.arm})")


def _orders(table: TaTable) -> Iterator[str]:
    if len(table.rows) < LEAST:
        return
    shown = (
        f"as claimed {words.number(table.order_claimed)}, ours with TA test "
        f"{words.number(table.order_test)}, with TA train {words.number(table.order_train)}"
    )
    yield f"rank correlation of TA and top-1 over {len(table.rows)} rows of {table.title}: {shown}"
