"""Rules PA601 to PA613: what a source was read for and does not report."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.audit import audit
from prune_audit.corpus import gather
from prune_audit.findings import Finding
from prune_audit.load import load_text
from prune_audit.rules import RULES
from prune_audit.settings import Settings

FAMILY = [rule for rule in RULES if rule.family == "PA6"]


def audited(
    ours: str, theirs: str = "", *, rows: str = "", statement: str = "better", read: str = "Table 1"
) -> list[Finding]:
    text = f"""
schema: 1
paper: {{title: Example, venue: arXiv, year: 2024, read: {read}}}
base_models:
  base: {{network: resnet50, dataset: imagenet, weights: own, top1: 76.13, source: Table 1}}
defaults:
  base: base
  pruning: {{granularity: filter, schedule: one-shot, epochs: 0}}
  retraining: {{epochs: 90, lr: 1e-2}}
  top1: 75.16
  source: Table 1
results:
  ours: {{method: ours, {ours}}}
  theirs: {{method: theirs, {theirs}}}
{rows}
comparisons:
  - {{ours: ours, against: [theirs], statement: {statement}}}
"""
    loaded = load_text(text, "example.yaml")
    assert loaded.claim, loaded.problems
    return list(audit(gather([loaded]), FAMILY, Settings()).findings)


def codes(findings: list[Finding]) -> set[str]:
    return {finding.code for finding in findings}


KEYS = (
    "speedup", "flops_reduction", "macs", "measured_speedup", "hardware", "params_reduction",
    "sparsity", "runs", "selection", "evaluation", "before_retraining", "evaluated_on", "top5",
)  # fmt: skip
STAGES = ("retraining", "pruning")


@given(st.sets(st.sampled_from(KEYS)), st.sets(st.sampled_from(STAGES)))
def test_what_nobody_has_read_is_never_reported(keys: set[str], stages: set[str]) -> None:
    row = ", ".join(f"{key}: unverified" for key in sorted(keys | stages))
    assert not audited(row, "top1: unverified", read="full text")


@given(st.sets(st.sampled_from(KEYS)), st.sets(st.sampled_from(STAGES)))
def test_a_row_without_a_statement_owes_no_details(keys: set[str], stages: set[str]) -> None:
    row = ", ".join(f"{key}: unreported" for key in sorted(keys | stages))
    assert not audited(row, statement="none")


@given(st.sets(st.sampled_from(KEYS)), st.sets(st.sampled_from(STAGES)))
def test_a_copied_row_owes_no_details_of_its_making(keys: set[str], stages: set[str]) -> None:
    row = ", ".join(f"{key}: unreported" for key in sorted(keys | stages))
    assert not audited("speedup: 2x", f"origin: cited, {row}")


def test_one_note_gathers_all_rows_that_lack_the_same() -> None:
    (finding,) = audited("sweep: {at: [1, 2, 3, 4, 5], runs: " + str(["unreported"] * 5) + "}")
    assert finding.severity == "note"
    assert "(ours@1, ours@2, ours@3 and 2 more rows)" in finding.message


def test_rows_that_lack_different_things_get_a_note_each() -> None:
    sweep = "sweep: {at: [1, 2], runs: [3, unreported], selection: [unreported, unreported]}"
    found = audited(sweep)
    assert [finding.code for finding in found] == ["PA612", "PA612"]
    assert {"ours@1", "ours@2"} == {one.message.rsplit("(")[1].rstrip(")") for one in found}


def test_the_missing_details_of_retraining_are_listed_in_one_note() -> None:
    (finding,) = audited("retraining: {epochs: 90, lr: unreported, batch_size: unreported}")
    assert finding.code == "PA601"
    assert "does not state the LR schedule, the batch size (ours)" in finding.message


def test_a_recipe_of_many_rows_is_pointed_at_once() -> None:
    sweep = "retraining: {epochs: 90, lr: unreported}, sweep: {at: [1, 2], speedup: [2x, 3x]}"
    (finding,) = audited(sweep)
    assert len(finding.anchors) == 1


def test_a_method_without_retraining_owes_the_details_of_its_only_training() -> None:
    joint = "{granularity: filter, schedule: while-training, epochs: 90, lr: unreported}"
    (finding,) = audited(f"pruning: {joint}, retraining: none, before_retraining: unreported")
    assert finding.code == "PA601"


@pytest.mark.parametrize(
    "cost",
    ["speedup: 2x", "flops_reduction: 50 %", "flops_kept: 50 %", "macs: 2G", "flops: 4G",
     "measured_speedup: 1.4x", "macs: unverified"],
)  # fmt: skip
def test_a_size_beside_any_cost_is_no_size_alone(cost: str) -> None:
    silent = "" if cost.startswith("speedup") else ", speedup: unreported"
    assert "PA602" not in codes(audited(f"sparsity: 80 %, {cost}{silent}"))


def test_a_size_alone_is_noted_on_either_side_of_a_statement() -> None:
    found = audited("speedup: 2x", "sparsity: 80 %, speedup: unreported, macs: unreported")
    assert [finding.message for finding in found if finding.code == "PA602"] == [
        "the source does not state the speedup or FLOPs (theirs)"
    ]


def test_theory_against_the_clock_is_a_warning_with_both_numbers() -> None:
    (finding,) = audited("speedup: 2.31x", "measured_speedup: 1.4x")
    assert (finding.code, finding.severity, finding.tier) == ("PA604", "warning", "conclusive")
    assert "(2.31x)" in finding.message
    assert "(1.4x)" in finding.message


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("speedup: 2x, measured_speedup: 1.5x", "measured_speedup: 1.4x"),
        ("speedup: 2x", "flops_kept: 50 %, measured_speedup: 1.4x"),
        ("speedup: 2x, sparsity: 80 %", "measured_speedup: 1.4x, compression: 5x"),
        ("speedup: 2x", "measured_speedup: 1.4x, speedup: unverified"),
        ("speedup: 2x", "speedup: 2x"),
        ("speedup: 2x", "speedup: unreported"),
    ],
)
def test_rows_that_share_a_rate_or_leave_it_open_do_not_mix(ours: str, theirs: str) -> None:
    assert "PA604" not in codes(audited(ours, theirs))


def test_one_rate_is_a_hint_only_where_everything_was_read() -> None:
    assert codes(audited("speedup: 2x", read="full text")) == {"PA608"}
    assert not audited("speedup: 2x")


def test_a_variant_of_the_method_at_another_rate_counts() -> None:
    more = "  ours-b: {method: Ours-2 (3x), speedup: 3x}"
    assert not audited("speedup: 2x", rows=more, read="full text")


def test_another_rate_on_another_network_does_not_count() -> None:
    more = "  far: {method: ours, base: none, network: vgg16, dataset: cifar10, speedup: 3x}"
    assert codes(audited("speedup: 2x", rows=more, read="full text")) == {"PA608"}


def test_some_epochs_are_a_length_unless_nothing_but_their_being_is_known() -> None:
    stage = "pruning: {{granularity: filter, schedule: growing-penalty, epochs: {}}}"
    for epochs, flagged in (
        ("~30", False),
        ('">=20"', False),
        ("30 per layer", False),
        ('">0"', True),
    ):
        assert ("PA607" in codes(audited(stage.format(epochs), read="full text"))) == flagged


def test_rows_that_print_a_drop_alone_are_counted() -> None:
    (finding,) = audited("top1: 75.16", "top1: unreported, drop: 0.9")
    assert finding.code == "PA613"
    assert "1 of 2 rows, a drop alone for 1: theirs" in finding.message
