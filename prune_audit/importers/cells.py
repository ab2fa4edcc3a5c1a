"""The cells of a table's rows -> texts by key, or everything that cannot be read."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from prune_audit.importers.emit import one_line
from prune_audit.importers.grid import Cell, Grid, Line, TableError
from prune_audit.importers.headers import unit_of
from prune_audit.importers.targets import Target, Turn, target
from prune_audit.importers.values import bare_number, is_absent, parts, value
from prune_audit.numbers import Unit
from prune_audit.problems import shown

_MOST_SHOWN = 200
_RANKED = ("top1", "top1_error", "drop", "delta")
"""Columns whose bold type is that of the row."""


@dataclass(slots=True)
class Values:
    """What one row states: texts by key, keys whose cells are empty, and what else it says."""

    line: int
    section: str = ""
    stated: dict[str, str] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    bold: bool | None = None


def read_rows(
    grid: Grid, columns: dict[int, tuple[str, ...]], units: dict[str, str]
) -> list[Values]:
    """Read the mapped cells of every row.

    Raises:
        TableError: one line per cell that cannot be read, with its file, line and column.
    """
    problems: list[str] = []
    shares = {at for at, keys in columns.items() if len(keys) == 1 and _in_percent(grid, at)}
    rows = [_row(grid, line, columns, units, shares, problems) for line in grid.rows]
    if problems:
        rest = len(problems) - _MOST_SHOWN
        more = [f"... and {rest} more cells"] if rest > 0 else []
        raise TableError("\n".join([*problems[:_MOST_SHOWN], *more]))
    return rows


def _in_percent(grid: Grid, number: int) -> bool:
    """Whether some cell of a column has a per cent sign."""
    return any("%" in line.cells[number - 1].text for line in grid.rows)


def _row(
    grid: Grid,
    line: Line,
    columns: dict[int, tuple[str, ...]],
    units: dict[str, str],
    shares: set[int],
    problems: list[str],
) -> Values:
    values = Values(line.line, line.section)
    for number, keys in sorted(columns.items()):
        cell, header = line.cells[number - 1], grid.columns[number - 1]
        texts = parts(cell.text, len(keys))
        for key, text in zip(keys, texts, strict=True):
            part = replace(cell, text=text.strip())
            try:
                _take(values, part, key, header, units, share=number in shares)
            except ValueError as error:
                where = f"{grid.file}:{cell.line}: column {number} {shown(header)}"
                problems.append(one_line(f"{where}, cell {shown(cell.text)}, as {key}: {error}"))
        values.notes += _beside(cell, keys[0])
        if grid.bold and keys[0] in _RANKED and not is_absent(cell.text):
            values.bold = cell.bold if values.bold is None else values.bold or cell.bold
    try:
        _join_spread(values)
    except ValueError as error:
        problems.append(f"{grid.file}:{line.line}: {error}")
    return values


def _take(
    values: Values, cell: Cell, key: str, header: str, units: dict[str, str], *, share: bool
) -> None:
    """Put what a cell states in its place; ``share``: cells of its column have a per cent sign."""
    if cell.width > 1 and not is_absent(cell.text) and key not in ("method", "note"):
        raise ValueError(f"the cell spans {cell.width} columns; write it into each of them")
    wanted = target(key)
    if key == "note":
        values.notes += [f"{header or 'note'}: {cell.text}"] if not is_absent(cell.text) else []
        return
    given = units.get(key) or _header_unit(header, wanted)
    if share and wanted.unit is Unit.COUNT and not is_absent(cell.text):
        _refuse_share(cell.text, key)
    bare = bare_number(cell.text) if share and not given else None
    if bare is not None and wanted.unit is Unit.FRACTION:
        given = _percent(bare)
        values.notes.append(f"{key} is printed without the % of its column: {cell.text}")
    text = value(cell.text, wanted, given)
    if text is not None:
        values.stated[wanted.name] = text
        values.notes += _turned(cell, wanted)
    elif key == "method":
        raise ValueError("a row needs a method; delete the row, or write its method")
    elif key != "spread":
        values.empty.append(wanted.name)


def _refuse_share(text: str, key: str) -> None:
    """A column with shares holds no bare counts, so no suffix is asked for."""
    if not text.rstrip()[-1:].isalpha():
        of = key.removeprefix("base.").replace("macs", "flops")
        raise ValueError(
            f"cells of this column are in percent, which no count is; shares are {of}_reduction "
            f"or {of}_kept"
        )


def _percent(bare: Decimal) -> str:
    """Return the unit of a bare number among percentages; a small one could be a fraction."""
    if 0 < bare <= 1:
        raise ValueError("among percentages this may be one or a fraction; write its % sign")
    return "%"


def _turned(cell: Cell, wanted: Target) -> Iterator[str]:
    """Say how a number is printed that the file holds as another one."""
    if wanted.turn is Turn.COMPLEMENT:
        yield f"{wanted.name} is printed as an error of {cell.text}"
    elif wanted.turn is Turn.NEGATIVE:
        yield f"{wanted.name} is printed as a change of {cell.text}"


def _header_unit(header: str, wanted: Target) -> str:
    return unit_of(header) if wanted.unit else ""


def _beside(cell: Cell, key: str) -> Iterator[str]:
    if cell.marks and not cell.covered:
        yield f"{key} is marked {', '.join(dict.fromkeys(cell.marks))}"
    if cell.cites:
        yield f"{key} cites {', '.join(dict.fromkeys(cell.cites))}"


def _join_spread(values: Values) -> None:
    """Put a spread from a column of its own behind the accuracy."""
    spread = values.stated.pop("spread", None)
    if spread is None:
        return
    top1 = values.stated.get("top1")
    if top1 is None:
        raise ValueError(f"a spread of {spread} without a top-1 accuracy")
    joined = f"{top1}+-{spread}"
    target("top1").reader.parse(joined)
    values.stated["top1"] = joined
