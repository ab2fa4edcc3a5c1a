"""Single weights are held at zero."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from prune_audit.pipeline.masks import MaskError, Masks, prune
from prune_audit.pipeline.networks import build
from prune_audit.reruns.experiment import Pruning

LAYERWISE = Pruning("magnitude", (0.9,))
GLOBAL = Pruning("magnitude", (0.9,), scope="global")


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def network() -> nn.Module:
    return build("resnet8", 10, 1, seeded())


def masked(pruning: Pruning) -> tuple[nn.Module, Masks]:
    net = network()
    return net, prune(net, pruning, seeded())


def step(net: nn.Module) -> None:
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4)
    for _ in range(2):
        loss = net(torch.randn(8, 1, 8, 8, generator=seeded())).square().sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def test_every_convolution_and_linear_layer_loses_the_same_share() -> None:
    net, masks = masked(LAYERWISE)
    assert len(masks.gone) == 10
    for name, gone in masks.gone.items():
        weight = net.get_parameter(f"{name}.weight")
        assert weight.count_nonzero() == (~gone).sum()
        assert gone.float().mean().item() == pytest.approx(0.9, abs=1 / gone.numel())
    assert masks.sparsity == pytest.approx(0.9, abs=1e-4)
    assert net.get_parameter("bn1.weight").all()
    assert net.get_parameter("fc.bias").all()


def test_a_global_threshold_takes_the_smallest_weights_of_all() -> None:
    before = {name: value.abs() for name, value in network().state_dict().items()}
    _, masks = masked(GLOBAL)
    gone = torch.cat([before[f"{name}.weight"][mask] for name, mask in masks.gone.items()])
    stays = torch.cat([before[f"{name}.weight"][~mask] for name, mask in masks.gone.items()])
    assert gone.max() <= stays.min()
    assert masks.sparsity == pytest.approx(0.9, abs=1e-4)
    assert len({round(mask.float().mean().item(), 2) for mask in masks.gone.values()}) > 1


@pytest.mark.parametrize("pruning", [LAYERWISE, GLOBAL], ids=["layerwise", "global"])
def test_one_weight_stays_in_every_layer(pruning: Pruning) -> None:
    net = nn.Sequential(nn.Linear(3, 1, bias=False), nn.Linear(40, 5, bias=False))
    net.get_parameter("0.weight").data.copy_(torch.tensor([[1e-9, 3e-9, 2e-9]]))
    masks = prune(net, pruning, seeded())
    assert masks.gone["0"].tolist() == [[True, False, True]]


@settings(max_examples=30, deadline=None)
@given(ratio=st.floats(0, 0.999), scope=st.sampled_from(["layerwise", "global"]))
def test_sparsity_is_the_ratio_up_to_a_weight_per_layer(ratio: float, scope: str) -> None:
    net = nn.Sequential(nn.Conv2d(2, 5, 3), nn.Linear(7, 11))
    masks = prune(net, Pruning("magnitude", (ratio,), scope=scope), seeded())
    assert abs(masks.sparsity - ratio) <= 2 / (90 + 77)
    masks.verify(net)


def test_pruned_weights_stay_zero_where_masks_are_applied_after_the_steps() -> None:
    net, masks = masked(GLOBAL)
    step(net)
    masks.apply(net)
    masks.verify(net)


def test_a_weight_that_comes_back_is_reported_with_its_layer() -> None:
    net, masks = masked(LAYERWISE)
    gone = masks.gone["layer2.0.conv2"]
    net.get_parameter("layer2.0.conv2.weight").data[gone.nonzero()[0].tolist()] = 1.0
    with pytest.raises(MaskError, match=r"pruned weights of layer2\.0\.conv2"):
        masks.verify(net)
    step(net)
    with pytest.raises(MaskError, match="pruned weights of conv1"):
        masks.verify(net)


def test_the_digest_says_which_weights_are_gone() -> None:
    assert masked(LAYERWISE)[1].digest == masked(LAYERWISE)[1].digest
    assert masked(LAYERWISE)[1].digest != masked(GLOBAL)[1].digest
    masks = masked(LAYERWISE)[1]
    assert Masks(dict(reversed([*masks.gone.items()]))).digest == masks.digest
    assert masks.to("cpu").digest == masks.digest


def test_fresh_weights_come_under_the_masks_of_the_old_ones() -> None:
    net = network()
    masks = prune(net, Pruning("magnitude", (0.5,), fresh=True), seeded(1), "resnet8")
    assert masks.digest == masked(Pruning("magnitude", (0.5,)))[1].digest
    masks.verify(net)
    old = network().get_parameter("fc.weight")
    assert not torch.equal(net.get_parameter("fc.weight"), old * ~masks.gone["fc"])


@pytest.mark.parametrize(
    ("pruning", "message"),
    [
        (Pruning("magnitude", (1.0,)), "from 0 to below 1, got 1"),
        (Pruning("magnitude", (0.5, 0.5)), "expected one ratio"),
        (Pruning("magnitude", (0.5,), scope="local"), "expected the scope layerwise or global"),
        (Pruning("magnitude", (0.5,), spared=("1.0",)), "none can be spared"),
        (Pruning("l1", (0.5,)), r"expected a weight method \(magnitude, .*\), got 'l1'"),
        (Pruning("magnitude", (0.5,), fresh=True), "expected one of the networks"),
    ],
)
def test_a_pruning_that_single_weights_do_not_have_is_refused(
    pruning: Pruning, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        masked(pruning)
