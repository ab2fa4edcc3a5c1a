"""A row that states its pipeline is planned as exactly that chain, or refused with a reason."""

from collections.abc import Callable
from typing import Any

import pytest

from prune_audit.grammar.written import written
from prune_audit.reports.look import Look
from prune_audit.reruns.experiment import Training
from prune_audit.reruns.planned import Arm, Plan
from prune_audit.reruns.planning.estimate import Cost
from prune_audit.reruns.planning.request import Budget as ScratchBudget
from prune_audit.reruns.planning.request import Compensate, Request, ScratchArm
from prune_audit.reruns.reports.plan import render

Claim = Callable[..., str]
Planning = Callable[..., Plan]
FILTERS = "train(6) > (prune(l1, 0.3) > train(4)) * 2"
TICKETS = "train(6) > (prune(magnitude, 0.3, scope=global) > rewind(2) > train(4)) * 2"
SEEDS = Request(seeds=(0, 1))


def row(pipeline: str, **changes: Any) -> dict[str, Any]:
    """Return what a row states beside that of a one-shot one."""
    stated = {"pruning.schedule": "iterative", "pruning.epochs": "4", "pruning.ratio": None}
    return {**stated, "pruning.pipeline": pipeline, **changes}


def reason(plan: Plan, name: str = "ours") -> str:
    (found,) = (one for one in plan.refused if one.result.name == name)
    return f"{found.reason}: {found.remedy}"


def ours(plan: Plan, arm: Arm = Arm.REPORTED) -> Any:
    (found,) = (one for one in plan.rows if one.result.name == "ours" and one.arm is arm)
    return found


def test_every_level_of_filters_is_a_run_with_the_row_s_recipes(
    claim: Claim, plan_for: Planning
) -> None:
    found = ours(plan_for(claim(row(FILTERS)), SEEDS))
    assert [one.seed for one in found.experiments] == [0, 1]
    dense, *levels = found.experiments[0].chain
    assert (dense.training.epochs, dense.training.lr) == (6, "0:1e-1,3:1e-2")
    assert [(one.training.epochs, one.training.lr) for one in levels] == [
        (4, "0:1e-2,2:1e-3"), (4, "0:1e-2,2:1e-3"),
    ]  # fmt: skip
    assert [cut.ratios for cut in found.experiments[0].cuts] == [(0.3,), (0.3,)]


def test_a_ticket_is_rewound_at_every_level(claim: Claim, plan_for: Planning) -> None:
    changes = {"pruning.granularity": "weight", "pruning.criterion": "magnitude"}
    found = ours(plan_for(claim(row(TICKETS, **changes)), SEEDS))
    assert [one.rewind for one in found.experiments[0].chain] == [None, 2, 2]


def test_a_one_step_pipeline_is_the_one_shot_row_itself(claim: Claim, plan_for: Planning) -> None:
    text = "train(6) > prune(l1, 0.5) > train(4)"
    same = row(text, **{"pruning.schedule": "one-shot", "pruning.epochs": "0"})
    chained, plain = plan_for(claim(same), SEEDS), plan_for(claim(), SEEDS)
    assert ours(chained).experiments == ours(plain).experiments


def test_a_pipeline_before_any_training_has_no_base(claim: Claim, plan_for: Planning) -> None:
    text = "prune(snip, 0.5) > prune(snip, 0.5) > train(4)"
    alone = row(text, base="none", network="resnet8", dataset="digits",
                **{"pruning.granularity": "weight", "pruning.epochs": "0"})  # fmt: skip
    found = ours(plan_for(claim(alone), SEEDS))
    assert [one.training.epochs for one in found.experiments[0].chain] == [0, 4]
    based = {**alone, "base": "dense"}
    assert "it names the base dense" in reason(
        plan_for(claim(based, dense={"pretraining": None}), SEEDS)
    )


def test_iterative_rows_without_a_pipeline_are_told_of_the_key(
    claim: Claim, plan_for: Planning
) -> None:
    silent = row(FILTERS) | {"pruning.pipeline": None, "pruning.ratio": "0.5"}
    assert "state its steps under pruning.pipeline" in reason(plan_for(claim(silent), SEEDS))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("train(6) > (prune(l1, 0.9) > train(4)) * 2", "takes every filter of a layer"),
        ("train(6) > prune(l1, [0.5, 0.5]) > train(8) > train(4)", "expected 5 ratios"),
        ("train(6) > prune(l1, 0.3) > train(1) > prune(l1, 0.3) > train(3) > train(4)",
         "milestone 2 is not inside 1 epochs"),
    ],
)  # fmt: skip
def test_what_cannot_run_is_refused_before_any_training(
    text: str, words: str, claim: Claim, plan_for: Planning
) -> None:
    stated = row(text, **{"pruning.epochs": "unreported"})
    found = reason(plan_for(claim(stated), SEEDS))
    assert words in found
    assert "mend pruning.pipeline of the row" in found


def test_another_recipe_replaces_the_last_training_where_weights_are_inherited(
    claim: Claim, plan_for: Planning
) -> None:
    text = claim(row(FILTERS))
    request = Request(seeds=(0,), arms=(Arm.CALIBRATED,), epochs=10, lr=1e-2)
    found = ours(plan_for(text, request), Arm.CALIBRATED).experiments[0]
    assert [one.training.epochs for one in found.chain] == [6, 4, 10]
    assert str(written(found)).startswith("train(6, lr='0:1e-1,3:1e-2') > prune(l1, 0.3) > train(4")


@pytest.mark.parametrize("arm", [Arm.CALIBRATED, Arm.CROSSED, Arm.CONVERGENCE, Arm.TUNED, Arm.CLR])
def test_no_other_recipe_is_put_on_a_ticket(claim: Claim, plan_for: Planning, arm: Arm) -> None:
    changes = {"pruning.granularity": "weight", "pruning.criterion": "magnitude"}
    text = claim(row(TICKETS, **changes))
    found = plan_for(text, Request(seeds=(0,), arms=(arm,)))
    assert "starts from rewound, new or initial weights" in reason(found)
    assert not any(one.result.name == "ours" for one in found.rows)


def test_compensation_counts_the_pruning_stage_of_the_pipeline(
    claim: Claim, plan_for: Planning
) -> None:
    text = claim(row(FILTERS, **{"pruning.epochs": "unreported"}))
    request = Request(
        seeds=(0,), arms=(Arm.CALIBRATED,), epochs=10, lr=1e-2, compensate=Compensate.POST
    )
    found = plan_for(text, request)
    epochs = {one.result.name: one.experiments[0].training.epochs for one in found.rows}
    assert epochs == {"ours": 10, "other": 14}


def test_the_structure_of_a_pipeline_is_no_scratch_arm(claim: Claim, plan_for: Planning) -> None:
    request = Request(seeds=(0,), scratch_arms=(ScratchArm(ScratchBudget.E, "ours"),))
    found = plan_for(claim(row(FILTERS)), request)
    assert "known once it has run" in reason(found)


def test_a_stand_in_scales_every_training_and_the_epoch_that_is_rewound_to(
    claim: Claim, plan_for: Planning
) -> None:
    changes = {"pruning.granularity": "weight", "pruning.criterion": "magnitude"}
    request = Request(seeds=(0,), stand_in="digits", scale=0.5)
    found = ours(plan_for(claim(row(TICKETS, **changes)), request)).experiments[0]
    assert [one.training.epochs for one in found.chain] == [3, 2, 2]
    assert [one.rewind for one in found.chain] == [None, 1, 1]
    assert isinstance(found.chain[1].base, Training)


def test_the_plan_shows_the_whole_chain(claim: Claim, plan_for: Planning) -> None:
    found = plan_for(claim(row("train(6) > (prune(l1, 0.3) > train(4, lr=1e-2)) * 2")), SEEDS)
    nothing = Cost(0, 0, 0.0, 0.0, 0)
    text = " ".join(render(found, nothing, nothing, 1, Look(200)).split())
    assert (
        "ours, as reported: train(6, lr='0:1e-1,3:1e-2') > "
        "(prune(l1, 0.3) > train(4, lr=constant 1e-2)) * 2"
    ) in text


def test_another_recipe_follows_what_was_trained_after_it_was_rewound(
    claim: Claim, plan_for: Planning
) -> None:
    changes = {"pruning.granularity": "weight", "pruning.criterion": "magnitude"}
    cut = "prune(magnitude, 0.3, scope=global)"
    text = f"train(6) > {cut} > rewind(2) > train(4) > {cut} > train(4)"
    request = Request(seeds=(0,), arms=(Arm.CALIBRATED,), epochs=10, lr=1e-2)
    found = ours(plan_for(claim(row(text, **changes)), request), Arm.CALIBRATED).experiments[0]
    assert [one.training.epochs for one in found.chain] == [6, 4, 10]
