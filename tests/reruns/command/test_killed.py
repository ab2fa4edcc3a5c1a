"""``kill -9`` at any moment: nothing stays behind, and the same command comes to the same end."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Desk = Any  # the class of conftest.py
EVERY_EPOCH = ("--checkpoint-every", "0")

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="looks for processes in /proc"
)


def there(desk: Desk, pattern: str) -> bool:
    return any(desk.store.folder.glob(pattern))


def test_a_rerun_that_is_killed_again_and_again_comes_to_the_same_end(
    desk: Desk, finished_desk: Desk
) -> None:
    moments: list[Callable[[], bool]] = [
        lambda: there(desk, "checkpoints/*-000003-*.pt"),
        lambda: there(desk, "weights/*"),
        lambda: there(desk, "runs/.*.partial") or len(desk.runs()) > 2,
    ]
    for moment in moments:
        process = desk.start(*EVERY_EPOCH)
        desk.until(moment)
        os.killpg(process.pid, signal.SIGKILL)
        assert desk.ended(process).returncode == -signal.SIGKILL
    done = desk.rerun(*EVERY_EPOCH)
    assert (done.returncode, "damaged" in done.stderr) == (0, False)
    assert len(desk.runs()) == 6
    assert desk.runs() == finished_desk.runs()
    assert not desk.checkpoints()
    assert not there(desk, "**/*.partial")


def test_workers_do_not_outlive_their_parent(desk: Desk) -> None:
    process = desk.start(*EVERY_EPOCH)
    desk.until(desk.checkpoints)
    orphans = desk.workers(process)
    assert len(orphans) == 1
    process.kill()
    desk.until(lambda: not any(map(desk.command_line, orphans)))
    assert "Traceback" not in desk.ended(process).stderr


def test_a_worker_that_is_killed_once_is_replaced(desk: Desk, finished_desk: Desk) -> None:
    process = desk.start(*EVERY_EPOCH)
    desk.until(desk.checkpoints)
    os.kill(desk.workers(process)[0], signal.SIGKILL)
    done = desk.ended(process)
    assert (done.returncode, "prune-audit:" in done.stderr) == (0, False)
    assert desk.runs() == finished_desk.runs()


def test_a_run_whose_worker_is_killed_twice_fails_and_the_others_go_on(desk: Desk) -> None:
    process = desk.start(*EVERY_EPOCH)
    for number in (2, 4):
        desk.until(lambda least=number: any(now >= least for now in desk.checkpoints().values()))
        [run_id] = desk.checkpoints()
        os.kill(desk.workers(process)[0], signal.SIGKILL)
    done = desk.ended(process)
    assert done.returncode == 1
    lines = [line for line in done.stderr.splitlines() if line.startswith("prune-audit:")]
    assert lines[0].startswith(f"prune-audit: run {run_id} (resnet8 on digits, dense, seed ")
    assert "its process was killed, twice" in lines[0]
    assert "the same command goes on from its last checkpoint" in lines[0]
    assert "and 1 run more: its base model could not be trained: its process" in lines[1]
    assert lines[2] == "prune-audit: 3 runs failed; the same command tries again"
    assert len(desk.runs()) == 3
    assert "3 of 6 planned runs" in done.stdout
    assert list(desk.checkpoints()) == [run_id]
