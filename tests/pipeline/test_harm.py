"""Harm before retraining."""

import pytest
import torch
from torch import nn

from prune_audit.pipeline import surgery
from prune_audit.pipeline.harm import removal_curve
from prune_audit.pipeline.networks import build
from prune_audit.pipeline.units import Sample, errors, mean_loss

LAYER = "layer2.0.conv1"


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def network() -> nn.Module:
    net = build("resnet8", 10, 1, seeded())
    nn.init.uniform_(net.get_parameter("layer2.0.bn1.bias"), 0.5, 1, generator=seeded(4))
    return net


def sample() -> Sample:
    images = torch.randn(20, 1, 8, 8, generator=seeded(1))
    return images, torch.randint(10, (20,), generator=seeded(2))


def test_a_removal_curve_shows_the_network_that_is_cut() -> None:
    net = network()
    scores = torch.rand(32, generator=seeded(3))
    curve = removal_curve(net, LAYER, scores, sample(), (0.0, 0.5, 1.0))
    for point, left in zip(curve, (32, 16, 1), strict=True):
        small = network()
        kept = scores.argsort()[32 - left :].sort().values.tolist()
        surgery.cut(small, {LAYER: kept}, sample()[0][:1])
        small.eval()
        assert point.loss == pytest.approx(mean_loss(small, sample()), rel=1e-4)
        assert point.accuracy == pytest.approx(1 - mean_loss(small, sample(), errors))
    assert [point.fraction for point in curve] == [0.0, 0.5, 1.0]
    assert len({point.loss for point in curve}) == 3


def test_the_order_of_fractions_does_not_matter_and_the_network_comes_back() -> None:
    net = network()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    scores = torch.rand(32, generator=seeded(3))
    up = removal_curve(net, LAYER, scores, sample(), (0.0, 0.25, 0.75))
    down = removal_curve(net, LAYER, scores, sample(), (0.75, 0.25, 0.0))
    assert up == down[::-1]
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())
    assert net.training


def test_without_the_filters_that_do_nothing_the_loss_is_the_same() -> None:
    net = network()
    idle = torch.arange(32) < 8
    net.get_parameter("layer2.0.conv2.weight").data[:, idle] = 0
    whole, idle_gone, more = removal_curve(net, LAYER, (~idle).float(), sample(), (0.0, 0.25, 0.5))
    assert idle_gone.loss == pytest.approx(whole.loss, rel=1e-6)
    assert abs(more.loss - whole.loss) > 1e-4


def test_scores_of_another_layer_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected 32 scores for layer2.0.conv1, got \[16\]"):
        removal_curve(network(), LAYER, torch.zeros(16), sample(), (0.5,))
    with pytest.raises(ValueError, match="no convolution or linear layer 'bn1'"):
        removal_curve(network(), "bn1", torch.zeros(16), sample(), (0.5,))
