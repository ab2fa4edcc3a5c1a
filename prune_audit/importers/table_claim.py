"""Rows of a table, with what is said of all of them -> the text of a claim file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from prune_audit.claim import Result
from prune_audit.filetext import MAX_BYTES
from prune_audit.forms import keys_of
from prune_audit.importers.bases import Bases, empty, noted
from prune_audit.importers.cells import Values, read_rows
from prune_audit.importers.emit import Tree, emit, one_line
from prune_audit.importers.facts import Facts
from prune_audit.importers.grid import Grid, TableError
from prune_audit.importers.mapping import Mapping
from prune_audit.importers.names import Names, slug
from prune_audit.load import load_text
from prune_audit.problems import shown, suggestion
from prune_audit.registry import dataset

_LOOKS_DENSE = (
    "baseline",
    "base",
    "original",
    "dense",
    "unpruned",
    "full",
    "full model",
    "teacher",
)
_NEEDED: dict[str, dict[str, Tree]] = {
    "pruning": dict.fromkeys(("granularity", "schedule", "epochs"), "unverified"),
    "retraining": dict.fromkeys(("epochs", "lr"), "unverified"),
}
_COSTS = ("macs", "flops")


@dataclass(frozen=True, slots=True)
class Made:
    """The text of a claim file, its number of rows, and what is still to be looked up."""

    text: str
    rows: int
    to_do: tuple[str, ...] = ()


def claim_text(grid: Grid, mapping: Mapping, facts: Facts) -> Made:
    """Return the claim file of a table.

    Raises:
        TableError: cells that cannot be read, rows without a method, or facts that no file holds.
    """
    facts.check()
    rows = [_with_common(row, facts) for row in read_rows(grid, mapping.columns, facts.units)]
    if not all("method" in row.stated for row in rows):
        raise TableError(f"{grid.file}: no column is the method: --map method=#1, or --method NAME")
    tree, results = _tree(grid, rows, mapping, facts)
    text = emit(tree, _comments(grid))
    _check(text, grid.file)
    return Made(
        text,
        len(results),
        (*facts.unfilled(), *_unread(rows), *_headings(rows), *_dense_rows(results, facts)),
    )


def _check(text: str, file: str) -> None:
    """Refuse a claim file that would not load."""
    if len(text.encode()) > MAX_BYTES:
        raise TableError(f"{file}: its claim file would be larger than 1 MiB; import it in parts")
    problems = load_text(text, "claim file").problems
    if problems:
        raise TableError(
            "\n".join(one_line(f"{file}: {one.anchors[0]}: {one.message}") for one in problems)
        )


def _with_common(row: Values, facts: Facts) -> Values:
    row.stated = {**facts.common, **row.stated}
    if row.section and facts.section != "note":
        row.stated.setdefault(facts.section, row.section)
    elif row.section:
        row.notes.append(f"below the heading: {row.section}")
    return row


def _tree(
    grid: Grid, rows: list[Values], mapping: Mapping, facts: Facts
) -> tuple[dict[str, Tree], dict[str, Tree]]:
    bases = Bases(facts)
    names = Names()
    wanted = {name.lower() for name in facts.base_rows}
    dense = [row for row in rows if row.stated["method"].lower() in wanted]
    _refuse_unknown(grid.file, facts.base_rows, [row.stated["method"] for row in rows])
    for row in dense:
        bases.add_row(row)
    printed_as = _printed_as(grid, mapping)
    results: dict[str, Tree] = {}
    for row in (row for row in rows if row not in dense):
        name = names.take(slug(row.stated["method"], "row"))
        results[name] = _result(row, bases.of(row), facts, printed_as)
    if not results:
        raise TableError(f"{grid.file}: every row is a base model; leave one --base-row out")
    tree: dict[str, Tree] = {"schema": "1", "paper": _paper(grid, facts)}
    if bases.trees:
        tree["base_models"] = bases.trees
    return {**tree, "results": results}, results


def _refuse_unknown(file: str, base_rows: Sequence[str], methods: Sequence[str]) -> None:
    known = {method.lower() for method in methods}
    problems = [
        f"{file}: --base-row: no row {shown(name)}; {suggestion(name, set(methods), '')}"
        for name in base_rows
        if name.lower() not in known
    ]
    if problems:
        raise TableError("\n".join(problems))


def _paper(grid: Grid, facts: Facts) -> Tree:
    paper: dict[str, Tree] = {
        "title": facts.title or f"table in {one_line(grid.file) or 'a file'}",
        "venue": facts.venue or "unverified",
        "year": facts.year or "unverified",
    }
    if facts.arxiv:
        paper["arxiv"] = facts.arxiv
    return {**paper, "read": "one table only"}


def _result(row: Values, base: dict[str, Tree], facts: Facts, printed_as: str) -> Tree:
    result: dict[str, Tree] = {"method": row.stated["method"], **base}
    for stage, needed in _NEEDED.items():
        inner = _stage(row, stage, facts)
        result[stage] = {**needed, **inner} if inner else "unverified"
    result["top1"] = "unverified"
    for key in keys_of(Result):
        if key.name in ("method", "network", "dataset") or key.form:
            continue
        if key.name in row.stated:
            result[key.name] = row.stated[key.name]
        elif key.name in row.empty:
            result[key.name] = empty(facts)
    if row.bold is not None:
        result["bold"] = "yes" if row.bold else "no"
    if printed_as and any(key in row.stated for key in _COSTS):
        result.setdefault("printed_as", printed_as)
    result["source"] = facts.table or "unverified"
    if row.notes:
        result["note"] = noted(row.notes)
    return result


def _stage(row: Values, stage: str, facts: Facts) -> dict[str, Tree]:
    prefix = f"{stage}."
    stated: dict[str, Tree] = {
        key.removeprefix(prefix): text for key, text in row.stated.items() if key.startswith(prefix)
    }
    silent: dict[str, Tree] = {
        key.removeprefix(prefix): empty(facts) for key in row.empty if key.startswith(prefix)
    }
    return {**silent, **stated}


def _printed_as(grid: Grid, mapping: Mapping) -> str:
    """Return what the table calls its cost: the header of that column."""
    return next(
        (
            one_line(grid.columns[number - 1])
            for number, keys in sorted(mapping.columns.items())
            if keys[0] in _COSTS
        ),
        "",
    )


def _unread(rows: list[Values]) -> Iterable[str]:
    """Name the facts of which no row states anything."""
    if not all("base.weights" in row.stated for row in rows):
        yield "weights of the base models"
    for key in ("network", "dataset", "top1", "runs"):
        if not any(key in row.stated or key in row.empty for row in rows):
            yield key
    for stage in _NEEDED:
        if not any(key.startswith(stage) for row in rows for key in row.stated):
            yield stage


def _headings(rows: list[Values]) -> Iterable[str]:
    """Point out headings that may be the network, or the data set, that no row states."""
    headings = [*dict.fromkeys(row.section for row in rows if row.section)]
    if not headings:
        return
    key = "dataset" if all(dataset(heading) for heading in headings) else "network"
    if not any(key in row.stated for row in rows):
        named = ", ".join(map(shown, headings[:3])) + (", ..." if len(headings) > 3 else "")
        yield f"the headings {named}: if they are the {key} of their rows, --section {key}"


def _dense_rows(results: dict[str, Tree], facts: Facts) -> Iterable[str]:
    """Point out rows that look like the dense network and are written as pruned ones."""
    methods = [tree["method"] for tree in results.values() if isinstance(tree, dict)]
    for method in methods:
        if isinstance(method, str) and method.lower() in _LOOKS_DENSE:
            yield f"the row {method!r}: if it is the dense network, --base-row {method!r}"


def _comments(grid: Grid) -> tuple[str, ...]:
    return (
        f"Made by prune-audit import from a table in {grid.file}.",
        "unreported: the cell of the table is empty; unverified: nobody has looked it up yet.",
    )
