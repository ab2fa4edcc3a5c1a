"""Rules PA101, PA102, PA103, PA105 and PA116: numbers recomputed from each other."""

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


def found(code: str, base: str, row: str) -> list[Finding]:
    text = f"""
schema: 1
paper: {{title: "Example", venue: arXiv, year: 2024}}
base_models:
  base: {{network: net, dataset: data, weights: own, {base}, source: Table 1}}
defaults: {{base: base, pruning: unverified, retraining: unverified, source: Table 1}}
results:
  row: {{method: ours, {row}}}
"""
    loaded = load_text(text, "example.yaml")
    assert loaded.claim, loaded.problems
    rules = tuple(rule for rule in RULES if rule.code == code)
    return list(audit(gather([loaded]), rules, Settings()).findings)


def decimals(low: str, high: str) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(low), Decimal(high), places=6)


def shown(value: Decimal, digits: int, rounding: str) -> str:
    return f"{value.quantize(Decimal(1).scaleb(-digits), rounding):f}"


def share(value: Decimal, digits: int, rounding: str) -> str:
    return shown(100 * value, digits, rounding) + " %"


@given(
    decimals("40", "99"), decimals("-3", "35"), st.integers(1, 3), st.integers(1, 3), ROUNDINGS,
    st.booleans(),
)  # fmt: skip
def test_a_drop_of_honestly_printed_accuracies_is_never_flagged(
    base: Decimal, lost: Decimal, digits: int, drop_digits: int, rounding: str, as_drop: bool
) -> None:
    change = f"drop: {shown(lost, drop_digits, rounding)}"
    if not as_drop:
        change = f"delta: {shown(-lost, drop_digits, rounding)}"
    pruned = shown(base - lost, digits, rounding)
    assert not found("PA101", f"top1: {shown(base, digits, rounding)}", f"top1: {pruned}, {change}")


@given(decimals("40", "99"), decimals("-3", "35"), st.integers(1, 3), ROUNDINGS)
def test_a_drop_taken_from_the_printed_accuracies_is_never_flagged(
    base: Decimal, lost: Decimal, digits: int, rounding: str
) -> None:
    before, after = shown(base, digits, rounding), shown(base - lost, digits, rounding)
    drop = Decimal(before) - Decimal(after)
    assert not found("PA101", f"top1: {before}", f"top1: {after}, drop: {drop}")


@given(
    decimals("40", "99"), decimals("-3", "35"), st.integers(1, 3), st.integers(2, 400), ROUNDINGS
)
def test_a_drop_two_last_digits_off_is_always_flagged(
    base: Decimal, lost: Decimal, digits: int, off: int, rounding: str
) -> None:
    before, after = shown(base, digits, rounding), shown(base - lost, digits, rounding)
    drop = Decimal(before) - Decimal(after) + Decimal(off).scaleb(-digits)
    assert found("PA101", f"top1: {before}", f"top1: {after}, drop: {drop}")


@given(
    decimals("0.5", "20"), decimals("0.02", "0.99"), st.integers(2, 3), st.integers(1, 2),
    st.integers(0, 2), ROUNDINGS, st.sampled_from(["macs", "flops"]),
    st.sampled_from(["macs", "flops"]),
)  # fmt: skip
def test_costs_speedup_and_reduction_of_one_network_are_never_flagged(
    dense: Decimal, kept: Decimal, digits: int, rate_digits: int, share_digits: int,
    rounding: str, base_key: str, row_key: str,
) -> None:  # fmt: skip
    factor = {"macs": 1, "flops": 2}
    before = shown(factor[base_key] * dense, digits, rounding)
    after = shown(factor[row_key] * dense * kept, digits, rounding)
    row = (
        f"top1: 75.16, {row_key}: {after}G, speedup: {shown(1 / kept, rate_digits, rounding)}x, "
        f"flops_reduction: {share(1 - kept, share_digits, rounding)}, "
        f"flops_kept: {share(kept, share_digits, rounding)}"
    )
    assert not found("PA102", f"top1: 76.13, {base_key}: {before}G", row)
    assert not found("PA103", f"top1: 76.13, {base_key}: {before}G", row)


@given(
    decimals("0.5", "140"), decimals("0.02", "0.99"), st.integers(1, 2), st.integers(0, 2),
    ROUNDINGS,
)  # fmt: skip
def test_parameters_compression_and_sparsity_of_one_network_are_never_flagged(
    dense: Decimal, kept: Decimal, digits: int, share_digits: int, rounding: str
) -> None:
    removed = share(1 - kept, share_digits, rounding)
    row = (
        f"top1: 75.16, params: {shown(dense * kept, digits, rounding)}M, "
        f"compression: {shown(1 / kept, digits, rounding)}x, params_reduction: {removed}, "
        f"sparsity: {removed}, params_kept: {share(kept, share_digits, rounding)}"
    )
    assert not found("PA105", f"top1: 76.13, params: {shown(dense, digits, rounding)}M", row)
    assert not found("PA116", f"top1: 76.13, params: {shown(dense, digits, rounding)}M", row)


def test_a_drop_says_what_each_of_the_three_numbers_would_have_to_be() -> None:
    (finding,) = found("PA101", "top1: 73.23", "top1: 72.17, drop: 0.06")
    assert "73.23 - 72.17 = 1.06" in finding.message
    assert "72.23" in finding.message
    assert "73.17" in finding.message
    assert len(finding.anchors) == 3


def test_a_sign_slip_is_named_as_such() -> None:
    (finding,) = found("PA101", "top1: 93.53", "top1: 93.77, drop: 0.24")
    assert "only the sign differs" in finding.message


def test_a_drop_that_fits_another_base_of_the_file_says_so() -> None:
    text = """
schema: 1
paper: {title: "Example", venue: arXiv, year: 2024}
base_models:
  one: {network: resnet50, dataset: imagenet, weights: own, top1: 76.13, source: Table 1}
  two: {network: resnet50, dataset: imagenet, weights: own, top1: 75.40, source: Table 1}
defaults: {base: one, pruning: unverified, retraining: unverified, source: Table 1}
results:
  row: {method: ours, top1: 75.08, drop: 0.32}
"""
    rules = tuple(rule for rule in RULES if rule.code == "PA101")
    (finding,) = audit(gather([load_text(text, "x.yaml")]), rules, Settings()).findings
    assert "fits the base accuracy 75.40" in finding.message
    assert finding.anchors[-1].line == 6


def test_a_speedup_off_by_two_is_put_down_to_the_unit_of_the_costs() -> None:
    (finding,) = found(
        "PA102", "top1: 76.13, macs: 4.09G", "top1: 75, flops: 1.77G, speedup: 2.31x"
    )
    assert "2 x MACs" in finding.message


def test_the_printed_reduction_says_which_side_it_is_on() -> None:
    row = "top1: 75, macs: 2.05G, speedup: 2.56x, flops_reduction: 50.0 %"
    (finding,) = found("PA102", "top1: 76.13, macs: 4.10G", row)
    assert "agrees with the sizes" in finding.message


def test_a_share_of_what_is_kept_is_recognised() -> None:
    (finding,) = found("PA103", "top1: 76.13", "top1: 75, speedup: 2.68x, flops_reduction: 37.3%")
    assert "fits what is kept" in finding.message


@pytest.mark.parametrize("row", ["top1: 75, speedup: 0x, flops_reduction: 50 %, macs: 0G"])
def test_zeros_are_left_to_the_rule_on_impossible_values(row: str) -> None:
    assert not found("PA102", "top1: 76.13, macs: 4.09G", row)
    assert not found("PA103", "top1: 76.13, macs: 4.09G", row)


SLIPS = [
    ("greg2021", "73.23 - 72.17 = 1.06", "0.06"),
    ("depgraph2023", "92.17 - 93.26 = -1.09", "-0.09"),
    ("depgraph2023", "93.77 - 93.53 = 0.24", "+0.38"),
    ("depgraph2023", "67.55 - 74.02 = -6.47", "-6.67"),
    ("depgraph2023", "67.60 - 73.50 = -5.90", "-5.44"),
    ("pruningbench2024", "74.90 - 75.61 = -0.71", "-0.69"),
    ("pruningbench2024", "44.654 - 78.588 = -33.934", "-33.954"),
    ("pruningbench2024", "39.349 - 49.993 = -10.644", "-10.664"),
    ("pruningbench2024", "38.901 - 49.993 = -11.092", "-11.192"),
]


@pytest.mark.parametrize(("name", "recomputed", "printed"), SLIPS)
def test_the_known_slips_of_published_tables_are_found(
    name: str, recomputed: str, printed: str
) -> None:
    rules = tuple(rule for rule in RULES if rule.code == "PA101")
    findings = audit(gather([load_file(CLAIMS / f"{name}.yaml")]), rules, Settings()).findings
    assert any(recomputed in f.message and f" is {printed};" in f.message for f in findings)


@pytest.mark.parametrize("code", ["PA101", "PA102", "PA103", "PA105"])
def test_the_tables_of_wang_et_al_are_arithmetically_sound(code: str) -> None:
    rules = tuple(rule for rule in RULES if rule.code == code)
    assert not audit(gather([load_file(CLAIMS / "wang2023.yaml")]), rules, Settings()).findings
