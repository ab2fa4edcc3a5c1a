"""Claims of rows that agree in everything a comparison needs, and what a test says differently."""

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from prune_audit.corpus import gather
from prune_audit.leaderboard import Board, Division, leaderboard
from prune_audit.load import load_text
from prune_audit.settings import Settings

BASE = {
    "network": "resnet50", "dataset": "imagenet",
    "weights": "torchvision/ResNet50_Weights.IMAGENET1K_V1", "top1": "76.13", "source": "Table 1",
    "pretraining": {"epochs": "90", "lr": "0:1e-1,30:1e-2,60:1e-3"},
}  # fmt: skip
ROW = {
    "method": "L1-norm", "base": "dense",
    "pruning": {"granularity": "filter", "schedule": "one-shot", "epochs": "0"},
    "retraining": {"epochs": "90", "lr": "0:1e-2,30:1e-3,60:1e-4"},
    "top1": "75.00", "speedup": "2.00x", "source": "Table 1",
}  # fmt: skip
SCRATCH = {
    "method": "scratch training", "base": "none", "network": "resnet50", "dataset": "imagenet",
    "pruning": None, "retraining": None,
    "scratch": {"epochs": "180", "lr": "0:1e-1,30:1e-2,60:1e-3,90:1e-2,120:1e-3,150:1e-4",
                "budget": "other"},
}  # fmt: skip
"""Trained under the LR of the base model's pretraining and then of a row's retraining."""

Rows = Mapping[str, Mapping[str, Any]]


def entry(changes: Mapping[str, Any], of: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry with other values; a dot reaches into a stage, None deletes."""
    full = copy.deepcopy(dict(of))
    for key, value in changes.items():
        outer, _, inner = key.partition(".")
        place = full.setdefault(outer, {}) if inner else full
        if value is None:
            place.pop(inner or outer, None)
        else:
            place[inner or outer] = value
    return full


def claim_text(rows: Rows, base: Mapping[str, Any] | None = None, **more: Any) -> str:
    """Return the text of a claim file with these rows, each as it differs from ``ROW``."""
    claim = {
        "schema": "1",
        "paper": {"title": "A title", "venue": "ICLR", "year": "2023"},
        "base_models": {"dense": entry(base or {}, BASE)},
        "results": {name: entry(changes, ROW) for name, changes in rows.items()},
        **more,
    }
    return json.dumps(claim, indent=1)


def board_of(*claims: Rows | str, settings: Settings | None = None, **how: Any) -> Board:
    """Return the leaderboard of claims, as the files ``a.yaml``, ``b.yaml`` ..."""
    texts = [one if isinstance(one, str) else claim_text(one) for one in claims]
    files = [load_text(text, f"{chr(97 + i)}.yaml") for i, text in enumerate(texts)]
    assert not [problem for loaded in files for problem in loaded.problems]
    return leaderboard(gather(files), settings or Settings(), **how)


def names_of(division: Division) -> list[list[str]]:
    """Return the rows of each group, best first."""
    return [[line.candidate.result.name for line in group.lines] for group in division.groups]


@pytest.fixture(scope="session")
def claim() -> Callable[..., str]:
    return claim_text


@pytest.fixture(scope="session")
def board() -> Callable[..., Board]:
    return board_of


@pytest.fixture(scope="session")
def grouped() -> Callable[..., list[list[str]]]:
    """The rows of each group of the one division of a board."""

    def of(*claims: Rows | str, **how: Any) -> list[list[str]]:
        (division,) = board_of(*claims, **how).divisions
        return names_of(division)

    return of


@pytest.fixture(scope="session")
def scratch() -> Mapping[str, Any]:
    return SCRATCH
