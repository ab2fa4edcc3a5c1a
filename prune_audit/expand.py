"""Shorthands of a claim file written out: named recipes, defaults, sweeps.

Works on the tree, before anything is typed, so that a written-out value keeps the place where it
stands in the file.
"""

from dataclasses import dataclass

from prune_audit import problems
from prune_audit.places import Place, Silence
from prune_audit.problems import Problem
from prune_audit.yamltext import Mapping, Node, Scalar, Sequence

STAGE_KEYS = ("pretraining", "pruning", "retraining", "scratch")
ALIASES = {"finetuning": "retraining"}
WORDS = ("none", *Silence)


@dataclass(frozen=True)
class Expanded:
    """Results with every shorthand written out, and which of them make up a sweep."""

    base_models: dict[str, Mapping]
    results: dict[str, Mapping]
    families: dict[str, tuple[str, ...]]
    problems: tuple[Problem, ...]


def expand(root: Mapping) -> Expanded:
    """Write out recipes, defaults and sweeps of a claim file's tree."""
    found: list[Problem] = []
    recipes = _mappings(root, "recipes", "a recipe", found)
    defaults = _defaults(root, found)
    bases = {
        name: _with_stages(node, recipes, found)
        for name, node in _mappings(root, "base_models", "a base model", found).items()
    }
    results: dict[str, Mapping] = {}
    families: dict[str, tuple[str, ...]] = {}
    for name, node in _mappings(root, "results", "a result", found).items():
        full = _with_defaults(_canonical(node), defaults)
        members = _sweep(name, full, found)
        if members is not None:
            families[name] = tuple(members)
        for member, item in (members if members is not None else {name: full}).items():
            results[member] = _with_stages(item, recipes, found)
    return Expanded(bases, results, families, tuple(dict.fromkeys(found)))


def _mappings(root: Mapping, key: str, what: str, found: list[Problem]) -> dict[str, Mapping]:
    if key not in root.items:
        return {}
    place, node = root.items[key]
    if not isinstance(node, Mapping):
        found.append(problems.wrong_value(place, key, f"expected names, each with {what}"))
        return {}
    named: dict[str, Mapping] = {}
    for name, (item_place, item) in node.items.items():
        if isinstance(item, Mapping):
            named[name] = Mapping(item_place, item.items)
        else:
            found.append(problems.wrong_value(item_place, name, f"expected {what} with its keys"))
    return named


def _defaults(root: Mapping, found: list[Problem]) -> Mapping | None:
    if "defaults" not in root.items:
        return None
    place, node = root.items["defaults"]
    if isinstance(node, Mapping):
        return _canonical(node)
    found.append(problems.wrong_value(place, "defaults", "expected keys of a result"))
    return None


def _canonical(node: Mapping) -> Mapping:
    """Give aliased keys their proper name; the proper one wins where both stand there."""
    items = dict(node.items)
    for alias, name in ALIASES.items():
        if alias in items and name not in items:
            items[name] = items.pop(alias)
    return Mapping(node.place, items)


def _with_defaults(node: Mapping, defaults: Mapping | None) -> Mapping:
    """Add the defaults that the row does not state; a scratch row takes no pipeline stages."""
    if defaults is None:
        return node
    stated = set(node.items)
    sweep = node.items.get("sweep")
    if sweep and isinstance(sweep[1], Mapping):
        stated |= {key for key in sweep[1].items if "." not in key}
    skipped = {"pruning", "retraining"} if "scratch" in stated else set()
    added = {
        key: item
        for key, item in defaults.items.items()
        if key not in stated and key not in skipped
    }
    return Mapping(node.place, {**added, **node.items})


def _sweep(name: str, node: Mapping, found: list[Problem]) -> dict[str, Mapping] | None:
    """Return the members of a sweep, or None for a single result."""
    if "sweep" not in node.items:
        return None
    place, sweep = node.items["sweep"]
    columns = _columns(place, sweep, found)
    if columns is None:
        return {}
    labels = [item.text for item in columns["at"] if isinstance(item, Scalar)]
    rest = {key: item for key, item in node.items.items() if key != "sweep"}
    members: dict[str, Mapping] = {}
    for index, label in enumerate(labels):
        items = dict(rest)
        for key, cells in columns.items():
            if key != "at":
                _set(items, key, cells[index])
        members[f"{name}@{label}"] = Mapping(node.place, items)
    return members


def _columns(place: Place, sweep: Node, found: list[Problem]) -> dict[str, list[Node]] | None:
    if not isinstance(sweep, Mapping) or "at" not in sweep.items:
        found.append(
            problems.missing_key(place, "at", "a sweep", "a list of labels such as [10, 30, 50]")
        )
        return None
    columns: dict[str, list[Node]] = {}
    for key, (key_place, cells) in sweep.items.items():
        if not isinstance(cells, Sequence):
            found.append(
                problems.wrong_value(key_place, key, "expected a list, one value per label")
            )
            return None
        columns[key] = cells.items
    return columns if _well_matched(place, sweep, columns, found) else None


def _well_matched(
    place: Place, sweep: Mapping, columns: dict[str, list[Node]], found: list[Problem]
) -> bool:
    labels = columns["at"]
    texts = [item.text for item in labels if isinstance(item, Scalar)]
    if len(texts) != len(labels) or len(set(texts)) != len(texts) or not texts:
        found.append(
            problems.ill_matched(
                place, "the labels under at are no distinct words", "name each row"
            )
        )
        return False
    for key, cells in columns.items():
        if len(cells) != len(labels):
            reason = f"{key} lists {len(cells)} values for {len(labels)} labels"
            fix = "make the lists equally long; use unreported or unverified for gaps"
            found.append(problems.ill_matched(sweep.items[key][0], reason, fix))
            return False
    return True


def _set(items: dict[str, tuple[Place, Node]], key: str, node: Node) -> None:
    """Set ``key`` or ``stage.key`` without touching the mapping that others share."""
    outer, _, inner = key.partition(".")
    if not inner:
        items[outer] = (node.place, node)
        return
    place, stage = items.get(outer, (node.place, Mapping(node.place, {})))
    if isinstance(stage, Scalar):
        stage = Mapping(stage.place, {"recipe": (place, stage)})
    known = stage.items if isinstance(stage, Mapping) else {}
    items[outer] = (place, Mapping(stage.place, {**known, inner: (node.place, node)}))


def _with_stages(node: Mapping, recipes: dict[str, Mapping], found: list[Problem]) -> Mapping:
    """Put named recipes in the place of their names."""
    stages = {
        key: (node.items[key][0], _stage(node.items[key][1], recipes, found))
        for key in STAGE_KEYS
        if key in node.items
    }
    return Mapping(node.place, {**node.items, **stages})


def _stage(node: Node, recipes: dict[str, Mapping], found: list[Problem]) -> Node:
    if isinstance(node, Scalar):
        if node.text in WORDS:
            return node
        return _recipe(node, recipes, found) or node
    if not isinstance(node, Mapping) or "recipe" not in node.items:
        return node
    name = node.items["recipe"][1]
    named = _recipe(name, recipes, found) if isinstance(name, Scalar) else None
    own = {key: item for key, item in node.items.items() if key != "recipe"}
    return Mapping(node.place, {**(named.items if named else {}), **own})


def _recipe(name: Scalar, recipes: dict[str, Mapping], found: list[Problem]) -> Mapping | None:
    if name.text in recipes:
        return recipes[name.text]
    found.append(problems.broken_reference(name.place, name.text, recipes, "recipe"))
    return None
