"""A LaTeX file -> the grid of its table."""

import re
from dataclasses import dataclass, field

from prune_audit.importers.grid import (
    LONGEST_CELL,
    Cell,
    Grid,
    TableError,
    build,
    checked,
    spread_down,
)
from prune_audit.importers.latex.plain import printed

_TOKEN = re.compile(r"\\(?:[A-Za-z@]+\*?|.|$)|%[^\n]*\n?[ \t]*|[{}&\[\]\n]|[^\\%{}&\[\]\n]+", re.S)
_TABLES = re.compile(r"\\begin\s*\{(tabular\*?|tabularx|tabulary|longtable|array|NiceTabular)\}")
_WITH_WIDTH = ("tabular*", "tabularx", "tabulary")
_ROW_ENDS = ("\\\\", "\\tabularnewline", "\\cr")
_RULES = {
    "\\hline": 0, "\\toprule": 0, "\\midrule": 0, "\\bottomrule": 0, "\\thickhline": 0,
    "\\hdashline": 0, "\\specialrule": 3, "\\Xhline": 1, "\\hhline": 1, "\\endhead": 0,
    "\\endfirsthead": 0,
}  # fmt: skip
"""Rules over the whole width with the number of their arguments."""
_BETWEEN = {
    "\\cmidrule": 1, "\\cline": 1, "\\cdashline": 1, "\\addlinespace": 0, "\\noalign": 1,
    "\\morecmidrules": 0, "\\rowcolor": 1, "\\caption": 1, "\\label": 1, "\\endfoot": 0,
    "\\endlastfoot": 0, "\\arrayrulecolor": 1,
}  # fmt: skip
"""What else may stand between rows and prints nothing in a cell."""
_COLUMNS = re.compile(r"\\multicolumn\s*\{\s*([0-9]{1,2})\s*\}")
_HEIGHT = re.compile(r"\\multirow\*?\s*(?:\[[^\]]*\]\s*)?\{\s*(-?[0-9]{1,3})\s*\}")
_WIDEST = 100


@dataclass
class _Raw:
    """A table as it is written: cells with their lines, and where full rules stand."""

    line: int
    rows: list[list[tuple[str, int]]] = field(default_factory=list)
    rules: list[int] = field(default_factory=list)


def read_latex(text: str, file: str, *, pick: int = 0, header_rows: int = 0) -> Grid:
    """Return a table of a LaTeX file: the only one, or the one that ``pick`` counts from 1.

    ``header_rows`` is by default what stands above the first full rule inside the table.

    Raises:
        TableError: no table, several and none picked, or one that cannot be read.
    """
    tables = _tables(text)
    if not tables:
        raise TableError(f"{file}: no tabular in it; expected \\begin{{tabular}} ... \\end")
    raw = tables[chosen(len(tables), pick, file, [table.line for table in tables]) - 1]
    above = header_rows or next((at for at in raw.rules if 0 < at < len(raw.rows)), 1)
    rows = _cells(raw, file)
    return build(file, rows[:above], rows[above:])


def chosen(found: int, pick: int, file: str, lines: list[int]) -> int:
    """Return which of several tables is meant, counted from 1.

    Raises:
        TableError: there are several and none is picked, or there is no such one.
    """
    where = ", ".join(map(str, lines[:20]))
    if pick > found:
        raise TableError(f"{file}: --pick {pick}, but there are {found} tables (lines {where})")
    if not pick and found > 1:
        raise TableError(
            f"{file}: {found} tables begin in the lines {where}; say which: --pick 1 .. {found}"
        )
    return pick or 1


def _tables(text: str) -> list[_Raw]:
    """Return the outermost tables of a file."""
    found: list[_Raw] = []
    end, line, counted = 0, 1, 0
    for match in _TABLES.finditer(text):
        if match.start() < end or _commented(text, match.start()):
            continue
        line, counted = line + text.count("\n", counted, match.start()), match.start()
        scanner = _Scanner(text, match.end(), line)
        found.append(scanner.table(with_width=match[1] in _WITH_WIDTH))
        end = scanner.at
    return found


def _commented(text: str, at: int) -> bool:
    before = text[max(text.rfind("\n", 0, at) + 1, at - LONGEST_CELL) : at]
    return "%" in re.sub(r"\\.", "", before)


class _Scanner:
    """Reads one table from the characters behind its ``\\begin``."""

    def __init__(self, text: str, at: int, line: int) -> None:
        self._text = text
        self.at = at
        self._line = line
        self._depth = 0
        self._inside = 0
        self._row: list[tuple[str, int]] = []
        self._cell: list[str] = []
        self._begun = 0
        """Line of the first character of the cell that is no blank; 0 where there is none."""

    def table(self, *, with_width: bool) -> _Raw:
        raw = _Raw(self._line)
        self._arguments(2 if with_width else 1)
        while token := self._next():
            if token == "\\end" and not self._inside:
                self._group()
                break
            if self._depth or self._inside or not self._ends(token, raw):
                self._take(token)
        self._end_row(raw)
        return raw

    def _ends(self, token: str, raw: _Raw) -> bool:
        """Whether the token ends a cell or a row, or stands between rows."""
        if token == "&":
            self._end_cell()
        elif token in _ROW_ENDS:
            self._end_row(raw)
            if self._peek() == "*":
                self.at += 1
            self._brackets()
        elif self._row or self._begun:
            return False
        elif token in _RULES:
            raw.rules.append(len(raw.rows))
            self._arguments(_RULES[token])
        elif token.rstrip("*") in _BETWEEN:
            if self._peek() == "(":
                self.at = self._text.find(")", self.at) + 1 or len(self._text)
            self._arguments(_BETWEEN[token.rstrip("*")])
        else:
            return False
        return True

    def _take(self, token: str) -> None:
        self._depth += (token == "{") - (token == "}" and self._depth > 0)
        self._inside += (token == "\\begin") - (token == "\\end")
        if not self._begun and not token.isspace():
            self._begun = self._line
        self._cell.append(token)

    def _end_cell(self) -> None:
        self._row.append(("".join(self._cell).strip(), self._begun or self._line))
        self._cell, self._begun = [], 0

    def _end_row(self, raw: _Raw) -> None:
        self._end_cell()
        if any(cell for cell, _ in self._row):
            raw.rows.append(self._row)
        self._row = []

    def _next(self) -> str:
        """Return the next token, comments left out; empty at the end of the file."""
        while match := _TOKEN.match(self._text, self.at):
            self.at = match.end()
            self._line += match[0].count("\n")
            if not match[0].startswith("%"):
                return match[0]
        return ""

    def _peek(self) -> str:
        return self._text[self.at : self.at + 1]

    def _arguments(self, count: int) -> None:
        """Leave out arguments in braces, and those in brackets before and behind them."""
        self._brackets()
        for _ in range(count):
            self._group()
        self._brackets()

    def _brackets(self) -> None:
        match = re.compile(r"[ \t]*\[[^\]\n]*\]").match(self._text, self.at)
        self.at = match.end() if match else self.at

    def _group(self) -> None:
        depth = 0
        while token := self._next():
            depth += (token == "{") - (token == "}")
            if depth <= 0 and not token.isspace():
                break


def _cells(raw: _Raw, file: str) -> list[list[Cell]]:
    heights: dict[tuple[int, int], int] = {}
    rows: list[list[Cell]] = []
    for at, row in enumerate(raw.rows):
        cells: list[Cell] = []
        for source, line in row:
            if height := _HEIGHT.search(source[:LONGEST_CELL]):
                heights[at, len(cells)] = int(height[1])
            cells += _spanning(checked(source, file, line), line)
        rows.append(cells)
    return spread_down(rows, heights)


def _spanning(source: str, line: int) -> list[Cell]:
    """Return a cell, and the columns that it covers behind its first."""
    spans = _COLUMNS.search(source)
    width = min(max(int(spans[1]), 1), _WIDEST) if spans else 1
    found = printed(source)
    cell = Cell(found.text, line, found.bold, found.marks, found.cites, width)
    rest = Cell(found.text, line, found.bold, width=width, covered=True)
    return [cell, *(rest for _ in range(width - 1))]
