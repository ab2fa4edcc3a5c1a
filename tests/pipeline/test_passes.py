"""What a method looks at to choose what goes is counted, and costs."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from prune_audit.reruns.experiment import Experiment, Pruning, Training
from prune_audit.reruns.ledger import ledger
from prune_audit.reruns.run import LOOKED_AT, Run

SHORT = Training(1, "constant 1e-2", 30, 5e-4)


def cut(lab: Any, experiment: Callable[..., Experiment], method: str, **changes: Any) -> Run:
    dense = experiment()
    one = replace(dense, training=SHORT, pruning=Pruning(method, (0.5,), **changes), base=dense)
    (run,) = lab.run(one)
    found: Run = run
    return found


def test_a_method_that_ranks_by_weights_alone_looks_at_nothing(
    lab: Any, experiment: Callable[..., Experiment]
) -> None:
    run = cut(lab, experiment, "l1")
    assert LOOKED_AT not in run.figures
    assert ledger(run, {}).stages[1].flops == 0


def test_one_backward_pass_over_some_images_is_those_images(
    lab: Any, experiment: Callable[..., Experiment]
) -> None:
    run = cut(lab, experiment, "taylor")
    assert 0 < run.figures[LOOKED_AT] <= 256
    forward = 2 * run.dense_macs * round(run.figures[LOOKED_AT])
    assert ledger(run, {}).stages[1].flops == forward


@pytest.mark.parametrize("method", ["leave-one-out", "shapley"])
def test_removing_filters_one_by_one_takes_a_pass_over_all_images_for_each(
    lab: Any, experiment: Callable[..., Experiment], method: str
) -> None:
    filters = 16 + 32 + 64
    once = cut(lab, experiment, "taylor").figures[LOOKED_AT]
    assert cut(lab, experiment, method).figures[LOOKED_AT] >= filters * once


def test_rounds_of_pruning_look_at_a_batch_each(
    lab: Any, experiment: Callable[..., Experiment]
) -> None:
    one = replace(experiment(), pruning=Pruning("force", (0.5,), scope="global"))
    (run,) = lab.run(one)
    rounds = 60
    assert run.figures[LOOKED_AT] % rounds == 0
    plain = replace(run, figures={})
    extra = ledger(run, {}).flops - ledger(plain, {}).flops
    assert extra == 2 * run.dense_macs * round(run.figures[LOOKED_AT])
