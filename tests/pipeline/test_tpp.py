"""TPP: kept filters are pulled apart from chosen ones, and the layers are zeroed one by one."""

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from prune_audit.pipeline.networks import build
from prune_audit.pipeline.stages import stage_of
from prune_audit.pipeline.stages.tpp import decorrelation
from prune_audit.pipeline.surgery import example
from prune_audit.reruns.experiment import Pruning


def drawn(filters: int, weights: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return filters as rows, in double precision, and which of them are chosen."""
    source = torch.Generator().manual_seed(seed)
    rows = torch.randn(filters, weights, generator=source, dtype=torch.float64)
    return rows, torch.rand(filters, generator=source) < 0.5


def loss(rows: Tensor, fixed: Tensor, gone: Tensor) -> Tensor:
    """Return the mean square of the Gram matrix against its target, made from ``fixed``."""
    target = fixed @ fixed.T
    target[gone, :] = 0
    target[:, gone] = 0
    return (rows @ rows.T - target).square().mean()


sizes = st.tuples(st.integers(1, 6), st.integers(1, 5), st.integers(0, 2**20))


@given(sizes)
def test_the_gradient_is_that_of_the_mean_square_of_gram_minus_target(
    size: tuple[int, int, int],
) -> None:
    rows, gone = drawn(*size)
    free = rows.clone().requires_grad_()
    (expected,) = torch.autograd.grad(loss(free, rows, gone), free)
    torch.testing.assert_close(decorrelation(rows, gone), expected)


def test_the_gradient_is_what_finite_differences_give() -> None:
    rows, gone = drawn(4, 3, 1)
    assert 0 < int(gone.sum()) < 4
    found = decorrelation(rows, gone)
    for place in ((0, 0), (1, 2), (3, 1)):
        ahead, behind = rows.clone(), rows.clone()
        ahead[place] += 1e-6
        behind[place] -= 1e-6
        slope = (loss(ahead, rows, gone) - loss(behind, rows, gone)) / 2e-6
        assert float(found[place]) == pytest.approx(float(slope), rel=1e-5)


def test_kept_filters_are_left_alone_where_none_is_chosen_or_all_chosen_are_orthogonal() -> None:
    rows, _ = drawn(4, 6, 2)
    assert not decorrelation(rows, torch.zeros(4, dtype=torch.bool)).any()
    gone = torch.tensor([True, False, False, False])
    rows[0, 1:], rows[1:, 0] = 0.0, 0.0
    found = decorrelation(rows, gone)
    assert not found[1:].any()
    assert found[0].any()


def stage(network: str = "resnet8", **numbers: float) -> tuple[Any, nn.Module]:
    """Return a stage on a network with fresh weights."""
    net = build(network, 10, 1, torch.Generator().manual_seed(0))
    pruning = Pruning("tpp", (0.5,), settings=tuple(sorted(numbers.items())))
    side = 8 if network.startswith("mlp") else 32
    return stage_of("tpp")(net, pruning, network, example(1, side)), net


def step(acting: Any, net: nn.Module) -> dict[str, Tensor]:
    """Take a step without any learning, and return the gradients that the stage added."""
    for parameter in net.parameters():
        parameter.grad = torch.zeros_like(parameter)
    acting.press()
    acting.stepped()
    return {name: one.grad.clone() for name, one in net.named_parameters() if one.grad is not None}


def test_the_penalty_begins_at_zero_and_ends_at_its_ceiling() -> None:
    acting, net = stage(delta=0.5, every=2, zero_every=100)
    assert not any(one.any() for one in step(acting, net).values())
    found = []
    for _ in range(6):
        step(acting, net)
        found.append(acting.penalty["layer1.0.conv1"])
    assert found == [0.0, 0.5, 0.5, 1.0, 1.0, 1.0]
    assert acting.figures()["growth_steps"] == 4
    assert "ended_by_ratio" not in acting.figures()


def test_chosen_filters_are_pressed_with_their_batch_norm_and_kept_ones_pulled_away() -> None:
    acting, net = stage(delta=0.5, every=1)
    step(acting, net)
    found = step(acting, net)
    gone = acting.gone["layer1.0.conv1"].flatten()
    rows = net.get_parameter("layer1.0.conv1.weight").detach().flatten(1)
    expected = 500 * decorrelation(rows, gone) + torch.where(gone[:, None], 0.5 * rows, 0.0)
    torch.testing.assert_close(found["layer1.0.conv1.weight"].flatten(1), expected)
    scale = net.get_parameter("layer1.0.bn1.weight").detach()
    torch.testing.assert_close(found["layer1.0.bn1.weight"], torch.where(gone, 0.5 * scale, 0.0))
    assert not found["layer1.0.conv2.weight"].any()


def test_biases_are_pressed_where_there_is_no_batch_norm() -> None:
    acting, net = stage("mlp-3x16", delta=0.5, every=1)
    with torch.no_grad():
        net.get_parameter("hidden.0.bias").fill_(2.0)
    step(acting, net)
    found = step(acting, net)["hidden.0.bias"]
    assert torch.equal(found, torch.where(acting.gone["hidden.0"].flatten(), 1.0, 0.0))


def test_layers_are_zeroed_one_after_the_other_and_stay_so() -> None:
    acting, net = stage("mlp-3x16", delta=1.0, every=1, zero_every=2)
    zero = []
    for _ in range(8):
        step(acting, net)
        with torch.no_grad():  # what the optimizer would do
            net.get_parameter("hidden.0.weight").add_(0.01)
        zero.append([
            not layer.weight[acting.gone[name].flatten()].any()
            for name, layer in acting.site.layers.items()
        ])  # fmt: skip
    assert [sum(one[1:]) for one in zero] == [0, 0, 0, 0, 0, 1, 1, 2]
    assert not any(one[0] for one in zero)
    acting.press()
    acting.stepped()
    assert not net.get_parameter("hidden.0.weight")[acting.gone["hidden.0"].flatten()].any()
