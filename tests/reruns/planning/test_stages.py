"""A row whose method trains while it prunes: base -> pruning stage -> cut and retraining."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from prune_audit.reports.look import Look
from prune_audit.reruns.experiment import Experiment, Pruning, Training
from prune_audit.reruns.measured import measured
from prune_audit.reruns.penalties import CIFAR, fitted
from prune_audit.reruns.planned import Arm, Plan, PlannedRow
from prune_audit.reruns.planning.estimate import Cost
from prune_audit.reruns.planning.request import Budget, Compensate, Request, ScratchArm
from prune_audit.reruns.reports.plan import render
from prune_audit.reruns.reports.stages import stage_line
from prune_audit.reruns.run import Count, Epoch, Run

Claim = Callable[..., str]
PlanFor = Callable[..., Plan]

GREG = {
    "method": "GReg-1", "pruning.schedule": "growing-penalty", "pruning.epochs": "10",
    "pruning.lr": "0:1e-3",
}  # fmt: skip
L1 = {"method": "L1-norm", "pruning.criterion": "L1-norm"}
DENSE = Training(6, "0:1e-1,3:1e-2", 64, 5e-4)
STAGE = Training(10, "constant 1e-3", 64, 5e-4)


def numbers(method: str, steps: int) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(fitted(method, steps, CIFAR).items()))


def made(one: Experiment) -> Run:
    """Return a run that is made up but complete."""
    epoch = Epoch(0.1, 1.0, Count(800, 896), 1.0, Count(800, 899), 0.0)
    return Run(one, (epoch,) * one.training.epochs, 1, 1, 1, 1)


def only(plan: Plan, name: str = "ours") -> PlannedRow:
    (found,) = (row for row in plan.rows if row.result.name == name)
    return found


def stage_of(one: Experiment) -> Experiment:
    assert isinstance(one.base, Experiment)
    return one.base


def test_base_stage_and_retraining_are_a_chain(claim: Claim, plan_for: PlanFor) -> None:
    one = only(plan_for(claim(GREG), Request(seeds=(7,)))).experiments[0]
    pruning = Pruning("greg-1", (0.5,), settings=numbers("greg-1", 140))
    stage = Experiment(one.data, "resnet8", 7, STAGE, pruning, DENSE, during=True)
    last = Training(4, "0:1e-2,2:1e-3", 64, 5e-4)
    assert one == Experiment(one.data, "resnet8", 7, last, pruning, stage)


@pytest.mark.parametrize(
    ("changes", "method"),
    [
        ({}, "greg-1"),
        ({"method": "GReg-2"}, "greg-2"),
        ({"method": "TPP"}, "tpp"),
        ({"method": "ours", "pruning.criterion": "growing regularization"}, "greg-1"),
        ({"pruning.granularity": "weight", "pruning.criterion": "magnitude"}, "greg-1-weights"),
        ({"method": "GReg-2", "pruning.granularity": "weight"}, "greg-2-weights"),
        (
            {"method": "ours", "pruning.criterion": "greg-2", "pruning.schedule": "unverified"},
            "greg-2",
        ),
    ],
)
def test_the_method_or_its_criterion_names_it(
    changes: dict[str, Any], method: str, claim: Claim, plan_for: PlanFor
) -> None:
    one = only(plan_for(claim({**GREG, **changes}), Request(seeds=(0,)))).experiments[0]
    assert one.pruning is not None
    assert one.pruning.method == method
    assert stage_of(one).during


def test_the_numbers_of_a_short_stage_are_an_assumption(claim: Claim, plan_for: PlanFor) -> None:
    assumed = {one.what: one for one in only(plan_for(claim(GREG), Request())).assumed}
    penalty = assumed["penalty of greg-1"]
    assert penalty.value == "+0.007857 every step to 1"
    assert "a stage of 110,000; scaled to the 140 steps of this one" in penalty.why


def test_a_stage_as_long_as_the_papers_has_their_numbers(claim: Claim, plan_for: PlanFor) -> None:
    row = only(plan_for(claim({**GREG, "pruning.epochs": "7858"}), Request()))
    assert row.experiments[0].pruning == Pruning("greg-1", (0.5,))
    assert "the numbers of the paper" in {one.why for one in row.assumed}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"pruning.epochs": ">0"}, "the epochs of its pruning stage are >0"),
        ({"pruning.epochs": "unreported"}, "the epochs of its pruning stage are unreported"),
        ({"pruning.lr": "unreported"}, "the LR schedule of its pruning stage is unreported"),
        ({"pruning.lr": None}, "the LR schedule of its pruning stage is unverified"),
    ],
)
def test_a_stage_of_unknown_epochs_or_lr_is_refused_with_what_would_help(
    changes: dict[str, Any], reason: str, claim: Claim, plan_for: PlanFor
) -> None:
    (refusal,) = plan_for(claim({**GREG, **changes}), Request()).refused
    assert refusal.result.name == "ours"
    assert refusal.reason == reason
    assert refusal.remedy == "state epochs and lr of the stage under pruning:"


def test_no_arm_replaces_a_recipe_of_the_stage_that_reruns_do_not_have(
    claim: Claim, plan_for: PlanFor
) -> None:
    request = Request(arms=(Arm.CALIBRATED,))
    (refusal,) = plan_for(claim({**GREG, "pruning.optimizer": "adam"}), request).refused
    assert refusal.reason == "its pruning stage uses the optimizer adam; reruns have SGD only"
    assert refusal.remedy == "no arm replaces a pruning stage; leave the row out"


def test_a_method_with_a_stage_that_prunes_in_one_shot_is_a_contradiction(
    claim: Claim, plan_for: PlanFor
) -> None:
    changes = {"pruning.criterion": "greg-1", "pruning.epochs": "10", "pruning.lr": "0:1e-3"}
    (refusal,) = plan_for(claim(changes), Request()).refused
    assert refusal.reason == ("its schedule is one-shot, greg-1 prunes while the network trains")
    assert refusal.remedy.startswith("schedule: growing-penalty")


def test_an_l1_row_that_calls_itself_greg_and_is_one_shot_stays_one_of_l1(
    claim: Claim, plan_for: PlanFor
) -> None:
    one = only(plan_for(claim({"method": "GReg-1"}), Request())).experiments[0]
    assert one.pruning == Pruning("l1", (0.5,))
    assert one.base == DENSE


@pytest.mark.parametrize(
    ("compensate", "pretrained", "retrained"),
    [(Compensate.NONE, 6, 4), (Compensate.PRE, 16, 4), (Compensate.POST, 6, 14)],
)
def test_the_epochs_of_the_stage_are_what_is_made_up_for(
    compensate: Compensate, pretrained: int, retrained: int, claim: Claim, plan_for: PlanFor
) -> None:
    request = Request(arms=(Arm.CALIBRATED,), seeds=(0,), compensate=compensate)
    plan = plan_for(claim(GREG, L1), request)
    ours, other = (only(plan, name).experiments[0] for name in ("ours", "other"))
    assert isinstance(other.base, Training)
    assert (other.base.epochs, other.training.epochs) == (pretrained, retrained)
    assert stage_of(ours).base == DENSE
    assert stage_of(ours).training == STAGE
    assert ours.training.epochs == 4


def test_crossed_recipes_keep_the_stage_of_the_row(claim: Claim, plan_for: PlanFor) -> None:
    plan = plan_for(claim(GREG, L1), Request(arms=(Arm.CROSSED,), seeds=(0,)))
    ours = [row.experiments[0] for row in plan.rows if row.result.name == "ours"]
    assert len(ours) == 2
    assert all(stage_of(one).training == STAGE for one in ours)


def test_on_a_stand_in_the_stage_is_scaled_and_its_numbers_with_it(
    claim: Claim, plan_for: PlanFor
) -> None:
    dense = {"dataset": "cifar10", "network": "resnet56"}
    request = Request(stand_in="digits", scale=0.5, seeds=(0,))
    one = only(plan_for(claim({**GREG, "pruning.batch_size": "128"}, dense=dense), request))
    stage = stage_of(one.experiments[0])
    assert stage.training == replace(STAGE, epochs=5)
    assert stage.pruning == Pruning("greg-1", (0.5,), settings=numbers("greg-1", 70))


def test_a_scratch_arm_needs_no_stage(claim: Claim, plan_for: PlanFor) -> None:
    request = Request(seeds=(0,), scratch_arms=(ScratchArm(Budget.E, "ours"),))
    plan = plan_for(claim(GREG), request)
    (scratch,) = (row.experiments[0] for row in plan.rows if row.arm is Arm.SCRATCH)
    assert scratch.base is None
    assert scratch.pruning is not None
    assert scratch.pruning.fresh


def test_a_stage_in_a_pipeline_gets_numbers_that_fit_it_too(
    claim: Claim, plan_for: PlanFor
) -> None:
    steps = "train(6) > prune(greg-1, 0.5, epochs=10, lr=0:1e-3) > train(4)"
    changes = {"pruning.pipeline": steps, "pruning.ratio": None}
    one = only(plan_for(claim({**GREG, **changes}), Request(seeds=(0,)))).experiments[0]
    pruning = Pruning("greg-1", (0.5,), settings=numbers("greg-1", 140))
    assert (one.pruning, stage_of(one).pruning) == (pruning, pruning)


def test_the_plan_shows_the_epochs_and_lr_of_the_stage(claim: Claim, plan_for: PlanFor) -> None:
    found = plan_for(claim(GREG), Request(seeds=(0,)))
    nothing = Cost(0, 0, 0.0, 0.0, 0)
    shown = " ".join(render(found, nothing, nothing, 1, Look(100)).split())
    assert "greg-1 0.5 in 10" in shown
    assert "epochs constant" in shown


def test_a_report_says_what_ended_the_growth_and_how_far_it_came(
    claim: Claim, plan_for: PlanFor
) -> None:
    row = only(plan_for(claim(GREG), Request(seeds=(0,))))
    figures = {
        "steps": 140.0, "growth_steps": 127.0, "penalty_max": 1.005, "penalty_min": 1.005,
        "ended_by_ceiling": 3.0, "ended_by_ratio": 0.0, "still_growing": 0.0, "ratio_min": 9.37,
    }  # fmt: skip
    last = row.experiments[0]
    stage = replace(made(stage_of(last)), figures=figures)
    found = measured(row, {one.experiment.id: one for one in (stage, made(last))})
    assert found.ledger is not None
    assert [part.epochs for part in found.ledger.stages] == [6, 10, 4]
    assert stage_line(found) == (
        "the penalty grew to 1 in 127 of 140 steps, its ceiling ended it; what stays is 9.37 times "
        "as large as what goes, at least"
    )
