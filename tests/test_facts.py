"""Questions about a pair: same, different or unknown, with what each side states."""

from collections.abc import Callable
from typing import Any

import pytest

from prune_audit.answers import Answer
from prune_audit.audit import Report
from prune_audit.facts import Fact, common_facts, pair_facts
from prune_audit.judged import JudgedPair
from prune_audit.recipe import recipe_differences, recipe_facts
from prune_audit.settings import Settings
from prune_audit.setups import FactName

Judge = Callable[..., JudgedPair]
Changes = dict[str, Any]
SAME, DIFFERENT, UNKNOWN = Answer.SAME, Answer.DIFFERENT, Answer.UNKNOWN


def fact(judged: Judge, name: FactName, ours: Changes, other: Changes) -> Fact:
    pair = judged(ours, other).pair
    return pair_facts(pair.ours, pair.other, Settings())[name]


def answered(judged: Judge, name: FactName, ours: Changes, other: Changes) -> Answer:
    return fact(judged, name, ours, other).answer


def test_two_equal_rows_share_every_fact(judged: Judge) -> None:
    pair = judged().pair
    facts = pair_facts(pair.ours, pair.other, Settings())
    assert list(facts) == list(FactName)
    assert {one.answer for one in facts.values()} == {SAME}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("imagenet", "ImageNet-1K", SAME),
        ("cifar10", "cifar100", DIFFERENT),
        ("my-data", "My data", SAME),
        ("my-data", "cifar10", UNKNOWN),
    ],
)
def test_data_sets_are_compared_by_what_their_names_mean(
    judged: Judge, one: str, other: str, expected: Answer
) -> None:
    rows = [{"base": "unreported", "dataset": name} for name in (one, other)]
    assert answered(judged, FactName.DATASET, *rows) is expected


def test_a_draw_of_100_classes_may_be_another_one_in_another_paper(
    write: Callable[..., str], report_on: Callable[..., Report]
) -> None:
    bare = {"base": "unreported", "dataset": "imagenet100"}
    there = write(bare, bare)
    here = write(bare, bare, comparison={"against": ["other", "b#other"]})
    within, across = (pair.pair for pair in report_on(here, there).comparisons[0].pairs)
    sides = [(within.ours, within.other), (across.ours, across.other)]
    answers = [common_facts(*pair, Settings())[FactName.DATASET].answer for pair in sides]
    assert answers == [SAME, UNKNOWN]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("resnet50", "ResNet-50", SAME),
        ("resnet50", "resnet34", DIFFERENT),
        ("resnet50", "some-net", UNKNOWN),
    ],
)
def test_networks_are_compared_by_what_their_names_mean(
    judged: Judge, one: str, other: str, expected: Answer
) -> None:
    rows = [{"base": "unreported", "network": name} for name in (one, other)]
    assert answered(judged, FactName.NETWORK, *rows) is expected


def test_accuracies_of_two_splits_are_two_metrics(judged: Judge) -> None:
    rows = {"evaluated_on": "test"}, {"evaluated_on": "validation"}
    assert answered(judged, FactName.METRIC, *rows) is DIFFERENT


def test_another_metric_than_top_1_is_another_metric(judged: Judge) -> None:
    assert answered(judged, FactName.METRIC, {"metric": "map"}, {}) is DIFFERENT
    assert answered(judged, FactName.METRIC, {"metric": "map"}, {"metric": "map"}) is SAME
    assert answered(judged, FactName.METRIC, {"metric": "other"}, {"metric": "other"}) is UNKNOWN


def test_a_silent_accuracy_leaves_the_metric_unknown(judged: Judge) -> None:
    assert answered(judged, FactName.METRIC, {"top1": "unreported"}, {}) is UNKNOWN


def test_filters_and_channels_are_one_granularity(judged: Judge) -> None:
    rows = {"pruning.granularity": "filter"}, {"pruning.granularity": "channel"}
    assert answered(judged, FactName.GRANULARITY, *rows) is SAME


def test_filters_and_weights_are_two(judged: Judge) -> None:
    rows = {"pruning.granularity": "filter"}, {"pruning.granularity": "weight"}
    assert answered(judged, FactName.GRANULARITY, *rows) is DIFFERENT


@pytest.mark.parametrize("silent", ["unreported", "unverified", "other"])
def test_a_granularity_that_nobody_names_is_unknown(judged: Judge, silent: str) -> None:
    assert answered(judged, FactName.GRANULARITY, {"pruning.granularity": silent}, {}) is UNKNOWN


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("90", "90", SAME),
        ("90", "60", DIFFERENT),
        ("90", "~25", DIFFERENT),
        ("25", "~25", UNKNOWN),
        ("90", "unreported", UNKNOWN),
        ("90", "30 per layer", DIFFERENT),
        ("90", ">0", UNKNOWN),
    ],
)
def test_retraining_epochs(judged: Judge, one: str, other: str, expected: Answer) -> None:
    rows = [{"retraining.epochs": epochs, "retraining.lr": "unreported"} for epochs in (one, other)]
    assert answered(judged, FactName.EPOCHS, rows[0], rows[1]) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("0:1e-2,30:1e-3,60:1e-4", "step 0.01 at 30/60 by 0.1", SAME),
        ("0:1e-2,30:1e-3,60:1e-4", "0:1e-1,30:1e-2,60:1e-3", DIFFERENT),
        ("step 0.01 at 30/60", "step 0.01 at 30/60", UNKNOWN),
        ("step 0.01 at 30/60", "step 0.01 at 36/48", DIFFERENT),
        ("step 0.01 at 30/60", "unreported", UNKNOWN),
    ],
)
def test_retraining_schedules(judged: Judge, one: str, other: str, expected: Answer) -> None:
    rows = {"retraining.lr": one}, {"retraining.lr": other}
    assert answered(judged, FactName.SCHEDULE, *rows) is expected


def test_one_known_difference_is_enough_though_the_lr_is_not_stated(judged: Judge) -> None:
    rows: tuple[Changes, Changes] = {"retraining.epochs": "60", "retraining.lr": "unreported"}, {}
    assert answered(judged, FactName.SCHEDULE, *rows) is DIFFERENT


def test_one_schedule_implies_one_number_of_epochs(judged: Judge) -> None:
    lr = "rewind 40 of 90: 0:1e-1,30:1e-2,60:1e-3"
    row = {"retraining.epochs": "unreported", "retraining.lr": lr}
    assert answered(judged, FactName.SCHEDULE, row, row) is SAME
    assert answered(judged, FactName.EPOCHS, row, row) is SAME


def test_two_rows_without_retraining_share_their_retraining(judged: Judge) -> None:
    rows = {"retraining": "none"}, {"retraining": "none"}
    assert answered(judged, FactName.EPOCHS, *rows) is SAME
    assert answered(judged, FactName.SCHEDULE, *rows) is SAME


def test_no_retraining_differs_from_retraining(judged: Judge) -> None:
    assert answered(judged, FactName.EPOCHS, {"retraining": "none"}, {}) is DIFFERENT


def test_unreported_retraining_is_not_the_same_as_none(judged: Judge) -> None:
    assert answered(judged, FactName.EPOCHS, {"retraining": "unreported"}, {}) is UNKNOWN
    silent = fact(judged, FactName.EPOCHS, {"retraining": "unreported"}, {})
    assert [side.unreported for side in silent.silent_sides] == [True]


def test_two_one_shot_methods_share_zero_pruning_epochs(judged: Judge) -> None:
    assert answered(judged, FactName.PRUNING_EPOCHS, {}, {}) is SAME
    assert answered(judged, FactName.PRUNING_SCHEDULE, {}, {}) is SAME


def test_one_shot_differs_from_a_pruning_stage_of_unstated_length(judged: Judge) -> None:
    rows: tuple[Changes, Changes] = {}, {"pruning.epochs": ">0"}
    assert answered(judged, FactName.PRUNING_EPOCHS, *rows) is DIFFERENT
    assert answered(judged, FactName.PRUNING_SCHEDULE, *rows) is DIFFERENT


def test_two_pruning_stages_of_unstated_length_are_unknown(judged: Judge) -> None:
    row = {"pruning.epochs": ">0"}
    assert answered(judged, FactName.PRUNING_EPOCHS, row, row) is UNKNOWN
    assert answered(judged, FactName.PRUNING_SCHEDULE, row, row) is UNKNOWN


def test_a_joint_method_counts_pruning_and_retraining_together(judged: Judge) -> None:
    joint = {"pruning.schedule": "while-training", "pruning.epochs": "90", "retraining": "none"}
    found = fact(judged, FactName.EPOCHS, joint, {})
    assert found.answer is SAME
    assert "together" in found.why
    assert answered(judged, FactName.SCHEDULE, joint, {}) is UNKNOWN
    longer = {**joint, "pruning.epochs": "200"}
    assert answered(judged, FactName.EPOCHS, longer, {}) is DIFFERENT
    assert answered(judged, FactName.SCHEDULE, longer, {}) is DIFFERENT


def test_two_joint_methods_compare_their_training_schedules(judged: Judge) -> None:
    joint = {"pruning.schedule": "while-training", "pruning.epochs": "90", "retraining": "none"}
    one, other = ({**joint, "pruning.lr": lr} for lr in ("0:1e-1,30:1e-2", "0:1e-2,30:1e-3"))
    assert answered(judged, FactName.SCHEDULE, one, one) is SAME
    assert answered(judged, FactName.SCHEDULE, one, other) is DIFFERENT


def test_a_fact_names_what_both_sides_state_and_where(judged: Judge) -> None:
    found = fact(judged, FactName.EPOCHS, {}, {"retraining.epochs": "60"})
    assert found.sides == "90 / 60"
    assert found.left.place.line < found.right.place.line


def test_unreported_and_unverified_are_told_apart(judged: Judge) -> None:
    found = fact(
        judged, FactName.EPOCHS, {"retraining.epochs": "unreported"},
        {"retraining.epochs": "unverified"},
    )  # fmt: skip
    assert found.sides == "unreported / unverified"
    assert [side.unreported for side in found.silent_sides] == [True, False]


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        ("optimizer", "sgd", "adam"),
        ("weight_decay", "1e-4", "5e-4"),
        ("l1", "0", "1e-4"),
        ("momentum", "0.9", "0"),
        ("batch_size", "256", "1024"),
        ("augmentation", "standard", "autoaugment"),
        ("distillation", "yes", "no"),
        ("label_smoothing", "0", "0.1"),
        ("ema", "yes", "no"),
        ("input_size", "224", "256"),
    ],
)
def test_a_reported_difference_of_the_recipe_is_found(
    judged: Judge, key: str, one: str, other: str
) -> None:
    pair = judged({f"retraining.{key}": one}, {f"retraining.{key}": other}).pair
    found = recipe_differences(pair.ours, pair.other)
    assert [(f.name, f.sides) for f in found] == [(key.replace("_", " "), f"{one} / {other}")]


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        ("weight_decay", "1e-4", "0.0001"),
        ("batch_size", "256", "unreported"),
        ("batch_size", "256", "~256"),
        ("optimizer", "sgd", "other"),
        ("optimizer", "other", "other"),
    ],
)
def test_what_is_equal_or_not_stated_is_no_difference(
    judged: Judge, key: str, one: str, other: str
) -> None:
    pair = judged({f"retraining.{key}": one}, {f"retraining.{key}": other}).pair
    assert recipe_differences(pair.ours, pair.other) == ()


def test_another_optimizer_than_the_listed_ones_may_be_any(judged: Judge) -> None:
    row = {"retraining.optimizer": "other"}
    pair = judged(row, row).pair
    by_name = {found.name: found.answer for found in recipe_facts(pair.ours, pair.other)}
    assert by_name["optimizer"] is UNKNOWN


def test_a_bound_far_off_is_a_difference(judged: Judge) -> None:
    pair = judged({"retraining.batch_size": "64"}, {"retraining.batch_size": ">=256"}).pair
    assert [found.name for found in recipe_differences(pair.ours, pair.other)] == ["batch size"]
