"""The survey's two tables as rows of exact texts: the papers, and the results in them."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from prune_audit.importers.texts import ImportFailedError, read_source
from prune_audit.paths import printable

PAPERS, RESULTS = "Papers-Grid view.csv", "Results-Grid view.csv"
_FOLDERS = ("", "analysis/assets/existing-results", "assets/existing-results")
_NEEDED = {PAPERS: ("Name",), RESULTS: ("Name", "Paper", "Dataset", "Model")}
_LONGEST_CELL = 9_000
"""Characters; a text of a claim file may have 10,000."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: the line where it begins, and its filled cells by column."""

    line: int
    cells: dict[str, str]

    def get(self, column: str) -> str:
        """Return a cell without blanks around it, empty where there is nothing."""
        return self.cells.get(column, "").strip()


@dataclass(frozen=True, slots=True)
class Survey:
    """Both tables, the columns of the results, and the rows that are no rows."""

    papers: dict[str, Row]
    results: tuple[Row, ...]
    columns: tuple[str, ...]
    refused: tuple[str, ...]


def read_survey(folder: Path) -> Survey:
    """Read the survey from the repository's folder, or from the one with the CSV files.

    Raises:
        ImportFailedError: the files are not there, cannot be read, or lack a needed column.
    """
    found = _found(folder)
    papers, results = _table(found, PAPERS), _table(found, RESULTS)
    by_name = {row.get("Name"): row for row in reversed(papers.rows) if row.get("Name")}
    return Survey(by_name, results.rows, results.columns, (*papers.refused, *results.refused))


def _found(folder: Path) -> Path:
    for inner in _FOLDERS:
        if (folder / inner / RESULTS).is_file():
            return folder / inner
    looked = ", ".join(inner or "the folder itself" for inner in _FOLDERS)
    raise ImportFailedError(
        f"{printable(str(folder))}: no {RESULTS!r} there (looked in {looked}); "
        "name a copy of the repository JJGO/shrinkbench"
    )


@dataclass(frozen=True, slots=True)
class _Table:
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    refused: tuple[str, ...]


def _table(folder: Path, name: str) -> _Table:
    reader = csv.reader(io.StringIO(read_source(folder / name), newline=""), strict=True)
    rows: list[Row] = []
    refused: list[str] = []
    try:
        columns = tuple(cell.strip() for cell in next(reader, []))
        _check_columns(name, columns)
        begin = reader.line_num + 1
        for cells in reader:
            reason = _refusal(cells, columns)
            if reason:
                refused.append(f"{name}:{begin}: {reason}")
            elif any(cells):
                filled = {key: cell for key, cell in zip(columns, cells, strict=True) if cell}
                rows.append(Row(begin, filled))
            begin = reader.line_num + 1
    except csv.Error as error:
        raise ImportFailedError(
            f"{name}:{reader.line_num}: not readable as CSV: {error}"
        ) from error
    return _Table(columns, tuple(rows), tuple(refused))


def _check_columns(name: str, columns: tuple[str, ...]) -> None:
    lacking = [column for column in _NEEDED[name] if column not in columns]
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if lacking or twice:
        reason = f"lacks the column {lacking[0]!r}" if lacking else f"has {twice[0]!r} twice"
        raise ImportFailedError(f"{name}: {reason}; it is not the survey's table")


def _refusal(cells: list[str], columns: tuple[str, ...]) -> str:
    if any(cells) and len(cells) != len(columns):
        return f"the row has {len(cells)} cells, the header {len(columns)}"
    if any(len(cell) > _LONGEST_CELL for cell in cells):
        return f"a cell is longer than {_LONGEST_CELL:,} characters"
    return ""
