"""The dense network of a pruned row, trained as long and alike."""

from collections.abc import Callable

from prune_audit.reruns.planned import Arm, Plan, PlannedRow
from prune_audit.reruns.planning.request import Request

Claim = Callable[..., str]
PlanFor = Callable[..., Plan]


def asked(*arms: Arm) -> Request:
    return Request(arms=arms, seeds=(0, 1), dense_control=True)


def controls(plan: Plan) -> list[PlannedRow]:
    return [row for row in plan.rows if row.arm is Arm.DENSE]


def test_rows_that_are_trained_alike_share_one_control(claim: Claim, plan_for: PlanFor) -> None:
    plan = plan_for(claim(), asked(Arm.REPORTED))
    (control,) = controls(plan)
    assert (control.result.name, control.label) == ("ours", "as reported")
    for row in plan.rows[:2]:
        for one, dense in zip(row.experiments, control.experiments, strict=True):
            assert dense.pruning is None
            assert (dense.seed, dense.base, dense.training) == (one.seed, one.base, one.training)


def test_another_recipe_has_another_control(claim: Claim, plan_for: PlanFor) -> None:
    found = controls(plan_for(claim({"retraining.epochs": "5"}), asked(Arm.REPORTED)))
    assert [(row.result.name, row.experiments[0].training.epochs) for row in found] == [
        ("ours", 5), ("other", 4),
    ]  # fmt: skip


def test_every_arm_that_stands_for_the_row_has_a_control_and_allr_has_none(
    claim: Claim, plan_for: PlanFor
) -> None:
    plan = plan_for(claim(), asked(Arm.CLR, Arm.ALLR, Arm.CONVERGENCE))
    assert [row.label for row in controls(plan)] == ["retraining clr"]


def test_nothing_is_rewound_in_a_control(claim: Claim, plan_for: PlanFor) -> None:
    (control,) = controls(plan_for(claim(), asked(Arm.WEIGHT_REWINDING)))
    assert control.experiments[0].rewind is None


def test_training_from_scratch_has_no_control(claim: Claim, plan_for: PlanFor) -> None:
    scratch = {
        "method": "scratch", "base": "none", "network": "resnet8", "dataset": "digits",
        "pruning": None, "retraining": None,
        "scratch": {"epochs": "6", "lr": "0:1e-1,3:1e-2", "budget": "recipe"},
    }  # fmt: skip
    plan = plan_for(claim({}, scratch), asked(Arm.REPORTED))
    assert [row.result.name for row in controls(plan)] == ["ours"]


def test_controls_come_last_and_only_where_they_are_asked_for(
    claim: Claim, plan_for: PlanFor
) -> None:
    assert plan_for(claim(), asked(Arm.REPORTED)).rows[-1].arm is Arm.DENSE
    assert not controls(plan_for(claim(), Request(seeds=(0,))))
