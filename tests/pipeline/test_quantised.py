"""A quantised arm: every weight stays, in fewer bits."""

from collections.abc import Callable
from dataclasses import replace
from statistics import fmean
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from prune_audit.pipeline.base import final_state
from prune_audit.pipeline.masks import layers_of
from prune_audit.pipeline.measures import MEASURES
from prune_audit.pipeline.sgd import SGD
from prune_audit.pipeline.stages.quantised import REFIT, Quantised, on_grid
from prune_audit.quantisation.arms import quantisation_errors
from prune_audit.reruns.experiment import Experiment, Pruning, Training
from prune_audit.reruns.ledger import ledger
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.planning.estimate import cost_of

Make = Callable[..., Experiment]
INT8, INT4, INT2 = (Pruning(name, (0.0,)) for name in ("int8", "int4", "int2"))
NOTHING = Training(0, "constant 1e-2", 30, 5e-4)


def seeded() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def network() -> nn.Module:
    net = nn.Sequential(nn.Linear(20, 30), nn.BatchNorm1d(30), nn.ReLU(), nn.Linear(30, 4))
    with torch.no_grad():
        for one in net.parameters():
            one.copy_(torch.randn(one.shape, generator=seeded()))
    return net


def levels(weight: Tensor) -> int:
    return len(set(weight.flatten().tolist()))


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=30), st.floats(0.01, 2), st.integers(2, 8))
def test_values_go_to_the_nearest_level_of_the_grid(
    values: list[float], step: float, bits: int
) -> None:
    found = on_grid(torch.tensor(values, dtype=torch.float64), step, bits).numpy()
    grid = step * np.arange(-(2 ** (bits - 1)), 2 ** (bits - 1))
    assert np.isclose(found[:, None], grid).any(axis=1).all()
    nearest = np.abs(np.array(values)[:, None] - grid).min(axis=1)
    assert np.abs(found - values) == pytest.approx(nearest)


@pytest.mark.parametrize("bits", [8, 4, 2])
def test_the_squared_error_is_that_of_the_diagnostic(bits: int) -> None:
    net = network()
    full = {name: one.weight.detach().clone() for name, one in layers_of(net)}
    Quantised(net, bits)
    for name, layer in layers_of(net):
        rows = full[name].reshape(1, -1).double().numpy()
        error = (full[name] - layer.weight.detach()).double().square().sum()
        assert float(error) == pytest.approx(quantisation_errors(rows, [bits])[0], rel=1e-3)
        assert levels(layer.weight) <= 2**bits


def test_biases_and_batch_norm_keep_their_precision() -> None:
    net, same = network(), network()
    Quantised(net, 2)
    for name in ("0.bias", "1.weight", "1.bias", "3.bias"):
        assert torch.equal(net.get_parameter(name), same.get_parameter(name))


def test_a_step_changes_the_full_weights_by_the_gradient_at_the_quantised_ones() -> None:
    net, training = network(), Training(1, "constant 1e-1", 8, 0.01, momentum=0.0)
    full = net.get_parameter("0.weight").detach().clone()
    stage, optimizer = Quantised(net, 4), SGD(net, training)
    quantised = net.get_parameter("0.weight").detach().clone()
    net(torch.randn(8, 20, generator=seeded())).square().mean().backward()
    gradient = net.get_parameter("0.weight").grad
    assert gradient is not None
    stage.press()
    assert torch.equal(net.get_parameter("0.weight"), full)
    optimizer.step(0.1)
    stage.stepped()
    assert torch.allclose(stage.full["0"], full - 0.1 * (gradient + 0.01 * full), atol=1e-6)
    assert torch.equal(net.get_parameter("0.weight"), on_grid(stage.full["0"], stage.steps["0"], 4))
    assert not torch.equal(quantised, full)


def test_small_changes_add_up_behind_weights_that_stay_the_same() -> None:
    net = nn.Linear(2, 1, bias=False)
    with torch.no_grad():
        net.weight.copy_(torch.tensor([[1.0, 0.45]]))
    stage = Quantised(net, 2)
    seen = []
    for _ in range(REFIT - 1):
        stage.press()
        with torch.no_grad():
            net.weight[0, 1] -= 0.01
        stage.stepped()
        seen.append(float(net.weight.detach()[0, 1]))
    assert len(set(seen)) == 2, "first no change at all, then a whole level"


def test_a_network_that_is_on_the_grid_loses_nothing() -> None:
    net = nn.Linear(4, 1)
    with torch.no_grad():
        net.weight.copy_(torch.tensor([[-2.0, -1.0, 0.0, 1.0]]) * 0.3)
    assert Quantised(net, 2).figures() == {"bits": 2}
    assert net.weight.detach().flatten().tolist() == pytest.approx([-0.6, -0.3, 0.0, 0.3])


@pytest.mark.parametrize("pruning", [INT8, INT2])
def test_a_retrained_network_is_quantised_at_the_end(
    pruning: Pruning, lab: Any, experiment: Make
) -> None:
    base = experiment()
    one = experiment(base=base.training, pruning=pruning)
    follower = experiment(base=one, training=NOTHING)
    (run,) = lab.run(one)
    assert run.before is not None
    assert (run.sparsity, run.macs, run.kept) == (0, run.dense_macs, "")
    bits = METHODS[pruning.method].bits
    assert run.figures["bits"] == bits
    assert run.figures["sqnr_db"] > {8: 30, 2: 3}[bits]
    with pytest.raises(ValueError, match="end of a chain"):
        lab.run(follower)
    state = final_state(one, "", lab.store())
    weights = [value for name, value in state.items() if "conv" in name or name == "fc.weight"]
    assert len(weights) >= 7
    assert all(levels(weight) <= 2**bits for weight in weights)


def test_without_retraining_it_is_post_training_quantisation(lab: Any, experiment: Make) -> None:
    base = experiment()
    fine, coarse = (
        experiment(base=base.training, pruning=one, training=NOTHING) for one in (INT8, INT2)
    )
    dense, eight, two = lab.run(base, fine, coarse)
    assert eight.final == eight.before
    assert abs(eight.final.percent - dense.final.percent) < 2
    assert two.final.percent < eight.final.percent
    assert eight.figures["sqnr_db"] > two.figures["sqnr_db"] + 20


def test_the_sqnr_of_a_run_is_that_which_the_study_measures(lab: Any, experiment: Make) -> None:
    base = experiment()
    (run,) = lab.run(experiment(base=base.training, pruning=INT4, training=NOTHING))
    layers = MEASURES["sqnr"](base, {"bits": "4"}, lab.bench())
    assert len(layers) == 10
    mean = fmean(layer["arms"]["4"][0] for layer in layers)
    assert run.figures["sqnr_db"] == pytest.approx(mean, abs=0.01)
    assert all(layer["arms"]["4"][2] < layer["arms"]["4"][1] for layer in layers)


def test_a_run_that_is_stopped_goes_on_where_it_was(lab: Any, experiment: Make) -> None:
    one = experiment(base=experiment().training, pruning=INT4)
    lab.stop(one, after=2, folder="stopped")
    (resumed,) = lab.run(one, folder="stopped")
    assert resumed == lab.run(one)[0]


def test_epochs_and_flops_are_those_of_the_dense_network(lab: Any, experiment: Make) -> None:
    one = experiment(base=experiment().training, pruning=INT8)
    dense = one.unpruned
    (run, plain) = lab.run(one, dense)
    runs = {run.experiment.id: run for run in lab.run(experiment(), one, dense)}
    assert ledger(run, runs) == ledger(plain, runs)
    assert cost_of([one], {}, None) == cost_of([dense], {}, None)


def test_weights_that_are_zero_stay_so(lab: Any, experiment: Make) -> None:
    sparse = experiment(base=experiment().training, pruning=Pruning("magnitude", (0.8,)))
    pruned, both = lab.run(sparse, experiment(base=sparse, pruning=INT4))
    assert both.sparsity == pruned.sparsity
    assert both.kept == pruned.kept


@pytest.mark.parametrize(
    "change", [{"rewind": 2}, {"pruning": replace(INT8, fresh=True)}], ids=["rewound", "fresh"]
)
def test_what_needs_removed_weights_is_refused(
    change: dict[str, Any], lab: Any, experiment: Make
) -> None:
    one = replace(experiment(base=experiment().training, pruning=INT8), **change)
    with pytest.raises(ValueError, match="removes nothing"):
        lab.run(one)
