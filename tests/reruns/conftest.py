"""A small finished run, made up but complete, for tests of what happens to runs."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.reruns.run import Count, Epoch, Run, run_to_plain
from prune_audit.reruns.store import Store

TRAINING = Training(3, "0:1e-1,2:1e-2", 64, 5e-4)


def made_run(seed: int = 0, epochs: int = 3) -> Run:
    """Return a run of a pruned network on the digits; seeds differ in their id."""
    pruning = Pruning("l1", (0.9,))
    experiment = Experiment(Data("digits"), "resnet8", seed, TRAINING, pruning, TRAINING)
    history = tuple(
        Epoch(0.1, 1 / (epoch + 3), Count(500 + epoch, 896), 0.7, Count(600 + epoch, 899), 0.07)
        for epoch in range(epochs)
    )
    return Run(experiment, history, 86_000, 9_000, 763_000, 77_754, before=Count(90, 899))


@pytest.fixture(scope="session")
def finished() -> Callable[..., Run]:
    return made_run


@pytest.fixture(scope="session")
def as_json() -> Callable[[list[Run]], str]:
    """Runs as text, to be handed to another process."""
    return lambda runs: json.dumps([run_to_plain(run) for run in runs])


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")
