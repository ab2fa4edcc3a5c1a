"""What becomes of a pair over all arms, and of a ranking."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from prune_audit.reruns.planned import Arm
from prune_audit.reruns.verdicts import Ruling, Verdict

Make = Callable[..., Any]
Write = Callable[..., str]
R, C, X = Arm.REPORTED, Arm.CALIBRATED, Arm.CROSSED
HIGH, LOW, ALIKE = [8000, 8011, 7991], [7000, 7011, 6991], [7996, 8012, 8005]


def ruled(
    make: Make, claim: Write, answers: Mapping[Any, Sequence[int]], statement: str = "better"
) -> Ruling:
    said = {"ours": "ours", "against": ["other"], "statement": statement}
    text = claim({"ours": {"top1": "76.00"}, "other": {}}, said)
    ruling: Ruling = make(text, answers).concluded().compared[0].rulings[0]
    return ruling


@pytest.mark.parametrize(
    ("statement", "ours", "other", "verdict"),
    [
        ("better", HIGH, LOW, Verdict.CONFIRMED),
        ("better", LOW, HIGH, Verdict.CONTRADICTED),
        ("better", HIGH, ALIKE, Verdict.WITHIN_NOISE),
        ("on par", HIGH, LOW, Verdict.CONFIRMED),
        ("on par", LOW, HIGH, Verdict.CONTRADICTED),
        ("on par", HIGH, ALIKE, Verdict.WITHIN_NOISE),
        ("better", HIGH, [7000], Verdict.OPEN),
    ],
)
def test_the_verdict_under_one_arm(
    make: Make, claim: Write, statement: str, ours: list[int], other: list[int], verdict: Verdict
) -> None:
    answers = {("ours", C): ours, ("other", C): other}
    assert ruled(make, claim, answers, statement).verdict == verdict


def test_a_method_that_wins_only_by_its_recipe_is_recipe_dependent(
    make: Make, claim: Write
) -> None:
    answers = {("ours", R): HIGH, ("other", R): LOW, ("ours", C): HIGH, ("other", C): ALIKE}
    found = ruled(make, claim, answers)
    assert found.verdict is Verdict.RECIPE_DEPENDENT
    assert found.change is not None
    assert found.change.value == pytest.approx(80.04333 - 70.00667, abs=1e-3)


def test_a_method_that_wins_only_by_its_recipe_is_exposed_when_crossed(
    make: Make, claim: Write
) -> None:
    cells = (HIGH, LOW, ALIKE, [7003, 7008, 6999])
    keys = [(row, X, f"FT of {one}") for row in ("ours", "other") for one in ("ours", "other")]
    found = ruled(make, claim, dict(zip(keys, cells, strict=True)))
    assert found.verdict is Verdict.RECIPE_DEPENDENT


def test_the_same_winner_under_both_recipes_is_confirmed(make: Make, claim: Write) -> None:
    keys = [(row, X, f"FT of {one}") for row in ("ours", "other") for one in ("ours", "other")]
    cells = (HIGH, LOW, [k - 300 for k in HIGH], [k - 300 for k in LOW])
    found = ruled(make, claim, dict(zip(keys, cells, strict=True)))
    assert found.verdict is Verdict.CONFIRMED


def test_opposite_winners_of_two_arms_are_recipe_dependent(make: Make, claim: Write) -> None:
    answers = {("ours", R): HIGH, ("other", R): LOW, ("ours", C): LOW, ("other", C): HIGH}
    assert ruled(make, claim, answers).verdict is Verdict.RECIPE_DEPENDENT


def under_kinds(*cells: tuple[Arm, list[int], list[int]]) -> dict[Any, Sequence[int]]:
    ours = {("ours", arm): right for arm, right, _ in cells}
    return {**ours, **{("other", arm): right for arm, _, right in cells}}


def test_rows_are_set_against_each_other_under_the_same_retraining_kind(
    make: Make, claim: Write
) -> None:
    answers = under_kinds((Arm.CONSTANT, HIGH, ALIKE), (Arm.CLR, HIGH, LOW))
    found = ruled(make, claim, answers)
    assert [(one.arm, one.winner, one.family) for one in found.contests] == [
        (Arm.CONSTANT, 0, 1), (Arm.CLR, 1, 1),
    ]  # fmt: skip
    assert found.deciding is not None
    assert found.deciding.arm is Arm.CLR, "of kinds the one with the largest LR decides"
    assert found.verdict is Verdict.CONFIRMED


def test_opposite_winners_of_two_kinds_are_recipe_dependent(make: Make, claim: Write) -> None:
    answers = under_kinds((Arm.CLR, HIGH, LOW), (Arm.LRW, ALIKE, HIGH), (Arm.CONSTANT, LOW, HIGH))
    assert ruled(make, claim, answers).verdict is Verdict.RECIPE_DEPENDENT


def test_a_kind_decides_over_the_reported_recipes_and_one_common_recipe_over_it(
    make: Make, claim: Write
) -> None:
    answers = under_kinds((R, HIGH, LOW), (Arm.CLR, HIGH, ALIKE))
    assert ruled(make, claim, answers).verdict is Verdict.RECIPE_DEPENDENT
    answers |= under_kinds((C, HIGH, LOW))
    assert ruled(make, claim, answers).verdict is Verdict.CONFIRMED


def test_significant_here_and_not_there_is_no_proof_of_a_difference(
    make: Make, claim: Write
) -> None:
    """The lead shrinks from +0.9 to +0.6, which is less than noise: nothing depends on anything."""
    answers = {
        ("ours", R): [8000, 8040, 7990], ("other", R): [7910, 7920, 7930],
        ("ours", C): [8000, 8070, 7950], ("other", C): [7920, 7950, 7970],
    }  # fmt: skip
    found = ruled(make, claim, answers)
    reported, calibrated = found.contests
    assert (reported.winner, calibrated.winner) == (1, 0)
    assert found.verdict is Verdict.WITHIN_NOISE


def test_the_calibrated_arm_decides_over_the_reported_one(make: Make, claim: Write) -> None:
    answers = {("ours", R): HIGH, ("other", R): LOW, ("ours", C): HIGH, ("other", C): LOW}
    found = ruled(make, claim, answers)
    assert found.deciding is not None
    assert found.deciding.arm is C
    assert found.verdict is Verdict.CONFIRMED


def test_a_row_with_one_recipe_in_both_arms_counts_once_in_the_change(
    make: Make, claim: Write
) -> None:
    """Its runs are the same runs: their noise cancels in the change of the difference."""
    from prune_audit.reruns.experiment import Training

    same = Training(4, "0:1e-1,2:1e-2", 64, 5e-4)
    said = {"ours": "ours", "against": ["other"], "statement": "better"}
    text = claim({"ours": {"top1": "76.00"}, "other": {}}, said)
    noisy = [8000, 8300, 7700]
    answers = {("ours", R): noisy, ("ours", C): noisy, ("other", R): LOW, ("other", C): ALIKE}
    shared = {("ours", R): same, ("ours", C): same}
    found = make(text, answers, trainings=shared).concluded().compared[0].rulings[0]
    assert found.change.value == pytest.approx(80.04333 - 70.00667, abs=1e-3)
    assert found.change.p < 0.001


def test_rankings_before_and_after(make: Make, claim: Write) -> None:
    said = {"ours": "ours", "against": ["other", "third"], "statement": "better"}
    rows = {"ours": {"top1": "76.00"}, "other": {"top1": "75.00"}, "third": {"top1": "74.00"}}
    answers = {("ours", C): HIGH, ("other", C): LOW, ("third", C): [7500, 7510]}
    (ranking,) = make(claim(rows, said), answers).concluded().compared[0].rankings
    assert [row.name for row in ranking.claimed] == ["ours", "other", "third"]
    assert [row.name for row in ranking.rerun] == ["ours", "third", "other"]


def test_rows_without_runs_are_not_ranked(make: Make, claim: Write) -> None:
    said = {"ours": "ours", "against": ["other", "third"], "statement": "better"}
    rows: dict[str, Any] = {"ours": {}, "other": {}, "third": {}}
    answers = {("ours", C): HIGH, ("other", C): LOW, ("third", C): [None, None]}
    assert make(claim(rows, said), answers).concluded().compared[0].rankings == ()
