"""Small trainings on the digits, run in this process."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import torch

from prune_audit.pipeline.data import Sets
from prune_audit.pipeline.run import Bench, Stopped, run_job
from prune_audit.reruns.experiment import Data, Experiment, Training
from prune_audit.reruns.jobs import Job, jobs
from prune_audit.reruns.run import Run
from prune_audit.reruns.store import Store
from prune_audit.reruns.watch import Settings

FEW = Data("digits", held_out=0.9)
"""Ninety images to train on, the other training images to test on."""
TRAINING = Training(4, "0:1e-1,2:1e-2", 30, 5e-4)


def small(**changes: Any) -> Experiment:
    """Return a training of ResNet-8 on few digits."""
    alike: dict[str, Any] = {"data": FEW, "network": "resnet8", "seed": 0, "training": TRAINING}
    return Experiment(**{**alike, **changes})


@dataclass(frozen=True)
class Lab:
    """Runs experiments in this process; ``folder`` names one of several stores."""

    path: Path
    sets: dict[Data, Sets]

    def store(self, folder: str = "store") -> Store:
        return Store(self.path / folder)

    def bench(self, folder: str = "store", stop_after: int = 0, **settings: Any) -> Bench:
        """Return a bench that is asked to stop after some epochs."""
        done: list[int] = []
        return Bench(
            self.store(folder), Settings(**settings), lambda beat: done.append(beat.done),
            lambda: 0 < stop_after <= len(done), self.sets,
        )  # fmt: skip

    def run(self, *experiments: Experiment, folder: str = "store") -> list[Run]:
        """Run experiments and the base models under them, base models first."""
        bench = self.bench(folder)
        for job in sorted(jobs(experiments), key=lambda job: len(job.longest.chain)):
            assert run_job(job, bench)
        return [self.result(one, folder) for one in experiments]

    def stop(self, *experiments: Experiment, after: int, folder: str) -> None:
        """Run a job of experiments, the shortest first, and stop it after some epochs."""
        bench = self.bench(folder)
        for job in sorted(jobs(experiments), key=lambda job: len(job.longest.chain))[:-1]:
            assert run_job(job, bench)
        with pytest.raises(Stopped):
            run_job(Job(experiments), self.bench(folder, after))

    def result(self, one: Experiment, folder: str = "store") -> Run:
        """Return a run that is stored, without the time that it took."""
        run = self.store(folder).find(one.id)
        assert run is not None
        return replace(run, history=tuple(epoch._replace(seconds=0.0) for epoch in run.history))


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Many threads on a small network are slow, and are not what workers do."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def sets() -> dict[Data, Sets]:
    """Data sets that were read already."""
    return {}


@pytest.fixture
def lab(tmp_path: Path, sets: dict[Data, Sets]) -> Lab:
    return Lab(tmp_path, sets)


@pytest.fixture(scope="session")
def experiment() -> Callable[..., Experiment]:
    return small
