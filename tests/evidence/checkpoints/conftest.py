"""Pruned networks in files of every kind, and rows that claim something of them."""

import json
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from prune_audit.claim import Result
from prune_audit.load import load_text
from prune_audit.pipeline import surgery
from prune_audit.pipeline.networks import build
from prune_audit.places import Entry, Place
from prune_audit.reruns.experiment import Pruning
from prune_audit.submission import CheckpointFile

Saver = Callable[[nn.Module, Tensor, Path], Path]

ROW = {
    "method": "a method", "base": "unreported", "network": "resnet20", "dataset": "cifar10",
    "pruning": {"granularity": "filter", "schedule": "one-shot", "epochs": "0"},
    "retraining": {"epochs": "90", "lr": "1e-2"}, "top1": "75.0", "source": "Table 1",
}  # fmt: skip
DATA = {
    "resnet8": "digits",
    "resnet50": "imagenet",
    "mobilenet_v2": "imagenet",
    "vgg11": "imagenet",
}


def made_row(network: str = "resnet20", **claims: Any) -> Result:
    """Return a row that claims these numbers of a network on its data set."""
    granularity = claims.pop("granularity", "filter")
    base = claims.pop("base_model", None)
    row: dict[str, Any] = {
        **ROW, "network": network, "dataset": DATA.get(network, "cifar10"), **claims,
        "pruning": {"granularity": granularity, "schedule": "one-shot", "epochs": "0"},
    }  # fmt: skip
    head = {"schema": "1", "paper": {"title": "A title", "venue": "A venue", "year": "2023"}}
    if base:
        row = {key: value for key, value in row.items() if key not in ("network", "dataset")}
        head["base_models"] = {"dense": base}
        row["base"] = "dense"
    loaded = load_text(json.dumps({**head, "results": {"ours": row}}), "submission.yaml")
    assert not loaded.problems
    assert loaded.claim
    return loaded.claim.results["ours"]


def cut_network(
    network: str, ratio: float = 0.5, classes: int = 10, channels: int = 3, side: int = 32
) -> nn.Module:
    """Return a network without the smallest filters, with weights of no meaning."""
    generator = torch.Generator().manual_seed(0)
    net = build(network, classes, channels, generator)
    image = surgery.example(channels, side)
    surgery.prune(net, Pruning("l1", (ratio,)), network, image, generator)
    return net.eval()


def as_state_dict(net: nn.Module, image: Tensor, folder: Path) -> Path:
    torch.save(net.state_dict(), folder / "net.pth")
    return folder / "net.pth"


def as_legacy(net: nn.Module, image: Tensor, folder: Path) -> Path:
    content = {"epoch": 90, "model": {f"module.{k}": v for k, v in net.state_dict().items()}}
    torch.save(content, folder / "old.pt", _use_new_zipfile_serialization=False)
    return folder / "old.pt"


def as_safetensors(net: nn.Module, image: Tensor, folder: Path) -> Path:
    from safetensors.torch import save_file

    save_file(dict(net.state_dict()), folder / "net.safetensors")
    return folder / "net.safetensors"


def as_program(net: nn.Module, image: Tensor, folder: Path) -> Path:
    torch.export.save(torch.export.export(net, (image,)), folder / "net.pt2")
    return folder / "net.pt2"


def as_core_program(net: nn.Module, image: Tensor, folder: Path) -> Path:
    """Save a program whose linear layers are products with a transposed matrix."""
    program = torch.export.export(net, (image,)).run_decompositions()
    torch.export.save(program, folder / "core.pt2")
    return folder / "core.pt2"


def as_onnx(net: nn.Module, image: Tensor, folder: Path) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter that needs no other package is the old one
        torch.onnx.export(net, (image,), str(folder / "net.onnx"), dynamo=False)
    return folder / "net.onnx"


SAVERS: Mapping[str, Saver] = {
    "state_dict": as_state_dict, "legacy": as_legacy, "safetensors": as_safetensors,
    "program": as_program, "core program": as_core_program, "onnx": as_onnx,
}  # fmt: skip


@pytest.fixture
def row() -> Callable[..., Result]:
    return made_row


@pytest.fixture
def cut() -> Callable[..., nn.Module]:
    return cut_network


@pytest.fixture(params=list(SAVERS))
def saver(request: pytest.FixtureRequest) -> Saver:
    return SAVERS[request.param]


@pytest.fixture
def savers() -> Mapping[str, Saver]:
    return SAVERS


@pytest.fixture
def named() -> CheckpointFile:
    """The file as a submission names it."""
    place = Place("submission.yaml", 30, 5, "submission.checkpoint")
    silent: Entry[Any] = Entry(place)
    file = Entry(place, "net.pth", "net.pth", None)
    return CheckpointFile(place, file, silent, silent, silent)
