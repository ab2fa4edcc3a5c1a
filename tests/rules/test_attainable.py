"""Rules PA104, PA106, PA111 and PA112: values that cannot be measured."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.audit import audit
from prune_audit.corpus import gather
from prune_audit.findings import Finding
from prune_audit.load import load_text
from prune_audit.rules import RULES
from prune_audit.settings import Settings

ROUNDINGS = st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN])
KINDS = st.sampled_from(["sample-std", "population-std", "standard-error"])
DATA = st.sampled_from([("imagenet", 50_000), ("cifar10", 10_000), ("svhn", 26_032)])


def found(code: str, row: str, dataset: str = "cifar10", base: str = "93.78") -> list[Finding]:
    text = f"""
schema: 1
paper: {{title: "Example", venue: arXiv, year: 2024}}
base_models:
  base: {{network: net, dataset: {dataset}, weights: own, top1: {base}, source: Table 1}}
defaults: {{base: base, pruning: unverified, retraining: unverified, source: Table 1}}
results:
  row: {{method: ours, {row}}}
"""
    loaded = load_text(text, "example.yaml")
    assert loaded.claim, loaded.problems
    rules = tuple(rule for rule in RULES if rule.code == code)
    return list(audit(gather([loaded]), rules, Settings()).findings)


def shown(value: Decimal, digits: int, rounding: str) -> str:
    return f"{value.quantize(Decimal(1).scaleb(-digits), rounding):f}"


@given(st.data(), DATA, st.integers(1, 4), st.integers(1, 8), ROUNDINGS)
def test_a_mean_of_real_runs_is_always_attainable(
    data: st.DataObject, dataset: tuple[str, int], runs: int, digits: int, rounding: str
) -> None:
    name, size = dataset
    right = data.draw(st.integers(0, size * runs))
    printed = shown(Decimal(100 * right) / (size * runs), digits, rounding)
    assert not found("PA104", f"top1: {printed}, runs: {runs}", name)


@given(st.integers(0, 24_999), st.integers(3, 4))
def test_one_run_on_imagenet_has_no_odd_third_decimal(half: int, digits: int) -> None:
    odd = Decimal(2 * half + 1) / 500 + Decimal("0.001")
    assert found("PA104", f"top1: {shown(odd, digits, ROUND_DOWN)}, runs: 1", "imagenet")


def test_an_unattainable_accuracy_names_its_neighbours_and_the_power_of_the_test() -> None:
    (finding,) = found("PA104", "top1: 75.243, runs: 1", "imagenet", "76.130")
    assert "75.2420 and 75.2440" in finding.message
    assert "50 %" in finding.message


def test_an_upper_bound_on_the_runs_is_gone_through() -> None:
    assert found("PA104", 'top1: 93.2451, runs: "<=5"')
    assert not found("PA104", 'top1: 93.245, runs: "<=5"')


def test_the_base_accuracy_is_checked_with_its_own_runs() -> None:
    assert not found("PA104", "top1: 93.24, runs: 1", base="93.781")
    assert found("PA104", "top1: 93.24, runs: 1", base="93.781, runs: 1")


@given(
    st.lists(st.integers(-60, 60), min_size=2, max_size=4), st.integers(1000, 9000),
    st.integers(1, 3), ROUNDINGS, KINDS,
)  # fmt: skip
def test_mean_and_spread_of_real_runs_are_always_feasible(
    offsets: list[int], middle: int, digits: int, rounding: str, kind: str
) -> None:
    n = len(offsets)
    values = [Decimal(middle + offset) / 100 for offset in offsets]
    mean = sum(values) / Decimal(n)
    squares = sum(((value - mean) ** 2 for value in values), Decimal(0))
    spread = (squares / (n if kind == "population-std" else n - 1)).sqrt()
    if kind == "standard-error":
        spread /= Decimal(n).sqrt()
    printed = f"{shown(mean, digits, rounding)}+-{shown(spread, digits, rounding)}"
    assert not found("PA112", f"top1: {printed}, runs: {n}, spread_is: {kind}")


@pytest.mark.parametrize("spread", ["0.001", "0.005", "0.007"])
def test_three_runs_cannot_have_a_spread_between_the_possible_ones(spread: str) -> None:
    row = f"top1: 93.790+-{spread}, runs: 3, spread_is: sample-std"
    assert found("PA112", row)
    assert not found("PA112", row.replace("runs: 3", 'runs: ">=3"'))


def test_a_zero_spread_says_when_all_runs_would_have_to_agree_to_the_image() -> None:
    (finding,) = found("PA111", "top1: 92.270+-0.000, runs: 3")
    assert "same number of the 10000 images" in finding.message
    (finding,) = found("PA111", "top1: 75.24+-0.00, runs: 3", "imagenet")
    assert "same number" not in finding.message


@given(
    st.decimals("1.01", "100", places=3), st.decimals("0", "1", places=6), st.integers(0, 3),
    ROUNDINGS,
)  # fmt: skip
def test_possible_values_are_never_flagged(
    top1: Decimal, share: Decimal, digits: int, rounding: str
) -> None:
    top5 = top1 + (100 - top1) * share
    row = (
        f"top1: {shown(top1, digits, rounding)}, top5: {shown(top5, digits, rounding)}, "
        f"flops_reduction: {shown(100 * share, digits, rounding)} %, "
        f"params_kept: {shown(share, digits, rounding)}, before_retraining: {share}"
    )
    assert not found("PA106", row)


@pytest.mark.parametrize(
    "row",
    [
        "top1: 100.3",
        "top1: -0.1",
        "top1: 0.7524",
        "top1: 93, top5: 92",
        "top1: 93, base_top1: 0.937",
        "top1: 93, speedup: -2x",
        "top1: 93, compression: -0.1x",
        "top1: 93, sparsity: 1.2",
        "top1: 93, flops_reduction: 120 %",
        "top1: 93, flops_reduction: -44 %",
        "top1: 93, macs: -1G",
        "top1: 93, params: -1M",
        "top1: 93, drop: 120",
        "top1: 93, runs: 0",
        "top1: 93, params_kept: 3",
        "top1: 93, pruning: {granularity: filter, schedule: one-shot, epochs: 0, ratio: 60}",
        "top1: 93, scratch: {epochs: 1, lr: 1e-1, budget: E, batch_size: -8}",
    ],
)
def test_impossible_values_are_flagged(row: str) -> None:
    assert found("PA106", row)


def test_a_shared_recipe_is_flagged_once() -> None:
    text = """
schema: 1
paper: {title: "Example", venue: arXiv, year: 2024}
base_models:
  base: {network: net, dataset: cifar10, weights: own, top1: 93.78, source: Table 1}
recipes:
  tune: {epochs: 10, lr: 1e-2, momentum: 9}
defaults: {base: base, pruning: unverified, retraining: tune, source: Table 1}
results:
  one: {method: one, top1: 93.00}
  two: {method: two, top1: 93.10}
"""
    rules = tuple(rule for rule in RULES if rule.code == "PA106")
    assert len(audit(gather([load_text(text, "x.yaml")]), rules, Settings()).findings) == 1
