"""Cells of tables as they are printed."""

from prune_audit.studies.outcome import Cell, Column, Spread, Table

NOTHING = "-"


def shown(cell: Cell, column: Column) -> str:
    """Return a cell as text: numbers with the column's digits, a spread as mean +- deviation."""
    match cell:
        case None:
            return NOTHING
        case Spread():
            spread = "" if cell.std is None else f" +- {cell.std:.{column.digits}f}"
            return f"{cell.mean:.{column.digits}f}{spread}"
        case float():
            return f"{cell:.{column.digits}f}"
        case _:
            return str(cell)


def head(column: Column) -> str:
    """Return the head of a column, with its unit."""
    return f"{column.name} ({column.unit})" if column.unit else column.name


def lines(table: Table) -> list[list[str]]:
    """Return a table as text, without its head."""
    return [
        [shown(cell, column) for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]


def numeric(table: Table, index: int) -> bool:
    """Return whether a column holds numbers, which stand to the right."""
    cells = [row[index] for row in table.rows]
    return not any(isinstance(cell, str) for cell in cells)
