"""The survey's rows of one paper -> base models and results."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from prune_audit.importers.emit import Tree
from prune_audit.importers.names import Names, slug
from prune_audit.importers.shrinkbench.quantities import (
    BASE,
    EMPTY,
    UNKNOWN,
    Stated,
    numbers_of,
    stated_by_row,
    stated_of_base,
)
from prune_audit.importers.shrinkbench.survey import RESULTS, Row
from prune_audit.registry import dataset, networks
from prune_audit.registry.entries import key

SURVEY = "secondary: Blalock et al. 2020 (ShrinkBench), Results-Grid view.csv"
_BESIDE = {
    "dTop5": "change of top-5 accuracy",
    "GFLOPS": "whether MACs or 2 x MACs is not sure",
    "OrigGFLOPS": "of the dense network; whether MACs or 2 x MACs is not sure",
}


@dataclass
class Written:
    """What came of the rows of one paper, in the order of the survey."""

    bases: dict[str, Tree] = field(default_factory=dict)
    results: dict[str, Tree] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    as_notes: Counter[str] = field(default_factory=Counter)
    bare: int = 0


class PaperRows:
    """Writes the rows of one paper; rows of one dense network share a base model."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._columns = columns
        self._base_names = Names()
        self._bases: dict[tuple[str, ...], str] = {}
        self._written = Written()

    def write(self, rows: Iterable[Row]) -> Written:
        """Return base models and results, and the rows that cannot be expressed."""
        for row in rows:
            name = f"r{row.get('Name')}"
            if reason := self._refusal(row, name):
                self._written.left_out.append(f"{RESULTS}:{row.line}: {reason}")
            else:
                self._written.results[name] = self._result(row)
        return self._written

    def _refusal(self, row: Row, name: str) -> str:
        if slug(name, "") != name or name == "r":
            return f"the row's Name {row.get('Name')!r} is no number to call it by"
        if name in self._written.results:
            return f"two rows of this paper have the Name {row.get('Name')!r}"
        if not (row.get("Dataset") or row.get("Model")):
            return "the row names neither a network nor a data set"
        return ""

    def _result(self, row: Row) -> Tree:
        filled = numbers_of(row, self._columns)
        method = row.get("Method")
        result: dict[str, Tree] = {"method": method or row.get("Paper")}
        base = stated_of_base(row)
        result |= self._base(row, base)
        result |= _stages(method)
        own = stated_by_row(row)
        self._written.bare += not filled
        result |= own.values
        result["source"] = [f"{SURVEY}, result {row.get('Name')}", *_notes(row)]
        rest = [column for column in filled if column not in own.used | base.used]
        self._written.as_notes.update(rest)
        if rest:
            result["note"] = "Cells of the survey without a key: " + ", ".join(
                _beside(column, row.get(column)) for column in rest
            )
        return result

    def _base(self, row: Row, stated: Stated) -> dict[str, Tree]:
        what = {"network": _network(row), "dataset": _dataset(row)}
        if not stated.values:
            return {"base": "unverified", **what}
        kind = (row.get("Dataset"), row.get("Model"), *(row.get(column) for column in BASE))
        if kind not in self._bases:
            wanted = slug(f"{row.get('Model')}-{row.get('Dataset')}", "base")
            self._bases[kind] = self._base_names.take(wanted)
            source: Tree = f"{SURVEY}, result {row.get('Name')}"
            unread: dict[str, Tree] = {"weights": "unverified"}
            base: dict[str, Tree] = {**what, **unread, **stated.values, "source": source}
            self._written.bases[self._bases[kind]] = base
        return {"base": self._bases[kind]}


def _stages(method: str) -> dict[str, Tree]:
    """Return the stages, of which the survey says nothing; Scratch-B is no pruning by its name."""
    if method.startswith("Scratch-"):
        return {"scratch": "unverified"}
    return {"pruning": "unverified", "retraining": "unverified"}


def _notes(row: Row) -> list[Tree]:
    return [f"note of the survey: {row.get('Notes')}"] if row.get("Notes") else []


def _beside(column: str, cell: str) -> str:
    return f"{column} {cell} ({_BESIDE[column]})" if column in _BESIDE else f"{column} {cell}"


def _network(row: Row) -> Tree:
    """Return the network, in the registry's spelling where it is the same name."""
    name = row.get("Model")
    known = networks(name, row.get("Dataset"))
    same = known and key(known[0].id) == key(name)
    return known[0].id if same else _named(name)


def _dataset(row: Row) -> Tree:
    known = dataset(row.get("Dataset"))
    return known.id if known else _named(row.get("Dataset"))


def _named(name: str) -> Tree:
    return EMPTY if name in ("", UNKNOWN) else name
