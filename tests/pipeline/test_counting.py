"""What a network costs after pruning, counted on the cut network."""

import pytest
import torch

from prune_audit.pipeline.counting import cost, pruned_cost, speedup_ratio
from prune_audit.pipeline.networks import build
from prune_audit.pipeline.surgery import example
from prune_audit.registry import cost as modelled
from prune_audit.registry import network
from prune_audit.reruns.experiment import Pruning
from prune_audit.reruns.ratios import UnreachableError
from prune_audit.reruns.ratios import speedup_ratio as modelled_ratio


def test_counting_leaves_the_network_as_it_was() -> None:
    net = build("resnet8", 10, 1, torch.Generator())
    net.get_submodule("bn1").eval()
    net.get_parameter("conv1.weight").requires_grad_(False)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    cost(net, example(1, 8))
    assert net.training
    assert not net.get_submodule("bn1").training
    assert [name for name, one in net.named_parameters() if not one.requires_grad] == [
        "conv1.weight"
    ]
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


@pytest.mark.parametrize("name", ["resnet8", "resnet50", "vgg13_bn"])
def test_counted_without_weights_is_what_the_model_says(name: str) -> None:
    side = 8 if name == "resnet8" else 64
    counted = pruned_cost(name, Pruning("l1", (0.37,)), 20, 3, side)
    assert counted == modelled(name, 0.37, 20, side, channels=3)


def test_mobilenet_v2_loses_only_hidden_channels() -> None:
    entry = network("mobilenet_v2")
    assert entry is not None
    half = pruned_cost("mobilenet_v2", Pruning("l1", (0.5,)), 1000, 3, 224)
    first, stem, last = 112**2 * 32 * (9 + 16), 112**2 * 32 * 27, 49 * 320 * 1280 + 1280 * 1000
    whole = first + stem + last
    assert half.macs - whole == (entry.macs - whole) / 2


def test_masks_and_no_pruning_cost_what_the_dense_network_costs() -> None:
    dense = pruned_cost("resnet8", None, 10, 1, 8)
    assert dense == modelled("resnet8")
    assert pruned_cost("resnet8", Pruning("magnitude", (0.9,)), 10, 1, 8) == dense


def test_the_ratio_for_a_speedup_is_that_of_the_model_where_there_is_one() -> None:
    assert speedup_ratio("resnet8", 3.0, 10, 1, 8) == modelled_ratio("resnet8", 3.0)


def test_a_speedup_of_mobilenet_v2_is_reached_or_refused_with_the_highest() -> None:
    ratio = speedup_ratio("mobilenet_v2", 1.5, 10, 3, 32)
    dense = pruned_cost("mobilenet_v2", None, 10, 3, 32)
    pruned = pruned_cost("mobilenet_v2", Pruning("l1", (ratio,)), 10, 3, 32)
    assert 1.5 <= dense.macs / pruned.macs < 1.51
    with pytest.raises(UnreachableError, match="highest speedup"):
        speedup_ratio("mobilenet_v2", 100, 10, 3, 32)
