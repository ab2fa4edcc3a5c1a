"""The paper behind the tool, Wang et al. 2023 (arXiv 2301.05219), comes out as it must."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from prune_audit.answers import Answer
from prune_audit.audit import Report, audit
from prune_audit.corpus import gather
from prune_audit.judged import JudgedPair
from prune_audit.load import load_file, load_text
from prune_audit.outcome import Outcome
from prune_audit.rules import RULES
from prune_audit.settings import Settings
from prune_audit.verdict import Fairness, Verdict

CLAIM = Path(__file__).parent.parent / "claims" / "wang2023.yaml"
RATIOS = ("10", "30", "50", "70", "90", "95")
LABELS = {
    "t4-p15f105-1e-1": "S4.2", "t4-p30f90-1e-2": "S4.2", "t4-p45f75-1e-2": "S4.2",
    "t4-p60f60-1e-3": "S4.2", "t4-p75f45-1e-3": "S4.2", "t4-p90f30-1e-4": "S4.2",
    "t4-p30f90-1e-1": "SX-A", "t4-p60f60-1e-2": "SX-A", "t4-p90f30-1e-2": "SX-A",
    "t4-p30kf90-1e-1": "SX-B", "t4-p30kf90-1e-2": "SX-B",
}  # fmt: skip
"""Table 4: every row beside scratch training, and the setup that the paper prints for it."""


@cache
def audited(tolerance: str = "0.05") -> Report:
    settings = Settings(tolerance=Decimal(tolerance))
    return audit(gather([load_file(CLAIM, "wang2023.yaml")]), RULES, settings)


def pairs(report: Report) -> Mapping[tuple[str, str], JudgedPair]:
    return {
        (judged.pair.ours.name, judged.pair.other.name): judged
        for comparison in reversed(report.comparisons)
        for judged in comparison.pairs
    }


def verdict(ours: str, other: str, tolerance: str = "0.05") -> Verdict:
    return pairs(audited(tolerance))[ours, other].pair.verdict


def place(found: Verdict) -> tuple[str, str, Fairness]:
    return found.floor, found.ceiling, found.fairness


def deciding(found: Verdict) -> str:
    return found.deciding.name if found.deciding else ""


def texts(code: str) -> list[str]:
    """Return the source text under the main place of every finding of a rule."""
    lines = CLAIM.read_text(encoding="utf-8").splitlines()
    places = [finding.place for finding in audited().findings if finding.code == code]
    return [lines[place.line - 1][place.column - 1 :] for place in places]


def test_the_claim_file_has_no_problem() -> None:
    assert [problem for loaded in audited().files for problem in loaded.problems] == []


# Table 1 with the recipes of Table 3


@pytest.mark.parametrize("other", ["greg1-2.31x", "greg2-2.31x"])
def test_l1_against_greg_is_undetermined_and_the_base_model_would_decide(other: str) -> None:
    found = verdict("l1-2.31x", other)
    assert place(found) == ("S1", "S3.2", Fairness.UNDETERMINED)
    assert deciding(found) == "base model"
    assert [fact.name for fact in found.missing] == ["base model"]


def test_greg_spends_pruning_epochs_and_l1_none() -> None:
    found = verdict("l1-2.31x", "greg1-2.31x")
    assert found.stop
    assert (found.stop.name, found.stop.sides) == ("pruning-stage epochs", "0 / >0")


def test_l1_against_greg_on_one_stated_base_is_exactly_s3_2_and_fair() -> None:
    text = CLAIM.read_text(encoding="utf-8")
    weights = "torchvision/ResNet50_Weights.IMAGENET1K_V1"
    base = (
        "base_models:\n  tv: {network: resnet50, dataset: imagenet, top1: 76.13, source: assumed,"
        f" weights: {weights}}}\n"
    )
    stated = text.replace("base_models:\n", base, 1).replace(
        "defaults:\n  base: unreported\n  network: resnet50\n  dataset: imagenet\n",
        "defaults:\n  base: tv\n", 1,
    )  # fmt: skip
    report = audit(gather([load_text(stated, "stated.yaml")]), (), Settings())
    found = pairs(report)["l1-2.31x", "greg1-2.31x"].pair.verdict
    assert place(found) == ("S3.2", "S3.2", Fairness.FAIR)


def test_as_printed_no_pair_of_table_1_is_surely_above_s1() -> None:
    tables = [
        c for c in audited().comparisons if (c.comparison.name.value or "").startswith("Table 1")
    ]
    found = [judged.pair.verdict for comparison in tables for judged in comparison.pairs]
    assert len(found) == 16
    assert {one.floor for one in found} <= {"below S1", "S1"}
    assert Fairness.FAIR not in {one.fairness for one in found}


def test_dcp_is_within_the_rate_and_at_most_s2_for_its_60_epochs() -> None:
    found = verdict("l1-2.31x", "dcp-2.25x")
    assert place(found) == ("S1", "S2", Fairness.UNFAIR)
    assert (found.dominance, deciding(found)) == ("", "retraining epochs")
    assert found.deciding
    assert found.deciding.sides == "90 / 60"


def test_ccp_is_below_s1_at_5_percent_and_says_by_how_much() -> None:
    found = verdict("l1-2.31x", "ccp-ac-2.18x")
    assert place(found) == ("below S1", "below S1", Fairness.UNFAIR)
    assert found.deciding
    assert found.deciding.why == "speedup, 5.6 % apart, tolerance 5 %"


def test_ccp_is_at_most_s2_at_10_percent() -> None:
    found = verdict("l1-2.31x", "ccp-ac-2.18x", tolerance="0.10")
    assert place(found) == ("S1", "S2", Fairness.UNFAIR)
    assert (found.dominance, deciding(found)) == ("", "retraining epochs")


@pytest.mark.parametrize("other", ["gal-0.5-1.76x", "hrank-1.78x"])
def test_gal_and_hrank_pass_the_rate_by_dominance_only_and_are_at_most_s2(other: str) -> None:
    found = verdict("l1-2.31x", other)
    assert place(found) == ("S1", "S2", Fairness.UNFAIR)
    assert (found.dominance, deciding(found)) == ("ours", "retraining epochs")


# Table 4: pruning against scratch training


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("row", LABELS)
def test_the_setups_of_table_4_come_out_as_printed(row: str, ratio: str) -> None:
    found = verdict(f"{row}@{ratio}", f"t4-scratch@{ratio}")
    assert found.floor == found.ceiling == LABELS[row]
    assert found.fairness is Fairness.FAIR


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("row", [row for row, label in LABELS.items() if label == "S4.2"])
def test_the_joined_schedules_of_the_s4_2_rows_also_make_equal_totals(row: str, ratio: str) -> None:
    found = verdict(f"{row}@{ratio}", f"t4-scratch@{ratio}")
    answers = {fact.name: fact.answer for fact in found.scratch}
    assert (answers["S4.2"], answers["SX-A"]) == (Answer.SAME, Answer.SAME)


def test_no_setup_that_the_paper_names_is_called_overclaimed() -> None:
    assert texts("PA202") == []


WELCH = {
    # pruning minus scratch from the printed means and spreads, n = 3
    ("t4-p15f105-1e-1", "30"): 0.017,
    ("t4-p15f105-1e-1", "50"): 0.049,
    ("t4-p15f105-1e-1", "70"): 0.008,
    ("t4-p30f90-1e-2", "90"): 0.127,
    ("t4-p30f90-1e-2", "95"): 0.194,
    ("t4-p30kf90-1e-1", "90"): 0.60,
    ("t4-p30kf90-1e-1", "95"): 0.23,
}


def p_value(row: str, ratio: str) -> float:
    found = pairs(audited())[f"{row}@{ratio}", f"t4-scratch@{ratio}"].judged.noise
    assert found
    assert found.test == "Welch"
    assert found.assumed == ("n = 3 assumed", "+- taken as a sample standard deviation")
    assert not found.conclusive
    return found.p


@pytest.mark.parametrize(("row", "ratio"), WELCH)
def test_welch_gives_the_known_p_values_and_says_what_it_assumed(row: str, ratio: str) -> None:
    known = WELCH[row, ratio]
    assert round(p_value(row, ratio), 3 if known < 0.2 else 2) == known


def test_the_best_row_of_s4_2_is_not_significantly_better_at_10_percent() -> None:
    rows = [row for row, label in LABELS.items() if label == "S4.2"]
    best = {row: pairs(audited())[f"{row}@10", "t4-scratch@10"].judged.noise for row in rows}
    gains = {row: noise.difference for row, noise in best.items() if noise}
    winner = max(gains, key=lambda row: gains[row])
    assert round(gains[winner], 2) == 0.56
    assert round(p_value(winner, "10"), 3) == 0.124


@pytest.mark.parametrize("ratio", RATIOS)
def test_sx_a_is_significant_at_every_ratio(ratio: str) -> None:
    assert round(p_value("t4-p30f90-1e-1", ratio), 3) <= 0.028


@pytest.mark.parametrize("ratio", ["10", "30", "50", "70"])
def test_sx_b_is_significant_up_to_70_percent(ratio: str) -> None:
    assert round(p_value("t4-p30kf90-1e-1", ratio), 4) <= 0.0044


@pytest.mark.parametrize(("ratio", "p"), [("30", 0.10), ("50", 0.29), ("70", 0.051)])
def test_the_best_of_six_is_not_significant_after_the_correction(ratio: str, p: float) -> None:
    stated = [
        judged
        for comparison in audited().comparisons
        for judged in comparison.pairs
        if judged.pair.ours.name == f"t4-p15f105-1e-1@{ratio}"
        and comparison.comparison.best_of.value
    ]
    (found,) = stated
    assert found.judged.noise
    assert round(found.judged.noise.p, 3 if p < 0.1 else 2) == p
    assert found.judged.outcome is Outcome.DECISION_ERROR


# Arithmetic


def test_no_arithmetic_rule_finds_an_error_in_the_paper() -> None:
    errors = [
        finding.code
        for finding in audited().findings
        if finding.code.startswith("PA1") and finding.severity == "error"
    ]
    assert errors == []


def test_all_six_speedups_of_table_4_agree_with_the_printed_flops() -> None:
    lines = CLAIM.read_text(encoding="utf-8").splitlines()
    printed = ("3.30G, 2.59G", "1.11x, 1.41x")
    rows = {n for n, line in enumerate(lines, 1) if any(text in line for text in printed)}
    found = [
        finding
        for finding in audited().findings
        for anchor in finding.anchors
        if finding.code.startswith("PA1") and anchor.line in rows
    ]
    assert len(rows) == 24
    assert found == []


def test_both_spreads_of_zero_are_noted() -> None:
    assert sorted(text.split(",")[0] for text in texts("PA111")) == ["79.70+-0.00", "92.27+-0.00"]


def test_the_mix_of_macs_and_flops_is_found() -> None:
    (finding,) = [finding for finding in audited().findings if finding.code == "PA108"]
    assert "3.66G" in finding.message
    assert "MACs" in finding.message
