"""``prune-audit prune-limit``: what it prints of a checkpoint, and what it says of wrong use."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner, Result

from prune_audit.cli import app
from prune_audit.pipeline.data import load
from prune_audit.pipeline.networks import build
from prune_audit.pipeline.sgd import SGD
from prune_audit.pipeline.streams import stream
from prune_audit.pipeline.train import train_epoch
from prune_audit.reruns.experiment import Data, Training

QUICK = ("--probes", "2", "--steps", "6", "--points", "10", "--images", "200")
TRAINING = Training(5, "constant 5e-2", 64, 0.0, augmentation="none")


def run(*arguments: object) -> Result:
    named = [str(one) for one in arguments]
    return CliRunner().invoke(app, ["prune-limit", *named], env={"COLUMNS": "100"})


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    net = build("mlp-3x16", 10, 1, stream(0, "weights"))
    images, optimizer = load(Data("digits"), None, "cpu").train, SGD(net, TRAINING)
    for epoch in range(TRAINING.epochs):
        train_epoch(net, optimizer, images, TRAINING, epoch, stream(0, "training", epoch))
    path = tmp_path_factory.mktemp("nets") / "small.pth"
    torch.save(net.state_dict(), path)
    return path


def test_the_limits_and_what_decides_them_are_printed_apart(checkpoint: Path) -> None:
    done = run(checkpoint, "--network", "mlp-3x16", "--data", "digits", *QUICK)
    assert done.exit_code == 0, done.output
    for said in (
        "small.pth: mlp-3x16 on digits", "batches of 128", "predicted limit rho*",
        "measured loss limit", "measured accuracy limit", "another quantity",
        "how small the weights are", "how flat the loss is", "Control: weights in random order",
        "with retraining it does not apply",
    ):  # fmt: skip
        assert said in " ".join(done.stdout.split())
    assert "with the L1 penalty" not in done.stdout


def test_json_holds_limits_settings_spectra_and_the_curve(checkpoint: Path) -> None:
    asked = ("--network", "mlp-3x16", "--data", "digits", "--format", "json", "--l1", "1e-3")
    done = run(checkpoint, *asked, "--batch-size", "32", "--tolerance", "2", *QUICK)
    found = json.loads(done.stdout)
    assert (found["kind"], found["version"]) == ("prune-limit", 1)
    assert (found["images"], found["test_images"], found["batch_size"]) == (200, 200, 32)
    assert (found["probes"], found["lanczos_steps"], found["tolerance_points"]) == (2, 6, 2.0)
    assert len(found["curve"]) == 11
    assert all(sum(one["weights"]) == pytest.approx(1) for one in found["spectra"])
    assert 0 < found["predicted"]["sparsity"] < 1
    assert found["predicted"]["error"] > 0
    assert found["penalised_loss_limit"] >= found["loss_limit"]
    within = [
        point["sparsity"] for point in found["curve"]
        if point["accuracy"] >= found["curve"][0]["accuracy"] - 2
    ]  # fmt: skip
    assert found["accuracy_limit"] == max(within)


def test_equal_seeds_give_equal_output(checkpoint: Path) -> None:
    asked = ("--network", "MLP-3x16", "--data", "sklearn-digits", "--format", "json", *QUICK)
    one, again, other = (run(checkpoint, *asked, "--seed", seed).stdout for seed in (1, 1, 2))
    assert one == again
    assert one != other


def test_a_picture_is_drawn(checkpoint: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    done = run(
        checkpoint, "--network", "mlp-3x16", "--data", "digits", *QUICK, "--plot",
        tmp_path / "limit.svg",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    drawn = (tmp_path / "limit.svg").read_text()
    assert "Training loss" in drawn
    assert "predicted limit" in drawn


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"--network": "resnet9000"}, "the network 'resnet9000' is not built here; there are"),
        ({"--data": "letters"}, "'letters' has no loader here"),
        ({"--data": "cifar10"}, "pass --data-folder DIR"),
        ({"--network": "mlp-3x32"}, "does not fit the network: hidden.0.weight is 16 x 64"),
        ({"--plot": "limit.pdf"}, "a plot is a file .svg or .png"),
        ({"--device": "cuda:99"}, "there is no GPU for --device cuda:99"),
    ],
)
def test_wrong_use_is_told_before_any_work(
    checkpoint: Path, changes: dict[str, str], said: str
) -> None:
    asked = {"--network": "mlp-3x16", "--data": "digits", **changes}
    done = run(checkpoint, *(word for pair in asked.items() for word in pair))
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_a_missing_file_and_one_with_code_are_refused(tmp_path: Path) -> None:
    asked = ("--network", "mlp-3x16", "--data", "digits")
    done = run(tmp_path / "none.pth", *asked)
    assert (done.exit_code, "cannot read" in done.stderr) == (2, True)
    net = build("mlp-3x16", 10, 1, stream(0, "weights"))
    torch.save(net, tmp_path / "whole.pth")
    done = run(tmp_path / "whole.pth", *asked)
    assert done.exit_code == 2
    assert "not only tensors; save the weights with" in done.stderr


def test_an_untrained_network_of_zeros_has_no_limit(tmp_path: Path) -> None:
    net = build("mlp-3x16", 10, 1, stream(0, "weights"))
    torch.save({name: 0 * one for name, one in net.state_dict().items()}, tmp_path / "zeros.pth")
    done = run(tmp_path / "zeros.pth", "--network", "mlp-3x16", "--data", "digits", *QUICK)
    assert done.exit_code == 2
    assert "is it trained, and on this data set?" in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (lambda one: one * float("nan"), "holds NaN or infinite values"),
        (lambda one: one.to(torch.complex64), "no dense tensor of real numbers"),
        (lambda one: one.to_sparse(), "no dense tensor of real numbers"),
        (lambda one: one.to("meta"), "no dense tensor of real numbers"),
    ],
)
def test_weights_that_are_no_finite_real_numbers_are_refused(
    tmp_path: Path, changed: Callable[[torch.Tensor], torch.Tensor], said: str
) -> None:
    state = build("mlp-3x16", 10, 1, stream(0, "weights")).state_dict()
    torch.save({name: changed(one) for name, one in state.items()}, tmp_path / "odd.pth")
    done = run(tmp_path / "odd.pth", "--network", "mlp-3x16", "--data", "digits", *QUICK)
    assert done.exit_code == 2
    assert "hidden.0.weight" in done.stderr
    assert said in done.stderr
