"""Rules PA120, PA614 and PA615: shares of single weights, and the bytes they come to."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.audit import audit
from prune_audit.corpus import gather
from prune_audit.findings import Finding
from prune_audit.load import load_text
from prune_audit.quantisation.storage import WIDTHS, sparsity
from prune_audit.rules import RULES
from prune_audit.settings import Settings

ROUNDINGS = st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN])
BYTES = "compression_axis: bytes, quantised_competitor: none"


def found(code: str, row: str, pruning: str = "", comparison: str = BYTES) -> list[Finding]:
    stage = f"{{granularity: weight, schedule: one-shot, epochs: 0{pruning}}}"
    text = f"""
schema: 1
paper: {{title: "Example", venue: arXiv, year: 2024}}
base_models:
  base: {{network: net, dataset: data, weights: own, top1: 76, params: 10.0M, source: Table 1}}
defaults: {{base: base, pruning: {stage}, retraining: none, top1: 76, source: Table 1}}
results:
  row: {{method: ours, {row}}}
comparisons:
  - {{ours: row, statement: lossless, {comparison}}}
"""
    loaded = load_text(text, "example.yaml")
    assert loaded.claim, loaded.problems
    rules = tuple(rule for rule in RULES if rule.code == code)
    return list(audit(gather([loaded]), rules, Settings()).findings)


def shown(value: Decimal, digits: int, rounding: str) -> str:
    return f"{value.quantize(Decimal(1).scaleb(-digits), rounding):f}"


RATIOS = st.decimals(Decimal("0.05"), Decimal("0.99"), places=3)


@given(
    RATIOS, st.decimals(Decimal("0.7"), Decimal(1), places=3), st.integers(0, 3), ROUNDINGS,
    st.sampled_from(["sparsity", "params_reduction", "params_kept", "compression"]),
)  # fmt: skip
def test_an_honestly_printed_share_of_all_weights_is_never_above_the_ratio(
    ratio: Decimal, prunable: Decimal, digits: int, rounding: str, printed: str
) -> None:
    gone = ratio * prunable
    value = {
        "params_kept": f"{shown(100 * (1 - gone), digits, rounding)} %",
        "compression": f"{shown(1 / (1 - gone), digits, rounding)}x",
    }.get(printed, f"{shown(100 * gone, digits, rounding)} %")
    assert not found("PA120", f"{printed}: {value}", f", ratio: {ratio}")


@given(RATIOS, st.integers(2, 50))
def test_a_share_clearly_above_the_ratio_is_always_flagged(ratio: Decimal, off: int) -> None:
    zeros = ratio + Decimal(off) / 1000
    if zeros < 1:
        assert found("PA120", f"sparsity: {zeros}", f", ratio: {ratio}")


def test_one_digit_of_a_ratio_is_a_setting_and_no_rounded_number() -> None:
    [hit] = found("PA120", "sparsity: 95 %", ", ratio: 0.9")
    assert "ratio 0.9" in hit.message
    assert "sparsity 95 %" in hit.message


@pytest.mark.parametrize("schedule", ["iterative", "search", "other", "unreported"])
def test_a_ratio_of_one_step_is_not_held_against_the_end(schedule: str) -> None:
    own = f"pruning: {{granularity: weight, schedule: {schedule}, epochs: 0, ratio: 0.2}}"
    assert not found("PA120", f"{own}, sparsity: 95 %")


@pytest.mark.parametrize("bits", WIDTHS)
def test_the_sparsity_of_as_many_bytes_names_its_width(bits: int) -> None:
    [hit] = found("PA614", f"sparsity: {sparsity(bits):.4f}")
    assert f"INT{bits} is its competitor" in hit.message
    [hit] = found("PA614", f"sparsity: {sparsity(bits, 1):.4f}, mask_bits: counted")
    assert f"INT{bits} is its competitor" in hit.message


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("sparsity: 30 %", "11.2 bits per weight"),
        ("sparsity: 30 %", "INT8 is its competitor, which takes fewer bytes still"),
        ("sparsity: 80 %, weight_bits: 32", "6.4 bits per weight"),
        ("compression: 4x", "4 bits per weight"),
        ("sparsity: 80 %, bytes: 5.00M", "4 bits per weight (8 x 5.00M bytes / 10.0M parameters)"),
    ],
)
def test_the_bits_are_computed_from_what_is_printed(row: str, said: str) -> None:
    [hit] = found("PA614", row)
    assert said in hit.message


@pytest.mark.parametrize("statement", ["compression_axis: params", "compression_axis: unreported"])
def test_nothing_is_asked_where_no_claim_about_storage_is_made(statement: str) -> None:
    row = "sparsity: 50 %, mask_bits: unreported"
    comparison = f"{statement}, quantised_competitor: none"
    assert not found("PA614", row, comparison=comparison)
    assert not found("PA615", row, comparison=comparison)


def test_the_bitmap_is_counted_out() -> None:
    [hit] = found("PA615", "sparsity: 95 %, mask_bits: unreported")
    assert "0.8 bits per weight without them, 1.8 with a bitmap" in hit.message


def test_a_competitor_that_is_no_row_is_a_broken_reference() -> None:
    text = """
schema: 1
paper: {title: Example, venue: arXiv, year: 2024}
results:
  row:
    {method: m, base: none, network: n, dataset: d, scratch: unreported, top1: 76, source: Table 1}
comparisons:
  - {ours: row, statement: lossless, quantised_competitor: int8}
"""
    assert [problem.code for problem in load_text(text, "a.yaml").problems] == ["PA008"]


@pytest.mark.parametrize(("ratio", "sparsity"), [("0.66", "66.7 %"), ("0.87", "0.875")])
def test_a_ratio_may_be_truncated(ratio: str, sparsity: str) -> None:
    assert not found("PA120", f"sparsity: {sparsity}", f", ratio: {ratio}")


@pytest.mark.parametrize("second", ["magnitude", "l1"])
def test_the_ratio_of_one_of_two_cuts_is_not_held_against_the_end(second: str) -> None:
    steps = f"'train(6) > prune(magnitude, 0.5) > prune({second}, 0.5) > train(4)'"
    row = "sparsity: 0.75, params_reduction: 0.75, retraining: {epochs: 4, lr: unreported}"
    assert not found("PA120", row, f", ratio: 0.5, pipeline: {steps}")


def test_the_share_of_an_update_is_not_held_against_the_end_of_dynamic_training() -> None:
    own = "pruning: {granularity: weight, schedule: while-training, epochs: 0, ratio: 0.3}"
    assert not found("PA120", f"{own}, sparsity: 90 %")


@pytest.mark.parametrize("shown", ["drop: 0.0", "delta: 0.10", "top5: 93.0"])
def test_a_loss_printed_in_another_column_shows_lossless(shown: str) -> None:
    row = "sparsity: 80 %, top1: unreported"
    assert found("PA616", row)
    assert not found("PA616", f"{row}, {shown}")
    assert found("PA121", row, ", limit: 0.5")
    assert not found("PA121", f"{row}, {shown}", ", limit: 0.5")


def test_the_ratio_of_one_step_gives_no_bytes() -> None:
    own = "pruning: {granularity: weight, schedule: iterative, epochs: 0, ratio: 0.2}"
    assert not found("PA614", own)


def test_a_competitor_that_is_sparse_too_may_have_more_bits() -> None:
    rival = "}\n  q: {method: int8, weight_bits: 8"
    named = "compression_axis: bytes, quantised_competitor: q"
    bits = "pruning: {granularity: bits, schedule: one-shot, epochs: 0}"
    assert found("PA614", f"sparsity: 0.75{rival}, {bits}", comparison=named)
    assert not found("PA614", f"sparsity: 0.75{rival}, sparsity: 0.5", comparison=named)
    assert not found("PA614", f"sparsity: 0.75{rival}, {bits}, sparsity: 0.5", comparison=named)
