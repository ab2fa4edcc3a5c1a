"""The JSON Schema is a shadow of the loader: it never refuses what the loader accepts."""

import copy
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from prune_audit.load import load_text
from prune_audit.schema import json_schema

TESTS = Path(__file__).parent
CLAIMS = sorted((TESTS.parent / "claims").glob("*.yaml"))
EXAMPLES = sorted((TESTS / "rules" / "examples").glob("*/*.yaml"))
VALIDATOR = Draft202012Validator(json_schema())
Way = tuple[str | int, ...]


class Yaml12(yaml.SafeLoader):
    """Resolves plain words as YAML 1.2 does, which editors use: no dates, ``yes`` is a text."""


Yaml12.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if first not in "yYnNoO" or "null" in tag]
    for first, resolvers in copy.deepcopy(yaml.SafeLoader.yaml_implicit_resolvers).items()
}
for resolvers in Yaml12.yaml_implicit_resolvers.values():
    resolvers[:] = [found for found in resolvers if "timestamp" not in found[0]]


def refused(tree: Any) -> list[str]:
    return [f"{list(e.absolute_path)}: {e.message}"[:300] for e in VALIDATOR.iter_errors(tree)]


def loads(text: str) -> bool:
    return load_text(text, "a.yaml").claim is not None


def dumped(tree: Any) -> str:
    return yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=10_000)


def texts_only(text: str) -> Any:
    """Return a file's tree with every word as the text that stands there."""
    return yaml.load(text, Loader=yaml.BaseLoader)


def test_the_schema_is_a_valid_schema_and_always_the_same() -> None:
    Draft202012Validator.check_schema(json_schema())
    printing = "from prune_audit.schema import json_schema; print(json_schema())"
    printed = {
        subprocess.run(
            [sys.executable, "-c", printing],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True, cwd=TESTS.parent,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert printed == {f"{json_schema()}\n"}


@pytest.mark.parametrize(
    "path", [*CLAIMS, *EXAMPLES], ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_what_the_loader_accepts_the_schema_accepts(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "replace")
    if loads(text):
        assert refused(yaml.safe_load(text)) == []
        assert refused(yaml.load(text, Loader=Yaml12)) == []
        assert refused(texts_only(text)) == []


CLAIM: dict[str, Any] = {
    "schema": "1",
    "paper": {"title": "A title", "venue": "ICLR", "year": "2021", "arxiv": "2012.09243"},
    "base_models": {
        "dense": {
            "network": "resnet50", "dataset": "imagenet", "weights": "own", "top1": "76.13",
            "source": ["Table 1"], "macs": "4.09G",
            "pretraining": {"epochs": "90", "lr": "0:1e-1,30:1e-2"},
        }
    },
    "recipes": {"short": {"epochs": "30", "lr": "1e-3", "optimizer": "sgd", "nesterov": "no"}},
    "results": {
        "ours": {
            "method": "Ours", "base": "dense", "retraining": "short", "top1": "75.16",
            "pruning": {"granularity": "filter", "schedule": "one-shot", "epochs": "0"},
            "drop": "0.97", "bold": "yes", "runs": "unreported", "source": "Table 1",
            "selection": {"unreported": "section 4"},
        },
        "swept": {
            "method": "Ours", "base": "dense", "pruning": "unverified", "source": "Table 1",
            "retraining": {"recipe": "short", "epochs": "60"},
            "sweep": {"at": ["a", "b"], "top1": ["75", "74"], "pruning.ratio": ["0.3", "0.5"]},
        },
        "scratch": {
            "method": "Scratch", "base": "none", "network": "resnet50", "dataset": "imagenet",
            "scratch": {"epochs": "90", "lr": "0.1", "budget": "E"}, "top1": "75", "source": "T",
        },
    },
    "comparisons": [
        {"ours": "ours", "against": ["swept", "scratch"], "statement": "better", "attitude": "1"}
    ],
    "tables": [{"rows": ["ours", "scratch"], "ranked_by": "top1"}],
}  # fmt: skip
CLAIM["results"]["swept"]["pruning"] = {
    "granularity": "filter",
    "schedule": "other",
    "epochs": ">0",
}


def test_the_example_is_a_claim_in_both_eyes() -> None:
    assert load_text(dumped(CLAIM), "a.yaml").problems == ()
    assert refused(CLAIM) == []


def paths(tree: Any, at: Way = ()) -> Iterator[Way]:
    """Yield the way to every value below a tree."""
    if not isinstance(tree, dict | list):
        return
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
        yield (*at, key)
        yield from paths(value, (*at, key))


def inside(tree: Any, path: Way) -> Any:
    for key in path:
        tree = tree[key]
    return tree


def changed(path: Way, value: Any) -> Any:
    """Return the example with another value at a place; None deletes it."""
    tree = copy.deepcopy(CLAIM)
    around = inside(tree, path[:-1])
    if value is None:
        del around[path[-1]]
    else:
        around[path[-1]] = value
    return tree


PATHS = list(paths(CLAIM))
MAPPINGS = [path for path in [(), *PATHS] if isinstance(inside(CLAIM, path), dict)]
OPEN = [("base_models",), ("recipes",), ("results",)]
FORMS = [path for path in MAPPINGS if path not in OPEN]
# what a sweep varies is read when it is written out, behind the schema's back
VALUES = [path for path in PATHS if isinstance(inside(CLAIM, path), str) and "sweep" not in path]


@pytest.mark.parametrize("path", FORMS, ids=str)
def test_an_unknown_key_is_refused_by_both(path: Way) -> None:
    tree = changed((*path, "unkown"), "x")
    assert refused(tree)
    assert not loads(dumped(tree))


@pytest.mark.parametrize(
    "path",
    [("schema",), ("paper",), ("results",), ("paper", "title"), ("paper", "year")]
    + [("base_models", "dense", key) for key in ("network", "dataset", "weights", "top1", "source")]
    + [("results", "ours", key) for key in ("method", "base", "top1", "source")]
    + [("comparisons", 0, "ours"), ("comparisons", 0, "statement"), ("tables", 0, "rows")]
    + [("tables", 0, "ranked_by"), ("results", "swept", "sweep", "at")],
    ids=str,
)
def test_a_missing_key_is_refused_by_both(path: Way) -> None:
    tree = changed(path, None)
    assert refused(tree)
    assert not loads(dumped(tree))


@pytest.mark.parametrize("value", [[["x"]], {"a": "b"}, {"unreported": ["x"]}], ids=str)
@pytest.mark.parametrize("path", VALUES, ids=str)
def test_a_value_of_the_wrong_kind_is_refused_by_both(path: Way, value: Any) -> None:
    tree = changed(path, value)
    assert refused(tree)
    assert not loads(dumped(tree))


@pytest.mark.parametrize(
    "path",
    [
        *[("comparisons", 0, key) for key in ("statement", "attitude")],
        *[("tables", 0, "ranked_by"), ("results", "ours", "bold")],
        *[("recipes", "short", key) for key in ("optimizer", "nesterov")],
        *[("results", "ours", "pruning", key) for key in ("granularity", "schedule")],
        ("results", "scratch", "scratch", "budget"),
    ],
    ids=str,
)
def test_a_word_outside_a_choice_is_refused_by_both(path: Way) -> None:
    tree = changed(path, "nonsense")
    assert refused(tree)
    assert not loads(dumped(tree))


@pytest.mark.parametrize(
    "value",
    ["word", ["a", "b"], [], {}, {"a": "b"}, {"a": {"epochs": ["x"]}}, {"a b": {}}],
    ids=str,
)
@pytest.mark.parametrize("section", CLAIM)
def test_what_the_schema_refuses_of_a_section_the_loader_refuses(section: str, value: Any) -> None:
    tree = changed((section,), value)
    if refused(tree):
        assert not loads(dumped(tree))


ODD = st.sampled_from(
    [
        *("", "x", "none", "unreported", "unverified", "1", "0.5", "44 %", "2.31x", "4G", "yes"),
        *("a/b", "own:x", "S1", "2021", "~25", "1e-2", "0:1e-1,30:1e-2", "short", "ours", "E"),
        *(True, False, None, 1, 0, 75.16, 2021, -1, date(2021, 1, 1), float("inf"), "filter"),
        *([], ["x"], [["x"]], {}, {"a": "b"}, {"unreported": "x"}, {"unverified": None}),
        {"recipe": "short"},
    ]
).map(copy.deepcopy)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_what_the_schema_refuses_the_loader_refuses(data: st.DataObject) -> None:
    tree = copy.deepcopy(CLAIM)
    for _ in range(data.draw(st.integers(1, 3))):
        around = inside(tree, data.draw(st.sampled_from([(), *paths(tree)])))
        if isinstance(around, dict):
            key = data.draw(st.sampled_from([*around, "unkown", "note", "runs", "lr", "recipe"]))
            around[key] = data.draw(ODD)
        elif isinstance(around, list):
            around.append(data.draw(ODD))
    text = dumped(tree)
    assert not loads(text) or refused(yaml.safe_load(text)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("paper", "title"), True),
        (("paper", "title"), date(2021, 1, 1)),
        (("paper", "title"), 1984),
        (("paper", "year"), 2021),
        (("paper", "arxiv"), 2012.09243),
        (("results", "ours", "bold"), True),
        (("results", "ours", "top1"), 75.16),
        (("results", "ours", "pruning", "epochs"), 0),
        (("results", "scratch", "scratch", "lr"), 0.1),
        (("comparisons", 0, "attitude"), 2),
        (("results", "ours", "selection"), {"unreported": 4.1}),
        (("results", "ours", "note"), date(2021, 1, 1)),
    ],
    ids=str,
)
def test_what_other_readers_make_of_plain_words_is_no_mistake(path: Way, value: Any) -> None:
    assert refused(changed(path, value)) == []
    assert loads(dumped(changed(path, value)).replace("true", "yes"))


def test_every_key_is_documented_for_the_editor() -> None:
    properties = json_schema()["properties"]["results"]["additionalProperties"]["properties"]
    assert all(value.get("description") for value in properties.values())
