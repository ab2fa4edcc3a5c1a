"""Units of a layer: where their outputs leave it, and the network without some of them."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, relu

from prune_audit.pipeline import surgery
from prune_audit.pipeline.networks import build
from prune_audit.pipeline.units import (
    BATCH,
    Sample,
    errors,
    gate_gradients,
    harms,
    losses,
    mean_loss,
    norms,
    outputs,
    positive,
    silenced,
)

FIRST = "layer1.0.conv1"


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def sample(count: int, side: int = 6, channels: int = 1) -> Sample:
    images = torch.randn(count, channels, side, side, generator=seeded(1))
    return images, torch.randint(3, (count,), generator=seeded(2))


def stir(net: nn.Module) -> nn.Module:
    """Give the batch norms of a network numbers as after a training."""
    norms = (module for module in net.modules() if isinstance(module, nn.BatchNorm2d))
    values = [value for norm in norms for value in norm.state_dict().values() if value.ndim]
    for seed, value in enumerate(values):
        value.uniform_(0.2, 1.5, generator=seeded(seed))
    return net


class Tangled(nn.Module):
    """Two convolutions whose batch norms are declared in the other order under other names."""

    def __init__(self) -> None:
        super().__init__()
        self.bn1, self.bn0 = nn.BatchNorm2d(4), nn.BatchNorm2d(4)
        self.conv1, self.conv0 = nn.Conv2d(1, 4, 3), nn.Conv2d(4, 4, 3)
        self.fc = nn.Linear(4, 3)
        self.unused = nn.Linear(2, 2)

    def forward(self, images: Tensor) -> Tensor:
        maps = relu(self.bn0(self.conv1(images)), inplace=True)
        maps = self.bn1(relu(self.conv0(maps), inplace=True))
        logits: Tensor = self.fc(maps.mean((2, 3)))
        return logits


@pytest.fixture
def tangled() -> Tangled:
    torch.manual_seed(0)
    net = Tangled()
    stir(net)
    return net


def test_the_batch_norm_of_a_layer_is_the_one_that_reads_its_output(tangled: Tangled) -> None:
    layers = {"conv1": tangled.conv1, "conv0": tangled.conv0, "fc": tangled.fc}
    assert norms(tangled, layers, sample(1)[0]) == {
        "conv1": tangled.bn0, "conv0": tangled.bn1, "fc": None,
    }  # fmt: skip
    assert outputs(tangled, layers, sample(1)[0])["fc"] is tangled.fc


def test_every_convolution_of_resnet_8_has_the_batch_norm_beside_it() -> None:
    net = build("resnet8", 10, 1, seeded())
    convolutions = {n: layer for n, layer in net.named_modules() if isinstance(layer, nn.Conv2d)}
    found = norms(net, convolutions, torch.zeros(1, 1, 8, 8))
    names = {module: name for name, module in net.named_modules()}
    beside = {
        name: name.replace("conv", "bn").replace("downsample.0", "downsample.1")
        for name in convolutions
    }
    assert {name: names[norm] for name, norm in found.items() if norm is not None} == beside


def test_a_layer_that_the_network_does_not_use_is_named(tangled: Tangled) -> None:
    with pytest.raises(ValueError, match="does not use the layer unused"):
        norms(tangled, {"unused": tangled.unused}, sample(1)[0])


def test_a_layer_that_the_network_uses_twice_is_named() -> None:
    layer = nn.Linear(4, 4)
    with pytest.raises(ValueError, match="uses the layer 0 more than once"):
        norms(nn.Sequential(layer, layer), {"0": layer}, torch.zeros(1, 4))


def test_a_silenced_filter_is_zero_behind_its_batch_norm_whatever_its_shift() -> None:
    net = nn.Sequential(nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.ReLU(inplace=True)).eval()
    nn.init.constant_(net.get_parameter("1.bias"), 5.0)
    gone = torch.tensor([False, True, False])
    whole = net(sample(2)[0])
    with silenced(net[1], gone):
        maps = net(sample(2)[0])
    assert not maps[:, 1].any()
    assert torch.equal(maps[:, ~gone], whole[:, ~gone])
    assert torch.equal(net(sample(2)[0]), whole)


def test_a_silenced_output_of_a_linear_layer_is_zero_in_every_row() -> None:
    layer = nn.Linear(2, 3)
    with silenced(layer, torch.tensor([True, False, False])):
        assert not layer(torch.ones(4, 2))[:, 0].any()
        assert not layer(torch.ones(4, 5, 2))[..., 0].any()
        assert layer(torch.ones(4, 5, 2))[..., 1:].all()


def test_hooks_are_gone_after_an_error_too(tangled: Tangled) -> None:
    with pytest.raises(RuntimeError), silenced(tangled.bn0, torch.ones(4, dtype=torch.bool)):
        tangled(torch.zeros(1, 2, 6, 6))
    assert not tangled.bn0._forward_hooks


def test_silencing_gives_the_numbers_of_the_network_that_is_cut() -> None:
    net = stir(build("resnet8", 10, 1, seeded())).eval()
    images = sample(4, side=8)[0]
    gone = torch.arange(16) % 3 == 0
    output = outputs(net, {FIRST: net.get_submodule(FIRST)}, images)[FIRST]
    with silenced(output, gone):
        silent = net(images)
    surgery.cut(net, {FIRST: (~gone).nonzero().flatten().tolist()}, images[:1])
    assert torch.allclose(net(images), silent, rtol=1e-4, atol=1e-5)


def test_the_mean_loss_is_over_all_images_however_many(tangled: Tangled) -> None:
    images, labels = sample(BATCH + 9)
    tangled.eval()
    expected = cross_entropy(tangled(images), labels).item()
    assert mean_loss(tangled, (images, labels)) == pytest.approx(expected, rel=1e-5)
    wrong = (tangled(images).argmax(1) != labels).sum().item()
    assert mean_loss(tangled, (images, labels), errors) * len(labels) == pytest.approx(wrong)


def test_losses_and_errors_are_per_image() -> None:
    logits, labels = torch.tensor([[2.0, 0.0], [2.0, 0.0]]), torch.tensor([0, 1])
    assert errors(logits, labels).tolist() == [0.0, 1.0]
    assert losses(logits, labels).tolist() == pytest.approx([0.126928, 2.126928])


def test_harm_grows_from_the_whole_network_to_a_constant_one() -> None:
    net = nn.Sequential(nn.Linear(2, 2, bias=False))
    net.get_parameter("0.weight").data.copy_(torch.eye(2) * 100)
    images, labels = torch.eye(2), torch.tensor([0, 1])
    with harms(net, net[0], (images, labels)) as harm:
        assert harm(torch.tensor([False, False])) == pytest.approx(0)
        assert harm(torch.tensor([True, False])) == pytest.approx(0.693147 / 2)
        assert harm(torch.tensor([True, True])) == pytest.approx(0.693147)


def test_the_fraction_of_positive_outputs_is_counted_over_images_and_pixels() -> None:
    net = nn.Sequential(nn.Conv2d(1, 3, 1, bias=False), nn.ReLU(inplace=True))
    net.get_parameter("0.weight").data.copy_(torch.tensor([1.0, -1.0, 0.0]).view(3, 1, 1, 1))
    images = torch.tensor([[1.0, -1.0, 1.0, 0.0]]).view(1, 1, 2, 2)
    both = torch.cat([images, torch.ones(1, 1, 2, 2)])
    assert positive(net, {"0": net[0]}, both)["0"].tolist() == [0.75, 0.125, 0.0]
    many = both.repeat(BATCH, 1, 1, 1)
    assert positive(net, {"0": net[0]}, many)["0"].tolist() == [0.75, 0.125, 0.0]


def test_a_gate_behind_batch_norm_is_scale_and_shift_together(tangled: Tangled) -> None:
    layers = {"conv1": tangled.conv1, "conv0": tangled.conv0}
    images, labels = sample(BATCH + 5)
    found = gate_gradients(tangled, outputs(tangled, layers, images), (images, labels))
    tangled.eval()
    for name, norm in (("conv1", tangled.bn0), ("conv0", tangled.bn1)):
        loss = losses(tangled(images), labels).sum()
        scale, shift = torch.autograd.grad(loss, (norm.weight, norm.bias))
        expected = scale * norm.weight + shift * norm.bias
        assert torch.allclose(found[name].sum(0).float(), expected, rtol=1e-3, atol=1e-4)


def test_a_gate_without_batch_norm_is_weights_and_bias_together() -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(64, 3))
    images, labels = sample(5)
    found = gate_gradients(net, {"0": net[0], "3": net[3]}, (images, labels))
    loss = losses(net(images), labels).sum()
    for name in ("0", "3"):
        weight, bias = net.get_parameter(f"{name}.weight"), net.get_parameter(f"{name}.bias")
        down, side = torch.autograd.grad(loss, (weight, bias), retain_graph=True)
        expected = (down * weight).flatten(1).sum(1) + side * bias
        assert torch.allclose(found[name].sum(0).float(), expected, rtol=1e-4, atol=1e-5)


def test_the_gate_of_an_image_does_not_depend_on_the_others(tangled: Tangled) -> None:
    units = {"conv1": tangled.bn0}
    images, labels = sample(BATCH + 5)
    together = gate_gradients(tangled, units, (images, labels))["conv1"]
    alone = gate_gradients(tangled, units, (images[-1:], labels[-1:]))["conv1"]
    assert together.shape == (BATCH + 5, 4)
    assert torch.allclose(together[-1:], alone, rtol=1e-3, atol=1e-6)


def test_gates_leave_gradients_buffers_modes_and_hooks_alone(tangled: Tangled) -> None:
    tangled.train()
    tangled.bn0.eval()
    tangled.conv0.weight.requires_grad_(False)
    tangled.conv1.weight.grad = torch.full_like(tangled.conv1.weight, 7.0)
    before = {name: value.clone() for name, value in tangled.state_dict().items()}
    gate_gradients(tangled, {"conv1": tangled.bn0}, sample(4))
    assert all(torch.equal(before[name], value) for name, value in tangled.state_dict().items())
    assert (tangled.conv1.weight.grad == 7).all()
    assert tangled.fc.weight.grad is None
    assert (tangled.training, tangled.bn0.training) == (True, False)
    assert not tangled.conv0.weight.requires_grad
    assert not tangled.bn0._forward_hooks
