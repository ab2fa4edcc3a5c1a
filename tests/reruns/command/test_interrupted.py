"""Ctrl-C and the signals of schedulers: epochs are finished, checkpoints written, and told how."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from prune_audit import cli, rerunning

Desk = Any  # the class of conftest.py
KEPT = "interrupted; what is done is kept in .prune-audit: the same command goes on from there"

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="looks for processes in /proc"
)


def on_their_way(desk: Desk) -> int:
    """Return how many runs have been begun and not finished."""
    locks = (path.stem for path in (desk.store.folder / "locks").glob("*.lock"))
    return len([name for name in locks if len(name) == 20])


def to_all(process: Any) -> None:
    """Send what a terminal sends: to the whole process group."""
    os.killpg(process.pid, signal.SIGINT)


def to_the_parent(process: Any) -> None:
    process.send_signal(signal.SIGINT)


def of_a_scheduler(process: Any) -> None:
    process.send_signal(signal.SIGTERM)


def test_after_an_interrupt_the_same_command_goes_on_from_that_epoch(
    desk: Desk, finished_desk: Desk
) -> None:
    reached = 0
    for interrupt in (to_all, of_a_scheduler, to_the_parent):
        process = desk.start()
        desk.until(lambda: on_their_way(desk))
        interrupt(process)
        done = desk.ended(process)
        assert (done.returncode, done.stdout) == (5, "")
        assert done.stderr.splitlines()[-1] == f"prune-audit: {KEPT}"
        assert "Traceback" not in done.stderr
        # one more checkpoint, although none is due for ten seconds
        before, [reached] = reached, desk.checkpoints().values()
        assert reached == before + 1
    assert desk.rerun().returncode == 0
    assert desk.runs() == finished_desk.runs()


def test_a_second_interrupt_does_not_wait_for_the_epoch(desk: Desk) -> None:
    process = desk.start()
    desk.until(lambda: on_their_way(desk))
    stopped = desk.workers(process)
    for worker in stopped:
        os.kill(worker, signal.SIGSTOP)  # an epoch that takes for ever
    to_all(process)
    time.sleep(1)
    assert process.poll() is None
    to_all(process)
    done = desk.ended(process)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (5, f"prune-audit: {KEPT}")
    assert "Traceback" not in done.stderr
    assert not any(map(desk.command_line, stopped))


def test_an_interrupt_while_the_speed_is_measured_ends_at_once(desk: Desk) -> None:
    (desk.store.folder / "speeds.json").unlink()
    process = desk.start()
    desk.until(lambda: desk.workers(process))
    to_all(process)
    done = desk.ended(process)
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr == f"prune-audit: {KEPT}\n"


@pytest.mark.parametrize("where", ["gather", "plan", "conclude", "save"])
def test_an_interrupt_anywhere_else_leaves_no_trace(
    desk: Desk, finished_desk: Desk, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rerunning, where, interrupt)
    monkeypatch.chdir(finished_desk.path)
    done = CliRunner().invoke(cli.app, ["rerun", "claim.yaml", "--seeds", "2"])
    assert (done.exit_code, done.stdout) == (5, "")
    assert done.stderr == f"prune-audit: {KEPT}\n"
