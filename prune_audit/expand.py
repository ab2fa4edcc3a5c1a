"""Shorthands of a claim file written out: named recipes, defaults, sweeps.

Works on the tree, before anything is typed, so that a written-out value keeps the place where it
stands in the file. Unknown keys are reported and dropped here: writing out would multiply them.
"""

from dataclasses import dataclass

from prune_audit import keys, problems
from prune_audit.forms import keys_of, silence_of
from prune_audit.places import Place, Silence
from prune_audit.problems import Collector
from prune_audit.sweep import swept
from prune_audit.yamltext import Mapping, Node, Scalar, is_absent


@dataclass(frozen=True)
class Expanded:
    """Entries with every shorthand written out, and which results make up a sweep.

    ``recipes`` and ``defaults`` are what the file itself says, as nothing may use them.
    """

    base_models: dict[str, Mapping]
    results: dict[str, Mapping]
    families: dict[str, tuple[str, ...]]
    recipes: dict[str, Mapping]
    defaults: Mapping


def expand(root: Mapping, found: Collector) -> Expanded:
    """Write out recipes, defaults and sweeps of a claim file's tree."""
    recipes = {
        name: _known(node, keys.RECIPE, f"recipe {name!r}", found)
        for name, node in _mappings(root, "recipes", "a recipe", found).items()
    }
    writer = _Writer(recipes, found)
    defaults = _known(_defaults(root, found), keys.DEFAULTS, "the section defaults", found)
    bases = {
        name: writer.with_stages(_known(node, keys.BASE_MODEL, f"base model {name!r}", found))
        for name, node in _mappings(root, "base_models", "a base model", found).items()
    }
    results: dict[str, Mapping] = {}
    families: dict[str, tuple[str, ...]] = {}
    for name, node in _mappings(root, "results", "a result", found).items():
        own = _known(_canonical(node), keys.ROW, f"result {name!r}", found)
        rows = _rows(name, _with_defaults(own, defaults), found)
        if "sweep" in own.items:
            families[name] = tuple(rows)
        results.update((row, writer.with_stages(item)) for row, item in rows.items())
    return Expanded(bases, results, families, recipes, writer.with_stages(defaults))


def _known(node: Mapping, names: frozenset[str], what: str, found: Collector) -> Mapping:
    """Report the unknown keys of an entry, and return it without them."""
    if node.items.keys() <= names:
        return node
    for key, (place, value) in node.items.items():
        if key not in names:
            found.add(problems.unknown_key(place, key, names, what, absent=is_absent(value)))
    return Mapping(node.place, {key: item for key, item in node.items.items() if key in names})


def _mappings(root: Mapping, key: str, what: str, found: Collector) -> dict[str, Mapping]:
    if key not in root.items:
        return {}
    place, node = root.items[key]
    if not isinstance(node, Mapping):
        reason = f"expected names, each with {what}"
        found.add(problems.wrong_value(place, key, reason, "write a name, and its keys below it"))
        return {}
    named: dict[str, Mapping] = {}
    for name, (item_place, item) in node.items.items():
        if isinstance(item, Mapping):
            named[name] = Mapping(item_place, item.items)
        else:
            reason = f"expected {what} with its keys"
            found.add(problems.wrong_value(item_place, name, reason, "write its keys below it"))
    return named


def _defaults(root: Mapping, found: Collector) -> Mapping:
    place, node = root.items.get("defaults", (root.place, Mapping(root.place, {})))
    if isinstance(node, Mapping):
        return _canonical(node)
    fix = "write the keys that the rows share below it"
    found.add(problems.wrong_value(place, "defaults", "expected keys of a result", fix))
    return Mapping(place, {})


def _canonical(node: Mapping) -> Mapping:
    """Give aliased keys their proper name; the proper one wins where both stand there."""
    if keys.ALIASES.keys().isdisjoint(node.items):
        return node
    items = dict(node.items)
    for alias, name in keys.ALIASES.items():
        if alias in items and name not in items:
            items[name] = items.pop(alias)
    return Mapping(node.place, items)


def _rows(name: str, node: Mapping, found: Collector) -> dict[str, Mapping]:
    """Return the rows of an entry: itself, or the members of its sweep."""
    return swept(name, node, found) if "sweep" in node.items else {name: node}


def _with_defaults(node: Mapping, defaults: Mapping) -> Mapping:
    """Add the defaults that the row does not state; a scratch row takes no pipeline stages."""
    stated = set(node.items)
    sweep = node.items.get("sweep")
    if sweep and isinstance(sweep[1], Mapping):
        stated |= {keys.canonical(key) for key in sweep[1].items}
    skipped = {"pruning", "retraining"} if "scratch" in stated else set()
    added = {
        key: item
        for key, item in defaults.items.items()
        if key not in stated and key not in skipped
    }
    return Mapping(node.place, {**added, **node.items})


class _Writer:
    """Puts recipes in the place of their names, once for every node that many rows share."""

    def __init__(self, recipes: dict[str, Mapping], found: Collector) -> None:
        self._recipes = recipes
        self._found = found
        self._memo: dict[tuple[int, str], tuple[Node, Node]] = {}

    def with_stages(self, node: Mapping) -> Mapping:
        """Return an entry with its stages written out."""
        stages = {
            key: (node.items[key][0], self._stage(key, node.items[key][1]))
            for key in keys.STAGES
            if key in node.items
        }
        return Mapping(node.place, {**node.items, **stages})

    def _stage(self, key: str, node: Node) -> Node:
        memo_key = (id(node), key)
        if memo_key not in self._memo:
            self._memo[memo_key] = (node, self._written(key, node))
        return self._memo[memo_key][1]

    def _written(self, key: str, node: Node) -> Node:
        if isinstance(node, Scalar):
            silent = node.text == "none" or node.text in tuple(Silence)
            return node if silent else self._recipe(node, node, key)
        if not isinstance(node, Mapping) or silence_of(node):
            return node
        stage = _known(node, keys.STAGE[key], key, self._found)
        if "recipe" not in stage.items:
            return stage
        _, name = stage.items.pop("recipe")
        return Mapping(node.place, {**self._recipe(name, node, key).items, **stage.items})

    def _recipe(self, name: Node, around: Node, key: str) -> Mapping:
        """Return the recipe of that name; a missing one must not bring further problems."""
        if isinstance(name, Scalar) and name.text in self._recipes:
            return self._recipes[name.text]
        if isinstance(name, Scalar) and problems.is_todo(name.text):
            self._found.add_todo(name.place)
            return _unverified(keys.STAGES[key], around.place)
        if isinstance(name, Scalar) and name.text:
            named = problems.broken_reference(name.place, name.text, self._recipes, "recipe")
        else:
            expected = "expected keys, the name of a recipe, none, unreported or unverified"
            fix = "name a recipe, or write {epochs: 90, lr: unreported} or another of these"
            named = problems.wrong_value(name.place, key, expected, fix)
        self._found.add(named)
        return _unverified(keys.STAGES[key], around.place)


def _unverified(form: type, place: Place) -> Mapping:
    word = Scalar(place, str(Silence.UNVERIFIED))
    return Mapping(place, {key.name: (place, word) for key in keys_of(form) if key.required})
