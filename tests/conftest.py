"""Claims in a few words: two rows that agree in everything, and what a test says differently."""

import copy
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from prune_audit.audit import Report, audit
from prune_audit.corpus import gather
from prune_audit.judged import JudgedPair
from prune_audit.load import load_file, load_text
from prune_audit.rules import RULES
from prune_audit.settings import Settings

# two threads per process are many times slower where several processes test at once; torch looks
# at this when it is imported
os.environ["OMP_NUM_THREADS"] = "1"

# the same examples on every machine and run; HYPOTHESIS_PROFILE=explore looks for new ones
hypothesis_settings.register_profile("fixed", derandomize=True, deadline=None)
hypothesis_settings.register_profile("explore", deadline=None, max_examples=1000)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))

Changes = Mapping[str, Any]

SWEEP = """\
schema: 1
paper: {title: Sweeps, venue: arXiv, year: 2023}
defaults:
  base: unreported
  network: resnet50
  dataset: imagenet
  pruning: {granularity: filter, schedule: one-shot, epochs: 0}
  source: Table 1
results:
  ours:
    method: A
    retraining: {epochs: 90, lr: 1e-2}
    sweep: {at: [10, 30, 50], top1: [75.1, 74.1, 73.1], speedup: [1.1x, 1.5x, 2.0x]}
  theirs:
    method: B
    retraining: {epochs: 60, lr: 1e-2}
    sweep: {at: [10, 30, 50], top1: [75.0, 74.0, 73.0], speedup: [1.1x, 1.5x, 2.0x]}
comparisons:
  - {ours: ours, against: [theirs], statement: better, source: Table 1}
"""

BASE = {
    "network": "resnet50", "dataset": "imagenet",
    "weights": "torchvision/ResNet50_Weights.IMAGENET1K_V1",
    "top1": "76.13", "macs": "4.09G", "params": "25.56M", "source": "Table 1",
    "pretraining": {"epochs": "90", "lr": "0:1e-1,30:1e-2,60:1e-3"},
}  # fmt: skip
ROW = {
    "method": "some method", "base": "dense",
    "pruning": {"granularity": "filter", "schedule": "one-shot", "epochs": "0"},
    "retraining": {"epochs": "90", "lr": "0:1e-2,30:1e-3,60:1e-4"},
    "top1": "75.00", "speedup": "2.00x", "source": "Table 1",
}  # fmt: skip
SCRATCH = {
    "method": "scratch training", "base": "none", "network": "resnet50", "dataset": "imagenet",
    "scratch": {"epochs": "90", "lr": "0:1e-1,30:1e-2,60:1e-3", "budget": "E"},
    "top1": "75.00", "speedup": "2.00x", "source": "Table 1",
}  # fmt: skip


def changed(entry: Mapping[str, Any], changes: Changes) -> dict[str, Any]:
    """Return an entry with other values; ``stage.key`` reaches into a stage, None deletes."""
    full = copy.deepcopy(dict(entry))
    for key, value in changes.items():
        outer, _, inner = key.partition(".")
        place = full if not inner else full.setdefault(outer, {})
        if value is None:
            place.pop(inner or outer, None)
        else:
            place[inner or outer] = value
    if full.get("base") in ("unreported", "unverified", "none"):
        full = {"network": BASE["network"], "dataset": BASE["dataset"], **full}
    return full


def written(
    ours: Changes | None = None,
    other: Changes | None = None,
    *,
    comparison: Changes | None = None,
    bases: Mapping[str, Changes] | None = None,
    scratch: bool = False,
) -> str:
    """Return the text of a claim file with the rows ``ours`` and ``other`` and one comparison."""
    theirs = SCRATCH if scratch else ROW
    dense = {"dense": {}, **(bases or {})}
    claim = {
        "schema": "1",
        "paper": {"title": "A title", "venue": "A venue", "year": "2023"},
        "base_models": {name: changed(BASE, new) for name, new in dense.items()},
        "results": {"ours": changed(ROW, ours or {}), "other": changed(theirs, other or {})},
        "comparisons": [
            {"ours": "ours", "against": ["other"], "statement": "better", **(comparison or {})}
        ],
    }
    return json.dumps(claim, indent=1)


def reported(*texts: str, settings: Settings | None = None, select: str = "") -> Report:
    """Audit claim texts as the files ``a.yaml``, ``b.yaml`` ..."""
    files = [load_text(text, f"{chr(97 + index)}.yaml") for index, text in enumerate(texts)]
    rules = tuple(rule for rule in RULES if rule.code.startswith(select))
    return audit(gather(files), rules, settings or Settings())


def only_pair(*args: Any, settings: Settings | None = None, **kwargs: Any) -> JudgedPair:
    """Return the one judged pair of a claim that ``written`` writes."""
    report = reported(written(*args, **kwargs), settings=settings, select="PA0")
    assert not [problem for loaded in report.files for problem in loaded.problems]
    return report.comparisons[0].pairs[0]


@pytest.fixture(scope="session")
def write() -> Callable[..., str]:
    return written


@pytest.fixture(scope="session")
def report_on() -> Callable[..., Report]:
    return reported


@pytest.fixture(scope="session")
def judged() -> Callable[..., JudgedPair]:
    return only_pair


@pytest.fixture(scope="session")
def claims() -> Path:
    return Path(__file__).parent.parent / "claims"


@pytest.fixture
def fair(tmp_path: Path) -> Path:
    path = tmp_path / "fair.yaml"
    path.write_text(written({"top1": "76.00"}), encoding="utf-8")
    return path


@pytest.fixture
def unfair(tmp_path: Path) -> Path:
    path = tmp_path / "unfair.yaml"
    other = {"retraining.epochs": "60", "retraining.lr": "0:1e-2,30:1e-3"}
    path.write_text(written({}, other), encoding="utf-8")
    return path


def run_command(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a process of its own, without colours or a set width."""
    plain = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR")}
    environment = {**plain, **options.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-m", "prune_audit", *arguments],
        capture_output=True, text=True, timeout=120, check=False, env=environment, **options,
    )  # fmt: skip


@pytest.fixture(scope="session")
def command() -> Callable[..., subprocess.CompletedProcess[str]]:
    return run_command


@pytest.fixture(scope="session")
def sweeps() -> str:
    return SWEEP


@pytest.fixture(scope="session")
def seed(claims: Path) -> Report:
    corpus = gather([load_file(claims / "wang2023.yaml", "claims/wang2023.yaml")])
    return audit(corpus, RULES, Settings())
