"""Rows of a claim that quantise in place of pruning."""

from collections.abc import Callable
from typing import Any

import pytest

from prune_audit.reruns.experiment import Pruning
from prune_audit.reruns.planned import Arm, Plan
from prune_audit.reruns.planning.request import Budget, Request, ScratchArm

Claim = Callable[..., str]
PlanFor = Callable[..., Plan]

REPORTED = Request(seeds=(0,))


def quantised(**changes: Any) -> dict[str, Any]:
    """Return what makes a quantised row of a pruned one."""
    stage = {
        "pruning.granularity": "bits", "pruning.criterion": "INT8", "pruning.ratio": None,
        "method": "INT8", "speedup": None,
    }  # fmt: skip
    return {**stage, **{f"pruning.{key}": value for key, value in changes.items()}}


@pytest.mark.parametrize(
    ("words", "name"), [("INT8", "int8"), ("int4", "int4"), ("INT2 quantization", "int2")]
)
def test_a_row_names_its_bits(words: str, name: str, claim: Claim, plan_for: PlanFor) -> None:
    plan = plan_for(claim(quantised(criterion=words)), REPORTED)
    assert not plan.refused
    row = next(row for row in plan.rows if row.result.name == "ours")
    assert row.experiments[0].pruning == Pruning(name, (0.0,))
    assert not any("ratio" in one.what for one in row.assumed)


def test_a_row_that_quantises_has_no_ratio(claim: Claim, plan_for: PlanFor) -> None:
    (refusal,) = plan_for(claim(quantised(ratio="0.5")), REPORTED).refused
    assert "int8 has the ratio 0 only" in refusal.reason
    assert "leave ratio out" in refusal.remedy


def test_bits_of_another_granularity_are_refused(claim: Claim, plan_for: PlanFor) -> None:
    (refusal,) = plan_for(claim(quantised(granularity="weight", ratio="0.5")), REPORTED).refused
    assert "its method is one for bits" in refusal.reason


@pytest.mark.parametrize("arm", [Arm.ALLR, Arm.WEIGHT_REWINDING])
def test_kinds_that_follow_from_what_is_removed_are_refused(
    arm: Arm, claim: Claim, plan_for: PlanFor
) -> None:
    plan = plan_for(claim(quantised()), Request(arms=(arm, Arm.CLR), seeds=(0,)))
    assert [(row.result.name, row.arm) for row in plan.rows] == [
        ("other", arm), ("ours", Arm.CLR), ("other", Arm.CLR),
    ]  # fmt: skip
    assert "removes no weights" in plan.refused[0].reason
    assert plan.refused[0].remedy


def test_there_is_no_smaller_network_to_train_from_scratch(claim: Claim, plan_for: PlanFor) -> None:
    request = Request(seeds=(0,), scratch_arms=(ScratchArm(Budget.E),))
    plan = plan_for(claim(quantised()), request)
    assert [row.result.name for row in plan.rows if row.arm is Arm.SCRATCH] == ["other"]


def test_its_dense_control_is_that_of_the_pruned_row(claim: Claim, plan_for: PlanFor) -> None:
    plan = plan_for(claim(quantised()), Request(seeds=(0,), dense_control=True))
    assert sum(row.arm is Arm.DENSE for row in plan.rows) == 1
