"""What is stored is printed again, at once; and what is said before anything is run."""

import errno
import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from prune_audit import cli, rerunning
from prune_audit.reruns import processes

Desk = Any  # the class of conftest.py


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_a_finished_rerun_prints_again_without_torch_and_without_workers(
    finished_desk: Desk, form: str
) -> None:
    before = finished_desk.files()
    timed = ("-X", "importtime", "-m", "prune_audit")
    one = finished_desk.rerun("--format", form, program=timed)
    other = finished_desk.rerun("--format", form, env={"PYTHONHASHSEED": "1"})
    assert (one.returncode, other.returncode, other.stderr) == (0, 0, "")
    assert one.stdout == other.stdout
    assert "6 of 6" in one.stdout or json.loads(one.stdout)
    imported = {line.rpartition("|")[2].strip() for line in one.stderr.splitlines()}
    assert "prune_audit.rerunning" in imported
    heavy = (
        "torch",
        "torchvision",
        "numpy",
        "scipy",
        "sklearn",
        "multiprocessing.popen_spawn_posix",
    )
    assert not imported.intersection(heavy)
    assert finished_desk.files() == before


def test_a_plan_trains_nothing_and_writes_no_runs(desk: Desk) -> None:
    done = desk.rerun("--plan")
    assert (done.returncode, done.stderr) == (0, "")
    for part in ("ours", "other", "l1 0.5", "12 epochs", "6 runs, 32 epochs", "training FLOPs"):
        assert part in done.stdout
    assert "weight decay of retraining: 0.0005" in done.stdout
    assert "on 2 processes, from measured speed" in desk.rerun("--plan", workers=2).stdout
    assert {name.split("/")[1] for name in desk.files()} <= {
        "speeds.json",
        "README.txt",
        ".gitignore",
    }


def test_a_plan_says_what_is_stored_already(finished_desk: Desk) -> None:
    done = finished_desk.rerun("--plan", seeds=3)
    assert "9 runs, 6 of them in the store; to run: 3 runs, 16 epochs" in done.stdout


def test_a_long_rerun_asks_for_yes(desk: Desk) -> None:
    desk.store.save_speeds({"cpu|resnet8/digits/64|overhead": 10.0})
    done = desk.rerun()
    assert (done.returncode, done.stdout) == (2, "")
    assert "this takes over an hour: start it with --yes" in done.stderr
    assert not desk.runs()


def test_without_the_extra_it_is_said_what_to_install(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk.path)
    monkeypatch.setattr(rerunning, "find_spec", lambda name: None)
    done = CliRunner().invoke(cli.app, ["rerun", "claim.yaml"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "training needs torch and torch_pruning: pip install 'prune-audit[rerun]'" in done.stderr


def test_a_system_that_starts_no_more_processes_is_an_error(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.chdir(desk.path)
    monkeypatch.setattr(processes, "_started", refuse)
    done = CliRunner().invoke(cli.app, ["rerun", "claim.yaml"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "cannot start a process: Resource temporarily unavailable; with fewer --workers it" in (
        done.stderr
    )


def test_a_torch_that_cannot_be_imported_is_an_error_once(
    desk: Desk, write_module: Callable[..., dict[str, str]]
) -> None:
    broken = write_module("torch", "raise ImportError('libcudart.so: cannot open shared object')")
    done = desk.rerun(env=broken)
    assert (done.returncode, done.stdout) == (2, "")
    [line] = [line for line in done.stderr.splitlines() if line.startswith("prune-audit: ")]
    assert line.endswith("ImportError: libcudart.so: cannot open shared object")
    assert "Traceback" not in done.stderr
    (desk.store.folder / "speeds.json").unlink()
    assert desk.rerun(env=broken).stderr == line + "\n"


@pytest.fixture
def write_module(desk: Desk) -> Callable[..., dict[str, str]]:
    """Write a module that is found before the installed one of that name; return the variables."""

    def write(name: str, text: str) -> dict[str, str]:
        folder = desk.path / "modules" / name
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text(text)
        return {"PYTHONPATH": str(folder.parent)}

    return write


def test_weights_are_kept_where_that_is_asked_for_and_runs_are_made_again_for_them(
    copied: Desk,
) -> None:
    def weighed() -> set[str]:
        return {path.name[:20] for path in (copied.path / ".prune-audit" / "weights").iterdir()}

    before, runs = weighed(), copied.runs()
    assert before < set(runs)
    assert copied.rerun("--keep-weights").returncode == 0
    assert weighed() == set(runs) == set(copied.runs())
    assert copied.rerun("--keep-weights").stderr == ""
