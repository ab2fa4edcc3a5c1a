"""Methods that choose single weights before any training."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from prune_audit.pipeline.connected import connection
from prune_audit.pipeline.data.digits import read
from prune_audit.pipeline.masks import Masks
from prune_audit.pipeline.methods.force import force, foresight
from prune_audit.pipeline.methods.grasp import grasp, kept_flow
from prune_audit.pipeline.methods.iter_snip import (
    ROUNDS,
    in_rounds,
    iter_snip,
    left,
    lowest_of_all,
    schedule,
)
from prune_audit.pipeline.methods.scorer import Layer, Scoring, Selector
from prune_audit.pipeline.methods.snip import gradients, snip
from prune_audit.pipeline.methods.synflow import flows, synflow
from prune_audit.pipeline.networks import build
from prune_audit.pipeline.scores import lowest
from prune_audit.registry import removed

Choice = Mapping[str, Tensor]


def once(scorer: Callable[[Scoring], dict[str, Tensor]]) -> Selector:
    """Return a scorer as it prunes with scope global."""

    def chosen(scoring: Scoring, ratio: float) -> dict[str, Tensor]:
        total = sum(layer.weight.numel() for layer in scoring.layers.values())
        return lowest_of_all(scorer(scoring), removed(ratio, total))

    return chosen


METHODS = pytest.mark.parametrize(
    "method", [once(snip), once(grasp), iter_snip, force, synflow],
    ids=["snip", "grasp", "iter-snip", "force", "synflow"],
)  # fmt: skip


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def layers(net: nn.Module) -> dict[str, Layer]:
    found = net.named_modules()
    return {name: layer for name, layer in found if isinstance(layer, nn.Conv2d | nn.Linear)}


def scoring(net: nn.Module, shape: tuple[int, ...], classes: int = 4, seed: int = 0) -> Scoring:
    """Look at a network with noise for images, anew each time."""
    source = seeded(seed)

    def images(count: int) -> tuple[Tensor, Tensor]:
        labels = torch.randint(classes, (count,), generator=source)
        return torch.randn(count, *shape, generator=source), labels

    return Scoring(net, layers(net), seeded(seed), images)


def fixed(net: nn.Module, images: Tensor, labels: Tensor) -> Scoring:
    return Scoring(net, layers(net), seeded(), lambda count: (images, labels))


def mlp(*widths: int, seed: int = 0, bias: bool = False) -> nn.Sequential:
    """Return linear layers with ReLU between, He et al.'s normal weights."""
    net = nn.Sequential(nn.Flatten())
    for number, (inputs, outputs) in enumerate(pairwise(widths)):
        layer = nn.Linear(inputs, outputs, bias=bias)
        nn.init.kaiming_normal_(layer.weight, generator=seeded(100 * seed + number))
        net.extend([layer, nn.ReLU()])
    return net[:-1]


def mixed() -> nn.Sequential:
    """Return a small network of everything that scoring might leave a trace on."""
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 6, 3, bias=False), nn.BatchNorm2d(6), nn.ReLU(inplace=True), nn.MaxPool2d(2),
        nn.Conv2d(6, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Dropout(0.5), nn.Flatten(),
        nn.Linear(8, 4),
    )  # fmt: skip


def vector(values: list[float]) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def same(one: Choice, other: Choice) -> bool:
    return all(torch.equal(one[name], other[name]) for name in one)


# SNIP


def test_the_snip_score_is_weight_times_gradient_without_sign() -> None:
    net = nn.Linear(3, 2, bias=False)
    images = torch.randn(5, 3, generator=seeded())
    labels = torch.tensor([0, 1, 1, 0, 1])
    chances = (images @ net.weight.T).softmax(1) - torch.nn.functional.one_hot(labels, 2)
    expected = (net.weight * (chances.T @ images / 5)).abs()
    assert torch.allclose(snip(fixed(net, images, labels))[""], expected.double())


def test_batch_norm_uses_the_batch_so_the_scale_of_a_filter_before_it_does_not_matter() -> None:
    net = build("resnet8", 4, 1, seeded())
    looked = scoring(net, (1, 8, 8))
    slopes = gradients(looked, {name: layer.weight.detach() for name, layer in layers(net).items()})
    for name in ("conv1", "layer2.0.conv1"):
        products = net.get_parameter(f"{name}.weight").detach() * slopes[name]
        sums = products.flatten(1).sum(1).abs()
        assert (sums < 1e-3 * products.flatten(1).abs().sum(1)).all()


# GraSP


def test_grasp_scores_of_a_quadratic_loss_are_weight_times_hessian_times_gradient() -> None:
    root = torch.randn(5, 5, generator=seeded(), dtype=torch.float64)
    hessian = root @ root.T
    weight = torch.randn(5, generator=seeded(1), dtype=torch.float64)
    parts = {"a": weight[:2].clone().requires_grad_(), "b": weight[2:].clone().requires_grad_()}
    joined = torch.cat([*parts.values()])
    found = kept_flow(0.5 * joined @ hessian @ joined, parts)
    expected = weight * (hessian @ hessian @ weight)
    assert torch.allclose(torch.cat([*found.values()]), expected)


def test_the_weight_that_grasp_removes_first_lowers_the_norm_of_the_gradient_least() -> None:
    hessian = torch.tensor([[3.0, -1.0, 0.5], [-1.0, 1.0, 0.0], [0.5, 0.0, 0.2]]).double()
    weight = torch.tensor([0.5, 0.9, -0.4]).double()

    def norm(values: Tensor) -> Tensor:
        return (hessian @ values).square().sum()

    leaf = {"w": weight.clone().requires_grad_()}
    found = kept_flow(0.5 * leaf["w"] @ hessian @ leaf["w"], leaf)["w"]
    small = 1e-6
    shrunk = [norm(weight - small * weight * torch.eye(3)[place]) for place in range(3)]
    gained = (torch.stack(shrunk) - norm(weight)) / small
    assert torch.allclose(gained, -2 * found, atol=1e-4)
    assert found.min() < 0 < found.max()
    assert int(lowest(found, 1).nonzero()) == int(gained.argmax())


def test_grasp_of_a_network_agrees_with_its_whole_hessian() -> None:
    net = mlp(3, 4, 2).double()
    images = torch.randn(6, 3, generator=seeded(), dtype=torch.float64)
    labels = torch.tensor([0, 1, 1, 0, 1, 0])
    sizes = [layer.weight.numel() for layer in layers(net).values()]

    def loss(flat: Tensor) -> Tensor:
        first, second = torch.split(flat, sizes)
        inner = (images @ first.view(4, 3).T).relu()
        return torch.nn.functional.cross_entropy(inner @ second.view(2, 4).T, labels)

    flat = torch.cat([layer.weight.detach().flatten() for layer in layers(net).values()])
    hessian = torch.autograd.functional.hessian(loss, flat)  # type: ignore[no-untyped-call]
    slope = torch.autograd.functional.jacobian(loss, flat)  # type: ignore[no-untyped-call]
    found = grasp(fixed(net, images, labels))
    assert torch.allclose(
        torch.cat([score.flatten() for score in found.values()]), flat * (hessian @ slope)
    )


# Rounds


def test_the_kept_fraction_falls_exponentially() -> None:
    kept = [1 - gone for gone in schedule(0.99, 4)]
    assert kept == pytest.approx([0.31622777, 0.1, 0.03162278, 0.01])
    assert [*schedule(0.5, 1)] == [0.5]


@given(ratio=st.floats(0, 0.9999), rounds=st.integers(1, 100))
def test_every_round_takes_the_same_share_and_the_last_ends_at_the_ratio(
    ratio: float, rounds: int
) -> None:
    found = [0.0, *schedule(ratio, rounds)]
    assert len(found) == rounds + 1
    assert found[-1] == ratio
    shares = [(1 - after) / (1 - before) for before, after in pairwise(found)]
    assert shares == pytest.approx([(1 - ratio) ** (1 / rounds)] * rounds, rel=1e-6)


@METHODS
@pytest.mark.parametrize("ratio", [0.0, 0.35, 0.9, 0.98])
def test_exactly_as_many_weights_go_as_the_ratio_says(method: Selector, ratio: float) -> None:
    net = mixed()
    found = method(scoring(net, (1, 8, 8)), ratio)
    total = sum(layer.weight.numel() for layer in layers(net).values())
    assert {name: gone.shape for name, gone in found.items()} == {
        name: layer.weight.shape for name, layer in layers(net).items()
    }
    assert sum(int(gone.sum()) for gone in found.values()) == removed(ratio, total)


def test_one_round_of_iter_snip_is_snip() -> None:
    looked = scoring(mixed(), (1, 8, 8))
    found = in_rounds(looked.layers, 0.8, 1, lambda gone: left(looked, gone))
    assert same(found, once(snip)(scoring(mixed(), (1, 8, 8)), 0.8))


Score = Callable[[Scoring, Any], dict[str, Tensor]]


def history(score: Score) -> list[Tensor]:
    """Return what is gone after each of ten rounds, all layers in one."""
    looked = scoring(mlp(12, 20, 20, 4), (12,))
    seen: list[Tensor] = []

    def watched(gone: dict[str, Tensor]) -> dict[str, Tensor]:
        seen.append(torch.cat([places.flatten() for places in gone.values()]))
        return score(looked, gone)

    in_rounds(looked.layers, 0.95, 10, watched)
    return seen


def test_force_brings_weights_back_and_iter_snip_never_does() -> None:
    assert not any((before & ~after).any() for before, after in pairwise(history(left)))
    assert any((before & ~after).any() for before, after in pairwise(history(foresight)))


def test_force_judges_a_weight_that_is_gone_by_its_dense_value_in_the_pruned_network() -> None:
    net = mlp(2, 2, 2)
    first, second = (layer.weight.detach() for layer in layers(net).values())
    first.copy_(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
    second.copy_(torch.tensor([[1.0, -1.0], [0.0, 2.0]]))
    image, label = torch.tensor([[1.0, 1.0]]), torch.tensor([0])
    gone = {"1": torch.tensor([[False, True], [False, False]]), "3": torch.zeros(2, 2).bool()}
    # Without the 2.0 the hidden units are 1 and 7, the logits -6 and 14.
    wrong = 1 / (1 + torch.tensor(-20.0, dtype=torch.float64).exp())
    hidden = vector([1.0, 7.0])
    expected_second = second * torch.outer(vector([-1, 1]) * wrong, hidden)
    expected_first = first * torch.outer(vector([-1.0, 3.0]) * wrong, vector([1, 1]))
    looked = fixed(net, image, label)
    found = foresight(looked, gone)
    assert torch.allclose(found["1"], expected_first.abs(), rtol=1e-5)
    assert torch.allclose(found["3"], expected_second.abs(), rtol=1e-5)
    assert left(looked, gone)["1"][0, 1] == -1
    assert left(looked, gone)["1"][0, 0] == found["1"][0, 0]


def test_every_round_draws_a_fresh_batch() -> None:
    drawn = []

    def images(count: int) -> tuple[Tensor, Tensor]:
        drawn.append(count)
        return torch.randn(count, 3), torch.zeros(count, dtype=torch.int64)

    net = mlp(3, 5, 2)
    for method in (iter_snip, force):
        method(Scoring(net, layers(net), seeded(), images), 0.5)
    assert drawn == [128] * 120


# SynFlow


def test_synflow_scores_are_shares_of_the_sum_over_all_paths() -> None:
    net = mlp(2, 2, 1)
    first, second = (layer.weight.detach() for layer in layers(net).values())
    first.copy_(torch.tensor([[1.0, -2.0], [3.0, 4.0]]))
    second.copy_(torch.tensor([[-5.0, 0.5]]))
    none = {name: torch.zeros_like(layer.weight).bool() for name, layer in layers(net).items()}
    found = flows(scoring(net, (2,)), none, torch.ones(1, 2).double())
    assert found["1"].tolist() == [[5.0, 10.0], [1.5, 2.0]]
    assert found["3"].tolist() == [[15.0, 3.5]]
    none["1"][0, 1] = True
    assert flows(scoring(net, (2,)), none, torch.ones(1, 2).double())["3"].tolist() == [[5, 3.5]]


@pytest.mark.parametrize(
    ("net", "shape"), [(mlp(7, 30, 5, 12, 3), (7,)), (mixed(), (1, 8, 8))], ids=["mlp", "mixed"]
)
def test_the_flow_through_every_layer_is_the_same(net: nn.Module, shape: tuple[int, ...]) -> None:
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.weight.data.uniform_(-2, 2, generator=seeded())
            module.running_mean = torch.full_like(module.weight.data, 0.7)
            module.bias.data.fill_(-3.0)
    gone = {
        name: torch.rand(layer.weight.shape, generator=seeded()) < 0.3
        for name, layer in layers(net).items()
    }
    found = flows(scoring(net, shape), gone, torch.ones(1, *shape).double())
    sums = [float(score.sum()) for score in found.values()]
    assert sums[0] > 0
    assert sums == pytest.approx([sums[0]] * len(sums))


def test_synflow_looks_at_the_shape_of_the_images_only() -> None:
    one, other = (synflow(scoring(mixed(), (1, 8, 8), seed=seed), 0.9) for seed in (0, 1))
    assert same(one, other)


def test_synflow_does_not_overflow_where_single_precision_would() -> None:
    net = mlp(4, *[4] * 60, 2)
    for layer in layers(net).values():
        layer.weight.data.mul_(100)
    found = synflow(scoring(net, (4,)), 0.5)
    assert not any(gone.all() for gone in found.values())
    for layer in layers(net).values():
        layer.weight.data.mul_(1e6)
    with pytest.raises(ValueError, match="is not a finite number"):
        synflow(scoring(net, (4,)), 0.5)


# All


@METHODS
def test_equal_images_give_equal_masks_whatever_the_global_generator(method: Selector) -> None:
    torch.manual_seed(1)
    one = method(scoring(mixed(), (1, 8, 8)), 0.8)
    torch.manual_seed(2)
    before = torch.get_rng_state()
    net = mixed()
    after = torch.get_rng_state()
    assert same(one, method(scoring(net, (1, 8, 8)), 0.8))
    assert torch.equal(torch.get_rng_state(), after)
    assert not torch.equal(before, after)


@pytest.mark.parametrize("method", [once(snip), once(grasp), iter_snip, force])
def test_other_images_give_other_masks(method: Selector) -> None:
    one, other = (method(scoring(mixed(), (1, 8, 8), seed=seed), 0.8) for seed in (0, 1))
    assert not same(one, other)


@METHODS
def test_the_network_is_left_bitwise_as_it_was(method: Selector) -> None:
    net = mixed()
    net[1].eval()
    net.get_parameter("4.bias").requires_grad_(False)
    net.get_parameter("0.weight").grad = torch.ones(6, 1, 3, 3)
    parameters = dict(net.named_parameters())
    state = {name: value.clone() for name, value in net.state_dict().items()}
    modes = [module.training for module in net.modules()]
    found = method(scoring(net, (1, 8, 8)), 0.8)
    assert all(torch.equal(value, state[name]) for name, value in net.state_dict().items())
    assert [module.training for module in net.modules()] == modes
    for name, parameter in net.named_parameters():
        assert parameter is parameters[name]
        assert parameter.requires_grad == (name != "4.bias")
        assert (parameter.grad is not None) == (name == "0.weight")
    gradient = parameters["0.weight"].grad
    assert gradient is not None
    assert gradient.eq(1).all()
    assert not any(gone.requires_grad for gone in found.values())


@METHODS
def test_a_network_in_use_for_testing_is_scored_too(method: Selector) -> None:
    net = mixed().requires_grad_(False).eval()
    with torch.no_grad():
        found = method(scoring(net, (1, 8, 8)), 0.8)
    assert same(found, method(scoring(mixed(), (1, 8, 8)), 0.8))


@METHODS
def test_without_images_there_is_nothing_to_score(method: Selector) -> None:
    net = mlp(3, 2)
    with pytest.raises(ValueError, match="looks at training images"):
        method(Scoring(net, layers(net), seeded()), 0.5)


@METHODS
def test_weights_that_are_no_numbers_are_refused(method: Selector) -> None:
    net = mlp(3, 4, 4)
    net.get_parameter("1.weight").data[0, 0] = torch.nan
    with pytest.raises(ValueError, match="a score of 1 is not a finite number"):
        method(scoring(net, (3,)), 0.5)


# Together

EXTREME = 0.99


def digits(seed: int) -> Callable[[int], tuple[Tensor, Tensor]]:
    """Return what draws handwritten digits."""
    train, source = read().train, seeded(seed)
    images = (train.images.float() - 4.9) / 6.0

    def draw(count: int) -> tuple[Tensor, Tensor]:
        chosen = torch.randperm(len(images), generator=source)[:count]
        return images[chosen], train.labels[chosen]

    return draw


def at_random(looked: Scoring) -> dict[str, Tensor]:
    return {
        name: torch.rand(layer.weight.shape, generator=looked.generator)
        for name, layer in looked.layers.items()
    }


def fraction(method: Selector, seed: int) -> float:
    """Return which part of 1 % kept weights lies on a path."""
    net = mlp(64, *[100] * 6, 10, seed=seed)
    found = method(Scoring(net, layers(net), seeded(seed), digits(seed)), EXTREME)
    return connection(Masks(found), net, torch.zeros(1, 1, 8, 8)).effective_fraction


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_at_one_percent_only_methods_in_rounds_keep_their_weights_connected(seed: int) -> None:
    kept = {
        "random": fraction(once(at_random), seed),
        "snip": fraction(once(snip), seed),
        "iter-snip": fraction(iter_snip, seed),
        "force": fraction(force, seed),
        "synflow": fraction(synflow, seed),
    }
    assert kept["random"] + 0.1 < kept["snip"] < 0.7
    assert min(kept["iter-snip"], kept["force"], kept["synflow"]) > 0.93


@pytest.mark.parametrize("score", [left, foresight], ids=["iter-snip", "force"])
def test_too_few_rounds_leave_no_path_through_the_network(score: Score) -> None:
    net = mlp(64, *[100] * 6, 10, seed=1)

    def disconnected(rounds: int) -> int:
        looked = Scoring(net, layers(net), seeded(1), digits(1))
        gone = in_rounds(looked.layers, 0.998, rounds, lambda gone: score(looked, gone))
        return len(connection(Masks(gone), net, torch.zeros(1, 1, 8, 8)).disconnected)

    assert disconnected(1) == 7
    assert disconnected(ROUNDS) == 0
