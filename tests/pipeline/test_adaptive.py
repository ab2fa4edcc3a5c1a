"""ALLR: the LR follows from what pruning took."""

from collections.abc import Callable
from math import sqrt
from typing import Any

import pytest
import torch
from torch import nn

from prune_audit.pipeline.adaptive import Size, adapted, size
from prune_audit.reruns.experiment import Experiment, Pruning, Training
from prune_audit.schedules.notation import parse_lr

Make = Callable[..., Experiment]
LLR = "0:linear 1e-2 to 1e-1,0.4:linear 1e-1 to 0"
ALLR = Training(4, LLR, 30, 5e-4, lr_each="step", allr=0.1)


def test_the_norm_is_of_all_parameters_and_the_count_of_prunable_weights() -> None:
    linear, norm = nn.Linear(2, 1), nn.BatchNorm1d(1)
    with torch.no_grad():
        linear.weight.copy_(torch.tensor([[3.0, 0.0]]))
        linear.bias.fill_(4.0)
        norm.weight.fill_(12.0)
    assert size(nn.Sequential(linear, norm)) == (13.0, 1)


def test_the_lr_is_capped_by_the_share_that_pruning_took() -> None:
    training, figures = adapted(ALLR, Size(5.0, 100), Size(4.0, 36))
    assert figures == pytest.approx({"relative_drop": 0.6, "step_sparsity": 0.64, "lr_share": 0.75})
    assert training.schedule.at(0.4) == pytest.approx(0.075)
    assert training.schedule.at(2.2) == pytest.approx(0.0375)
    assert training.allr == 0


def test_without_any_pruning_there_is_no_such_lr() -> None:
    with pytest.raises(ValueError, match="ALLR expects"):
        adapted(ALLR, Size(5.0, 100), Size(5.0, 100))


@pytest.mark.parametrize("pruning", [Pruning("magnitude", (0.9,)), Pruning("l1", (0.5,))])
def test_a_run_trains_under_the_lr_that_its_pruning_led_to(
    pruning: Pruning, lab: Any, experiment: Make
) -> None:
    base = experiment().training
    (run,) = lab.run(experiment(training=ALLR, base=base, pruning=pruning))
    share = run.figures["lr_share"]
    assert 0.1 < share < 1
    assert share == pytest.approx(run.figures["relative_drop"] / sqrt(run.figures["step_sparsity"]))
    schedule = parse_lr(LLR).over(4)
    assert [one.lr for one in run.history][1:] == pytest.approx(
        [share * schedule.at(epoch) for epoch in (1, 2, 3)]
    )


def test_a_run_that_is_stopped_goes_on_under_the_same_lr(lab: Any, experiment: Make) -> None:
    one = experiment(
        training=ALLR, base=experiment().training, pruning=Pruning("magnitude", (0.9,))
    )
    lab.stop(one, after=2, folder="stopped")
    (resumed,) = lab.run(one, folder="stopped")
    assert resumed == lab.run(one)[0]
