"""YAML file -> Claim, or the list of everything that is wrong with the file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from prune_audit import problems
from prune_audit.claim import (
    BaseModel,
    Claim,
    Comparison,
    Paper,
    PruningStage,
    Result,
    ScratchStage,
    Stage,
    Table,
)
from prune_audit.expand import Expanded, expand
from prune_audit.filetext import RefusedError, read_text
from prune_audit.forms import FormReader
from prune_audit.grammar.agreement import contradictions
from prune_audit.places import Place
from prune_audit.problems import Collector, Problem, TooManyError
from prune_audit.readers import NAME_PATTERN
from prune_audit.submission import read_submission
from prune_audit.yamltext import Mapping, Node, Scalar, Sequence, is_absent, parse

SCHEMA = "1"
TOP_KEYS = (
    "schema", "paper", "base_models", "recipes", "defaults", "results", "comparisons", "tables",
    "submission",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of reading one file: its text, the claim where there is one, its problems."""

    name: str
    text: str
    claim: Claim | None
    problems: tuple[Problem, ...]


def load_file(path: Path, name: str | None = None) -> Loaded:
    """Read a claim file; ``name`` is how the user called it. Never raises for a bad file."""
    shown = name or str(path)
    try:
        return load_text(read_text(path, shown), shown)
    except RefusedError as refused:
        return Loaded(shown, "", None, (refused.problem,))


def load_text(text: str, name: str) -> Loaded:
    """Read the text of a claim file. Never raises for a bad file."""
    found = Collector()
    claim = None
    try:
        root, repeated = parse(text, name)
        found.extend(repeated)
        claim = _claim(root, Place(name), found)
    except RefusedError as refused:
        return Loaded(name, text, None, (refused.problem,))
    except TooManyError:
        return Loaded(name, text, None, (*found.all(), problems.too_many(Place(name))))
    return Loaded(name, text, None if found.all() else claim, found.all())


def _claim(root: Node, start: Place, found: Collector) -> Claim | None:
    if not isinstance(root, Mapping):
        fix = "prune-audit init FILE writes a skeleton"
        found.add(problems.wrong_value(start, "claim file", "expected keys such as paper:", fix))
        return None
    found.extend(_top_level(root, start))
    found.extend(_names(root))
    expanded = expand(root, found)
    reader = FormReader(found)
    for recipe in expanded.recipes.values():
        for form in (Stage, PruningStage, ScratchStage):
            reader.check(form, recipe)
    reader.check(Result, expanded.defaults)
    bases = {
        name: reader.read(
            BaseModel, node, f"base model {name!r}", node.place, place=node.place, name=name
        )
        for name, node in expanded.base_models.items()
    }
    results = _results(expanded, bases, reader, found)
    comparisons = tuple(
        reader.read(Comparison, node, "a comparison", node.place, place=node.place)
        for node in _items(root, "comparisons", found)
    )
    tables = tuple(
        reader.read(Table, node, "a table", node.place, place=node.place)
        for node in _items(root, "tables", found)
    )
    if "paper" not in root.items:
        return None
    place, node = root.items["paper"]
    paper = reader.read(Paper, node, "paper", place)
    submission = None
    if "submission" in root.items:
        at, node = root.items["submission"]
        submission = read_submission(node, at, reader, found)
    claim = Claim(start, paper, bases, results, expanded.families, comparisons, tables, submission)
    found.extend(_inside(claim))
    return claim


def _top_level(root: Mapping, start: Place) -> Iterator[Problem]:
    for name, (place, value) in root.items.items():
        if name not in TOP_KEYS:
            absent = is_absent(value)
            yield problems.unknown_key(place, name, TOP_KEYS, "a claim file", absent=absent)
    for name in ("schema", "paper", "results"):
        if name not in root.items:
            expected = f"{SCHEMA}" if name == "schema" else "a mapping, see the manual"
            yield problems.missing_key(start, name, "the claim file", expected)
    if "schema" in root.items:
        place, node = root.items["schema"]
        if not isinstance(node, Scalar) or node.text != SCHEMA:
            reason = f"this version reads schema {SCHEMA}"
            yield problems.wrong_value(place, "schema", reason, f"write schema: {SCHEMA}")


def _items(root: Mapping, key: str, found: Collector) -> list[Node]:
    if key not in root.items:
        return []
    place, node = root.items[key]
    if isinstance(node, Sequence):
        return node.items
    fix = f"begin each of the {key} with '- '"
    found.add(problems.wrong_value(place, key, "expected a list", fix))
    return []


def _names(root: Mapping) -> Iterator[Problem]:
    """Names must be usable in references."""
    for section in ("base_models", "results", "recipes"):
        node = root.items.get(section, (None, None))[1]
        for name, (place, _) in node.items.items() if isinstance(node, Mapping) else ():
            if not NAME_PATTERN.fullmatch(name) or name in ("none", "unreported", "unverified"):
                reason = "expected a name of letters, digits, '.', '_', '+' and '-'"
                yield problems.wrong_value(place, section, f"{reason}, got {name!r}", "rename it")


def _results(
    expanded: Expanded, bases: dict[str, BaseModel], reader: FormReader, found: Collector
) -> dict[str, Result]:
    results = {}
    for name, node in expanded.results.items():
        base_node = node.items.get("base", (node.place, None))[1]
        base = bases.get(base_node.text) if isinstance(base_node, Scalar) else None
        result = reader.read(
            Result,
            node,
            f"result {name!r}",
            node.place,
            place=node.place,
            name=name,
            base_model=base,
        )
        results[name] = result
        found.extend(_stages(node, name))
        found.extend(_twice(result))
        found.extend(contradictions(result))
        found.extend(_base(result, bases))
    return results


def _stages(node: Mapping, name: str) -> Iterator[Problem]:
    """A row has either the two stages behind pretraining or a scratch stage."""
    for key in ("pruning", "retraining"):
        if "scratch" in node.items and key in node.items:
            yield problems.ill_matched(
                node.items[key][0], f"{key} stands beside scratch in one row", "keep one of the two"
            )
        elif "scratch" not in node.items and key not in node.items:
            yield problems.missing_key(
                node.place, key, f"result {name!r}",
                "a stage, the name of a recipe, none, unreported or unverified",
            )  # fmt: skip


def _twice(result: Result) -> Iterator[Problem]:
    """A row states its cost once, and its change of accuracy once."""
    for one, other in (("macs", "flops"), ("drop", "delta")):
        if getattr(result, one).known and getattr(result, other).known:
            yield problems.ill_matched(
                getattr(result, other).place,
                f"{one} and {other} state the same thing",
                "keep the printed one",
            )


def _base(result: Result, bases: dict[str, BaseModel]) -> Iterator[Problem]:
    if result.base_model is not None or problems.is_todo(result.base.text):
        return
    if result.base.known and result.base.text != "none":
        yield problems.broken_reference(result.base.place, result.base.text, bases, "base model")
        return
    for name, entry in (("network", result.own_network), ("dataset", result.own_dataset)):
        if not entry.known and not entry.text:
            yield problems.missing_key(
                result.place, name, f"result {result.name!r}, which has no base model,",
                "the network and the data set are facts of the row then",
            )  # fmt: skip


def _inside(claim: Claim) -> Iterator[Problem]:
    """References into this file must exist, and no row is compared with itself."""
    names = {**claim.results, **claim.families}
    submitted = claim.submission.result if claim.submission else None
    if submitted and submitted.value and submitted.value not in claim.results:
        yield problems.broken_reference(submitted.place, submitted.value, claim.results, "row")
    for place, name in references(claim):
        if "#" not in name and name not in names:
            yield problems.broken_reference(place, name, names, "result")
    for comparison in claim.comparisons:
        left_out = comparison.against.place == comparison.place
        if left_out and comparison.statement.value not in ("lossless", None):
            yield problems.missing_key(
                comparison.place, "against", "a comparison", "a list of results"
            )
        if comparison.ours.value and comparison.ours.value in (comparison.against.value or ()):
            yield problems.ill_matched(
                comparison.against.place, "ours stands among the rows it is compared with",
                "take it out of against",
            )  # fmt: skip
        yield from _repeated(comparison)


def _repeated(comparison: Comparison) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, name in zip(comparison.against.places, comparison.against.value or (), strict=True):
        if name in seen:
            reason = f"{problems.shown(name)} stands twice among the rows compared with"
            yield problems.ill_matched(place, reason, "name each row once")
        seen.add(name)


def references(claim: Claim) -> Iterator[tuple[Place, str]]:
    """Yield the name of every result that a claim refers to, ``file#name`` in another file."""
    lists = [entry for item in claim.comparisons for entry in (item.against, item.best_of)]
    lists += [table.rows for table in claim.tables]
    for listed in lists:
        yield from zip(listed.places, listed.value or (), strict=True)
    single = [item.ours for item in claim.comparisons]
    single += [result.cites for result in claim.results.values()]
    single += [item.quantised_competitor for item in claim.comparisons]
    for entry in single:
        if entry.value is not None and entry.value != "none":
            yield entry.place, entry.value
