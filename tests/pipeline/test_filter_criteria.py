"""Criteria that rank filters: their formulas on networks small enough to do by hand."""

from collections.abc import Callable, Mapping
from itertools import permutations
from math import exp, log, sqrt
from types import MappingProxyType

import pytest
import torch
from torch import Tensor, nn

from prune_audit.pipeline.methods.apoz import apoz
from prune_audit.pipeline.methods.bn_scale import bn_scale
from prune_audit.pipeline.methods.fpgm import fpgm
from prune_audit.pipeline.methods.leave_one_out import leave_one_out
from prune_audit.pipeline.methods.scorer import Layer, Scorer, Scoring
from prune_audit.pipeline.methods.shapley import (
    estimate,
    estimates,
    shapley,
    shapley_error,
)
from prune_audit.pipeline.methods.taylor import taylor
from prune_audit.pipeline.networks import build
from prune_audit.pipeline.prunable import filter_ratios
from prune_audit.pipeline.units import Sample, errors, harms

SCORERS: Mapping[str, Scorer] = MappingProxyType(
    {
        "fpgm": fpgm,
        "bn_scale": bn_scale,
        "taylor": taylor,
        "apoz": apoz,
        "leave_one_out": leave_one_out,
        "shapley": shapley,
        "shapley-error": shapley_error,
    }
)
EXACT = [name for name in SCORERS if not name.startswith("shapley")]
"""Those in which nothing is drawn but images."""


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def sample(count: int, side: int = 6, classes: int = 3) -> Sample:
    images = torch.randn(count, 1, side, side, generator=seeded(1))
    return images, torch.randint(classes, (count,), generator=seeded(2))


def scoring(net: nn.Module, *names: str, drawn: Sample | None = None) -> Scoring:
    layers: dict[str, Layer] = {}
    for name in names:
        layer = net.get_submodule(name)
        assert isinstance(layer, nn.Conv2d | nn.Linear)
        layers[name] = layer

    def images(count: int) -> Sample:
        found = drawn or sample(min(count, 40), side=6 if isinstance(net, nn.Sequential) else 8)
        return found[0][:count], found[1][:count]

    return Scoring(net, layers, seeded(5), images)


def small(filters: int = 4) -> nn.Sequential:
    """Return convolution, batch norm, ReLU, convolution and linear layer, as after a training."""
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(1, filters, 3, bias=False), nn.BatchNorm2d(filters), nn.ReLU(inplace=True),
        nn.Conv2d(filters, 3, 3), nn.ReLU(), nn.Flatten(), nn.Linear(12, 3),
    )  # fmt: skip
    for seed, value in enumerate(per_filter(net, "1")):
        value.copy_(torch.rand(filters, generator=seeded(seed)) + 0.2)
    return net


def per_filter(net: nn.Module, *names: str) -> list[Tensor]:
    """Return the weights and buffers of some layers that have a row for each filter."""
    return [v for key, v in net.state_dict().items() if key.startswith(names) and v.ndim]


def resnet() -> nn.Module:
    return build("resnet8", 10, 1, seeded())


def permuted(net: nn.Sequential, order: Tensor) -> nn.Sequential:
    """Return the same function with the filters of the first convolution in another order."""
    other = small(len(order))
    state = net.state_dict()
    moved = {name: value[order] for name, value in state.items() if name[0] == "0"}
    moved |= {name: v[order] for name, v in state.items() if name[0] == "1" and v.ndim}
    other.load_state_dict({**state, **moved, "3.weight": state["3.weight"][:, order]})
    return other


@pytest.mark.parametrize("name", SCORERS)
def test_scores_are_finite_one_per_filter_and_leave_the_network_alone(name: str) -> None:
    net = small()
    net[1].eval()
    kept = net.get_parameter("3.weight").grad = torch.ones_like(net.get_parameter("3.weight"))
    before = {key: value.clone() for key, value in net.state_dict().items()}
    found = SCORERS[name](scoring(net, "0"))
    assert list(found) == ["0"]
    assert found["0"].shape == (4,)
    assert found["0"].isfinite().all()
    assert not found["0"].requires_grad
    assert len(set(found["0"].tolist())) > 1
    assert all(torch.equal(before[key], value) for key, value in net.state_dict().items())
    assert [value.grad is None for value in net.parameters()].count(False) == 1
    assert torch.equal(kept, torch.ones_like(kept))
    assert [module.training for module in net] == [True, False, *[True] * 5]
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in net.modules())


@pytest.mark.parametrize("name", [*EXACT, "shapley"])
def test_resnet_8_gets_equal_scores_from_equal_generators(name: str) -> None:
    net = resnet()
    layers = list(filter_ratios("resnet8", net, 0.5))[: 1 if name == "shapley" else 3]
    first = SCORERS[name](scoring(net, *layers))
    again = SCORERS[name](scoring(net, *layers))
    for layer in layers:
        assert first[layer].shape == (len(net.get_submodule(layer).weight),)  # type: ignore[arg-type]
        assert first[layer].isfinite().all()
        assert torch.equal(first[layer], again[layer])


@pytest.mark.parametrize("name", EXACT)
def test_scores_move_with_their_filters(name: str) -> None:
    order = torch.tensor([2, 0, 3, 1])
    net = small()
    found = SCORERS[name](scoring(net, "0"))["0"]
    moved = SCORERS[name](scoring(permuted(net, order), "0"))["0"]
    assert torch.allclose(moved, found[order], rtol=1e-3, atol=1e-7)


@pytest.mark.parametrize("name", [name for name in SCORERS if name != "fpgm"])
def test_a_criterion_that_needs_images_says_so(name: str) -> None:
    with pytest.raises(ValueError, match="looks at training images"):
        SCORERS[name](scoring(small(), "0")._replace(images=None))


def test_fpgm_sums_distances_to_all_others() -> None:
    net = nn.Sequential(nn.Linear(2, 4))
    points = torch.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 8.0], [3.0, 4.0]])
    net.get_parameter("0.weight").data.copy_(points)
    found = fpgm(scoring(net, "0"))["0"]
    assert found.tolist() == pytest.approx([18.0, 10.0, 18.0, 10.0])
    assert found[1] == found[3]


def test_fpgm_does_not_care_where_the_filters_lie_as_a_whole() -> None:
    net = nn.Sequential(nn.Conv2d(2, 40, 3))
    before = fpgm(scoring(net, "0"))["0"]
    net.get_parameter("0.weight").data.add_(1.0)
    assert torch.allclose(fpgm(scoring(net, "0"))["0"], before, rtol=1e-5)


def test_fpgm_is_exact_where_filters_are_alike_and_large() -> None:
    net = nn.Sequential(nn.Conv2d(2, 40, 3))
    weight = net.get_parameter("0.weight").data
    weight[20:] = weight[:20].mul_(100)
    filters = weight.flatten(1).double()
    expected = (filters[:, None] - filters).norm(dim=2).sum(1)
    assert torch.allclose(fpgm(scoring(net, "0"))["0"], expected, rtol=1e-13, atol=0)


def test_bn_scale_is_the_absolute_gamma() -> None:
    net = small()
    net.get_parameter("1.weight").data.copy_(torch.tensor([-2.0, 0.5, 0.0, 1.0]))
    assert bn_scale(scoring(net, "0"))["0"].tolist() == [2.0, 0.5, 0.0, 1.0]


def test_bn_scale_names_a_layer_without_batch_norm() -> None:
    with pytest.raises(ValueError, match="no batch norm reads the outputs of 3"):
        bn_scale(scoring(small(), "0", "3"))


def test_bn_scale_names_a_layer_whose_batch_norm_has_no_scales() -> None:
    net = small()
    net[1] = nn.BatchNorm2d(4, affine=False)
    with pytest.raises(ValueError, match="batch norm behind 0 has no scales"):
        bn_scale(scoring(net, "0"))


def two_units() -> tuple[nn.Sequential, Sample]:
    """Return logits (a, 0) with a = 2x from the first unit, nothing from the second; one image.

    The image is x = 1 of class 0, so the loss is log(1 + exp(-a)).
    """
    net = nn.Sequential(nn.Linear(1, 2, bias=False), nn.ReLU(), nn.Linear(2, 2, bias=False))
    net.get_parameter("0.weight").data.copy_(torch.tensor([[2.0], [3.0]]))
    net.get_parameter("2.weight").data.copy_(torch.tensor([[1.0, 0.0], [0.0, 0.0]]))
    return net, (torch.ones(1, 1), torch.zeros(1, dtype=torch.long))


def test_taylor_is_the_squared_gradient_by_the_gate() -> None:
    net, image = two_units()
    derivative = -2 / (1 + exp(2))
    found = taylor(scoring(net, "0", drawn=image))["0"].tolist()
    assert found == pytest.approx([derivative**2, 0.0])


def test_taylor_squares_the_mean_of_a_batch_and_averages_over_batches() -> None:
    net, (image, label) = two_units()
    images, labels = image.repeat(40, 1), torch.cat([label.repeat(32), label.repeat(8) + 1])
    first, second = -2 / (1 + exp(2)), 2 / (1 + exp(-2))
    found = taylor(scoring(net, "0", drawn=(images, labels)))["0"].tolist()
    assert found == pytest.approx([(first**2 + second**2) / 2, 0.0])
    mixed = taylor(scoring(net, "0", drawn=(images[:32], labels[8:])))["0"].tolist()
    assert mixed == pytest.approx([((24 * first + 8 * second) / 32) ** 2, 0.0])


def test_in_training_mode_the_weights_before_a_batch_norm_have_no_first_order() -> None:
    net = small().train()
    images, labels = sample(32)
    loss = nn.functional.cross_entropy(net(images), labels)
    (gradient,) = torch.autograd.grad(loss, net.get_parameter("0.weight"))
    sums = (gradient * net.get_parameter("0.weight")).flatten(1).sum(1).abs()
    assert (sums < 1e-3 * (gradient * net.get_parameter("0.weight")).abs().flatten(1).sum(1)).all()
    assert (taylor(scoring(net, "0"))["0"] > 1e-8).all()


def test_apoz_is_the_share_of_outputs_that_are_not_zero() -> None:
    net = nn.Sequential(nn.Linear(1, 3, bias=False), nn.ReLU(inplace=True), nn.Linear(3, 2))
    net.get_parameter("0.weight").data.copy_(torch.tensor([[1.0], [-1.0], [0.0]]))
    images = torch.tensor([[1.0], [2.0], [3.0], [-1.0]])
    found = apoz(scoring(net, "0", drawn=(images, torch.zeros(4, dtype=torch.long))))["0"]
    assert found.tolist() == [0.75, 0.25, 0.0]


def test_apoz_looks_behind_the_batch_norm() -> None:
    net = small()
    net.get_parameter("1.bias").data.copy_(torch.tensor([1e6, -1e6, 1e6, -1e6]))
    assert apoz(scoring(net, "0"))["0"].tolist() == [1.0, 0.0, 1.0, 0.0]


def test_leave_one_out_is_the_rise_of_the_loss() -> None:
    net, image = two_units()
    found = leave_one_out(scoring(net, "0", drawn=image))["0"].tolist()
    assert found == pytest.approx([log(2) - log(1 + exp(-2)), 0.0], abs=1e-7)


def test_leave_one_out_keeps_the_sign_of_a_filter_that_does_harm() -> None:
    net, (image, label) = two_units()
    found = leave_one_out(scoring(net, "0", drawn=(image, label + 1)))["0"].tolist()
    assert found == pytest.approx([log(2) - log(1 + exp(2)), 0.0], abs=1e-7)


def every_order(players: int) -> list[Tensor]:
    return [torch.tensor(order) for order in permutations(range(players))]


def duplicated() -> nn.Sequential:
    """Return a network whose filters 0 and 1 are the same and whose filter 3 goes nowhere."""
    net = small()
    for value in per_filter(net, "0", "1"):
        value[1] = value[0]
    onward = net.state_dict()["3.weight"]
    onward[:, 1] = onward[:, 0]
    onward[:, 3] = 0
    return net


def test_equal_filters_get_equal_values_and_one_that_goes_nowhere_gets_none() -> None:
    net = duplicated()
    with harms(net, net[1], sample(40)) as harm:
        found = estimate(4, harm, every_order(4))
        whole = harm(torch.ones(4, dtype=torch.bool)) - harm(torch.zeros(4, dtype=torch.bool))
    assert found.values[0].item() == pytest.approx(found.values[1].item(), rel=1e-5)
    assert found.gains[:, 3].abs().max() < 1e-7
    assert found.values.sum().item() == pytest.approx(whole, abs=1e-12)
    assert leave_one_out(scoring(net, "0"))["0"][3].abs() < 1e-7
    assert taylor(scoring(net, "0"))["0"][3] == 0


def test_exact_values_move_with_their_filters() -> None:
    order = torch.tensor([2, 0, 3, 1])
    net, values = small(), []
    for one in (net, permuted(net, order)):
        with harms(one, one[1], sample(40), errors) as harm:
            values.append(estimate(4, harm, every_order(4)).values)
    assert torch.allclose(values[1], values[0][order])


def test_the_scores_of_a_layer_sum_to_the_harm_of_losing_it() -> None:
    for scorer, payoff in ((shapley, nn.functional.cross_entropy), (shapley_error, errors)):
        net = small()
        found = scorer(scoring(net, "0"))["0"]
        images, labels = sample(40)
        net.eval()
        whole = payoff(net(images), labels).mean().item()
        assert found.sum().item() == pytest.approx(_without(net, payoff) - whole, abs=1e-5)


def _without(net: nn.Sequential, payoff: Callable[[Tensor, Tensor], Tensor]) -> float:
    images, labels = sample(40)
    maps = torch.zeros_like(net[:3](images))
    return payoff(net[3:](maps), labels).mean().item()


def test_an_estimate_tells_its_error_and_how_many_orders_it_took() -> None:
    found = estimates(scoring(small(), "0"), permutations=7, images=10)["0"]
    assert found.permutations == 7
    assert found.standard_errors.shape == (4,)
    expected = [row.std().item() / sqrt(7) for row in found.gains.T]
    assert found.standard_errors.tolist() == pytest.approx(expected)


def test_one_order_has_no_error_and_no_order_no_value() -> None:
    with pytest.raises(ValueError, match="at least one permutation"):
        estimates(scoring(small(), "0"), permutations=0)
    one = estimates(scoring(small(), "0"), permutations=1)["0"]
    with pytest.raises(ValueError, match="at least two permutations"):
        _ = one.standard_errors
