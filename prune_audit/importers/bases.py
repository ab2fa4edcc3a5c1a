"""Base models of a table's rows: from columns, from what is said of all rows, or from rows."""

from collections.abc import Iterable

from prune_audit.importers.cells import Values
from prune_audit.importers.emit import Tree, one_line
from prune_audit.importers.facts import Facts
from prune_audit.importers.names import Names, slug

_OF_A_ROW = ("top1", "top5", "macs", "flops", "params")
_NAMES = ("method", "network", "dataset")
_LONGEST_NOTE = 9_000


def empty(facts: Facts) -> Tree:
    """Return the value of an empty cell: the table was read and does not say."""
    return {"unreported": facts.table} if facts.table else "unreported"


def noted(notes: Iterable[str]) -> str:
    """Return notes as one text."""
    return "; ".join(dict.fromkeys(one_line(note) for note in notes))[:_LONGEST_NOTE]


class Bases:
    """The base models of a file, each once."""

    def __init__(self, facts: Facts) -> None:
        self.trees: dict[str, Tree] = {}
        self._facts = facts
        self._names = Names()
        self._by_facts: dict[tuple[str, ...], str] = {}
        self._by_rows: dict[tuple[str, str, str], str] = {}

    def add_row(self, row: Values) -> None:
        """Make a base model of a row of the table; what has no key there goes to its note."""
        own: dict[str, Tree] = {key: row.stated[key] for key in _OF_A_ROW if key in row.stated}
        beside = (
            f"{key}: {text}"
            for key, text in row.stated.items()
            if key not in (*_OF_A_ROW, *_NAMES) and not key.startswith("base.")
        )
        notes = [f"the row {row.stated['method']}", *row.notes, *beside]
        self._by_rows.setdefault(_kind(row), self._add(row, own, notes))

    def of(self, row: Values) -> dict[str, Tree]:
        """Return the row's base model, or its network and data set where nothing is said of one."""
        stated = {
            key.removeprefix("base."): text
            for key, text in row.stated.items()
            if key.startswith("base.")
        }
        in_table = self._in_table(row)
        if in_table and stated.keys() <= {"weights"}:
            return {"base": in_table}
        if not stated:
            return {"base": "unverified", **self._what(row)}
        kind = (*_kind(row)[:2], *(f"{key}={text}" for key, text in sorted(stated.items())))
        if kind not in self._by_facts:
            own: dict[str, Tree] = {k: text for k, text in stated.items() if k != "weights"}
            self._by_facts[kind] = self._add(row, own, [])
        return {"base": self._by_facts[kind]}

    def _in_table(self, row: Values) -> str:
        """Return the dense row below the row's own heading, else one above all headings."""
        kind = _kind(row)
        return self._by_rows.get(kind) or self._by_rows.get((*kind[:2], "")) or ""

    def _add(self, row: Values, own: dict[str, Tree], notes: list[str]) -> str:
        wanted = "-".join(text for text in _kind(row)[:2] if text)
        name = self._names.take(slug(wanted, "base"))
        tree: dict[str, Tree] = {
            **self._what(row),
            "weights": row.stated.get("base.weights", "unverified"),
            "top1": "unverified",
            **own,
            "source": self._facts.table or "unverified",
        }
        self.trees[name] = {**tree, "note": noted(notes)} if notes else tree
        return name

    def _what(self, row: Values) -> dict[str, Tree]:
        return {
            key: empty(self._facts) if key in row.empty else row.stated.get(key, "unverified")
            for key in ("network", "dataset")
        }


def _kind(row: Values) -> tuple[str, str, str]:
    return row.stated.get("network", ""), row.stated.get("dataset", ""), row.section
