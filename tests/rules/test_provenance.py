"""Rules PA011 and PA012: how much of a file was read at its source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.audit import audit
from prune_audit.corpus import gather
from prune_audit.findings import Finding
from prune_audit.load import load_text
from prune_audit.rules import RULES
from prune_audit.settings import Settings


def audited(code: str, rows: str, defaults: str = "") -> list[Finding]:
    text = f"""
schema: 1
paper: {{title: Example, venue: arXiv, year: 2024}}
base_models:
  base: {{network: resnet50, dataset: imagenet, weights: own, top1: 76.13, source: Table 1}}
defaults: {{base: base, source: Table 1, {defaults}}}
results:
{rows}
"""
    loaded = load_text(text, "example.yaml")
    assert loaded.claim, loaded.problems
    rules = [rule for rule in RULES if rule.code == code]
    return list(audit(gather([loaded]), rules, Settings()).findings)


READ = (
    "pruning: {granularity: filter, schedule: one-shot, epochs: 0}, retraining: {epochs: 9, lr: 1}"
)


@pytest.mark.parametrize("source", ['"secondary: a survey"', '[abstract, "Secondary for top-1"]'])
def test_a_secondary_source_is_counted_once_per_file(source: str) -> None:
    rows = f"  one: {{method: one, top1: 75, source: {source}}}\n  two: {{method: two, top1: 75}}"
    (finding,) = audited("PA011", rows, READ)
    assert finding.severity == "note"
    assert "1 of 2 rows, 0 of 1 base models" in finding.message


def test_the_word_elsewhere_in_a_source_is_no_secondary_source() -> None:
    rows = "  one: {method: one, top1: 75, source: Table 2 (secondary results), note: secondary}"
    assert not audited("PA011", rows, READ)


@given(st.integers(0, 6), st.integers(0, 6))
def test_more_unread_than_read_facts_are_noted(read: int, unread: int) -> None:
    """A read row states 7 facts, the base model 4; an unread row 7 more."""
    rows = "".join(f"  r{i}: {{method: one, top1: 75, {READ}}}\n" for i in range(read))
    blank = "base: unverified, network: net, dataset: data, top1: unverified"
    stages = "pruning: unverified, retraining: unverified"
    rows += "".join(f"  u{i}: {{method: one, {blank}, {stages}}}\n" for i in range(unread))
    if rows:
        found = audited("PA012", rows)
        assert bool(found) == (7 * unread > 7 * read + 4)


def test_unreported_facts_were_read() -> None:
    rows = "  one: {method: one, top1: unreported, pruning: unreported, retraining: unreported}"
    assert not audited("PA012", rows)


def test_a_stage_that_does_not_exist_is_not_unread() -> None:
    rows = "  one: {method: one, top1: 75, pruning: none, retraining: none}"
    assert not audited("PA012", rows)
