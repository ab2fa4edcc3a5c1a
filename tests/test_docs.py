"""The README and the manual say what the code says."""

from pathlib import Path

import pytest

from prune_audit.docs.build import filled, pages
from prune_audit.load import TOP_KEYS, load_text
from prune_audit.manual import DEFAULTS, SWEEP, TOP, key_tables
from prune_audit.rules import RULES

ROOT = Path(__file__).parents[1]


def test_the_generated_parts_of_the_readme_are_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert filled(readme) == readme, "run python -m prune_audit.docs.build"


def test_the_pages_of_the_manual_are_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    stale = [str(path) for path, text in pages().items() if (ROOT / path).read_text() != text]
    assert stale == [], "run python -m prune_audit.docs.build"


def test_the_readme_lists_every_rule() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [rule.code for rule in RULES if rule.code not in readme] == []


def test_the_manual_lists_every_section_of_a_file() -> None:
    assert tuple(name for name, *_ in TOP) == TOP_KEYS


def test_the_examples_of_the_manual_are_a_claim() -> None:
    assert DEFAULTS in key_tables()
    assert SWEEP in key_tables()
    head = """\
schema: 1
paper: {title: A title, venue: ICLR, year: 2021}
base_models:
  dense: {network: resnet50, dataset: imagenet, weights: own, top1: 76.1, source: Table 1}
recipes:
  short: {epochs: 30, lr: 1e-3}
  one-shot: {granularity: filter, schedule: one-shot, epochs: 0}
"""
    loaded = load_text(f"{head}{DEFAULTS}results:\n{SWEEP}", "a.yaml")
    assert loaded.problems == ()
    assert loaded.claim is not None
    assert list(loaded.claim.results) == ["ours@2x", "ours@4x"]
