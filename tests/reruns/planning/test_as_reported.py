"""What a row says becomes an experiment; what it does not say is assumed aloud or refused."""

from collections.abc import Callable
from typing import Any

import pytest

from prune_audit.reruns.experiment import Pruning, Training
from prune_audit.reruns.planned import Plan
from prune_audit.reruns.planning.request import Request

Claim = Callable[..., str]
PlanFor = Callable[..., Plan]

SCRATCH = {
    "method": "scratch", "base": "none", "network": "resnet8", "dataset": "digits",
    "pruning": None, "retraining": None,
    "scratch": {"epochs": "6", "lr": "0:1e-1,3:1e-2", "budget": "recipe"},
}  # fmt: skip


def test_a_row_is_rerun_with_its_own_recipe_once_per_seed(claim: Claim, plan_for: PlanFor) -> None:
    found = plan_for(claim(), Request(seeds=(7, 8)))
    ours = found.rows[0]
    assert [one.seed for one in ours.experiments] == [7, 8]
    assert ours.experiments[0].training == Training(4, "0:1e-2,2:1e-3", 64, 5e-4)
    assert ours.experiments[0].pruning == Pruning("l1", (0.5,))
    assert ours.experiments[0].base == Training(6, "0:1e-1,3:1e-2", 64, 5e-4)
    assert found.rows[1].experiments[0].pruning == Pruning("random", (0.5,))


def test_digits_get_five_seeds_unless_told_otherwise(claim: Claim, plan_for: PlanFor) -> None:
    assert len(plan_for(claim(), Request()).rows[0].experiments) == 5


def test_rows_of_one_base_model_share_its_training(claim: Claim, plan_for: PlanFor) -> None:
    found = plan_for(claim(), Request(seeds=(0,)))
    assert len(found.experiments) == 3
    assert found.experiments[0] == found.rows[0].experiments[0].base_experiment


def test_what_the_claim_states_is_taken_and_not_assumed(claim: Claim, plan_for: PlanFor) -> None:
    stated = {
        "retraining.batch_size": "32", "retraining.weight_decay": "1e-4",
        "retraining.momentum": "0.8", "retraining.nesterov": "yes",
        "retraining.augmentation": "none", "retraining.label_smoothing": "0.1",
    }  # fmt: skip
    row = plan_for(claim(stated), Request()).rows[0]
    assert row.experiments[0].training == Training(
        4, "0:1e-2,2:1e-3", 32, 1e-4, 0.8, True, "none", 0.1
    )
    assert not [one for one in row.assumed if one.what.endswith("of retraining")]


def test_what_the_claim_does_not_state_is_assumed_aloud(claim: Claim, plan_for: PlanFor) -> None:
    row = plan_for(claim({"retraining.weight_decay": "unreported"}), Request()).rows[0]
    assumed = {one.what: one for one in row.assumed}
    assert assumed["weight decay of retraining"].value == "0.0005"
    assert "unreported" in assumed["weight decay of retraining"].why


def test_a_speedup_without_ratios_becomes_the_uniform_ratio_that_reaches_it(
    claim: Claim, plan_for: PlanFor
) -> None:
    row = plan_for(claim({"pruning.ratio": None, "speedup": "1.93x"}), Request()).rows[0]
    pruning = row.experiments[0].pruning
    assert pruning is not None
    assert pruning.ratios[0] == pytest.approx(0.5, abs=0.07)
    assert "pruning ratios" in {one.what for one in row.assumed}


@pytest.mark.parametrize(
    ("lr", "taken"),
    [("step 1e-2 at 2", "0:1e-2,2:1e-3"), ("cosine 1e-2", "cosine 1e-2 to 0")],
)
def test_a_partly_stated_schedule_is_completed_in_the_usual_way(
    lr: str, taken: str, claim: Claim, plan_for: PlanFor
) -> None:
    row = plan_for(claim({"retraining.lr": lr}), Request()).rows[0]
    assert row.experiments[0].training.lr == taken
    assert "LR of retraining" in "; ".join(one.what for one in row.assumed)


def test_a_scratch_row_trains_the_structure_it_is_compared_with_from_fresh_weights(
    claim: Claim, plan_for: PlanFor
) -> None:
    found = plan_for(claim({}, SCRATCH), Request())
    scratch = found.rows[1].experiments[0]
    assert scratch.base is None
    assert scratch.pruning == Pruning("l1", (0.5,), fresh=True)
    assert scratch.training.epochs == 6


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"pruning.criterion": "rank of the feature maps"}, "method is not implemented"),
        ({"pruning.schedule": "iterative"}, "not prune in one shot"),
        ({"pruning.ratio": "1.0"}, "from 0 to below 1"),
        ({"pruning.ratio": None, "speedup": "900x"}, "highest speedup"),
        ({"pruning.ratio": None, "speedup": None}, "neither its pruning ratio nor its speedup"),
        ({"retraining.epochs": "unreported"}, "epochs of its retraining are unreported"),
        ({"retraining.lr": "unreported"}, "LR schedule of its retraining is unreported"),
        ({"retraining.lr": "initial 1e-2"}, "shape is missing"),
        ({"retraining": "unreported"}, "epochs of its retraining are unreported"),
        ({"retraining.optimizer": "adam"}, "SGD only"),
        ({"retraining.distillation": "yes"}, "distillation"),
        ({"retraining.augmentation": "randaugment"}, "randaugment"),
        ({"pruning.ratio": None, "pruning.ratios": ["0.5", "0.5"]}, "expected 5 ratios"),
        ({"metric": "map"}, "metric is map"),
    ],
)
def test_a_row_that_cannot_be_run_is_refused_with_the_reason_and_the_rest_is_planned(
    changes: dict[str, Any], reason: str, claim: Claim, plan_for: PlanFor
) -> None:
    found = plan_for(claim(changes), Request())
    assert [row.result.name for row in found.rows] == ["other"]
    (refusal,) = found.refused
    assert reason in refusal.reason
    assert refusal.remedy


@pytest.mark.parametrize(
    ("dense", "reason"),
    [
        ({"pretraining": None}, "was trained is not stated"),
        ({"dataset": "my photos"}, "data set is not known"),
        ({"dataset": "cifar10"}, "not at hand"),
        ({"network": "my network"}, "network is not built"),
        ({"weights": "torchvision/ResNet50_Weights.IMAGENET1K_V1"}, "not at hand"),
        ({"pretraining.lr": "unreported"}, "LR schedule of its pretraining"),
    ],
)
def test_rows_whose_base_model_or_data_cannot_be_had_are_refused(
    dense: dict[str, Any], reason: str, claim: Claim, plan_for: PlanFor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("TORCH_HOME", "/nonexistent")
    found = plan_for(claim(dense=dense), Request())
    assert not found.rows
    assert all(reason in one.reason for one in found.refused)


def test_a_claim_of_rows_that_are_approximate_is_assumed_at_the_middle(
    claim: Claim, plan_for: PlanFor
) -> None:
    row = plan_for(claim({"retraining.epochs": "~4"}), Request()).rows[0]
    assert row.experiments[0].training.epochs == 4
    assert "epochs of retraining" in {one.what for one in row.assumed}
