"""Rules PA113, PA114 and PA115: order, bold type and statements against the printed numbers."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.audit import audit
from prune_audit.corpus import gather
from prune_audit.findings import Finding
from prune_audit.load import load_file, load_text
from prune_audit.rules import RULES
from prune_audit.settings import Settings

CLAIMS = Path(__file__).parents[2] / "claims"
ROUNDINGS = st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN])
ACCURACIES = st.lists(st.decimals("40", "99", places=5), min_size=2, max_size=6)


def found(code: str, rows: list[str], rest: str) -> list[Finding]:
    text = """
schema: 1
paper: {title: "Example", venue: arXiv, year: 2024}
base_models:
  base: {network: net, dataset: data, weights: own, top1: 76.13, source: Table 1}
defaults: {base: base, pruning: unverified, retraining: unverified, source: Table 1}
results:
"""
    text += "".join(f"  r{i}: {{method: m{i}, {row}}}\n" for i, row in enumerate(rows)) + rest
    loaded = load_text(text, "example.yaml")
    assert loaded.claim, loaded.problems
    rules = tuple(rule for rule in RULES if rule.code == code)
    return list(audit(gather([loaded]), rules, Settings()).findings)


def table(count: int, ranked_by: str) -> str:
    rows = ", ".join(f"r{i}" for i in range(count))
    return f"tables:\n  - {{rows: [{rows}], ranked_by: {ranked_by}}}\n"


def shown(value: Decimal, digits: int, rounding: str) -> str:
    return f"{value.quantize(Decimal(1).scaleb(-digits), rounding):f}"


@given(ACCURACIES, st.integers(0, 3), ROUNDINGS)
def test_rows_ranked_by_their_unrounded_values_are_never_flagged(
    values: list[Decimal], digits: int, rounding: str
) -> None:
    base = Decimal("76.13")
    best_first = sorted(values, reverse=True)
    accuracies = [f"top1: {shown(value, digits, rounding)}" for value in best_first]
    drops = [f"drop: {shown(base - value, digits, rounding)}" for value in best_first]
    changes = [f"delta: {shown(value - base, digits, rounding)}" for value in best_first]
    assert not found("PA113", accuracies, table(len(values), "top1"))
    for column, printed in (("drop", drops), ("delta", changes)):
        rows = [f"top1: unreported, {text}" for text in printed]
        assert not found("PA113", rows, table(len(values), column))


@given(ACCURACIES, st.integers(0, 3), ROUNDINGS)
def test_the_best_row_in_bold_is_never_flagged(
    values: list[Decimal], digits: int, rounding: str
) -> None:
    best_first = sorted(values, reverse=True)
    rows = [f"top1: {shown(value, digits, rounding)}" for value in best_first]
    assert not found("PA114", [rows[0] + ", bold: yes", *rows[1:]], table(len(rows), "top1"))


@given(ACCURACIES, st.integers(0, 3), st.integers(0, 3), ROUNDINGS)
def test_a_better_row_said_to_be_better_is_never_flagged(
    values: list[Decimal], digits: int, other_digits: int, rounding: str
) -> None:
    ours, other = max(values), min(values)
    rows = [
        f"top1: {shown(ours, digits, rounding)}",
        f"top1: {shown(other, other_digits, rounding)}",
    ]
    assert not found(
        "PA115", rows, "comparisons:\n  - {ours: r0, against: [r1], statement: better}\n"
    )


def test_the_two_rows_of_an_inversion_are_named_with_their_numbers() -> None:
    (finding,) = found("PA113", ["top1: 71.664", "top1: 71.812"], table(2, "top1"))
    assert "r0 (71.664)" in finding.message
    assert "r1 (71.812)" in finding.message


def test_an_inversion_across_a_row_without_a_number_is_found() -> None:
    rows = ["top1: 71.664", "top1: unreported", "top1: 71.812"]
    assert found("PA113", rows, table(3, "top1"))


def test_the_three_known_inversions_of_a_benchmark_are_found() -> None:
    rules = tuple(rule for rule in RULES if rule.code == "PA113")
    corpus = gather([load_file(CLAIMS / "pruningbench2024.yaml")])
    assert len(audit(corpus, rules, Settings()).findings) == 3


@pytest.mark.parametrize("extra", ["macs: 1.2G", "params: 5.7M", "speedup: 3x", "drop: 0.1"])
def test_a_lower_accuracy_bought_with_something_else_is_no_contradiction(extra: str) -> None:
    key = extra.partition(":")[0]
    worse = {"macs": "2.4G", "params": "11.4M", "speedup": "2x", "drop": "0.9"}[key]
    rows = [f"top1: 75.00, {extra}", f"top1: 75.50, {key}: {worse}"]
    comparison = "comparisons:\n  - {ours: r0, against: [r1], statement: better}\n"
    assert not found("PA115", rows, comparison)
    assert found("PA115", [rows[0], f"top1: 75.50, {extra}"], comparison)
