"""Under which recipe rows are rerun: calibrated, crossed, longer, tuned, from scratch."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from prune_audit.reruns.experiment import Experiment, Training
from prune_audit.reruns.planned import Arm, Plan
from prune_audit.reruns.planning.request import Budget, Compensate, Request, ScratchArm
from prune_audit.reruns.run import Count, Epoch, Run
from prune_audit.schedules.calibrate import PROFILES, calibrate

Claim = Callable[..., str]
PlanFor = Callable[..., Plan]

LONGER = {"retraining.epochs": "8", "retraining.lr": "0:1e-1,4:1e-2"}
CALIBRATED = Request(arms=(Arm.CALIBRATED,), seeds=(0,))
TWO_BASES = {"longer": {"pretraining.epochs": "9"}}


def finished(experiment: Experiment, accuracy: int) -> Run:
    """Return a run of one epoch with that accuracy, percent."""
    epoch = Epoch(0.1, 1.0, Count(50, 100), 1.0, Count(accuracy, 100), 1.0)
    return Run(experiment, (epoch,), 1, 1, 2, 2)


def trainings(plan: Plan, arm: Arm) -> set[Training]:
    return {one.training for row in plan.rows if row.arm is arm for one in row.experiments}


def test_calibrated_rows_share_one_recipe_the_longest_from_the_largest_lr(
    claim: Claim, plan_for: PlanFor
) -> None:
    found = plan_for(claim({}, LONGER), CALIBRATED)
    (recipe,) = trainings(found, Arm.CALIBRATED)
    assert recipe.schedule == calibrate(8, 1e-1, PROFILES["digits"]).schedule
    assumed = {one.what: one.value for one in found.rows[0].assumed}
    assert assumed["calibrated epochs"] == "8"
    assert assumed["calibrated initial LR"] == "0.1"


def test_epochs_and_lr_of_the_user_come_first(claim: Claim, plan_for: PlanFor) -> None:
    (recipe,) = trainings(
        plan_for(claim(), replace(CALIBRATED, epochs=12, lr=1e-2)), Arm.CALIBRATED
    )
    assert recipe.schedule == calibrate(12, 1e-2, PROFILES["digits"]).schedule


def test_calibrated_rows_start_from_one_base_model(claim: Claim, plan_for: PlanFor) -> None:
    found = plan_for(claim({}, {"base": "longer"}, more=TWO_BASES), CALIBRATED)
    bases = {one.base for row in found.rows for one in row.experiments}
    assert {base.epochs for base in bases if isinstance(base, Training)} == {9}
    assert "base model" in {one.what for one in found.rows[0].assumed}


def test_a_row_without_a_reported_recipe_is_calibrated_like_the_others(
    claim: Claim, plan_for: PlanFor
) -> None:
    silent = {"retraining.epochs": "unreported", "retraining.lr": "unreported"}
    found = plan_for(claim(silent), CALIBRATED)
    assert [row.result.name for row in found.rows] == ["ours", "other"]
    assert len(trainings(found, Arm.CALIBRATED)) == 1


def test_where_no_row_states_epochs_the_user_has_to(claim: Claim, plan_for: PlanFor) -> None:
    silent = {"retraining.epochs": "unreported"}
    found = plan_for(claim(silent, silent), CALIBRATED)
    assert not found.rows
    assert {one.remedy for one in found.refused} == {"give --epochs"}


@pytest.mark.parametrize(
    ("how", "base", "retraining"),
    [(Compensate.NONE, 6, 4), (Compensate.PRE, 16, 4), (Compensate.POST, 6, 14)],
)
def test_epochs_of_another_pruning_stage_are_made_up_before_or_after_pruning(
    how: Compensate, base: int, retraining: int, claim: Claim, plan_for: PlanFor
) -> None:
    costly = {"pruning.epochs": "10", "pruning.schedule": "unreported"}
    found = plan_for(claim({}, costly), replace(CALIBRATED, compensate=how))
    ours = found.rows[0].experiments[0]
    assert isinstance(ours.base, Training)
    assert (ours.base.epochs, ours.training.epochs) == (base, retraining)
    assert ours.base.schedule.final == 1e-2


def test_crossed_runs_both_rows_under_both_whole_recipes(claim: Claim, plan_for: PlanFor) -> None:
    own = {**LONGER, "retraining.weight_decay": "1e-4"}
    found = plan_for(claim({}, own), Request(arms=(Arm.CROSSED,), seeds=(0,)))
    cells = {(row.result.name, row.label): row.experiments[0].training for row in found.rows}
    assert cells["ours", "FT of ours"] == cells["other", "FT of ours"]
    assert cells["ours", "FT of other"] == cells["other", "FT of other"]
    assert cells["ours", "FT of other"].weight_decay == 1e-4
    assert len(cells) == 4


def test_convergence_lengthens_the_first_stage_while_something_is_gained(
    claim: Claim, plan_for: PlanFor
) -> None:
    request = Request(arms=(Arm.CONVERGENCE,), seeds=(0, 1, 2), extensions=2)
    text = claim({}, {"pruning.criterion": "rank"})
    runs: dict[str, Run] = {}
    labels = []
    accuracy = {4: 50, 6: 70, 10: 90}
    for _ in range(3):
        rows = plan_for(text, request, runs).rows
        labels.append([row.label for row in rows])
        each = [one for row in rows for one in row.experiments]
        runs |= {one.id: finished(one, accuracy[one.training.epochs] + one.seed) for one in each}
    assert labels == [["+0", "+2"], ["+0", "+2", "+6"], ["+0", "+2", "+6"]]
    last = plan_for(text, request, runs).rows[-1].experiments[0].training
    assert last == Training(10, "0:1e-2,8:1e-3", 64, 5e-4)


def test_convergence_stops_where_nothing_is_gained(claim: Claim, plan_for: PlanFor) -> None:
    request = Request(arms=(Arm.CONVERGENCE,), seeds=(0, 1, 2))
    text = claim({}, {"pruning.criterion": "rank"})
    runs: dict[str, Run] = {}
    for _ in range(3):
        rows = plan_for(text, request, runs).rows
        runs |= {one.id: finished(one, 90 + one.seed) for r in rows for one in r.experiments}
    assert [row.label for row in plan_for(text, request, runs).rows] == ["+0", "+2"]


def test_tuning_tries_the_same_lrs_for_every_row_on_held_out_images(
    claim: Claim, plan_for: PlanFor
) -> None:
    found = plan_for(claim(), Request(arms=(Arm.TUNED,), seeds=(0,), candidates=(1e-2, 1e-3)))
    assert [(row.result.name, row.label) for row in found.rows] == [
        ("ours", "try 1e-2"), ("ours", "try 1e-3"), ("other", "try 1e-2"), ("other", "try 1e-3"),
    ]  # fmt: skip
    held_out = {one.data.held_out for one in found.experiments}
    assert held_out == {0.2}, "the base models must not have seen the held-out images either"


def test_the_best_lr_on_held_out_images_is_retrained_on_all_of_them(
    claim: Claim, plan_for: PlanFor
) -> None:
    request = Request(arms=(Arm.TUNED,), seeds=(0,), candidates=(1e-2, 1e-3))
    text = claim({}, {"pruning.criterion": "rank"})
    tries = plan_for(text, request).rows
    runs = {
        row.experiments[0].id: finished(row.experiments[0], accuracy)
        for row, accuracy in zip(tries, (80, 90), strict=True)
    }
    chosen = plan_for(text, request, runs).rows[-1]
    assert chosen.label == "1e-3 chosen"
    assert chosen.experiments[0].data.held_out == 0
    assert chosen.experiments[0].training.schedule.initial == 1e-3


@pytest.mark.parametrize(
    ("budget", "epochs"), [(Budget.E, 6), (Budget.B_LIU2019, 12), (Budget.B_WANG2023, 16)]
)
def test_scratch_arms_train_as_long_as_their_named_budget_says(
    budget: Budget, epochs: int, claim: Claim, plan_for: PlanFor
) -> None:
    arm = ScratchArm(budget, "ours")
    found = plan_for(claim(), Request(seeds=(0,), scratch_arms=(arm,)))
    (row,) = [row for row in found.rows if row.arm is Arm.SCRATCH]
    one = row.experiments[0]
    assert one.base is None
    assert one.pruning is not None
    assert one.pruning.fresh
    assert row.label == f"Scratch-{budget}"
    assert one.training.epochs == pytest.approx(epochs, abs=1)


def test_scratch_rows_get_the_same_total_epochs_when_calibrated(
    claim: Claim, plan_for: PlanFor
) -> None:
    scratch = {
        "method": "scratch", "base": "none", "network": "resnet8", "dataset": "digits",
        "pruning": None, "retraining": None,
        "scratch": {"epochs": "6", "lr": "0:1e-1,3:1e-2", "budget": "recipe"},
    }  # fmt: skip
    found = plan_for(claim({}, scratch), CALIBRATED)
    assert [row.experiments[0].training.epochs for row in found.rows] == [4, 10]
    assert found.rows[1].label == "SX-A"


def test_a_row_that_is_not_retrained_has_no_say_in_the_common_recipe(
    claim: Claim, plan_for: PlanFor
) -> None:
    own = {"retraining.augmentation": "none", "retraining.momentum": "0.8"}
    idle = {"retraining": {"epochs": "0", "lr": "unreported"}}
    for texts in (({**LONGER, **own}, idle), (idle, {**LONGER, **own})):
        (recipe,) = trainings(plan_for(claim(*texts), CALIBRATED), Arm.CALIBRATED)
        assert (recipe.augmentation, recipe.momentum) == ("none", 0.8)


def test_what_is_assumed_for_a_scratch_arm_is_not_called_pretraining(
    claim: Claim, plan_for: PlanFor
) -> None:
    found = plan_for(claim(), Request(seeds=(0,), scratch_arms=(ScratchArm(Budget.E, "ours"),)))
    (row,) = [row for row in found.rows if row.arm is Arm.SCRATCH]
    names = [one.what for one in row.assumed]
    assert "training from scratch" in names
    assert "pretraining" not in names
