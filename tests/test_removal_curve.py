"""``prune-audit removal-curve``: harm before retraining in a user's checkpoint."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from typer.testing import CliRunner, Result

from prune_audit import cli
from prune_audit.pipeline.networks import build

LAYERS = ["hidden.0", "hidden.1", "hidden.2"]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    net = build("mlp-3x16", 10, 1, torch.Generator().manual_seed(0))
    file = tmp_path_factory.mktemp("weights") / "net.pt"
    torch.save(net.state_dict(), file)
    return file


def run(file: Path, *options: str, network: str = "mlp-3x16") -> Result:
    named = ["--network", network, "--data", "digits", *options]
    return CliRunner().invoke(cli.app, ["removal-curve", str(file), *named])


def found(file: Path, *options: str) -> dict[str, Any]:
    done = run(file, *options, "--format", "json")
    assert done.exit_code == 0, done.output
    content: dict[str, Any] = json.loads(done.stdout)
    return content


def test_every_criterion_has_a_curve_of_every_layer(checkpoint: Path) -> None:
    content = found(checkpoint)
    assert list(content["curves"]) == ["random", "l1", "taylor"]
    for layers in content["curves"].values():
        assert list(layers) == LAYERS
        assert all(len(one["accuracy"]) == len(content["fractions"]) for one in layers.values())


def test_shapley_values_come_with_their_error(checkpoint: Path) -> None:
    content = found(checkpoint, "--criteria", "shapley,l1", "--orders", "3")
    assert content["orders"] == 3
    assert all(one["error"] > 0 for one in content["curves"]["shapley"].values())
    assert all(one["error"] is None for one in content["curves"]["l1"].values())
    shown = run(checkpoint, "--criteria", "shapley", "--orders", "3").stdout
    assert "from 3 orders" in shown
    assert "ties" in shown


def test_only_the_named_layers_are_pruned_and_only_so_many_images_are_looked_at(
    checkpoint: Path,
) -> None:
    content = found(checkpoint, "--layers", "hidden.1", "--images", "50", "--criteria", "l1")
    assert list(content["curves"]["l1"]) == ["hidden.1"]
    assert content["images"] == 50


def test_the_same_seed_gives_the_same_numbers(checkpoint: Path) -> None:
    first, again, other = (
        found(checkpoint, "--criteria", "random", "--seed", seed) for seed in ("1", "1", "2")
    )
    assert first == again
    assert first["curves"] != other["curves"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--criteria", "magnitude"), "expected criteria for filters (l1, random"),
        (("--criteria", "greg-1"), "got 'greg-1'"),
        (("--criteria", ","), "got none"),
        (("--layers", "conv1"), "there are hidden.0, hidden.1, hidden.2"),
        (("--criteria", "bn-scale"), "no batch norm"),
        (("--plot", "a.gif"), "a plot is a file .svg or .png"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_removed(
    checkpoint: Path, options: tuple[str, ...], said: str
) -> None:
    done = run(checkpoint, *options)
    assert done.exit_code == 2
    assert said in done.stderr


def test_weights_of_another_network_are_refused(checkpoint: Path) -> None:
    done = run(checkpoint, network="mlp-3x32")
    assert done.exit_code == 2
    assert "does not fit the network" in done.stderr


def test_weights_so_large_that_the_loss_is_no_number_give_no_json(tmp_path: Path) -> None:
    state = build("mlp-3x16", 10, 1, torch.Generator().manual_seed(0)).state_dict()
    torch.save({name: 1e30 * one for name, one in state.items()}, tmp_path / "huge.pt")
    done = run(tmp_path / "huge.pt", "--criteria", "random", "--format", "json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "the loss is no finite number" in done.stderr


def test_the_curves_are_drawn(checkpoint: Path, tmp_path: Path) -> None:
    picture = tmp_path / "curves.svg"
    assert run(checkpoint, "--criteria", "l1", "--plot", str(picture)).exit_code == 0
    assert picture.read_text().count("<path") > len(LAYERS)
