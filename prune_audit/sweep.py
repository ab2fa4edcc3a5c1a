"""Sweeps of a claim file written out: one entry that stands for several rows."""

from prune_audit import keys, problems
from prune_audit.places import Place, Silence
from prune_audit.problems import Collector
from prune_audit.yamltext import Mapping, Node, Scalar, Sequence, is_absent

Items = dict[str, tuple[Place, Node]]


def swept(name: str, node: Mapping, found: Collector) -> dict[str, Mapping]:
    """Return the rows of a sweep, called ``name@label``; none where it cannot be read."""
    place, sweep = node.items["sweep"]
    columns = _columns(place, sweep, found)
    if not columns:
        return {}
    rest = {key: item for key, item in node.items.items() if key != "sweep"}
    rows: dict[str, Mapping] = {}
    for index, label in enumerate(columns.pop("at")):
        items = dict(rest)
        # a whole stage comes before single keys of it
        for key in sorted(columns, key=lambda key: "." in key):
            _set(items, key, columns[key][index], found)
        assert isinstance(label, Scalar)
        rows[f"{name}@{label.text}"] = Mapping(node.place, items)
    return rows


def _columns(place: Place, sweep: Node, found: Collector) -> dict[str, list[Node]]:
    """Return the lists of a sweep by key, all of one length, with ``at`` among them; or nothing."""
    if not isinstance(sweep, Mapping) or "at" not in sweep.items:
        expected = "a list of labels such as [10, 30, 50]"
        found.add(problems.missing_key(place, "at", "a sweep", expected))
        return {}
    columns: dict[str, list[Node]] = {}
    for key, (key_place, cells) in sweep.items.items():
        name = keys.canonical(key)
        if name not in keys.SWEEP:
            absent = is_absent(cells)
            found.add(problems.unknown_key(key_place, key, keys.SWEEP, "a sweep", absent=absent))
        elif isinstance(cells, Sequence):
            columns[name] = cells.items
        else:
            reason = "expected a list, one value per label"
            fix = f"write [..., ...], or move {key} out of the sweep if all rows share it"
            found.add(problems.wrong_value(key_place, key, reason, fix))
    return columns if _well_matched(sweep, columns, found) else {}


def _well_matched(sweep: Mapping, columns: dict[str, list[Node]], found: Collector) -> bool:
    if "at" not in columns:
        return False
    place, labels = sweep.items["at"][0], columns["at"]
    texts = [item.text for item in labels if isinstance(item, Scalar)]
    if len(texts) != len(labels) or len(set(texts)) != len(texts) or not texts:
        reason = "the labels under at are no distinct words"
        found.add(problems.ill_matched(place, reason, "name each row"))
        return False
    unequal = {key: cells for key, cells in columns.items() if len(cells) != len(labels)}
    for key, cells in unequal.items():
        reason = f"{key} lists {len(cells)} values for {len(labels)} labels"
        fix = "make the lists equally long; use unreported or unverified for gaps"
        found.add(problems.ill_matched(_place(sweep, key), reason, fix))
    return not unequal


def _place(sweep: Mapping, name: str) -> Place:
    return next(place for key, (place, _) in sweep.items.items() if keys.canonical(key) == name)


def _set(items: Items, key: str, node: Node, found: Collector) -> None:
    """Set ``key`` or ``stage.key`` without touching the mapping that others share."""
    outer, _, inner = key.partition(".")
    if not inner:
        items[outer] = (node.place, node)
        return
    place, stage = items.get(outer, (node.place, Mapping(node.place, {})))
    if isinstance(stage, Scalar):
        if stage.text == "none" or stage.text in tuple(Silence):
            reason = f"{outer} is {stage.text} as a whole, and {key} states a part of it"
            found.add(problems.ill_matched(node.place, reason, f"write {outer} as keys"))
            return
        stage = Mapping(stage.place, {"recipe": (place, stage)})
    if isinstance(stage, Mapping):
        items[outer] = (place, Mapping(stage.place, {**stage.items, inner: (node.place, node)}))
