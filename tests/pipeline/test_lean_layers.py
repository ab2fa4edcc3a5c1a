"""Layers with less around them, beside those of torch."""

import pytest
import torch
from torch import nn

from prune_audit.pipeline.lean_layers import LeanBatchNorm, PointwiseConv


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_gives_what_torch_gives_bit_by_bit(training: bool) -> None:
    images = torch.randn(8, 6, 5, 5).to(memory_format=torch.channels_last)
    ours, theirs = LeanBatchNorm(6).train(training), nn.BatchNorm2d(6).train(training)
    for _ in range(2):
        assert torch.equal(ours(images), theirs(images))
    for name, tensor in ours.state_dict().items():
        if name != "num_batches_tracked":
            assert torch.equal(tensor, theirs.state_dict()[name])


@pytest.mark.parametrize("side", [1, 5, 8])
@pytest.mark.parametrize("stride", [1, 2])
def test_a_pointwise_convolution_gives_what_torch_gives(side: int, stride: int) -> None:
    images = torch.randn(4, 6, side, side, requires_grad=True)
    ours, theirs = PointwiseConv(6, 10, stride), nn.Conv2d(6, 10, 1, stride, bias=False)
    theirs.load_state_dict(ours.state_dict())
    found, expected = ours(images), theirs(images)
    torch.testing.assert_close(found, expected)
    weights = torch.randn_like(expected)
    parts = [(one, (images, layer.weight)) for one, layer in ((found, ours), (expected, theirs))]
    gradients = [torch.autograd.grad(one, inputs, weights) for one, inputs in parts]
    torch.testing.assert_close(*gradients)


def test_a_pointwise_convolution_keeps_channels_last() -> None:
    images = torch.randn(4, 6, 8, 8).to(memory_format=torch.channels_last)
    assert PointwiseConv(6, 10, 2)(images).is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(LeanBatchNorm(6), nn.BatchNorm2d(6)), (PointwiseConv(6, 10, 2), nn.Conv2d(6, 10, 1, 2))],
)
def test_lean_layers_are_found_as_torchs(ours: nn.Module, theirs: nn.Module) -> None:
    assert isinstance(ours, type(theirs))
    shapes = {name: tensor.shape for name, tensor in theirs.state_dict().items() if name != "bias"}
    own = {name: tensor.shape for name, tensor in ours.state_dict().items() if name != "bias"}
    assert own == shapes
