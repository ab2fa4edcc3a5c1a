"""Killed before any step of a training or of a write, a job goes on to the same bits.

As a program, this file runs a job again and again, each time in a new process over a new store,
kills that process before its first, second, third ... step, and lets another one finish the job.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from prune_audit.pipeline import sgd
from prune_audit.pipeline.run import Bench, run_job
from prune_audit.reruns.experiment import Data, Experiment, Training
from prune_audit.reruns.jobs import Job
from prune_audit.reruns.run import run_to_plain
from prune_audit.reruns.store import Store
from prune_audit.reruns.watch import Settings

CALLS = ("open", "write", "fsync", "link", "unlink", "mkdir", "close")
STEPS: list[tuple[Any, str]] = [*((os, name) for name in CALLS), (sgd.SGD, "step")]
STRIDE = 4
"""Only every fourth step is tried: all of them take too long."""

LONGEST = Experiment(Data("digits", held_out=0.9), "resnet8", 0, Training(3, "1e-1", 45, 5e-4))
SHORT = replace(LONGEST, training=LONGEST.training.first(2))
JOB = Job((SHORT, LONGEST))


def kill_before(step: int) -> None:
    """Let this process be killed before a call to the system or a step of the optimizer."""
    left = step

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)

        return call

    for owner, name in STEPS:
        setattr(owner, name, counted(getattr(owner, name)))


def bench(folder: Path) -> Bench:
    return Bench(Store(folder), Settings(checkpoint_seconds=0), lambda _: None, bool, SETS)


def run(folder: Path, step: int) -> bool:
    """Run the job in a process of its own; False where it was killed before a step."""
    child = os.fork()
    if not child:
        kill_before(step)
        run_job(JOB, bench(folder))
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def outcome(folder: Path) -> dict[str, Any]:
    """Return what the store holds of the job in the end."""
    store = Store(folder)
    runs = [store.find(one.id) for one in JOB.experiments]
    plain = [run_to_plain(run) for run in runs if run]
    for one in plain:
        del one["history"]["seconds"]
    left = [path.name for path in folder.rglob("*") if path.suffix == ".partial"]
    weights = [len(store.weights(one.id) or b"") for one in JOB.experiments]
    checkpoint = store.checkpoint(LONGEST.id) is not None
    return {"runs": plain, "weights": weights, "left": left, "checkpoint": checkpoint,
            "notices": store.notices}  # fmt: skip


SETS: dict[Data, Any] = {}


def main(folder: Path) -> None:
    torch.set_num_threads(1)
    run_job(JOB, bench(folder / "whole"))  # what is imported and read here is there in all others
    found = [outcome(folder / "whole")]
    step, killed = 1, True
    while killed:
        store = folder / str(step)
        killed = not run(store, step)
        assert not killed or run(store, 0)
        found.append(outcome(store))
        step += STRIDE
    print(json.dumps(found))


def test_a_job_that_is_killed_at_any_step_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, __file__, str(tmp_path)], capture_output=True, text=True, timeout=300,
        env={**os.environ, "OMP_NUM_THREADS": "1"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    every = json.loads(done.stdout.splitlines()[-1])
    assert len(every) > 20
    whole = every[0]
    assert [len(run["history"]["lr"]) for run in whole["runs"]] == [2, 3]
    assert all(whole["weights"])
    assert (whole["left"], whole["checkpoint"], whole["notices"]) == ([], False, [])
    assert all(one == whole for one in every)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
