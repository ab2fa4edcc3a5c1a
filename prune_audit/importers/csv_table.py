"""A CSV file -> the grid of its table."""

import csv
import io
import re

from prune_audit.importers.grid import Cell, Grid, TableError, build, checked
from prune_audit.importers.latex.plain import printed

DELIMITERS = (",", ";", "\t", "|")
_STARS = re.compile(r"(\*\*|__)(.+?)\1", re.DOTALL)
_LATEX = re.compile(r"\\[A-Za-z%&]|\$[^$]+\$")
_LOOK = 1 << 16
"""Characters of a file from which its delimiter is told."""


def read_csv(text: str, file: str, *, delimiter: str = "", header_rows: int = 0) -> Grid:
    """Return the table of a CSV file.

    ``delimiter`` is by default the one of comma, semicolon, tab and bar that parts the lines most
    evenly. Markup in cells (``**bold**``, ``\\textbf{}``, ``$\\pm$``) is understood.

    Raises:
        TableError: no table, or lines that no CSV reader understands.
    """
    try:
        rows = _rows(text, file, delimiter or _likely(text))
    except csv.Error as error:
        raise TableError(f"{file}: not readable as CSV: {error}") from error
    above = header_rows or 1
    return build(file, rows[:above], rows[above:])


def _rows(text: str, file: str, delimiter: str) -> list[list[Cell]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    rows: list[list[Cell]] = []
    begin = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            rows.append([marked_up(checked(cell, file, begin), begin) for cell in cells])
        begin = reader.line_num + 1
    return rows


def marked_up(text: str, line: int) -> Cell:
    """Return a cell of a plain text format, in which pieces of LaTeX and stars may stand."""
    unstarred = _STARS.sub(r"\2", text)
    bold = unstarred != text
    if not _LATEX.search(unstarred):
        return Cell(" ".join(unstarred.split(" ")).strip(), line, bold)
    found = printed(unstarred, tie=False)
    return Cell(found.text, line, bold or found.bold, found.marks, found.cites)


def _likely(text: str) -> str:
    """Return the delimiter that gives most lines as many cells as the first, and the most cells."""

    def evenness(delimiter: str) -> tuple[bool, float, int]:
        try:
            reader = csv.reader(io.StringIO(text[:_LOOK], newline=""), delimiter=delimiter)
            widths = [len(row) for row in reader if any(row)]
        except csv.Error:
            return (False, 0.0, 0)
        width = widths[0] if widths else 0
        alike = sum(one == width for one in widths) / max(len(widths), 1)
        return (width > 1, alike, width)

    return max(DELIMITERS, key=evenness)
