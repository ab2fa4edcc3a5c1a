"""A table as texts: columns by their headers, rows of cells with their lines in the file."""

from dataclasses import dataclass, replace

MOST_ROWS = 5_000
LONGEST_CELL = 5_000
"""Characters of a cell with its markup."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell prints, without its markup.

    ``marks`` are footnote marks, ``cites`` keys of citations. ``width`` is the number of columns
    that the cell spans; the columns behind the first are ``covered`` by it.
    """

    text: str
    line: int
    bold: bool = False
    marks: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    width: int = 1
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the body, as many cells as columns, below the heading ``section`` if any."""

    line: int
    cells: tuple[Cell, ...]
    section: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: ``file`` as it was named, headers in order, body rows.

    ``bold`` says whether the format shows bold type and the table uses it.
    """

    file: str
    columns: tuple[str, ...]
    rows: tuple[Line, ...]
    bold: bool = False


class TableError(ValueError):
    """A file that holds no table that can be read; one line per reason."""


def build(file: str, header: list[list[Cell]], body: list[list[Cell]]) -> Grid:
    """Return the table of header rows and body rows; several header rows become one.

    Rows with nothing but one text at their beginning are headings of the rows below them.

    Raises:
        TableError: no columns or no rows, or rows with more cells than the header.
    """
    width = max((len(row) for row in header), default=0)
    if len(body) > MOST_ROWS:
        raise TableError(f"{file}: more than {MOST_ROWS:,} rows; import it in parts")
    problems = [
        f"{file}:{row[width].line}: the row has {len(row)} cells, the header {width}"
        for row in body
        if len(row) > width
    ]
    if problems:
        raise TableError("\n".join(problems))
    rows = _rows([_padded(row, width) for row in body])
    if not (width and rows):
        raise TableError(f"{file}: the table has no rows below its header")
    bold = any(cell.bold for row in rows for cell in row.cells)
    return Grid(file, _columns([_padded(row, width) for row in header]), rows, bold)


def checked(source: str, file: str, line: int) -> str:
    """Return the source of a cell, which is not read where it is too long to be one.

    Raises:
        TableError: longer than the limit.
    """
    if len(source) > LONGEST_CELL:
        raise TableError(f"{file}:{line}: a cell is longer than {LONGEST_CELL:,} characters")
    return source


def _padded(row: list[Cell], width: int) -> list[Cell]:
    return [*row, *(Cell("", row[-1].line) for _ in range(width - len(row)))]


def _columns(header: list[list[Cell]]) -> tuple[str, ...]:
    """Join what stands above each column, each text once."""
    stacks = zip(*header, strict=True)
    return tuple(
        " / ".join(dict.fromkeys(cell.text for cell in stack if cell.text)) for stack in stacks
    )


def _rows(body: list[list[Cell]]) -> tuple[Line, ...]:
    """Return the rows with their headings; a heading of no row is a row of empty cells."""
    rows: list[Line] = []
    section = ""
    waiting: list[list[Cell]] = []
    for cells in body:
        if _is_heading(cells):
            waiting.append(cells)
        elif any(cell.text for cell in cells):
            section = " / ".join(heading[0].text for heading in waiting) or section
            waiting = []
            rows.append(Line(cells[0].line, tuple(cells), section))
    last = [cells for cells in waiting if cells[0].width == 1]
    return (*rows, *(Line(cells[0].line, tuple(cells), section) for cells in last))


def _is_heading(cells: list[Cell]) -> bool:
    filled = [cell for cell in cells if cell.text and not cell.covered]
    return len(cells) > 1 and filled == cells[:1]


def spread_down(rows: list[list[Cell]], heights: dict[tuple[int, int], int]) -> list[list[Cell]]:
    """Copy cells over the rows that they span; ``heights`` is by row and column, from 0.

    A negative height spans the rows above, as LaTeX allows. Filled cells are left as they are.
    """
    spread = [list(row) for row in rows]
    for (at, column), height in heights.items():
        source = rows[at][column]
        step = 1 if height > 0 else -1
        for row in range(at + step, at + height, step):
            if 0 <= row < len(rows) and column < len(rows[row]) and not rows[row][column].text:
                line = rows[row][column].line
                spread[row][column] = replace(source, line=line, covered=False)
    return spread
