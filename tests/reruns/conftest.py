"""Small claims on the digits, and a finished run that is made up but complete."""

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.reruns.run import Count, Epoch, Run, run_to_plain
from prune_audit.reruns.store import Store

DENSE = {
    "network": "resnet8", "dataset": "digits", "weights": "own", "top1": "98.0",
    "pretraining": {"epochs": "6", "lr": "0:1e-1,3:1e-2"}, "source": "Table 1",
}  # fmt: skip
ROW = {
    "method": "L1-norm", "base": "dense",
    "pruning": {
        "granularity": "filter", "schedule": "one-shot", "epochs": "0", "criterion": "L1-norm",
        "ratio": "0.5",
    },
    "retraining": {"epochs": "4", "lr": "0:1e-2,2:1e-3"},
    "top1": "90.0", "speedup": "2.0x", "source": "Table 1",
}  # fmt: skip
RANDOM = {"method": "random filters", "pruning.criterion": "random"}


def with_changes(entry: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry with other values; a dot reaches into a stage, None deletes."""
    full = copy.deepcopy(dict(entry))
    for key, value in changes.items():
        outer, _, inner = key.partition(".")
        place = full.setdefault(outer, {}) if inner else full
        if value is None:
            place.pop(inner or outer, None)
        else:
            place[inner or outer] = value
    return full


def digits_claim(
    ours: Mapping[str, Any] | None = None,
    other: Mapping[str, Any] | None = None,
    *,
    dense: Mapping[str, Any] | None = None,
    comparison: Mapping[str, Any] | None = None,
    more: Mapping[str, Mapping[str, Any]] | None = None,
) -> str:
    """Return a claim file of L1-norm against random filters; ``more`` are base models."""
    bases = {"dense": with_changes(DENSE, dense or {})}
    bases |= {name: with_changes(DENSE, new) for name, new in (more or {}).items()}
    rows = {
        "ours": with_changes(ROW, ours or {}),
        "other": with_changes(with_changes(ROW, RANDOM), other or {}),
    }
    against = {"ours": "ours", "against": ["other"], "statement": "better", **(comparison or {})}
    paper = {"title": "Small", "venue": "arXiv", "year": "2023"}
    return json.dumps(
        {"schema": "1", "paper": paper, "base_models": bases, "results": rows,
         "comparisons": [against]}
    )  # fmt: skip


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
def claim() -> Callable[..., str]:
    return digits_claim


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
