"""What follows from the first LR stage: premature decay, trainability accuracy."""

import random
from collections.abc import Callable

import pytest

from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.decay import is_rising, trend_of
from prune_audit.evidence.evidence import Evidence

Submit = Callable[..., Evidence]
Log = Callable[..., str]


def of(evidence: Evidence, what: What) -> Check:
    """Return the one check of a thing."""
    [check] = [check for check in evidence.checks if check.what is what]
    return check


def rising(log: Log, gain: float) -> str:
    """Return a log whose first stage of four epochs gains so much per epoch."""
    wiggle = (0.02, -0.02, 0.01, -0.01)
    first = [f"{80 + gain * n + wiggle[n]:.2f}" for n in range(4)]
    return log(accuracies=(*first, "92.95", "93.06", "93.10", "93.08"))


def test_a_curve_that_rises_at_the_first_step_is_noticed(submit: Submit, log: Log) -> None:
    check = of(submit({"seed0.csv": rising(log, 2.0)}), What.DECAY)
    assert check.status is Status.CONTRADICTED
    assert "after 4 epochs" in check.message
    assert of(submit({"seed0.csv": rising(log, 0.0)}), What.DECAY).status is Status.VERIFIED


def test_a_steep_and_bent_curve_is_left_open(submit: Submit, log: Log) -> None:
    first = ("42.00", "66.00", "79.00", "79.50")
    text = log(accuracies=(*first, "92.95", "93.06", "93.10", "93.08"))
    check = of(submit({"seed0.csv": text}), What.DECAY)
    assert (check.status, "cannot be told" in check.message) == (Status.NOT_VERIFIED, True)


def test_a_constant_lr_has_no_first_step(submit: Submit, log: Log) -> None:
    row = {"retraining": {"epochs": "8", "lr": "constant 1e-2"}}
    evidence = submit({"seed0.csv": log(lrs=["0.01"] * 8)}, row=row)
    assert not [check for check in evidence.checks if check.what is What.DECAY]


def test_a_noisy_flat_curve_is_rarely_called_rising() -> None:
    source = random.Random(7)
    called = 0
    for _ in range(3000):
        length = source.choice([8, 15, 30, 60])
        noise = source.choice([0.05, 0.3, 1.0])
        trend = trend_of([90 + source.gauss(0, noise) for _ in range(length)])
        assert trend is not None
        called += is_rising(trend, 90.0, 10_000)
    assert called < 30


def test_a_stage_of_fewer_than_four_epochs_is_not_judged() -> None:
    assert trend_of([80.0, 82.0, 84.0]) is None


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("90.69", Status.VERIFIED), ("95.00", Status.VERIFIED), ("90.7", Status.VERIFIED),
        ("88.00", Status.CONTRADICTED),
    ],
)  # fmt: skip
def test_trainability_accuracy_is_the_mean_of_the_first_stage(
    submit: Submit, stated: str, expected: Status
) -> None:
    assert of(submit(row={"ta": stated}), What.TA).status is expected


def test_trainability_accuracy_without_training_accuracy_is_not_contradicted(
    submit: Submit,
) -> None:
    columns = {"epoch": "epoch", "lr": "lr", "accuracy": "acc"}
    check = of(submit(row={"ta": "88.00"}, columns=columns), What.TA)
    assert check.status is Status.NOT_VERIFIED
