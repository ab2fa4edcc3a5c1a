"""Networks that can be built, against the registry's counts."""

import subprocess
import sys

import pytest
import torch
from torch import Tensor, nn

from prune_audit.pipeline.counting import cost
from prune_audit.pipeline.initialise import initialise
from prune_audit.pipeline.networks import BUILDERS, bare, build
from prune_audit.pipeline.surgery import example
from prune_audit.registry import cost as modelled
from prune_audit.registry import dense, network
from prune_audit.registry.shapes import SHAPES


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def customary_channels(name: str) -> int:
    shape = SHAPES.get(name)
    return shape.channels if shape else 3


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize("classes", [10, 1000])
def test_a_built_network_costs_what_the_registry_says(name: str, classes: int) -> None:
    entry, channels = network(name), customary_channels(name)
    assert entry is not None
    counted = cost(bare(name, classes, channels), example(channels, entry.input_size, "meta"))
    assert counted == dense(entry, classes)


@pytest.mark.parametrize("name", ["resnet8", "resnet20", "vgg11-cifar", "resnet18", "vgg11"])
@pytest.mark.parametrize("channels", [1, 3])
def test_grey_and_colour_images_differ_in_the_first_convolution(name: str, channels: int) -> None:
    entry = network(name)
    assert entry is not None
    counted = cost(bare(name, 10, channels), example(channels, entry.input_size, "meta"))
    assert counted == modelled(name, classes=10, channels=channels)


def test_an_unknown_network_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match=r"expected one of the networks resnet8, .*; got 'lenet'"):
        build("lenet", 10, 1, seeded())


def state(name: str, seed: int) -> dict[str, Tensor]:
    return build(name, 10, 1, seeded(seed)).state_dict()


def test_weights_come_from_the_given_generator_alone() -> None:
    before = torch.get_rng_state()
    first, again, other = state("resnet8", 1), state("resnet8", 1), state("resnet8", 2)
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["conv1.weight"], other["conv1.weight"])
    assert not torch.equal(first["fc.weight"], other["fc.weight"])


@pytest.mark.parametrize("name", ["resnet20", "resnet20-projection", "resnet18", "mobilenet_v2"])
def test_nothing_is_left_without_a_value(name: str) -> None:
    net = build(name, 10, 3, seeded()).eval()
    assert all(value.isfinite().all() for value in net.state_dict().values())
    assert net(torch.randn(2, 3, 32, 32, generator=seeded())).std() > 0


def test_convolutions_are_drawn_as_he_et_al_do_and_batch_norm_changes_nothing() -> None:
    found = state("resnet20", 0)
    weight = found["layer3.1.conv1.weight"]
    assert weight.std().item() == pytest.approx((2 / (64 * 9)) ** 0.5, rel=0.02)
    assert found["layer3.1.bn1.weight"].eq(1).all()
    assert found["layer3.1.bn1.running_var"].eq(1).all()
    assert found["layer3.1.bn1.bias"].eq(0).all()
    assert found["layer3.1.bn1.num_batches_tracked"] == 0


def test_linear_layers_are_drawn_as_each_network_has_them() -> None:
    assert state("resnet20", 0)["fc.weight"].abs().max() <= 64**-0.5
    mobile = state("mobilenet_v2", 0)["classifier.1.weight"]
    assert mobile.std().item() == pytest.approx(0.01, rel=0.05)


def test_a_layer_without_a_rule_for_fresh_weights_is_named() -> None:
    with pytest.raises(ValueError, match="fresh weights of 1: PReLU"):
        initialise(nn.Sequential(nn.Linear(2, 2), nn.PReLU()), seeded())


def test_zero_padding_keeps_every_second_pixel_and_adds_empty_maps_on_both_sides() -> None:
    shortcut = build("resnet20", 10, 3, seeded()).get_submodule("layer2.0.downsample")
    images = torch.randn(2, 16, 6, 6, generator=seeded())
    padded = shortcut(images)
    assert padded.shape == (2, 32, 3, 3)
    assert torch.equal(padded[:, 8:24], images[:, :, ::2, ::2])
    assert not padded[:, :8].any()
    assert not padded[:, 24:].any()


def test_torchvision_is_not_imported_for_a_small_network() -> None:
    code = (
        "import sys, torch; from prune_audit.pipeline.networks import build;"
        "build('resnet8', 10, 1, torch.Generator()); print('torchvision' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
