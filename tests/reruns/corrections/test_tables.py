"""Printed tables beside ours: matrices, signs, order, correlations, trainability."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from prune_audit.reruns.correlation import pearson, ranks, spearman
from prune_audit.reruns.planned import Arm
from prune_audit.reruns.tables import Matrix, sign_rows

Make = Callable[..., Any]
Write = Callable[..., str]
R = Arm.REPORTED
SPREAD = {"runs": "3", "spread_is": "std"}
SWEEPS: dict[str, dict[str, Any]] = {
    "a": {**SPREAD, "sweep": {"at": [10, 90], "top1": ["83.0+-0.1", "79.0+-0.1"]}},
    "b": {**SPREAD, "sweep": {"at": [10, 90], "top1": ["83.1+-0.1", "75.0+-0.1"]}},
    "c": {**SPREAD, "sweep": {"at": [10, 90], "top1": ["82.9+-0.1", "70.0+-0.1"]}},
}
SAID = {"ours": "a", "against": ["b", "c"], "statement": "none", "setup": "S4.2"}
ANSWERS = {
    ("a@10", R): [8300, 8310, 8290], ("a@90", R): [7000, 7010, 6990],
    ("b@10", R): [8303, 8312, 8285], ("b@90", R): [7500, 7510, 7490],
    ("c@10", R): [8302, 8308, 8287], ("c@90", R): [6000, 6010, 5990],
}  # fmt: skip


def matrix(make: Make, claim: Write, **more: Any) -> Matrix:
    found: Matrix
    (found,) = make(claim(SWEEPS, SAID), {**ANSWERS, **more}).concluded().matrices
    return found


def test_sweeps_of_one_table_make_a_matrix(make: Make, claim: Write) -> None:
    found = matrix(make, claim)
    assert (found.title, found.arm, found.labels) == ("Table 1", R, ("10", "90"))
    assert [(one.name, one.setups) for one in found.families] == [
        ("a", ("S4.2",)), ("b", ()), ("c", ()),
    ]  # fmt: skip


def test_columns_correlate_our_means_with_the_printed_ones(make: Make, claim: Write) -> None:
    last = matrix(make, claim).columns[1]
    printed, ours = [79, 75, 70], [70, 75, 60]
    assert last.n == 3
    assert last.pearson == pytest.approx(stats.pearsonr(printed, ours).statistic)
    assert last.spearman == pytest.approx(stats.spearmanr(printed, ours).statistic)


def test_order_counts_pairs_that_print_tells_apart(make: Make, claim: Write) -> None:
    first, last = matrix(make, claim).columns
    assert tuple(first.order) == (0, 0, 0)  # in print, nothing is told apart at 10
    assert tuple(last.order) == (2, 1, 0)  # a and b stand in the other order at 90


def test_signs_by_pair_of_sweeps_and_label(make: Make, claim: Write) -> None:
    found = make(claim(SWEEPS, SAID), ANSWERS).concluded()
    rows = sign_rows(found.matrices[0], found.contests)
    assert [(row.ours, row.other) for row in rows] == [("a", "b"), ("a", "c")]
    assert {label: str(one.sign) for label, one in rows[0].contests.items()} == {
        "10": "not resolved", "90": "does not hold",
    }  # fmt: skip
    assert str(rows[1].contests["90"].sign) == "holds"


def test_rows_that_were_not_run_leave_gaps(make: Make, claim: Write) -> None:
    some = {key: counts for key, counts in ANSWERS.items() if key[0] != "b@90"}
    (found,) = make(claim(SWEEPS, SAID), some).concluded().matrices
    assert [column.n for column in found.columns] == [3, 2]
    assert found.columns[1].pearson is None


def test_an_added_scratch_arm_stands_below_and_is_not_correlated(make: Make, claim: Write) -> None:
    made = make(claim(SWEEPS, SAID), ANSWERS | {("a@90", Arm.SCRATCH, "Scratch-E"): [1, 2, 3]})
    (found,) = made.concluded().matrices
    assert [one.name for one in found.families] == ["a", "b", "c", "a: Scratch-E"]
    assert not found.families[-1].claimed
    assert found.columns[1].n == 3


def test_order_of_ta_and_final_accuracy(make: Make, claim: Write) -> None:
    """The made-up runs all rise alike, so that TA ranks as the final accuracy does."""
    assert matrix(make, claim).columns[1].ta_order == pytest.approx(1)


def test_rows_that_state_a_ta_make_a_table_of_their_own(make: Make, claim: Write) -> None:
    rows = {
        "a": {"top1": "79.57", "ta": "88.00"}, "b": {"top1": "77.64", "ta": "77.45"},
        "c": {"top1": "70.53", "ta": "68.19"}, "d": {"top1": "60.00"},
    }  # fmt: skip
    answers = {(name, R): [k, k + 5] for name, k in zip("abcd", (8000, 7000, 7500, 1), strict=True)}
    (found,) = make(claim(rows), answers).concluded().ta_tables
    assert [row.planned.result.name for row in found.rows] == ["a", "b", "c"]
    assert found.order_claimed == pytest.approx(1)
    assert found.order_test == pytest.approx(1)


values = st.lists(st.sampled_from([1.0, 2.0, 2.5, 3.0, 7.0]), min_size=3, max_size=8)


@given(values, st.randoms())
def test_rank_correlation_agrees_with_scipy_on_ties(a: list[float], random: Any) -> None:
    b = [random.choice(a) for _ in a]
    if len(set(a)) == 1 or len(set(b)) == 1:
        assert spearman(a, b) is None
    else:
        assert spearman(a, b) == pytest.approx(stats.spearmanr(a, b).statistic)


@given(values)
def test_ranks_agree_with_scipy(found: list[float]) -> None:
    assert ranks(found) == pytest.approx(list(stats.rankdata(found)))


def test_two_pairs_correlate_to_nothing() -> None:
    assert pearson([1, 2], [3, 4]) is None
