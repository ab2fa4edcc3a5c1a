"""What is measured on files of real pruned networks is what the networks cost."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.utils import prune as torch_prune

from prune_audit.evidence.checkpoints import CheckpointError, opened
from prune_audit.pipeline import counting, masks, surgery
from prune_audit.pipeline.networks import build
from prune_audit.reruns.experiment import Pruning

Rows = Callable[..., Any]
Nets = Callable[..., nn.Module]
Saver = Callable[..., Path]

NETWORKS = [
    ("resnet8", 10, 1, 8),
    ("resnet20", 10, 3, 32),
    ("resnet20-projection", 10, 3, 32),
    ("vgg11-cifar", 10, 3, 32),
]


def folded(kind: str) -> bool:
    """Whether an exporter folds batch norm away."""
    return kind == "ONNX"


@pytest.mark.parametrize(("network", "classes", "channels", "side"), NETWORKS)
def test_every_kind_of_file_shows_the_cost_of_the_cut_network(
    network: str, classes: int, channels: int, side: int,
    cut: Nets, row: Rows, saver: Saver, tmp_path: Path,
) -> None:  # fmt: skip
    net = cut(network, 0.5, classes, channels, side)
    image = surgery.example(channels, side)
    measured = opened(saver(net, image, tmp_path), row(network))
    counted = counting.cost(net, image)
    assert measured.macs == counted.macs
    assert measured.params == counted.params or folded(measured.kind)
    assert measured.zeros == 0
    assert measured.channels == channels
    assert measured.fits[0].network is not None
    assert measured.fits[0].network.id == network


@pytest.mark.parametrize("network", ["resnet50", "mobilenet_v2"])
def test_large_networks_too(
    network: str, cut: Nets, row: Rows, saver: Saver, tmp_path: Path
) -> None:
    net = cut(network, 0.9, 1000, 3, 32)
    image = surgery.example(3, 224)
    measured = opened(saver(net, image, tmp_path), row(network))
    assert measured.macs == counting.cost(net, image).macs


def test_resnet50_in_weights_alone_may_stride_in_either_convolution(
    cut: Nets, row: Rows, savers: Mapping[str, Saver], tmp_path: Path
) -> None:
    net = cut("resnet50", 0.9, 1000, 3, 32)
    path = savers["state_dict"](net, surgery.example(3, 32), tmp_path)
    first, second = (
        sum(work.macs for work in measured.works(fit))
        for measured in [opened(path, row("resnet50"))]
        for fit in measured.fits
    )
    assert first > second


@pytest.mark.parametrize("scope", ["global", "layerwise"])
def test_masked_weights_are_counted_as_the_pipeline_counts_them(
    scope: str, row: Rows, saver: Saver, tmp_path: Path
) -> None:
    generator = torch.Generator().manual_seed(0)
    net = build("resnet8", 10, 1, generator).eval()
    gone = masks.prune(net, Pruning("magnitude", (0.8,), scope=scope), generator)
    image = surgery.example(1, 8)
    measured = opened(saver(net, image, tmp_path), row("resnet8"))
    assert measured.sparsity == pytest.approx(gone.sparsity, abs=1e-12)
    assert measured.macs == counting.cost(net, image).macs


def test_masks_of_torch_are_multiplied_in(row: Rows, tmp_path: Path) -> None:
    net = build("resnet8", 10, 1, torch.Generator().manual_seed(0))
    mask = torch.ones(64, 64, 3, 3)
    mask[::2] = 0
    torch_prune.custom_from_mask(net.get_submodule("layer3.0.conv2"), "weight", mask)  # type: ignore[no-untyped-call]
    torch.save({"net": net.state_dict()}, tmp_path / "net.pt")
    measured = opened(tmp_path / "net.pt", row("resnet8"))
    assert measured.zeros == 64 * 64 * 9 // 2
    assert measured.notes == ("masks are multiplied in",)
    assert measured.params == counting.cost(net, surgery.example(1, 8)).params


def test_half_precision_counts_the_same(row: Rows, cut: Nets, tmp_path: Path) -> None:
    from safetensors.torch import save_file

    net = cut("resnet8", 0.5, 10, 1, 8)
    state = {
        name: t.bfloat16() if t.is_floating_point() else t for name, t in net.state_dict().items()
    }
    save_file(state, tmp_path / "net.safetensors")
    torch.save(state, tmp_path / "net.pt")
    found = [opened(tmp_path / name, row("resnet8")) for name in ("net.safetensors", "net.pt")]
    assert {one.macs for one in found} == {counting.cost(net, surgery.example(1, 8)).macs}


def test_a_graph_for_many_images_is_counted_for_one(row: Rows, cut: Nets, tmp_path: Path) -> None:
    net = cut("resnet8", 0.5, 10, 1, 8)
    batch = torch.zeros(4, 1, 8, 8)
    shapes = ({0: torch.export.Dim("batch")},)
    torch.export.save(torch.export.export(net, (batch,)), tmp_path / "fixed.pt2")
    torch.export.save(
        torch.export.export(net, (batch,), dynamic_shapes=shapes), tmp_path / "open.pt2"
    )
    counted = counting.cost(net, surgery.example(1, 8)).macs
    assert opened(tmp_path / "fixed.pt2", row("resnet8")).macs == counted
    assert opened(tmp_path / "open.pt2", row("resnet8")).macs == counted


@pytest.mark.parametrize("prefix", ["module.", "model.", "module.net.", "_orig_mod."])
def test_names_under_a_wrapper_are_found(prefix: str, row: Rows, cut: Nets, tmp_path: Path) -> None:
    net = cut("resnet8", 0.5, 10, 1, 8)
    state = {f"{prefix}{name}": value for name, value in net.state_dict().items()}
    torch.save({"state_dict": state, "optimizer": {"lr": 0.1}, "epoch": 3}, tmp_path / "net.pt")
    assert opened(tmp_path / "net.pt", row("resnet8")).macs


def test_names_of_another_widespread_implementation_are_understood(
    row: Rows, cut: Nets, tmp_path: Path
) -> None:
    net = cut("resnet20-projection")
    state = {
        name.replace("downsample", "shortcut").replace("fc.", "linear."): value
        for name, value in net.state_dict().items()
    }
    torch.save(state, tmp_path / "net.pt")
    measured = opened(tmp_path / "net.pt", row())
    assert measured.macs == counting.cost(net, surgery.example(3)).macs


@pytest.mark.parametrize(
    ("name", "shape", "why"),
    [
        ("layer1.0.conv2.weight", (16, 9, 3, 3), "layer1.0.conv2 has 9 channels read, and 8 fit"),
        ("layer1.0.conv2.weight", (15, 8, 3, 3), "layer1.0.bn2 has 16 channels, and 15 fit"),
        ("layer1.0.conv1.weight", (8, 16, 5, 5), "no 3x3 layer"),
        ("layer1.0.bn1.weight", (7,), "layer1.0.bn1 has 7 channels, and 8 fit"),
        ("layer3.7.conv1.weight", (8, 16, 3, 3), "also holds layer3.7.conv1.weight"),
        ("fc.weight", (100, 64), "100 outputs for 10 classes"),
        ("fc.weight", (10, 63), "fc has 63 values read, and 64 fit"),
    ],
)
def test_channels_that_do_not_fit_together_are_not_counted(
    name: str, shape: tuple[int, ...], why: str, row: Rows, cut: Nets, tmp_path: Path
) -> None:
    state = {**cut("resnet20").state_dict(), name: torch.ones(shape)}
    torch.save(state, tmp_path / "net.pt")
    measured = opened(tmp_path / "net.pt", row())
    assert measured.macs is None
    assert why in measured.why


def test_maps_that_are_added_have_equally_many_channels(
    row: Rows, cut: Nets, tmp_path: Path
) -> None:
    state = dict(cut("resnet20").state_dict())
    state["layer1.1.conv2.weight"] = torch.ones(15, 8, 3, 3)
    state["layer1.1.bn2.weight"] = torch.ones(15)
    torch.save(state, tmp_path / "net.pt")
    assert "layer1.1 adds maps of 15 and 16 channels" in opened(tmp_path / "net.pt", row()).why


def test_a_network_without_known_names_is_measured_but_for_its_macs(
    row: Rows, tmp_path: Path
) -> None:
    net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Flatten(), nn.Linear(8, 10))
    torch.save(net.state_dict(), tmp_path / "net.pt")
    measured = opened(tmp_path / "net.pt", row("densenet40"))
    assert measured.macs is None
    assert "not known here by name" in measured.why
    assert measured.params == sum(one.numel() for one in net.parameters())
    assert "the registry knows no network my-net" in opened(tmp_path / "net.pt", row("my-net")).why


def test_a_graph_for_smaller_images_than_the_rows_is_not_counted(
    row: Rows, cut: Nets, savers: Mapping[str, Saver], tmp_path: Path
) -> None:
    net = cut("resnet20")
    for kind in ("program", "onnx"):
        measured = opened(savers[kind](net, surgery.example(3, 16), tmp_path), row())
        assert measured.macs is None
        assert measured.why == "the graph is for images of 16x16 pixels, the row's are of 32"


def test_weights_that_are_no_numbers_are_named(
    row: Rows, cut: Nets, saver: Saver, tmp_path: Path
) -> None:
    net = cut("resnet8", 0.5, 10, 1, 8)
    net.get_parameter("fc.weight").data[3, 5] = float("nan")
    net.get_parameter("fc.bias").data[0] = float("inf")
    damage = opened(saver(net, surgery.example(1, 8), tmp_path), row("resnet8")).damage
    assert damage.startswith("holds NaN or infinite values in fc.")


def test_a_file_without_layers_is_refused(row: Rows, tmp_path: Path) -> None:
    torch.save({"epoch": 3, "accuracy": torch.ones(4)}, tmp_path / "net.pt")
    with pytest.raises(CheckpointError, match="no weights of convolution or linear layers"):
        opened(tmp_path / "net.pt", row())
