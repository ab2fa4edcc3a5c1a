"""Verdicts on pairs: setup reached, setup possible, fair or not, and what decides."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from prune_audit.answers import Answer
from prune_audit.judged import JudgedPair
from prune_audit.settings import Settings
from prune_audit.verdict import ITERATIVE, JOINT, Fairness, Verdict

Judge = Callable[..., JudgedPair]
FAIR, UNFAIR, UNDETERMINED = Fairness.FAIR, Fairness.UNFAIR, Fairness.UNDETERMINED


def verdict(judged: Judge, *rows: Any, require: str = "S3.2", **kwargs: Any) -> Verdict:
    return judged(*rows, settings=Settings(require=require), **kwargs).pair.verdict


def place(found: Verdict) -> tuple[str, str, Fairness]:
    return found.floor, found.ceiling, found.fairness


def named(found: Verdict) -> str:
    return found.deciding.name if found.deciding else ""


def test_two_one_shot_methods_under_one_recipe_reach_s4_2_vacuously(judged: Judge) -> None:
    assert place(verdict(judged)) == ("S4.2", "S4.2", FAIR)


def test_one_shot_against_a_trained_pruning_stage_stops_at_s3_2_and_is_fair(judged: Judge) -> None:
    found = verdict(judged, {}, {"pruning.epochs": ">0"})
    assert place(found) == ("S3.2", "S3.2", FAIR)
    assert named(found) == "pruning-stage epochs"


def test_other_retraining_epochs_stop_at_s2(judged: Judge) -> None:
    found = verdict(judged, {}, {"retraining.epochs": "60", "retraining.lr": "unreported"})
    assert place(found) == ("S2", "S2", UNFAIR)
    assert named(found) == "retraining epochs"


def test_another_retraining_schedule_stops_at_s3_1(judged: Judge) -> None:
    found = verdict(judged, {}, {"retraining.lr": "0:1e-1,30:1e-2,60:1e-3"})
    assert place(found) == ("S3.1", "S3.1", UNFAIR)


def test_a_silent_base_model_leaves_everything_above_s1_open(judged: Judge) -> None:
    found = verdict(judged, {}, {"base": "unreported"})
    assert place(found) == ("S1", "S4.2", UNDETERMINED)
    assert named(found) == "base model"


def test_the_cheapest_missing_fact_is_named_first(judged: Judge) -> None:
    found = verdict(judged, {}, {"base": "unreported", "retraining": "unreported"})
    assert [fact.name for fact in found.missing] == [
        "retraining epochs", "retraining LR schedule", "base model",
    ]  # fmt: skip
    assert named(found) == "retraining epochs"


def test_facts_above_the_line_are_not_missing(judged: Judge) -> None:
    found = verdict(judged, {}, {"pruning.epochs": "unreported"})
    assert place(found) == ("S3.2", "S4.2", FAIR)
    assert found.missing == ()
    assert named(found) == "pruning-stage epochs"


@pytest.mark.parametrize(
    ("require", "fairness"),
    [("S1", FAIR), ("S2", FAIR), ("S3.1", FAIR), ("S3.2", UNFAIR), ("S4.2", UNFAIR)],
)
def test_the_line_is_a_setting(judged: Judge, require: str, fairness: Fairness) -> None:
    found = verdict(judged, {}, {"retraining.lr": "0:1e-1,30:1e-2,60:1e-3"}, require=require)
    assert found.fairness is fairness


def test_a_recipe_difference_is_unfair_though_the_setup_is_reached(judged: Judge) -> None:
    found = verdict(judged, {"retraining.distillation": "yes"}, {"retraining.distillation": "no"})
    assert place(found) == ("S4.2", "S4.2", UNFAIR)
    assert named(found) == "distillation"


def test_a_recipe_difference_does_not_count_below_s3_2(judged: Judge) -> None:
    rows = {"retraining.batch_size": "256"}, {"retraining.batch_size": "1024"}
    assert verdict(judged, *rows, require="S3.1").fairness is FAIR
    assert verdict(judged, *rows, require="S4.1").fairness is UNFAIR


def test_a_recipe_difference_decides_even_where_the_base_is_unknown(judged: Judge) -> None:
    found = verdict(
        judged, {"retraining.ema": "yes"}, {"retraining.ema": "no", "base": "unreported"}
    )
    assert found.fairness is UNFAIR


def test_a_faster_and_more_accurate_row_passes_the_rate(judged: Judge) -> None:
    found = verdict(judged, {"speedup": "2.31x", "top1": "75.24"}, {"speedup": "1.76x"})
    assert (found.dominance, found.ceiling) == ("ours", "S4.2")
    back = verdict(judged, {"speedup": "1.76x"}, {"speedup": "2.31x", "top1": "75.24"})
    assert (back.dominance, back.ceiling) == ("theirs", "S4.2")


def test_equal_accuracy_is_at_least_as_accurate(judged: Judge) -> None:
    assert verdict(judged, {"speedup": "3.00x"}, {}).dominance == "ours"


def test_a_faster_and_less_accurate_row_does_not_pass_the_rate(judged: Judge) -> None:
    found = verdict(judged, {"speedup": "2.31x", "top1": "74.00"}, {"speedup": "1.76x"})
    assert place(found) == ("below S1", "below S1", UNFAIR)
    assert (found.dominance, named(found)) == ("", "rate")


def test_dominance_is_no_remark_where_the_rates_are_the_same_anyway(judged: Judge) -> None:
    found = verdict(judged, {"speedup": "2.05x", "top1": "75.24"}, {"speedup": "2.00x"})
    assert found.dominance == ""


def test_dominance_settles_rates_whose_digits_do_not(judged: Judge) -> None:
    rows = {"speedup": "2.3x", "top1": "75.24"}, {"speedup": "2.2x"}
    assert verdict(judged, *rows).dominance == "ours"
    back = verdict(judged, {"speedup": "2.3x", "top1": "74.00"}, {"speedup": "2.2x"})
    assert place(back) == ("below S1", "S4.2", UNDETERMINED)


def test_a_silent_accuracy_leaves_dominance_open(judged: Judge) -> None:
    found = verdict(judged, {"speedup": "2.31x", "top1": "unreported"}, {"speedup": "1.76x"})
    assert place(found) == ("below S1", "S4.2", UNDETERMINED)
    rate = next(fact for fact in found.missing if fact.name == "rate")
    assert rate.answer is Answer.UNKNOWN
    assert "as accurate" in rate.why


def test_a_bound_on_the_accuracy_proves_no_dominance(judged: Judge) -> None:
    found = verdict(judged, {"speedup": "2.31x", "top1": ">75"}, {"speedup": "1.76x"})
    assert found.dominance == ""


def test_dominance_does_not_help_a_pair_of_two_data_sets(judged: Judge) -> None:
    found = verdict(judged, {"speedup": "3.00x"}, {"base": "unreported", "dataset": "cifar10"})
    assert found.ceiling == "below S1"
    assert found.stop
    assert found.stop.name == "data set"


def test_the_tolerance_is_printed_with_the_verdict(judged: Judge) -> None:
    rows = {"speedup": "2.31x"}, {"speedup": "2.18x", "top1": "75.32"}
    strict = judged(*rows).pair.verdict
    loose = judged(*rows, settings=Settings(tolerance=Decimal("0.10"))).pair.verdict
    assert strict.deciding
    assert strict.deciding.why == "speedup, 5.6 % apart, tolerance 5 %"
    assert (strict.ceiling, loose.ceiling) == ("below S1", "S4.2")


def test_iterative_pruning_is_placed_and_marked(judged: Judge) -> None:
    found = verdict(judged, {"pruning.schedule": "iterative"}, {})
    assert ITERATIVE in found.marks


def test_joint_methods_are_placed_by_their_totals_and_marked(judged: Judge) -> None:
    joint = {"pruning.schedule": "while-training", "pruning.epochs": "90", "retraining": "none"}
    found = verdict(judged, joint, {})
    assert JOINT in found.marks
    assert (found.floor, found.ceiling) == ("S3.1", "S3.2")


def test_the_recipe_of_a_joint_method_is_that_of_its_only_training(judged: Judge) -> None:
    joint = {
        "pruning.schedule": "while-training", "pruning.epochs": "90", "retraining": "none",
        "pruning.optimizer": "adam",
    }  # fmt: skip
    found = verdict(judged, joint, {"retraining.optimizer": "sgd"})
    assert [fact.name for fact in found.recipe] == ["optimizer"]
