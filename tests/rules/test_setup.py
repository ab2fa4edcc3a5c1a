"""Rules PA201 to PA209: where comparisons stand on the ladder."""

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

STEPS = '"0:1e-2,30:1e-3,60:1e-4,75:1e-5"'
SCRATCH = "base: none, network: resnet50, dataset: imagenet, scratch: "


def audited(
    ours: str = "",
    theirs: str = "",
    more: str = "",
    comparison: str = "",
    settings: Settings | None = None,
    statement: str = "better",
    top1: str = "75.16",
) -> list[Finding]:
    against = "[theirs, third]" if more else "[theirs]"
    text = f"""
schema: 1
paper: {{title: Example, venue: arXiv, year: 2024}}
base_models:
  base: {{network: resnet50, dataset: imagenet, weights: torchvision/resnet50, top1: 76.13,
    pretraining: {{epochs: 90, lr: "0:1e-1,30:1e-2,60:1e-3"}}, source: Table 1}}
defaults:
  base: base
  pruning: {{granularity: filter, schedule: one-shot, epochs: 0}}
  retraining: {{epochs: 90, lr: {STEPS}}}
  speedup: 2.31x
  source: Table 1
results:
  ours: {{method: ours, top1: {top1}, {ours}}}
  theirs: {{method: theirs, top1: 74.77, {theirs}}}
{more}
comparisons:
  - {{ours: ours, against: {against}, statement: {statement}, {comparison}}}
"""
    loaded = load_text(text, "example.yaml")
    assert loaded.claim, loaded.problems
    family = [rule for rule in RULES if rule.family == "PA2"]
    return list(audit(gather([loaded]), family, settings or Settings()).findings)


def codes(findings: list[Finding]) -> set[str]:
    return {finding.code for finding in findings}


def only(code: str, findings: list[Finding]) -> Finding:
    (finding,) = (one for one in findings if one.code == code)
    return finding


def test_two_rows_that_share_everything_raise_nothing() -> None:
    assert not audited()


def test_another_rate_without_dominance_is_below_s1_and_both_rates_are_shown() -> None:
    finding = only("PA201", audited(theirs="speedup: 3.06x"))
    assert "2.31x / 3.06x" in finding.message
    assert {place.pointer for place in finding.anchors} == {
        "defaults.speedup", "results.theirs.speedup",
    }  # fmt: skip


def test_a_rate_that_may_lie_inside_the_tolerance_is_undetermined_and_not_below_s1() -> None:
    found = audited("speedup: 2.00x", "speedup: 1.90x", top1="74.00")
    assert codes(found) == {"PA203"}


@pytest.mark.parametrize("tolerance", ["0.05", "0.3"])
def test_the_tolerance_is_a_setting(tolerance: str) -> None:
    found = audited(theirs="speedup: 3.06x", settings=Settings(tolerance=Decimal(tolerance)))
    assert ("PA201" in codes(found)) == (tolerance == "0.05")


def test_a_faster_and_more_accurate_row_is_noted_as_comparable_in_one_direction() -> None:
    found = audited(theirs="speedup: 1.82x")
    assert codes(found) == {"PA206"}
    assert only("PA206", found).message.startswith("ours has a higher rate than theirs")


def test_a_misnamed_network_that_the_registry_does_not_know_is_not_another_network() -> None:
    found = audited(theirs="base: unreported, network: my-resnet-50-v1c, dataset: imagenet")
    assert "PA201" not in codes(found)


def test_a_named_setup_above_the_ceiling_is_refuted_by_the_fact_that_differs() -> None:
    found = audited(theirs='retraining: {epochs: 90, lr: "0:1e-3"}', comparison="setup: S4.1")
    finding = only("PA202", found)
    assert finding.severity == "error"
    assert "retraining LR schedule" in finding.message
    assert "S3.1 at most" in finding.fix


@pytest.mark.parametrize("named", ["S1", "S2", "S3.1", "unreported"])
def test_a_named_setup_that_may_hold_is_not_refuted(named: str) -> None:
    found = audited(theirs='retraining: {epochs: 90, lr: "0:1e-3"}', comparison=f"setup: {named}")
    assert "PA202" not in codes(found)


def test_s_x_b_holds_for_some_speedup_within_its_digits() -> None:
    scratch = SCRATCH + "{epochs: 298, lr: unreported, budget: B-wang2023}"
    assert "PA202" not in codes(audited(theirs=scratch, comparison="setup: SX-B"))


def test_s_x_b_with_a_third_of_the_epochs_is_refuted() -> None:
    scratch = SCRATCH + "{epochs: 90, lr: unreported, budget: B-wang2023}"
    assert "total FLOPs" in only("PA202", audited(theirs=scratch, comparison="setup: SX-B")).message


def test_every_missing_fact_is_named_and_the_cheapest_first() -> None:
    found = audited(
        theirs="base: unreported, network: resnet50, dataset: imagenet, retraining: unverified"
    )
    finding = only("PA203", found)
    missing = "retraining epochs, retraining LR schedule, base model"
    assert finding.message.endswith(f"missing: {missing}")
    assert finding.fix.startswith("retraining epochs is the cheapest")


def test_unstated_pruning_epochs_matter_only_where_s41_is_required() -> None:
    pruning = "pruning: {granularity: filter, schedule: growing-penalty, epochs: unreported}"
    assert "PA203" not in codes(audited(theirs=pruning))
    assert "PA203" in codes(audited(theirs=pruning, settings=Settings(require="S4.1")))


def test_a_missing_scratch_fact_is_named_in_words() -> None:
    scratch = SCRATCH + "{epochs: 180, lr: unreported, budget: other}"
    assert "joined LR schedule (S4.2)" in only("PA203", audited(theirs=scratch)).message


def test_iterative_and_joint_pruning_are_marked() -> None:
    iterative = "pruning: {granularity: filter, schedule: iterative, epochs: 0}"
    joint = (
        "pruning: {granularity: filter, schedule: while-training, epochs: 90, lr: 1e-2}, "
        "retraining: none"
    )
    assert codes(audited(iterative, joint)) >= {"PA204", "PA205"}


def test_the_weakest_of_several_pairs_is_named_by_its_row() -> None:
    third = "  third: {method: third, top1: 74.00, retraining: {epochs: 20, lr: 1e-3}}"
    finding = only("PA209", audited(more=third))
    assert "ours against third" in finding.message
    assert "unfair" in finding.message


def test_pairs_that_differ_but_are_all_fair_have_no_weakest() -> None:
    third = (
        "  third: {method: third, top1: 74.00, pruning: {granularity: filter, schedule: search, "
        "epochs: 10}}"
    )
    assert "PA209" not in codes(audited(more=third))


def test_nothing_stated_means_no_weakest_pair() -> None:
    third = "  third: {method: third, top1: 74.00, retraining: {epochs: 20, lr: 1e-3}}"
    assert "PA209" not in codes(audited(more=third, statement="none"))


def budgeted(budget: str, epochs: int, rate: str = "speedup: 2.31x") -> bool:
    scratch = SCRATCH + f"{{epochs: {epochs}, lr: unreported, budget: {budget}}}, {rate}"
    return "PA207" in codes(audited(theirs=scratch))


@given(
    st.decimals("1.05", "12", places=5), st.integers(0, 3),
    st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN]), st.booleans(), st.booleans(),
)  # fmt: skip
def test_epochs_by_the_named_formula_are_never_flagged(
    speedup: Decimal, digits: int, rounding: str, capped: bool, whole: bool
) -> None:
    """Released code truncates, papers round: both print whole epochs."""
    epochs = 90 * speedup
    if capped:
        epochs = min(epochs, Decimal(180))
    printed = speedup.quantize(Decimal(1).scaleb(-digits), rounding)
    stated = int(epochs) if whole else round(epochs)
    budget = "B-liu2019-capped" if capped else "B-liu2019"
    assert not budgeted(budget, stated, f"speedup: {printed}x")


@given(st.decimals("1.5", "12", places=2), st.integers(3, 90))
def test_epochs_too_many_by_the_named_formula_are_flagged(speedup: Decimal, off: int) -> None:
    epochs = int(90 * (speedup + Decimal("0.01"))) + 1 + off
    assert budgeted("B-liu2019", epochs, f"speedup: {speedup}x")


def test_the_epochs_of_another_base_model_are_no_budget() -> None:
    more = "  third: {method: third, top1: 74.00}"
    scratch = SCRATCH + "{epochs: 120, lr: unreported, budget: E}, network: resnet18"
    found = audited(theirs=scratch.replace("network: resnet50, ", ""), more=more)
    assert "PA207" not in codes(found)


def test_an_unnamed_budget_is_noted_only_where_the_source_was_read() -> None:
    stage = "{{epochs: 180, lr: unreported, budget: {}}}"
    assert "PA208" in codes(audited(theirs=SCRATCH + stage.format("unreported")))
    assert "PA208" not in codes(audited(theirs=SCRATCH + stage.format("unverified")))
