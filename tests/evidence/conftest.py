"""Submissions in a few words: a row, its runs, and logs that show it."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from prune_audit.audit import Report, Submitted, audit
from prune_audit.corpus import gather
from prune_audit.evidence.check import Check, Status
from prune_audit.evidence.evidence import Evidence
from prune_audit.evidence.gather import evidence_of_all
from prune_audit.evidence.inside import LOG_BYTES
from prune_audit.load import load_file
from prune_audit.rules import RULES
from prune_audit.settings import Settings

Submit = Callable[..., Evidence]

ROW = {
    "method": "L1-norm", "base": "dense",
    "pruning": {"granularity": "filter", "schedule": "one-shot", "epochs": "0"},
    "retraining": {"epochs": "8", "lr": "0:1e-2,4:1e-3,6:1e-4"},
    "top1": "93.08", "runs": "1", "selection": "last-epoch", "evaluated_on": "test",
    "source": "Table 1",
}  # fmt: skip
BASE = {
    "network": "resnet56", "dataset": "cifar10", "weights": "own", "top1": "93.36",
    "source": "Table 1",
}  # fmt: skip
COLUMNS = {"epoch": "epoch", "lr": "lr", "accuracy": "acc", "train_accuracy": "train"}
LRS = ("0.01",) * 4 + ("0.001",) * 2 + ("0.0001",) * 2
ACCURACIES = ("90.21", "90.87", "90.74", "90.93", "92.95", "93.06", "93.10", "93.08")


def csv_log(
    lrs: Sequence[str] = LRS, accuracies: Sequence[str] = ACCURACIES, first: int = 0
) -> str:
    """Return a log with an LR, a training and a test accuracy per epoch."""
    pairs = zip(lrs, accuracies, strict=True)
    rows = [f"{first + n},{lr},95.00,{top1}" for n, (lr, top1) in enumerate(pairs)]
    return "\n".join(["epoch,lr,train,acc", *rows, ""])


def written(
    folder: Path,
    logs: Mapping[str, str | bytes] | None = None,
    *,
    row: Mapping[str, Any] | None = None,
    runs: Sequence[Mapping[str, Any]] | None = None,
    columns: Mapping[str, str] = COLUMNS,
    base: Mapping[str, str] | None = None,
    name: str = "example",
) -> Path:
    """Write a submission with one run per log, unless its runs are given."""
    logs = {"seed0.csv": csv_log()} if logs is None else logs
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in logs.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    if runs is None:
        runs = [{"seed": str(n), "log": file} for n, file in enumerate(logs)]
    claim = {
        "schema": "1",
        "paper": {"title": "A title", "venue": "A venue", "year": "2026"},
        "base_models": {"dense": {**BASE, **(base or {})}},
        "results": {"ours": _without_none({**ROW, **(row or {})})},
        "submission": {
            "id": name, "track": "cifar10", "result": "ours", "logs": dict(columns),
            "runs": [dict(run) for run in runs] or "none",
        },
    }  # fmt: skip
    path = folder / "submission.yaml"
    path.write_text(json.dumps(claim, indent=1), encoding="utf-8")
    return path


def _without_none(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}


def read(*paths: Path, log_bytes: int = LOG_BYTES) -> tuple[Evidence, ...]:
    """Return the evidence of submissions, which must load."""
    loaded = [load_file(path) for path in paths]
    assert [problem for one in loaded for problem in one.problems] == []
    claims = [one.claim for one in loaded if one.claim]
    return evidence_of_all(claims, log_bytes=log_bytes)


def reported(*paths: Path) -> Report:
    """Audit submissions with all rules and with their evidence."""
    corpus = gather(load_file(path) for path in paths)
    submitted = Submitted(evidence_of_all(corpus.claims))
    return audit(corpus, RULES, Settings(), submitted)


@pytest.fixture
def submit(tmp_path: Path) -> Submit:
    """Return a function that writes a submission and reads its evidence."""

    def one(*args: Any, **kwargs: Any) -> Evidence:
        return read(written(tmp_path / "submission", *args, **kwargs))[0]

    return one


@pytest.fixture(scope="session")
def write_submission() -> Callable[..., Path]:
    return written


@pytest.fixture(scope="session")
def read_evidence() -> Callable[..., tuple[Evidence, ...]]:
    return read


@pytest.fixture(scope="session")
def report_on_submissions() -> Callable[..., Report]:
    return reported


@pytest.fixture(scope="session")
def log() -> Callable[..., str]:
    return csv_log


@pytest.fixture(scope="session")
def contradictions() -> Callable[[Evidence], list[Check]]:
    def found(evidence: Evidence) -> list[Check]:
        return [check for check in evidence.checks if check.status is Status.CONTRADICTED]

    return found
