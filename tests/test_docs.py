"""The README and the manual say what the code says."""

from pathlib import Path

import pytest

from prune_audit.docs.build import filled, pages
from prune_audit.rules import RULES

ROOT = Path(__file__).parents[1]


def test_the_generated_parts_of_the_readme_are_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert filled(readme) == readme, "run python -m prune_audit.docs.build"


def test_the_pages_of_the_manual_are_current() -> None:
    stale = [str(path) for path, text in pages().items() if (ROOT / path).read_text() != text]
    assert stale == [], "run python -m prune_audit.docs.build"


def test_the_readme_lists_every_rule() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [rule.code for rule in RULES if rule.code not in readme] == []
