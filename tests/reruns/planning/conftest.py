"""Small claims on the digits, and the plans that they give."""

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from prune_audit.corpus import gather
from prune_audit.load import load_text
from prune_audit.reruns.planned import Plan
from prune_audit.reruns.planning.plan import plan, wanted
from prune_audit.reruns.planning.request import Request

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


def planned_for(text: str, request: Request, runs: Mapping[str, Any] | None = None) -> Plan:
    """Return the plan for the claims of a text."""
    loaded = load_text(text, "claim.yaml")
    assert not loaded.problems, loaded.problems
    return plan(wanted(gather([loaded]), {}), request, runs or {})


@pytest.fixture(scope="session")
def claim() -> Callable[..., str]:
    return digits_claim


@pytest.fixture(scope="session")
def plan_for() -> Callable[..., Plan]:
    return planned_for
