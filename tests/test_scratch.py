"""Pruning against training the small network from scratch."""

from collections.abc import Callable
from typing import Any

import pytest

from prune_audit.answers import Answer
from prune_audit.judged import JudgedPair
from prune_audit.verdict import Fairness, Verdict

Judge = Callable[..., JudgedPair]
Changes = dict[str, Any]
SAME, DIFFERENT, UNKNOWN = Answer.SAME, Answer.DIFFERENT, Answer.UNKNOWN

RECIPE = "0:1e-1,30:1e-2,60:1e-3,90:1e-4,105:1e-5"
WHOLE = {"scratch.epochs": "120", "scratch.lr": RECIPE}
"""A scratch run of 120 epochs under the recipe of the paper."""


def judge(
    judged: Judge, retraining: Changes, pretraining: Changes, scratch: Changes, attitude: str = "1"
) -> Verdict:
    """Judge a pruned row against a scratch row, described by the stages alone."""
    return judged(
        {f"retraining.{key}": value for key, value in retraining.items()},
        scratch,
        bases={"dense": {f"pretraining.{key}": value for key, value in pretraining.items()}},
        comparison={"attitude": attitude},
        scratch=True,
    ).pair.verdict


def answers(verdict: Verdict) -> dict[str, Answer]:
    return {fact.name: fact.answer for fact in verdict.scratch}


P30 = {"epochs": "30", "lr": "0:1e-1"}
TAIL = {"epochs": "90", "lr": "0:1e-2,30:1e-3,60:1e-4,75:1e-5"}
LARGE = {"epochs": "90", "lr": "0:1e-1,30:1e-2,60:1e-3,75:1e-4,83:1e-5"}


def test_a_tail_of_the_scratch_schedule_is_s4_2(judged: Judge) -> None:
    verdict = judge(judged, TAIL, P30, WHOLE)
    assert (verdict.floor, verdict.ceiling, verdict.fairness) == ("S4.2", "S4.2", Fairness.FAIR)
    assert answers(verdict)["SX-A"] is SAME


def test_equal_total_epochs_under_another_schedule_are_sx_a(judged: Judge) -> None:
    verdict = judge(judged, LARGE, P30, WHOLE)
    assert verdict.floor == verdict.ceiling == "SX-A"


def test_the_attitude_decides_whether_sx_a_is_fair(judged: Judge) -> None:
    first = judge(judged, LARGE, P30, WHOLE)
    second = judge(judged, LARGE, P30, WHOLE, attitude="2")
    assert (first.fairness, second.fairness) == (Fairness.UNFAIR, Fairness.FAIR)
    assert "does not count" in first.marks[0]
    assert "counts" in second.marks[0]


def test_equal_flops_are_sx_b_within_one_dense_epoch(judged: Judge) -> None:
    pretraining = {"epochs": "15", "lr": "0:1e-1"}
    verdict = judge(judged, LARGE, pretraining, WHOLE)
    assert verdict.floor == "SX-B"
    other = judge(judged, LARGE, {"epochs": "12", "lr": "0:1e-1"}, WHOLE)
    assert answers(other)["SX-B"] is DIFFERENT
    assert "114.0 epochs of the small network against 120.0 (-6.0)" in other.scratch[2].why


def test_what_is_left_over_is_printed(judged: Judge) -> None:
    verdict = judge(judged, LARGE, {"epochs": "15", "lr": "0:1e-1"}, {**WHOLE, "speedup": "2.00x"})
    assert verdict.scratch[2].why == "120.0 epochs of the small network against 120.0"
    more = judge(judged, LARGE, {"epochs": "14", "lr": "0:1e-1"}, {**WHOLE, "speedup": "2.00x"})
    assert more.scratch[2].why.endswith("(-2.0, within one dense epoch)")


def test_the_recipe_of_the_base_model_is_reported_beside_the_rest(judged: Judge) -> None:
    verdict = judge(judged, TAIL, {"epochs": "120", "lr": RECIPE}, WHOLE)
    assert answers(verdict)["older practice"] is SAME
    assert verdict.floor == verdict.ceiling == "S1"
    assert verdict.fairness is Fairness.UNFAIR


def test_a_partly_stated_schedule_leaves_s4_2_open(judged: Judge) -> None:
    verdict = judge(judged, {"epochs": "90", "lr": "step 1e-2"}, P30, WHOLE)
    assert (verdict.floor, verdict.ceiling) == ("SX-A", "S4.2")
    assert verdict.fairness is Fairness.UNDETERMINED
    assert [fact.name for fact in verdict.missing] == ["S4.2"]


@pytest.mark.parametrize("stage", ["retraining", "pretraining", "scratch"])
def test_unreported_epochs_leave_all_totals_open(judged: Judge, stage: str) -> None:
    stages: dict[str, Changes] = {"retraining": TAIL, "pretraining": P30, "scratch": {}}
    stages[stage] = {"epochs": "unreported"}
    scratch = {f"scratch.{key}": value for key, value in stages["scratch"].items()}
    verdict = judge(judged, stages["retraining"], stages["pretraining"], {**WHOLE, **scratch})
    assert {answers(verdict)[name] for name in ("S4.2", "SX-A", "SX-B")} == {UNKNOWN}
    assert (verdict.floor, verdict.ceiling) == ("S1", "S4.2")


@pytest.mark.parametrize("bound", [">0", "~90"])
def test_epochs_stated_as_a_bound_do_not_stop_the_audit(judged: Judge, bound: str) -> None:
    verdict = judge(judged, {**TAIL, "epochs": bound}, P30, WHOLE)
    assert answers(verdict)["SX-A"] is UNKNOWN


@pytest.mark.parametrize("bound", [">1.5x", "~2x"])
def test_a_speedup_stated_as_a_bound_does_not_prove_equal_flops(judged: Judge, bound: str) -> None:
    text = {**WHOLE, "speedup": bound}
    pair = judged(
        {"speedup": bound, "retraining.epochs": "90", "retraining.lr": LARGE["lr"]}, text,
        bases={"dense": {"pretraining.epochs": "15", "pretraining.lr": "0:1e-1"}}, scratch=True,
    ).pair  # fmt: skip
    assert answers(pair.verdict)["SX-B"] is UNKNOWN


@pytest.mark.parametrize("speedup", ["0x", "-1x", "9e15x", ">1e9x"])
@pytest.mark.parametrize("epochs", ["0", "9e15", ">0"])
def test_absurd_numbers_do_not_stop_the_audit(judged: Judge, speedup: str, epochs: str) -> None:
    ours = {"speedup": speedup, "retraining.epochs": epochs}
    bases = {"dense": {"pretraining.epochs": epochs}}
    for scratch in (WHOLE, {**WHOLE, "scratch.epochs": epochs}):
        assert judged(ours, scratch, bases=bases, scratch=True).pair.verdict.fairness != "fair"


def test_another_rate_is_below_s1(judged: Judge) -> None:
    verdict = judge(judged, TAIL, P30, {**WHOLE, "speedup": "1.20x", "top1": "76.00"})
    assert (verdict.floor, verdict.ceiling) == ("below S1", "below S1")
    assert verdict.fairness is Fairness.UNFAIR
    assert verdict.deciding
    assert verdict.deciding.name == "rate"


def test_a_cheaper_and_more_accurate_row_dominates_a_scratch_row(judged: Judge) -> None:
    verdict = judge(judged, TAIL, P30, {**WHOLE, "speedup": "1.20x", "top1": "74.00"})
    assert verdict.dominance == "ours"
    assert verdict.fairness is Fairness.FAIR


def test_a_faster_and_more_accurate_row_passes_the_rate_of_a_scratch_row_too(
    judged: Judge,
) -> None:
    verdict = judge(judged, TAIL, P30, {**WHOLE, "speedup": "1.20x", "top1": "74.00"})
    assert (verdict.floor, verdict.dominance) == ("S4.2", "ours")


def test_an_unknown_rate_keeps_the_pair_from_being_fair(judged: Judge) -> None:
    verdict = judge(judged, TAIL, P30, {**WHOLE, "speedup": "unreported"})
    assert (verdict.floor, verdict.ceiling) == ("below S1", "S4.2")
    assert verdict.fairness is Fairness.UNDETERMINED
    assert verdict.deciding
    assert verdict.deciding.name == "rate"


def test_another_recipe_makes_the_pair_unfair(judged: Judge) -> None:
    verdict = judge(
        judged, {**TAIL, "augmentation": "standard"}, P30,
        {**WHOLE, "scratch.augmentation": "autoaugment"},
    )  # fmt: skip
    assert verdict.fairness is Fairness.UNFAIR
    assert verdict.deciding
    assert verdict.deciding.name == "augmentation"


def test_it_does_not_matter_which_row_is_ours(judged: Judge, write: Any, report_on: Any) -> None:
    text = write({"retraining.lr": "0:1e-2,30:1e-3"}, {}, scratch=True)
    swapped = text.replace('"ours": "ours"', '"ours": "other"').replace(
        '"other"\n   ]', '"ours"\n   ]'
    )
    assert text != swapped
    one, other = (
        report_on(claim).comparisons[0].pairs[0].pair.verdict for claim in (text, swapped)
    )
    assert (one.floor, one.ceiling, one.fairness) == (other.floor, other.ceiling, other.fairness)


def test_two_scratch_rows_compare_by_their_training(judged: Judge) -> None:
    stage = {"epochs": "120", "lr": RECIPE, "budget": "E"}
    row = {"base": "none", "pruning": None, "retraining": None, "scratch": stage}
    shorter = judged(row, {}, scratch=True).pair.verdict
    assert (shorter.floor, shorter.ceiling) == ("S2", "S2")
    same = judged(row, WHOLE, scratch=True).pair.verdict
    assert (same.floor, same.fairness) == ("S4.2", Fairness.FAIR)
