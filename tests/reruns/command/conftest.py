"""A working directory with a small claim and a store, and reruns in processes of their own."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from prune_audit.reruns.run import Run
from prune_audit.reruns.store import Store

SHORT = {"retraining.epochs": "2", "retraining.lr": "0:1e-2,1:1e-3"}
BASE = {"pretraining.epochs": "12", "pretraining.lr": "0:1e-1,6:1e-2"}
SPEED = {"cpu|resnet8/digits/64|overhead": 1e-5, "cpu|resnet8/digits/64|per MAC": 1e-11}
PATIENCE = 100.0
"""Seconds: a rerun takes five of them, other processes on the machine may take the rest."""

Process = subprocess.Popen[str]
Ended = subprocess.CompletedProcess[str]


@dataclass
class Desk:
    """A working directory: ``claim.yaml`` of two rows, and a store that knows the machine's speed.

    Processes that are started here get a process group of their own and do not outlive the test.
    """

    path: Path
    started: list[Process] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return Store(self.path / ".prune-audit")

    def write(self, text: str) -> None:
        (self.path / "claim.yaml").write_text(text)
        self.store.save_speeds(SPEED)

    def start(
        self, *arguments: str, program: tuple[str, ...] = ("-m", "prune_audit"), seeds: int = 2,
        workers: int = 1, env: dict[str, str] | None = None, **options: Any,
    ) -> Process:  # fmt: skip
        """Start a rerun of the claim; with ``program`` by another program than the command."""
        how = ("--seeds", str(seeds), "--workers", str(workers))
        plain = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")}
        pipes: dict[str, Any] = dict.fromkeys(("stdout", "stderr"), subprocess.PIPE)
        process = subprocess.Popen(
            [sys.executable, *program, "rerun", "claim.yaml", *how, *arguments],
            cwd=self.path, text=True, start_new_session=True, env={**plain, **(env or {})},
            **{"stdin": subprocess.DEVNULL, **pipes, **options},
        )  # fmt: skip
        self.started.append(process)
        return process

    def ended(self, process: Process) -> Ended:
        """Wait for the end of a rerun."""
        out, err = process.communicate(timeout=PATIENCE)
        return Ended(process.args, process.returncode, out, err)

    def rerun(self, *arguments: str, **options: Any) -> Ended:
        return self.ended(self.start(*arguments, **options))

    def runs(self) -> dict[str, Run]:
        """Return what is in the store, without the time that it took."""
        store = self.store
        ids = [path.stem for path in (store.folder / "runs").glob("*.json")]
        return {one: timeless(run) for one, run in store.runs(ids).items()}

    def checkpoints(self) -> dict[str, int]:
        """Return the number of the newest checkpoint of each run that has one."""
        names = [path.stem for path in (self.store.folder / "checkpoints").glob("*.pt")]
        parts = sorted(name.split("-") for name in names)
        return {run_id: int(number) for run_id, number, _ in parts}

    def files(self) -> dict[str, bytes]:
        """Return what all files of the store hold."""
        found = (path for path in self.store.folder.rglob("*") if path.is_file())
        return {str(path.relative_to(self.path)): path.read_bytes() for path in found}

    def until(self, true: Callable[[], Any]) -> None:
        """Wait until something is true."""
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.002)

    def workers(self, process: Process) -> list[int]:
        """Return the ids of the workers of a rerun."""
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        return [one for one in map(int, children) if b"spawn_main" in self.command_line(one)]

    def command_line(self, process: int) -> bytes:
        """Return how a process was started; empty where there is none."""
        try:
            return Path(f"/proc/{process}/cmdline").read_bytes()
        except OSError:
            return b""

    def clear(self) -> None:
        """End what is still running."""
        for process in self.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def timeless(run: Run) -> Run:
    return replace(run, history=tuple(epoch._replace(seconds=0.0) for epoch in run.history))


@pytest.fixture
def desk(tmp_path: Path, claim: Callable[..., str]) -> Iterator[Desk]:
    """A desk with nothing run yet."""
    found = Desk(tmp_path)
    found.write(claim(SHORT, SHORT, dense=BASE))
    yield found
    found.clear()


@pytest.fixture(scope="session")
def finished_desk(
    tmp_path_factory: pytest.TempPathFactory, claim: Callable[..., str]
) -> Iterator[Desk]:
    """A desk whose claim was rerun without any interruption; not to be changed."""
    found = Desk(tmp_path_factory.mktemp("desk"))
    found.write(claim(SHORT, SHORT, dense=BASE))
    done = found.rerun(workers=2)
    assert done.returncode == 0, done.stderr
    # a pipe gets plain lines only
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == [
        "6 runs; to run", "training FLOPs to run", "time",
    ]  # fmt: skip
    yield found
    found.clear()


@pytest.fixture
def copied(finished_desk: Desk, tmp_path: Path) -> Iterator[Desk]:
    """A copy of the finished one, to be damaged."""
    shutil.copytree(finished_desk.path, tmp_path / "desk")
    found = Desk(tmp_path / "desk")
    yield found
    found.clear()
