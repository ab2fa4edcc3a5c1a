"""Growing penalties: what they do to gradients, how they grow, when they stop, what they leave."""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from prune_audit.pipeline import masks, surgery
from prune_audit.pipeline.networks import build
from prune_audit.pipeline.stages import stage_of
from prune_audit.pipeline.stages.growing import Growing
from prune_audit.reruns.experiment import Experiment, Pruning
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.penalties import CIFAR, IMAGENET, PENALTIES, fitted, full_length, settings

Experiments = Callable[..., Experiment]
Lab = Any  # the class of conftest.py
TRAINS = [name for name, one in METHODS.items() if one.trains]
FILTERS = [name for name in TRAINS if METHODS[name].shrinks]
WEIGHTS = [name for name in TRAINS if METHODS[name].masked]


def stage(
    method: str, network: str = "mlp-3x16", ratio: float = 0.5, **numbers: float
) -> tuple[Any, nn.Module]:
    """Return a stage on a network with fresh weights; numbers are its settings."""
    net = build(network, 10, 1, torch.Generator().manual_seed(0))
    pruning = Pruning(method, (ratio,), settings=tuple(sorted(numbers.items())))
    side = 8 if network.startswith("mlp") else 32
    return stage_of(method)(net, pruning, network, surgery.example(1, side)), net


def step(acting: Growing, net: nn.Module) -> dict[str, Tensor]:
    """Take a step without any learning, and return the gradients that the stage added."""
    for parameter in net.parameters():
        parameter.grad = torch.zeros_like(parameter)
    acting.press()
    acting.stepped()
    return {name: one.grad.clone() for name, one in net.named_parameters() if one.grad is not None}


def penalties(acting: Growing, net: nn.Module, steps: int) -> list[float]:
    """Return the largest penalty at each of some steps."""
    found = []
    for _ in range(steps):
        step(acting, net)
        found.append(max(acting.penalty.values()))
    return found


def test_every_method_that_trains_has_a_stage_and_numbers() -> None:
    assert set(PENALTIES) == set(TRAINS)


@pytest.mark.parametrize("method", ["greg-1", "greg-1-weights"])
def test_the_gradient_is_penalty_times_weight_where_something_goes(method: str) -> None:
    acting, net = stage(method, delta=0.25)
    found = step(acting, net)
    for name, layer in acting.site.layers.items():
        gone = acting.gone[name].expand_as(layer.weight)
        expected = torch.where(gone, 0.25 * layer.weight, 0.0)
        torch.testing.assert_close(found[f"{name}.weight"], expected)
        assert gone.any()
        assert not gone.all()
    assert not any(grad.any() for name, grad in found.items() if name.endswith("bias"))


def test_what_goes_has_the_smallest_l1_norm_and_stays_the_same() -> None:
    acting, net = stage("greg-1")
    first = {name: places.clone() for name, places in acting.gone.items()}
    for name, layer in acting.site.layers.items():
        norms = layer.weight.abs().sum(1)
        gone = first[name].flatten()
        assert int(gone.sum()) == 8
        assert norms[gone].max() < norms[~gone].min()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(torch.randn(parameter.shape))
    step(acting, net)
    assert all(torch.equal(acting.gone[name], places) for name, places in first.items())


def test_the_penalty_is_raised_every_so_many_steps_until_it_is_above_its_ceiling() -> None:
    acting, net = stage("greg-1", delta=0.4, every=2)
    assert penalties(acting, net, 8) == pytest.approx([0.4, 0.4, 0.8, 0.8, 1.2, 1.2, 1.2, 1.2])
    figures = acting.figures()
    assert figures["growth_steps"] == 4
    assert figures["ended_by_ceiling"] == 3
    assert figures["penalty_max"] == figures["penalty_min"] == pytest.approx(1.2)


def test_a_penalty_at_its_ceiling_is_raised_once_more() -> None:
    acting, net = stage("greg-1", delta=0.5, every=1)
    assert penalties(acting, net, 4) == [0.5, 1.0, 1.5, 1.5]


def test_the_ratio_ends_the_growth_for_filters() -> None:
    acting, net = stage("greg-1", ratio=0.5, delta=0.4, every=1)
    acting.numbers["ratio"] = 1.0  # what stays is larger from the beginning
    assert penalties(acting, net, 2) == [0.4, 0.4]
    assert acting.figures()["ended_by_ratio"] == 3


def test_only_the_ceiling_ends_the_growth_for_single_weights() -> None:
    acting, net = stage("greg-1-weights", delta=0.4, every=1)
    assert penalties(acting, net, 4)[-1] == pytest.approx(1.2)
    assert acting.figures()["ended_by_ceiling"] == 4
    with pytest.raises(ValueError, match="takes no setting 'ratio'"):
        settings(Pruning("greg-1-weights", (0.5,), settings=(("ratio", 10.0),)))


def shrunk(acting: Growing, name: str, factor: float) -> None:
    """Make what goes of a layer that much smaller."""
    with torch.no_grad():
        weight = acting.site.layers[name].weight
        weight[acting.gone[name].flatten()] *= factor


def test_greg_1_waits_for_the_ratio_of_every_layer_and_greg_2_for_each_alone() -> None:
    numbers: dict[str, Any] = {"every": 1, "memory": 0.0, "delta": 0.01}
    patient, net = stage("greg-1", **numbers)
    shrunk(patient, "hidden.0", 1e-6)
    penalties(patient, net, 3)
    assert not patient.ended
    each, net = stage("greg-2", pick_delta=0.01, **numbers)
    step(each, net)
    shrunk(each, "hidden.0", 1e-6)
    penalties(each, net, 3)
    assert each.ended == {"hidden.0": "ratio"}


def test_the_ratio_is_a_moving_average() -> None:
    acting, net = stage("greg-1", every=1)
    step(acting, net)
    first = acting.average["hidden.1"]
    assert first == pytest.approx(acting.ratio("hidden.1"))
    shrunk(acting, "hidden.1", 0.5)
    step(acting, net)
    assert acting.average["hidden.1"] == pytest.approx(0.9 * first + 0.1 * 2 * first)


def test_greg_2_presses_all_weights_then_chooses_and_lets_go_of_the_others() -> None:
    acting, net = stage("greg-2", every=1, pick_delta=0.005, delta=0.1)
    weight = acting.site.layers["hidden.0"].weight
    first = step(acting, net)["hidden.0.weight"]
    torch.testing.assert_close(first, 0.005 * weight.detach())
    with torch.no_grad():  # what is smallest now was not at the beginning
        weight[~acting.gone["hidden.0"].flatten()] *= 1e-3
    second = step(acting, net)["hidden.0.weight"]
    torch.testing.assert_close(second, 0.01 * weight.detach())
    third = step(acting, net)["hidden.0.weight"]
    gone = acting.gone["hidden.0"]
    torch.testing.assert_close(
        third, torch.where(gone, 0.11 * weight.detach(), -1e-4 * weight.detach())
    )
    assert acting.figures()["picked_at"] == 1
    assert 0.6 < acting.figures()["share_as_l1"] < 0.7
    norms = weight.abs().sum(1)
    assert norms[gone.flatten()].max() < norms[~gone.flatten()].min()


def test_a_stage_that_ends_before_anything_is_chosen_chooses_at_its_end() -> None:
    acting, net = stage("greg-2")
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(torch.randn(parameter.shape))
    expected = acting.site.smallest()
    acting.finish()
    for name, layer in acting.site.layers.items():
        assert torch.equal(~layer.weight.any(1), expected[name].flatten())
    assert "picked_at" not in acting.figures()


def test_filters_are_pressed_as_single_weights_are_that_make_them_up() -> None:
    filters, net = stage("greg-1", delta=0.3)
    weights, other = stage("greg-1-weights", delta=0.3)
    for name, gone in filters.gone.items():
        weights.gone[name] = gone.expand_as(weights.gone[name])
    for name in set(weights.gone) - set(filters.gone):
        weights.gone[name] = torch.zeros_like(weights.gone[name])
    first, second = step(filters, net), step(weights, other)
    assert all(torch.equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize("network", ["mlp-3x16", "resnet8"])
@pytest.mark.parametrize("method", FILTERS)
def test_the_network_at_the_end_of_a_stage_computes_what_the_cut_one_does(
    method: str, network: str
) -> None:
    acting, net = stage(method, network, 0.7)
    with torch.no_grad():  # batch norms that are not fresh give something for zeros
        for name, buffer in (*net.named_parameters(), *net.named_buffers()):
            if buffer.is_floating_point() and buffer.dim() == 1 and "var" not in name:
                buffer.add_(torch.rand(buffer.shape) - 0.5)
    before = [layer.weight.detach().clone() for layer in acting.site.layers.values()]
    acting.finish()
    small, images = copy.deepcopy(net), torch.randn(2, *acting.site.example.shape[1:])
    cut = surgery.prune(small, acting.site.pruning, network, acting.site.example, torch.Generator())
    chosen = {name: tuple((~places.flatten()).nonzero().flatten().tolist())
              for name, places in acting.gone.items()}  # fmt: skip
    assert {name: cut.kept[name] for name in chosen} == chosen
    net.eval(), small.eval()
    torch.testing.assert_close(net(images), small(images), rtol=1e-4, atol=1e-5)
    for kept, (name, layer) in zip(before, acting.site.layers.items(), strict=True):
        stays = ~acting.gone[name].flatten()
        assert torch.equal(layer.weight[stays], kept[stays])


@pytest.mark.parametrize("scope", ["layerwise", "global"])
@pytest.mark.parametrize("method", WEIGHTS)
def test_the_cut_takes_exactly_the_weights_that_were_chosen(method: str, scope: str) -> None:
    net = build("mlp-3x16", 10, 1, torch.Generator().manual_seed(0))
    pruning = Pruning(method, (0.8,), scope=scope)
    acting: Any = stage_of(method)(net, pruning, "mlp-3x16", surgery.example(1, 8))
    acting.finish()
    found = masks.prune(net, pruning, torch.Generator())
    assert all(torch.equal(found.gone[name], places) for name, places in acting.gone.items())
    assert found.sparsity == pytest.approx(0.8, abs=1e-3)


def chain(one: Experiment, method: str) -> tuple[Experiment, Experiment]:
    """Return a pruning stage and what is retrained after it."""
    numbers = tuple(sorted(fitted(method, 12, CIFAR).items()))
    pruning = Pruning(method, (0.5,), settings=numbers)
    during = replace(one, pruning=pruning, base=one.training.first(1), during=True)
    return during, replace(one, pruning=pruning, base=during, training=one.training.first(1))


@pytest.mark.parametrize("method", TRAINS)
def test_a_stage_goes_on_bit_by_bit_and_what_it_chose_is_cut(
    lab: Lab, experiment: Experiments, method: str
) -> None:
    during, after = chain(experiment(network="mlp-3x16"), method)
    whole = lab.run(during, after)
    for epochs in (1, 3):
        folder = f"stopped after {epochs}"
        lab.stop(during, after=epochs, folder=folder)
        assert lab.run(during, after, folder=folder) == whole
    figures = whole[0].figures
    assert figures["steps"] == 12
    assert figures["growth_steps"] < 12
    assert figures["still_growing"] == 0
    if METHODS[method].masked:
        assert whole[1].sparsity == pytest.approx(0.5, abs=0.01)
    else:
        assert whole[1].macs < whole[1].dense_macs
    assert (whole[0].macs, whole[0].sparsity) == (whole[0].dense_macs, 0.0)


def test_nothing_is_cut_that_no_stage_chose(lab: Lab, experiment: Experiments) -> None:
    one = experiment()
    bare = replace(one, pruning=Pruning("greg-1", (0.5,)), base=one.training)
    with pytest.raises(ValueError, match="greg-1 chooses in a pruning stage, and none came before"):
        lab.run(bare)


def test_a_stage_does_not_start_from_masks(lab: Lab, experiment: Experiments) -> None:
    one = experiment(training=experiment().training.first(1))
    masked = replace(one, pruning=Pruning("magnitude", (0.5,)), base=one.training)
    during = replace(one, pruning=Pruning("greg-1", (0.5,)), base=masked, during=True)
    with pytest.raises(ValueError, match="cannot start from a network under masks"):
        lab.run(during)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"lambda": 1.0}, "takes no setting 'lambda'; it takes delta, every"),
        ({"every": 2.5}, "whole number of steps as every, got 2.5"),
        ({"delta": 0.0}, "delta above zero"),
        ({"memory": 1.0}, "share from 0 to 1 as memory"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(numbers: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        settings(Pruning("greg-1", (0.5,), settings=tuple(numbers.items())))


def test_the_stages_of_the_papers_have_the_lengths_that_their_numbers_give() -> None:
    assert full_length("greg-1", CIFAR) == full_length("tpp", CIFAR) == 110_000
    assert full_length("greg-2", CIFAR) == 119_000
    assert full_length("greg-1", IMAGENET) == 90_000


@given(st.sampled_from(sorted(PENALTIES)), st.integers(20, 109_999))
def test_in_a_shorter_stage_the_penalty_reaches_its_ceiling_after_the_same_share(
    method: str, steps: int
) -> None:
    numbers = {**PENALTIES[method], **fitted(method, steps, CIFAR)}
    start = numbers.get("pick_ceiling", 0.0)
    raises = start / numbers["pick_delta"] if start else 0.0
    raises += (numbers["ceiling"] - start) / numbers["delta"]
    share = 1 - CIFAR.stabilised / full_length(method, CIFAR)
    assert numbers["every"] == 1
    assert raises / steps == pytest.approx(share, rel=2e-3)


def test_a_stage_that_is_long_enough_has_the_numbers_of_its_paper() -> None:
    assert fitted("greg-1", 110_000, CIFAR) == {}
    assert fitted("greg-2", 200_000, IMAGENET) == {"every": 5.0}


def test_what_filters_reach_beyond_their_layer_is_zeroed_too() -> None:
    # of MobileNetV2 the depthwise convolution and its batch norm read them
    acting, net = stage("tpp", "mobilenet_v2", 0.7)
    with torch.no_grad():
        for parameter in net.parameters():
            if parameter.dim() == 1:
                parameter.add_(torch.rand(parameter.shape) - 0.5)
    acting.finish()
    small, images = copy.deepcopy(net), torch.randn(2, *acting.site.example.shape[1:])
    surgery.prune(
        small, acting.site.pruning, "mobilenet_v2", acting.site.example, torch.Generator()
    )
    net.eval(), small.eval()
    torch.testing.assert_close(net(images), small(images), rtol=1e-4, atol=1e-5)
