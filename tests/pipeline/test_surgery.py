"""Filters go and a smaller dense network remains."""

import copy
import json

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from prune_audit.pipeline import counting, surgery
from prune_audit.pipeline.networks import build
from prune_audit.pipeline.surgery import Pruned, example, prune, rebuild
from prune_audit.registry import cost, removed
from prune_audit.reruns.experiment import Pruning

SMALL = ["resnet8", "resnet20", "resnet20-projection", "vgg11-cifar"]
NETWORKS = [*SMALL, "resnet18", "resnet50", "vgg11", "mobilenet_v2"]
L1 = Pruning("l1", (0.5,))


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def trained_alike(network: str, classes: int = 4, channels: int = 3) -> nn.Module:
    """Return a network whose batch norm is as uneven as after training."""
    net = build(network, classes, channels, seeded())
    for name, value in net.state_dict().items():
        if value.dim() == 1 and "num_batches" not in name:
            value.copy_(torch.rand(len(value), generator=seeded()) + 0.5)
    return net


def pruned(network: str, pruning: Pruning = L1, seed: int = 0) -> tuple[nn.Module, Pruned]:
    net = trained_alike(network)
    return net, prune(net, pruning, network, example(3), seeded(seed))


def norms_behind(net: nn.Module, name: str) -> list[nn.Module]:
    """Return the batch norms that scale the maps of a convolution before others read them."""
    parent, _, last = name.rpartition(".")
    if last.startswith("conv"):
        names = [f"{parent}.bn{last[-1]}"]
    elif name.endswith("conv.0.0"):
        names = [f"{parent}.1", f"{parent[:-1]}1.1"]  # that of the depthwise convolution, too
    else:
        names = [f"{parent}.{int(last) + 1}"]
    found = [net.get_submodule(each) for each in names]
    return [module for module in found if isinstance(module, nn.BatchNorm2d)]


def silence(net: nn.Module, kept: dict[str, tuple[int, ...]]) -> None:
    """Zero all other filters and the batch norms behind them."""
    for name, stays in kept.items():
        for module in [net.get_submodule(name), *norms_behind(net, name)]:
            for parameter in module.parameters():
                gone = torch.ones(len(parameter), dtype=torch.bool)
                gone[list(stays)] = False
                parameter.data[gone] = 0


@pytest.mark.parametrize("network", NETWORKS)
def test_the_cut_network_computes_what_the_dense_one_does_with_those_filters_silent(
    network: str,
) -> None:
    dense = trained_alike(network).eval()
    net = copy.deepcopy(dense)
    kept = prune(net, L1, network, example(3), seeded()).kept
    silence(dense, kept)
    images = torch.randn(2, 3, 32, 32, generator=seeded())
    with torch.no_grad():
        torch.testing.assert_close(net(images), dense(images), rtol=1e-4, atol=1e-4)


@settings(max_examples=15, deadline=None)
@given(
    network=st.sampled_from(["resnet8", "resnet20", "vgg11-cifar"]),
    ratio=st.floats(0, 0.999),
    classes=st.integers(1, 20),
    channels=st.integers(1, 3),
)
def test_the_cut_network_costs_what_the_registry_models(
    network: str, ratio: float, classes: int, channels: int
) -> None:
    net = build(network, classes, channels, seeded())
    image = example(channels)
    prune(net, Pruning("l1", (ratio,)), network, image, seeded())
    assert counting.cost(net, image) == cost(network, ratio, classes, 32, channels=channels)


@pytest.mark.parametrize(
    ("network", "ratios", "spared"),
    [
        ("resnet20", (0, 0.2, 0.5, 0.9, 0), ("1.0", "3.2")),
        ("resnet50", (0, 0.6, 0.6, 0.6, 0.21, 0), ()),
        ("vgg11-cifar", (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0), ("7",)),
        ("vgg11", (*(0.3,) * 8, 0.5, 0.9, 0), ("0",)),
    ],
)
def test_lists_of_ratios_and_spared_places_mean_what_they_mean_in_the_registry(
    network: str, ratios: tuple[float, ...], spared: tuple[str, ...]
) -> None:
    side = 32 if network in SMALL else 64
    counted = counting.pruned_cost(network, Pruning("l1", ratios, spared), 4, 3, side)
    assert counted == cost(network, ratios, 4, side, spared)


@pytest.mark.parametrize(
    ("ratios", "spared", "lost"),
    [((0.5,), (), 16), ((0, 0, 0.5, 0.5, 0, 0, 0, 0, 0), ("2.1",), 4)],
)
def test_blocks_of_mobilenet_v2_lose_hidden_channels(
    ratios: tuple[float, ...], spared: tuple[str, ...], lost: int
) -> None:
    whole = trained_alike("mobilenet_v2")
    net, found = pruned("mobilenet_v2", Pruning("l1", ratios, spared))
    shares = [
        len(stays) / len(whole.get_parameter(f"{name}.weight"))
        for name, stays in found.kept.items()
    ]
    assert shares.count(0.5) == lost
    assert shares.count(1.0) == 16 - lost
    assert net(torch.zeros(2, 3, 32, 32)).shape == (2, 4)


def test_the_first_stage_of_mobilenet_v2_has_nothing_to_lose() -> None:
    with pytest.raises(ValueError, match="ratio 0 for stage 1"):
        pruned("mobilenet_v2", Pruning("l1", (0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0)))


def test_the_filters_with_the_smallest_l1_norm_go() -> None:
    dense = trained_alike("resnet8")
    _, found = pruned("resnet8")
    for name, stays in found.kept.items():
        norms = dense.get_parameter(f"{name}.weight").abs().sum((1, 2, 3)).tolist()
        gone = set(range(len(norms))) - set(stays)
        assert max(norms[index] for index in gone) <= min(norms[index] for index in stays)


def test_among_equal_filters_the_first_go() -> None:
    net = build("resnet8", 10, 1, seeded())
    nn.init.ones_(net.get_parameter("layer1.0.conv1.weight"))
    found = prune(net, Pruning("l1", (0.75,)), "resnet8", example(1, 8), seeded())
    assert found.kept["layer1.0.conv1"] == (12, 13, 14, 15)


@pytest.mark.parametrize("network", ["resnet8", "resnet20"])
@pytest.mark.parametrize("ratio", [0.0, 0.1, 0.7, 0.95])
def test_random_filters_are_as_many_as_those_of_l1(network: str, ratio: float) -> None:
    _, by_norm = pruned(network, Pruning("l1", (ratio,)))
    _, at_random = pruned(network, Pruning("random", (ratio,)))
    counts = {name: len(stays) for name, stays in by_norm.kept.items()}
    assert counts == {name: len(stays) for name, stays in at_random.kept.items()}
    whole = trained_alike(network)
    for name, count in counts.items():
        filters = len(whole.get_parameter(f"{name}.weight"))
        assert count == filters - removed(ratio, filters)


def test_random_filters_depend_on_the_generator_alone() -> None:
    before = torch.get_rng_state()
    one, again, other = (pruned("resnet8", Pruning("random", (0.5,)), seed) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert one[1] == again[1]
    assert one[1].digest != other[1].digest
    assert one[1].kept != other[1].kept


def tensors(net: nn.Module) -> dict[str, Tensor]:
    return net.state_dict()


def test_a_fresh_network_has_the_structure_but_none_of_the_weights() -> None:
    fresh = Pruning("l1", (0.5,), fresh=True)
    dense = trained_alike("resnet8")
    net, found = pruned("resnet8", fresh)
    assert counting.cost(net, example(3)) == counting.cost(pruned("resnet8")[0], example(3))
    assert not torch.equal(tensors(net)["fc.weight"], tensors(dense)["fc.weight"])
    assert tensors(net)["bn1.running_mean"].eq(0).all()
    again, _ = pruned("resnet8", fresh)
    assert all(torch.equal(value, tensors(again)[name]) for name, value in tensors(net).items())
    assert pruned("resnet8", Pruning("random", (0.5,), fresh=True))[1] == found
    weight = tensors(net)["layer3.0.conv2.weight"]
    assert weight.std().item() == pytest.approx((2 / (64 * 9)) ** 0.5, rel=0.05)


@pytest.mark.parametrize("network", ["resnet8", "vgg11-cifar", "mobilenet_v2"])
def test_a_state_loads_into_a_rebuilt_network(network: str) -> None:
    net, found = pruned(network, Pruning("random", (0.7,)))
    kept = json.loads(json.dumps(found.kept))
    other = rebuild(network, 4, 3, kept)
    other.load_state_dict(net.state_dict())
    images = torch.randn(2, 3, 32, 32, generator=seeded())
    with torch.no_grad():
        assert torch.equal(net.eval()(images), other.eval()(images))


def test_training_mode_and_gradients_stay_as_they_are() -> None:
    net = trained_alike("resnet8")
    net.get_submodule("bn1").eval()
    net.get_parameter("layer1.0.conv1.weight").requires_grad_(False)
    with torch.no_grad():
        prune(net, L1, "resnet8", example(3), seeded())
    assert net.training
    assert not net.get_submodule("bn1").training
    assert [name for name, one in net.named_parameters() if not one.requires_grad] == [
        "layer1.0.conv1.weight"
    ]
    assert all(one.is_leaf and one.grad is None for one in net.parameters())


def test_a_cut_network_trains_in_channels_last() -> None:
    net = pruned("resnet8")[0].to(memory_format=torch.channels_last)
    images = torch.randn(4, 3, 8, 8).to(memory_format=torch.channels_last)
    net(images).sum().backward()
    assert all(one.grad is not None and one.grad.shape == one.shape for one in net.parameters())


@pytest.mark.parametrize(
    ("pruning", "message"),
    [
        (Pruning("l1", (1.0,)), "from 0 to below 1, got 1"),
        (Pruning("l1", (-0.5,)), "from 0 to below 1"),
        (Pruning("l1", ()), "expected a pruning ratio"),
        (Pruning("l1", (0.5, 0.5)), "expected 5 ratios"),
        (Pruning("l1", (0.5,), ("4.0",)), "no such place to spare: 4.0"),
        (
            Pruning("magnitude", (0.5,)),
            r"expected a filter method \(l1, random, .*\), got 'magnitude'",
        ),
        (Pruning("hrank", (0.5,)), "got 'hrank'"),
        (Pruning("taylor", (0.5,)), "looks at training images, and none are at hand"),
    ],
)
def test_a_pruning_that_does_not_fit_is_refused_before_anything_is_cut(
    pruning: Pruning, message: str
) -> None:
    net = build("resnet8", 10, 3, seeded())
    with pytest.raises(ValueError, match=message):
        prune(net, pruning, "resnet8", example(3), seeded())
    assert counting.cost(net, example(3)) == cost("resnet8", 0, 10, 32, channels=3)


def test_weights_that_are_no_numbers_cannot_be_ranked() -> None:
    net = build("resnet8", 10, 3, seeded())
    net.get_parameter("layer2.0.conv1.weight").data[3] = float("nan")
    with pytest.raises(ValueError, match=r"l1 score of layer2\.0\.conv1 is not a number"):
        prune(net, L1, "resnet8", example(3), seeded())


@pytest.mark.parametrize(
    ("kept", "message"),
    [
        ({"layer9": [0]}, "no convolution or linear layer 'layer9'"),
        ({"layer1.0.conv1": [16]}, "filters 0 to 15"),
        ({"layer1.0.conv1": []}, "filters 0 to 15"),
    ],
)
def test_a_structure_that_the_network_cannot_have_is_refused(
    kept: dict[str, list[int]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        rebuild("resnet8", 10, 1, kept)


def test_the_digest_says_which_filters_stayed() -> None:
    assert surgery.digest({"a": [0, 1], "b": (2,)}) == surgery.digest({"b": [2], "a": (0, 1)})
    assert surgery.digest({"a": [0, 1]}) != surgery.digest({"a": [0, 2]})
