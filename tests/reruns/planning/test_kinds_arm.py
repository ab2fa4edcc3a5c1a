"""Rows retrained under a kind of LR schedule that is made from their base model's pretraining."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from prune_audit.reruns.planned import RETRAINED, Arm, Plan
from prune_audit.reruns.planning.request import Request
from prune_audit.schedules.kinds import Kind, retraining
from prune_audit.schedules.notation import parse_lr

Claim = Callable[..., str]
PlanFor = Callable[..., Plan]

PRETRAINING = parse_lr("0:1e-1,3:1e-2").over(6)


def asked(*kinds: Kind) -> Request:
    return Request(arms=tuple(RETRAINED[kind] for kind in kinds), seeds=(0,))


@pytest.mark.parametrize("kind", Kind)
def test_every_row_gets_the_kind_over_its_own_epochs(
    kind: Kind, claim: Claim, plan_for: PlanFor
) -> None:
    found = plan_for(claim({}, {"retraining.epochs": "5"}), asked(kind))
    assert not found.refused
    assert [row.arm for row in found.rows] == [RETRAINED[kind]] * 2
    trainings = [row.experiments[0].training for row in found.rows]
    assert [one.schedule for one in trainings] == [
        parse_lr(str(retraining(kind, PRETRAINING, epochs))).over(epochs) for epochs in (4, 5)
    ]


@pytest.mark.parametrize("kind", Kind)
def test_an_lr_that_moves_does_so_with_every_step(
    kind: Kind, claim: Claim, plan_for: PlanFor
) -> None:
    moves = kind in (Kind.SLR, Kind.CLR, Kind.LLR, Kind.ALLR)
    for request in (asked(kind), replace(asked(kind), stand_in="digits")):
        for row in plan_for(claim(), request).rows:
            assert row.experiments[0].training.lr_each == ("step" if moves else "epoch")


def test_the_rest_of_the_recipe_is_the_rows_own(claim: Claim, plan_for: PlanFor) -> None:
    own = {"retraining.weight_decay": "1e-3", "retraining.batch_size": "32"}
    row, other = plan_for(claim(own), asked(Kind.CLR)).rows
    training = row.experiments[0].training
    assert (training.weight_decay, training.batch_size) == (1e-3, 32)
    assert other.experiments[0].training.weight_decay != 1e-3


def test_kinds_stand_in_the_order_in_which_they_are_asked_for(
    claim: Claim, plan_for: PlanFor
) -> None:
    found = plan_for(claim(), asked(Kind.LRW, Kind.CLR))
    assert [str(row.arm) for row in found.rows] == [
        "retraining lrw", "retraining lrw", "retraining clr", "retraining clr",
    ]  # fmt: skip


def test_a_row_whose_own_lr_is_not_stated_can_be_retrained_all_the_same(
    claim: Claim, plan_for: PlanFor
) -> None:
    found = plan_for(claim({"retraining.lr": "unreported"}), asked(Kind.SLR))
    assert [row.result.name for row in found.rows] == ["ours", "other"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"retraining.epochs": "7"}, "7 are more than all of its 6"),
        ({"retraining.epochs": "unreported"}, "epochs of its retraining are unreported"),
        ({"retraining": "none"}, "takes no epochs"),
        ({"retraining.mixup": "yes"}, "mixup"),
    ],
)
def test_a_row_that_lr_rewinding_does_not_fit_is_refused_and_the_other_runs(
    change: dict[str, str | None], reason: str, claim: Claim, plan_for: PlanFor
) -> None:
    found = plan_for(claim(change), asked(Kind.LRW))
    assert [row.result.name for row in found.rows] == ["other"]
    (refusal,) = found.refused
    assert reason in refusal.reason
    assert refusal.remedy


def test_longer_retraining_than_pretraining_fits_the_other_kinds(
    claim: Claim, plan_for: PlanFor
) -> None:
    kinds = (Kind.CONSTANT, Kind.SLR, Kind.CLR, Kind.LLR)
    found = plan_for(claim({"retraining.epochs": "70"}), asked(*kinds))
    assert len(found.rows) == 8


def test_rewound_weights_are_those_from_which_the_epochs_were_left_to_train(
    claim: Claim, plan_for: PlanFor
) -> None:
    rows = plan_for(claim({"retraining.epochs": "6"}), asked(Kind.WEIGHT_REWINDING, Kind.LRW)).rows
    assert [(row.result.name, row.experiments[0].rewind) for row in rows] == [
        ("ours", 0), ("other", 2), ("ours", None), ("other", None),
    ]  # fmt: skip
    assert rows[0].experiments[0].training == rows[2].experiments[0].training


def test_a_row_that_states_weight_rewinding_is_rewound_as_reported(
    claim: Claim, plan_for: PlanFor
) -> None:
    text = claim({"retraining.kind": "weight-rewinding"})
    plan = plan_for(text, Request(arms=(Arm.REPORTED, Arm.CONVERGENCE), seeds=(0,)))
    found = {row.key[1:3]: row.experiments[0] for row in plan.rows}
    assert found["ours", "as reported"].rewind == 2
    assert found["other", "as reported"].rewind is None
    longer = [row for row in plan.rows if row.arm is Arm.CONVERGENCE and row.label != "+0"]
    assert [row.experiments[0].rewind for row in longer] == [2, None]


def test_a_row_that_is_rewound_by_more_than_its_pretraining_is_refused(
    claim: Claim, plan_for: PlanFor
) -> None:
    text = claim({"retraining.kind": "weight-rewinding", "retraining.epochs": "7"})
    (refusal,) = plan_for(text, Request(seeds=(0,))).refused
    assert "rewound by 7 epochs, its pretraining has 6" in refusal.reason


def test_on_a_stand_in_weights_are_rewound_by_the_epochs_that_are_trained_there(
    claim: Claim, plan_for: PlanFor
) -> None:
    text = claim({"retraining.epochs": "30"}, dense={"pretraining.epochs": "90"})
    request = replace(asked(Kind.WEIGHT_REWINDING), stand_in="digits")
    one = plan_for(text, request).rows[0].experiments[0]
    assert (one.chain[0].training.epochs, one.training.epochs, one.rewind) == (30, 10, 20)


def test_allr_takes_at_least_the_share_of_the_epochs(claim: Claim, plan_for: PlanFor) -> None:
    rows = plan_for(claim({"retraining.epochs": "70"}), asked(Kind.ALLR, Kind.LLR)).rows
    shares = [row.experiments[0].training.allr for row in rows]
    assert shares == [1, pytest.approx(4 / 6), 0, 0]
    assert rows[0].experiments[0].training.lr == rows[2].experiments[0].training.lr


def test_a_row_trained_from_scratch_has_no_pretraining_to_be_retrained_like(
    claim: Claim, plan_for: PlanFor
) -> None:
    scratch = {
        "method": "scratch", "base": "none", "network": "resnet8", "dataset": "digits",
        "pruning": None, "retraining": None,
        "scratch": {"epochs": "6", "lr": "0:1e-1,3:1e-2", "budget": "recipe"},
    }  # fmt: skip
    (refusal,) = plan_for(claim({}, scratch), asked(Kind.CLR)).refused
    assert "--as-reported" in refusal.remedy


def loaded(claim: Claim, **dense: object) -> str:
    """Return a claim whose base model is loaded from a file, with other words on it."""
    text = json.loads(claim())
    text["base_models"]["dense"] |= dense
    return json.dumps({key: value for key, value in text.items() if value is not None})


@pytest.fixture
def from_file(tmp_path: Path) -> Request:
    file = tmp_path / "dense.pth"
    file.write_bytes(b"weights")
    return Request(arms=(Arm.CLR,), seeds=(0,), weights={"dense": file})


def test_loaded_weights_are_retrained_after_the_pretraining_that_is_stated(
    claim: Claim, plan_for: PlanFor, from_file: Request
) -> None:
    found = plan_for(claim(), from_file)
    assert found.rows[0].experiments[0].training.schedule == retraining(Kind.CLR, PRETRAINING, 4)
    assert "weight decay of pretraining" not in {one.what for one in found.rows[0].assumed}


def test_loaded_weights_cannot_be_rewound(
    claim: Claim, plan_for: PlanFor, from_file: Request
) -> None:
    found = plan_for(claim(), replace(from_file, arms=(Arm.WEIGHT_REWINDING, Arm.LRW)))
    assert [row.arm for row in found.rows] == [Arm.LRW, Arm.LRW]
    assert "earlier epochs are not there" in found.refused[0].reason


@pytest.mark.parametrize("lr", ["unreported", "initial 1e-1"])
def test_loaded_weights_without_a_known_pretraining_are_refused(
    lr: str, claim: Claim, plan_for: PlanFor, from_file: Request
) -> None:
    for text in (
        loaded(claim, pretraining={"epochs": "6", "lr": lr}),
        loaded(claim, pretraining="unreported"),
    ):
        found = plan_for(text, from_file)
        assert not found.rows
        assert {one.remedy for one in found.refused} == {
            "state epochs and lr in pretraining: of the base model"
        }


def test_on_a_stand_in_warm_up_and_cosine_shrink_with_the_epochs(
    claim: Claim, plan_for: PlanFor
) -> None:
    text = claim({"retraining.epochs": "90"}, dense={"pretraining.epochs": "90"})
    request = Request(arms=(Arm.CLR, Arm.LRW), seeds=(0,), stand_in="digits")
    found = {row.key[1:3]: row.experiments[0] for row in plan_for(text, request).rows}
    clr = found["ours", "retraining clr"].training
    assert (clr.epochs, clr.lr) == (30, "0:linear 1e-2 to 1e-1,3:cosine 1e-1 to 1e-2")
    lrw = found["ours", "retraining lrw"]
    assert lrw.training.schedule == lrw.base.schedule  # type: ignore[union-attr]
