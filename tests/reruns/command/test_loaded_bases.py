"""Base models that are loaded: measured and compared with the claim before anything is spent."""

import os
import pickle
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch

from prune_audit.pipeline.run import Bench, run_job
from prune_audit.reruns.experiment import Data, Experiment, Training, Weights
from prune_audit.reruns.jobs import Job
from prune_audit.reruns.store import Store
from prune_audit.reruns.watch import Settings

Claim = Callable[..., str]
Desk = Any  # the class of conftest.py

SHORT = {"retraining.epochs": "1", "retraining.lr": "constant 1e-2"}


class File(NamedTuple):
    """A file of weights and the accuracy of the network, percent as printed."""

    path: Path
    sha: str
    top1: str


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> File:
    """A base model that was trained a little, in a thread as workers have it."""
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("base")
    store = Store(folder / "store")
    training = Training(4, "0:1e-1,3:1e-2", 64, 5e-4)
    one = Experiment(Data("digits"), "resnet8", 5, training)
    run_job(Job((one,)), Bench(store, Settings(), lambda _: None, bool))
    run, data = store.find(one.id), store.weights(one.id)
    assert run
    assert data
    file = folder / "resnet8.pth"
    file.write_bytes(data)
    return File(file, sha256(data).hexdigest(), f"{run.final.percent:.2f}")


def write(desk: Desk, claim: Claim, **dense: Any) -> None:
    desk.write(claim(SHORT, SHORT, dense={"pretraining": None, **dense}))


def test_a_base_model_that_is_as_claimed_is_pruned(desk: Desk, claim: Claim, trained: File) -> None:
    write(desk, claim, weights=f"sha256:{trained.sha}", top1=trained.top1)
    done = desk.rerun("--weights", f"dense={trained.path}", seeds=1)
    assert done.returncode == 0
    said = f"base model dense, {trained.path}: {trained.top1} % ("
    assert said in done.stderr
    assert f"claimed {trained.top1} (claim.yaml:1)\n" in done.stderr
    runs = desk.runs().values()
    assert {run.experiment.base for run in runs} == {Weights(trained.sha)}
    assert len(runs) == 2
    again = desk.rerun("--weights", f"dense={trained.path}", seeds=1)
    assert (again.returncode, again.stderr, again.stdout) == (0, "", done.stdout)


def test_a_base_model_that_is_not_as_claimed_stops_before_anything_is_trained(
    desk: Desk, claim: Claim, trained: File
) -> None:
    write(desk, claim, weights="own", top1="99.5")
    arguments = ("--weights", f"dense={trained.path}", "--tune-lr", "--epochs", "8")
    done = desk.rerun(*arguments, seeds=1)
    assert (done.returncode, done.stdout, desk.runs()) == (1, "", {})
    [line] = [line for line in done.stderr.splitlines() if line.startswith("prune-audit: ")]
    assert f"{trained.path}: {trained.top1} % (" in line
    assert "claimed 99.5 (claim.yaml:1): " in line
    assert "points apart beyond the rounding, more than 0.3" in line
    assert "go on with --accept-base" in line


def test_a_base_model_that_is_not_as_claimed_can_be_accepted(
    desk: Desk, claim: Claim, trained: File
) -> None:
    write(desk, claim, weights="own", top1="99.5")
    done = desk.rerun("--weights", f"dense={trained.path}", "--accept-base", seeds=1)
    assert done.returncode == 0
    assert "points apart beyond the rounding" in done.stderr
    assert len(desk.runs()) == 2


class Code:
    def __reduce__(self) -> Any:
        return os.mkdir, ("it was run",)


def test_a_file_with_code_stops_before_anything_is_trained(desk: Desk, claim: Claim) -> None:
    write(desk, claim, weights="own")
    (desk.path / "evil.pth").write_bytes(pickle.dumps(Code(), protocol=2))
    done = desk.rerun("--weights", "dense=evil.pth")
    assert (done.returncode, done.stdout, desk.runs()) == (2, "", {})
    assert "prune-audit: cannot use evil.pth: it holds posix.mkdir, not only tensors" in done.stderr
    assert not (desk.path / "it was run").exists()


@pytest.mark.parametrize(
    ("weights", "file", "words"),
    [
        (f"sha256:{'0' * 64}", "resnet8.pth", "resnet8.pth has the SHA-256 "),
        (f"sha256:{'0' * 64}", "resnet8.pth", "the claim names 0000000000000000..."),
        ("own", "gone.pth", "cannot read the weights gone.pth: No such file or directory"),
        ("own", ".", "cannot read the weights .: Is a directory"),
    ],
)
def test_a_file_that_is_not_the_claimed_one_is_refused(
    desk: Desk, claim: Claim, trained: File, weights: str, file: str, words: str
) -> None:
    write(desk, claim, weights=weights)
    (desk.path / "resnet8.pth").write_bytes(trained.path.read_bytes())
    done = desk.rerun("--weights", f"dense={file}")
    assert (done.returncode, done.stdout) == (4, "")
    assert words in " ".join(done.stderr.split())
