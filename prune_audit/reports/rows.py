"""Rows as the readers of a paper know them: by method and by where they are printed."""

from collections import Counter
from pathlib import PurePath

from prune_audit.claim import Claim, Result
from prune_audit.places import Place


class RowNames:
    """Names for the rows of a claim and for those of other files that it compares with."""

    def __init__(self, claim: Claim) -> None:
        rows = {family(row): row for row in claim.results.values()}
        ways = {name: _ways(row) for name, row in rows.items()}
        used = Counter(way for each in ways.values() for way in each)
        self._file = claim.file
        self._where = {
            name: next((where for method, where in each if used[method, where] == 1), name)
            for name, each in ways.items()
        }
        self._rows = rows

    def whole(self, row: Result, more: str = "") -> str:
        """Return what to call a row, or all rows of its sweep; ``more`` goes into the brackets."""
        inner = family(row)
        if row.file == self._file:
            where = self._where[inner]
        else:
            where = f"{PurePath(row.file).stem}#{inner}"
        return f"{row.method.value} ({where}{more})"

    def one(self, row: Result, more: str = "") -> str:
        """Return what to call a single row."""
        return self.whole(row, f" at {row.label}{more}" if row.label else more)

    def at(self, place: Place) -> str:
        """Return what to call the row that a place belongs to; empty where it is no row's."""
        inside = [name for name in self._rows if _inside(place.pointer, f"results.{name}")]
        return self.whole(self._rows[max(inside, key=len)]) if inside else ""


def family(row: Result) -> str:
    """Return the name that a row has in its file, without the label of a sweep."""
    return row.name.partition("@")[0]


def _ways(row: Result) -> list[tuple[str, str]]:
    """Return method and place in print, from the shortest; a later one where others share it."""
    method, source = row.method.value or "", (row.source.value or ("",))[0]
    if not source:
        return []
    value = row.top1.text.rstrip("% ") if row.top1.known and not row.label else ""
    return [(method, source), *([(method, f"{source}, {value}%")] if value else [])]


def _inside(pointer: str, entry: str) -> bool:
    return pointer == entry or pointer.startswith((f"{entry}.", f"{entry}["))
