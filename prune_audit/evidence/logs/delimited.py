"""Logs with a header and one row per line, separated by commas, semicolons or tabs."""

import csv
from collections.abc import Iterator

from prune_audit.evidence.logs.rows import Columns, LogError, Row, decoded
from prune_audit.problems import shown

_DELIMITERS = ",;\t"
_CONTINUED = "name the log of one run from its first epoch to its last"


def rows(data: bytes, columns: Columns) -> Iterator[Row]:
    """Yield the rows of a .csv log; empty cells are left out.

    Raises:
        LogError: no header, a needed column twice, a row cut short, or a second header.
    """
    lines = decoded(data).splitlines()
    start = next((n for n, line in enumerate(lines) if line.strip() and line[0] != "#"), None)
    if start is None:
        raise LogError("has no header", 1, "begin it with the names of its columns")
    delimiter = max(_DELIMITERS, key=lines[start].count)
    reader = csv.reader(lines[start:], delimiter=delimiter, skipinitialspace=True)
    try:
        header = [name.strip() for name in next(reader)]
        _check_header(header, columns, start + 1)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _row(header, cells, start + reader.line_num)
    except csv.Error as error:
        raise LogError(f"is no table: {error}", start + reader.line_num) from error


def _check_header(header: list[str], columns: Columns, line: int) -> None:
    for name in filter(None, columns[:6]):
        if header.count(name) > 1:
            raise LogError(f"has two columns {shown(name)}", line, "rename one of the two")


def _row(header: list[str], cells: list[str], line: int) -> Row:
    texts = [cell.strip() for cell in cells]
    if texts == header:
        raise LogError("the header stands here again: two logs were joined", line, _CONTINUED)
    if len(texts) != len(header):
        reason = f"this row has {len(texts)} cells, the header {len(header)}"
        raise LogError(reason, line, "the log may be cut short; name the whole log")
    return Row(line, {name: text for name, text in zip(header, texts, strict=True) if text})
