"""Claimed numbers beside rerun ones: differences, intervals, and where there are none."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from prune_audit.reruns.correct import EXACT, Correction, Gap, StandInRow
from prune_audit.reruns.planned import Arm

Make = Callable[..., Any]
Write = Callable[..., str]
ROUNDING = (0.005, 0.01)
"""What 75.00 may stand for, below and above: rounded, or cut off."""


def gap_of(make: Make, text: str, *right: int | None, arm: Arm = Arm.CALIBRATED) -> Gap:
    row = make(text, {("ours", arm): right}).concluded().rows[0]
    assert isinstance(row, Correction)
    assert row.gap is not None
    return row.gap


def test_the_interval_is_that_of_the_t_test_widened_by_rounding(make: Make, claim: Write) -> None:
    gap = gap_of(make, claim({"ours": {"top1": "75.00"}}), 7510, 7530, 7550)
    expected = stats.ttest_1samp([75.1, 75.3, 75.5], 75.0).confidence_interval()
    assert gap.difference == pytest.approx(0.3)
    assert gap.interval is not None
    assert gap.interval.low == pytest.approx(expected.low - 75 - ROUNDING[1])
    assert gap.interval.high == pytest.approx(expected.high - 75 + ROUNDING[0])
    assert gap.assumed == (EXACT,)
    assert not gap.resolved


def test_a_claim_with_runs_and_spread_is_met_by_welchs_test(make: Make, claim: Write) -> None:
    row = {"top1": "75.00+-0.20", "runs": "5", "spread_is": "sample-std"}
    gap = gap_of(make, claim({"ours": row}), 7610, 7630, 7650)
    se = (0.2**2 / 5 + 0.2**2 / 3) ** 0.5
    df = se**4 / ((0.2**2 / 5) ** 2 / 4 + (0.2**2 / 3) ** 2 / 2)
    margin = stats.t.ppf(0.975, df) * se
    assert gap.interval is not None
    assert gap.interval.low == pytest.approx(1.3 - margin - ROUNDING[1])
    assert gap.interval.high == pytest.approx(1.3 + margin + ROUNDING[0])
    assert gap.assumed == ()
    assert gap.resolved


def test_what_a_spread_does_not_say_is_assumed_and_said(make: Make, claim: Write) -> None:
    row = {"top1": "75.00+-0.20", "runs": ">=3", "spread_is": "std"}
    gap = gap_of(make, claim({"ours": row}), 7610, 7630, 7650)
    assert gap.assumed == ("n = 3 assumed", "+- taken as a sample standard deviation")


def test_a_coarse_claim_is_not_contradicted_by_its_own_rounding(make: Make, claim: Write) -> None:
    gap = gap_of(make, claim({"ours": {"top1": "75"}}), 7540, 7541, 7542)
    assert gap.difference == pytest.approx(0.41)
    assert not gap.resolved


def test_one_run_has_a_difference_and_no_interval(make: Make, claim: Write) -> None:
    gap = gap_of(make, claim({"ours": {}}), 7510)
    assert gap.difference == pytest.approx(0.1)
    assert gap.interval is None
    assert not gap.resolved


@pytest.mark.parametrize("top1", ["~75", ">75", "unreported"])
def test_no_difference_from_what_is_no_number(make: Make, claim: Write, top1: str) -> None:
    row = make(claim({"ours": {"top1": top1}}), {("ours", Arm.CALIBRATED): [7500, 7510]})
    assert row.concluded().rows[0].gap is None


def test_no_difference_from_another_metric(make: Make, claim: Write) -> None:
    text = claim({"ours": {"metric": "map"}})
    row = make(text, {("ours", Arm.CALIBRATED): [7500, 7510]})
    assert row.concluded().rows[0].gap is None


@pytest.mark.parametrize(
    ("arm", "label"),
    [
        (Arm.CROSSED, "FT of ours"), (Arm.CONVERGENCE, "+30"), (Arm.SCRATCH, "Scratch-E"),
        (Arm.TUNED, "try 1e-2"),
    ],
)  # fmt: skip
def test_what_was_never_claimed_has_no_difference(
    make: Make, claim: Write, arm: Arm, label: str
) -> None:
    row = make(claim({"ours": {}}), {("ours", arm, label): [7500, 7510]})
    assert row.concluded().rows[0].gap is None


def test_a_stand_in_is_another_type_without_any_difference(make: Make, claim: Write) -> None:
    made = make(claim({"ours": {}}), {("ours", Arm.CALIBRATED): [7500, 7510, 7505]})
    row = made.concluded(stand_in=True).rows[0]
    assert type(row) is StandInRow
    assert not hasattr(row, "gap")


def test_diverged_runs_are_named_and_never_averaged_in(make: Make, claim: Write) -> None:
    made = make(claim({"ours": {}}), {("ours", Arm.CALIBRATED): [7500, -1, 7520, None]})
    found = made.concluded().measured[0]
    assert found.scores.mean == pytest.approx(75.1)
    assert [run.experiment.seed for run in found.diverged] == [1]
    assert found.missing == (3,)
    assert found.few


def test_three_seeds_are_not_few(make: Make, claim: Write) -> None:
    made = make(claim({"ours": {}}), {("ours", Arm.CALIBRATED): [7500, 7510, 7520]})
    assert not made.concluded().measured[0].few


def test_a_row_without_any_run_is_there_and_empty(make: Make, claim: Write) -> None:
    made = make(claim({"ours": {}}), {("ours", Arm.CALIBRATED): [None, None, None]})
    row = made.concluded().rows[0]
    assert row.gap is None
    assert row.measured.missing == (0, 1, 2)
    assert row.measured.ledger is None
    assert row.measured.ta_test is None


def test_accuracy_before_retraining_ta_and_best_epoch_are_means(make: Make, claim: Write) -> None:
    made = make(claim({"ours": {}}), {("ours", Arm.CALIBRATED): [7500, 7600]})
    found = made.concluded().measured[0]
    assert found.before == pytest.approx(10)
    # two epochs of the first stage: 3 and 2 points below the last one
    assert found.ta_test == pytest.approx(75.5 - 2.5)
    assert found.ta_train == pytest.approx(75.5 - 2.5, abs=0.1)
    assert found.best == pytest.approx(75.5)
    assert (found.macs, found.params, found.speedup) == (100, 10, 4)


right = st.lists(st.integers(-100, 100), min_size=3, max_size=6)


@given(st.permutations([7500, 7510, 7533, 7580]))
def test_the_order_of_seeds_does_not_matter(make: Make, claim: Write, counts: list[int]) -> None:
    text = claim({"ours": {}})
    assert gap_of(make, text, *counts) == gap_of(make, text, 7500, 7510, 7533, 7580)


@given(right, st.integers(2, 4))
def test_more_noise_never_makes_an_interval_narrower(
    make: Make, claim: Write, deviations: list[int], factor: int
) -> None:
    calm = gap_of(make, claim({"ours": {}}), *(7500 + one for one in deviations))
    noisy = gap_of(make, claim({"ours": {}}), *(7500 + factor * one for one in deviations))
    assert calm.interval is not None
    assert noisy.interval is not None
    narrow = calm.interval.high - calm.interval.low
    assert noisy.interval.high - noisy.interval.low >= narrow - 1e-9
