"""Rules PA301 to PA310: can a gain be put down to the pruning stage?"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.audit import audit
from prune_audit.corpus import gather
from prune_audit.findings import Finding
from prune_audit.load import load_text
from prune_audit.rules import RULES
from prune_audit.settings import Settings

STEPS = '"0:1e-2,30:1e-3,60:1e-4"'
UNNAMED = "network: resnet50, dataset: imagenet, weights: unreported, source: Table 1"
OTHER_RETRAINING = "retraining: {epochs: 20, lr: 1e-3}"


def audited(
    ours: str = "",
    theirs: str = "",
    *,
    rows: str = "",
    bases: str = "",
    statement: str = "better",
    top1: tuple[str, str] = ("75.16", "74.77"),
    read: str = "full text",
    settings: Settings | None = None,
    comparison: str = "",
) -> list[Finding]:
    text = f"""
schema: 1
paper: {{title: Example, venue: arXiv, year: 2024, read: {read}}}
base_models:
  base: {{network: resnet50, dataset: imagenet, weights: torchvision/resnet50, top1: 76.13,
    pretraining: {{epochs: 90, lr: "0:1e-1,30:1e-2,60:1e-3"}}, source: Table 1}}
{bases}
defaults:
  base: base
  pruning: {{granularity: filter, schedule: one-shot, epochs: 0}}
  retraining: {{epochs: 90, lr: {STEPS}}}
  speedup: 2.31x
  source: Table 1
results:
  ours: {{method: ours, top1: {top1[0]}, {ours}}}
  theirs: {{method: theirs, top1: {top1[1]}, {theirs}}}
{rows}
comparisons:
  - {{ours: ours, against: [theirs], statement: {statement}, {comparison}}}
"""
    loaded = load_text(text, "example.yaml")
    assert loaded.claim, loaded.problems
    family = [rule for rule in RULES if rule.family == "PA3"]
    return list(audit(gather([loaded]), family, settings or Settings()).findings)


def codes(findings: list[Finding]) -> set[str]:
    return {finding.code for finding in findings} - {"PA309"}


def only(code: str, findings: list[Finding]) -> Finding:
    (finding,) = (one for one in findings if one.code == code)
    return finding


def retraining(lr: str, more: str = "") -> str:
    return f"retraining: {{epochs: 90, lr: {lr}{more}}}"


@given(
    st.decimals("20", "99", places=2), st.decimals("20", "99", places=2),
    st.decimals("2.20", "2.40", places=2),
)  # fmt: skip
def test_rows_under_one_recipe_are_fair_whatever_they_print(
    ours: Decimal, theirs: Decimal, speedup: Decimal
) -> None:
    found = audited(theirs=f"speedup: {speedup}x", top1=(str(ours), str(theirs)))
    assert not codes(found)


@pytest.mark.parametrize("statement", ["better", "significantly better", "on par"])
def test_every_statement_needs_a_fair_pair(statement: str) -> None:
    found = audited(theirs=OTHER_RETRAINING, statement=statement)
    finding = only("PA301", found)
    assert finding.severity == "error"
    assert f'"{statement}" of ours over theirs' in finding.message


@pytest.mark.parametrize("statement", ["lossless", "none"])
def test_what_says_nothing_about_the_other_row_needs_no_fair_pair(statement: str) -> None:
    assert not codes(audited(theirs=OTHER_RETRAINING, statement=statement))


def test_the_message_names_the_fact_that_decides_and_how_far_the_pair_climbs() -> None:
    found = audited(theirs=OTHER_RETRAINING)
    assert "not the same retraining epochs, 90 / 20; S2 at most" in only("PA301", found).message
    assert "share" in only("PA301", found).fix
    assert only("PA304", found).anchors == only("PA301", found).anchors[1:]


def test_swapping_the_sides_changes_no_verdict() -> None:
    assert codes(audited(OTHER_RETRAINING)) == codes(audited(theirs=OTHER_RETRAINING))


@pytest.mark.parametrize(
    "lr", ["step 1e-2 at 30/60 by 0.1", "step 0.01 every 30 by 0.1", '"0:0.01, 30:0.001, 60:1e-4"']
)
def test_one_schedule_in_another_notation_is_no_other_schedule(lr: str) -> None:
    assert not codes(audited(theirs=retraining(lr)))


@pytest.mark.parametrize("lr", ["step 0.01 at 30/60", "initial 0.01", "unverified", "unreported"])
def test_a_partly_stated_schedule_is_open_and_never_unfair(lr: str) -> None:
    assert codes(audited(theirs=retraining(lr))) <= {"PA302"}


def test_what_nobody_has_read_is_held_against_nobody() -> None:
    unread = "base: unverified, network: resnet50, dataset: imagenet, retraining: unverified"
    assert not codes(audited(theirs=unread))


def test_what_the_source_does_not_state_leaves_the_statement_open() -> None:
    finding = only("PA302", audited(theirs="retraining: {epochs: unreported, lr: unverified}"))
    assert finding.message.endswith("does not state: retraining epochs")


def test_the_required_setup_is_a_setting() -> None:
    assert "PA301" in codes(audited(theirs=OTHER_RETRAINING))
    assert "PA301" not in codes(audited(theirs=OTHER_RETRAINING, settings=Settings(require="S2")))


def test_equal_retraining_does_not_hide_the_epochs_of_the_pruning_stage() -> None:
    pruning = "pruning: {granularity: filter, schedule: growing-penalty, epochs: 30}"
    assert codes(audited(pruning)) == {"PA306"}
    assert not codes(audited(theirs=pruning))
    assert codes(audited(pruning, settings=Settings(require="S4.1"))) >= {"PA301"}


def test_pruning_cost_is_no_topic_where_equal_retraining_is_open() -> None:
    pruning = "pruning: {granularity: filter, schedule: growing-penalty, epochs: 30}"
    assert "PA306" not in codes(audited(pruning, retraining("unverified")))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("distillation: yes", "distillation: no"), ("weight_decay: 1e-4", "weight_decay: 5e-4")],
)
def test_a_difference_in_the_rest_of_the_recipe_is_unfair_at_any_setup(
    ours: str, theirs: str
) -> None:
    found = audited(retraining(STEPS, f", {ours}"), retraining(STEPS, f", {theirs}"))
    assert codes(found) == {"PA301", "PA307"}
    assert "at most" not in only("PA301", found).message


@pytest.mark.parametrize("theirs", ["weight_decay: 0.0001", "weight_decay: unreported", "ema: yes"])
def test_a_recipe_that_may_be_the_same_is_not_held_to_differ(theirs: str) -> None:
    ours = retraining(STEPS, ", weight_decay: 1e-4")
    assert not codes(audited(ours, retraining(STEPS, f", {theirs}")))


def test_one_checkpoint_under_two_names_and_accuracies_is_one_base_model() -> None:
    again = (
        "  again: {network: ResNet-50, dataset: ILSVRC2012, top1: 76.18, source: Table 1, "
        "weights: torchvision/ResNet50_Weights.IMAGENET1K_V1}"
    )
    assert not codes(audited(theirs="base: again", bases=again))


def test_accuracies_too_far_apart_are_two_base_models() -> None:
    other = f"  other: {{{UNNAMED}, top1: 75.3}}"
    found = audited(theirs="base: other", bases=other)
    assert codes(found) == {"PA301", "PA303"}
    assert "76.13 / 75.3" in only("PA303", found).message


def test_a_base_accuracy_half_a_point_off_within_its_digits_is_no_other_base_model() -> None:
    other = f"  other: {{{UNNAMED}, top1: 75.6}}"
    assert "PA303" not in codes(audited(theirs="base: other", bases=other))


def scratch(epochs: int, lr: str) -> str:
    return (
        "base: none, network: resnet50, dataset: imagenet, "
        f"scratch: {{epochs: {epochs}, lr: {lr}, budget: other}}"
    )


JOINED = '"0:1e-1,30:1e-2,60:1e-3,90:1e-2,120:1e-3,150:1e-4"'


def test_a_scratch_run_under_the_joined_schedule_is_fair() -> None:
    assert not codes(audited(theirs=scratch(180, JOINED)))


def test_a_scratch_run_of_equal_epochs_is_fair_only_if_a_better_lr_counts() -> None:
    other = scratch(180, '"0:1e-1,60:1e-2,120:1e-3"')
    assert "joined LR schedule (S4.2)" in only("PA301", audited(theirs=other)).message
    assert not codes(audited(theirs=other, comparison='attitude: "2"'))


def test_a_statement_against_copied_rows_only_is_noted_once() -> None:
    found = audited(theirs="origin: cited")
    assert "no row compared with ours was rerun" in only("PA308", found).message
    assert not codes(audited(theirs="origin: reproduced"))


@pytest.mark.parametrize(
    "row",
    [
        "method: L1-norm", "method: Random", "method: PFEC", "method: Ours w/o penalty",
        "method: small, base: none, network: net, dataset: data, "
        "scratch: {epochs: 9, lr: 1e-1, budget: E}",
    ],
)  # fmt: skip
def test_any_simple_baseline_counts(row: str) -> None:
    found = audited(rows=f"  third: {{{row}, top1: 70.00}}")
    assert "PA309" not in {finding.code for finding in found}


def test_no_simple_baseline_is_a_hint_only_where_all_tables_were_read() -> None:
    assert only("PA309", audited()).tier == "heuristic"
    assert "PA309" not in {one.code for one in audited(read="Table 1")}


def crossed(small: tuple[str, str]) -> str:
    return (
        f"  ours-small: {{method: ours, top1: {small[0]}, {retraining('1e-3')}}}\n"
        f"  theirs-small: {{method: theirs, top1: {small[1]}, {retraining('1e-3')}}}"
    )


def test_a_winner_that_depends_on_the_recipe_is_named_with_its_four_rows() -> None:
    finding = only("PA310", audited(rows=crossed(("73.20", "73.50"))))
    assert len(finding.anchors) == 4


@pytest.mark.parametrize(
    "small", [("73.50", "73.20"), ("73.2", "73.25"), ("73.2+-0.2", "73.5+-0.2")]
)
def test_an_order_that_the_digits_or_spreads_leave_open_is_no_other_winner(
    small: tuple[str, str],
) -> None:
    assert "PA310" not in codes(audited(rows=crossed(small)))


def test_rows_at_two_rates_are_not_crossed() -> None:
    rows = crossed(("73.20", "73.50")).replace("method: theirs", "method: theirs, speedup: 3.06x")
    assert "PA310" not in codes(audited(rows=rows))
