"""Made-up runs: a claim, and right answers of 10 000 per row and arm; no network is trained."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from prune_audit.corpus import Corpus, gather
from prune_audit.judged import pairs_of
from prune_audit.load import load_text
from prune_audit.reruns.conclusions import Conclusions, conclude
from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.reruns.planned import Arm, Assumption, Compared, Plan, PlannedRow, Refusal, StandIn
from prune_audit.reruns.run import Count, Epoch, Run

N = 10_000
DIVERGED = -1
"""In place of right answers; None stands for a run that is missing."""
TRAINING = Training(4, "0:1e-1,2:1e-2", 64, 5e-4)
BASE = Training(3, "constant 1e-1", 64, 5e-4)
STAND_IN = StandIn("digits", "resnet8", 1 / 3, ("epochs: divided by three",))
MACHINE: Mapping[str, str | int] = {"torch": "2.15.0", "device": "cpu", "threads": 1}

Key = tuple[str, Arm] | tuple[str, Arm, str]
Answers = Mapping[Key, Sequence[int | None]]
"""Right answers by seed, for a row, arm and label."""


class Made(NamedTuple):
    """A plan with its runs."""

    plan: Plan
    runs: dict[str, Run]

    def concluded(self, *, stand_in: bool = False, **changes: Any) -> Conclusions:
        """Return what follows, on a stand-in where asked; ``changes`` are those of the plan."""
        changes["stand_in"] = STAND_IN if stand_in else None
        return conclude(replace(self.plan, **changes), self.runs)


def claim_text(rows: Mapping[str, Mapping[str, Any]], *comparisons: Mapping[str, Any]) -> str:
    """Return the text of a claim file whose rows share everything that is not named."""
    row = {
        "method": "L1", "base": "dense", "top1": "75.00", "source": "Table 1",
        "pruning": {"granularity": "filter", "schedule": "one-shot", "epochs": 0},
        "retraining": {"epochs": 4, "lr": "0:1e-1,2:1e-2"},
    }  # fmt: skip
    base = {
        "network": "resnet50", "dataset": "imagenet", "weights": "own", "top1": "76.00",
        "source": "Table 1", "pretraining": {"epochs": 3, "lr": "constant 1e-1"},
    }  # fmt: skip
    results = {name: {**row, **changes} for name, changes in rows.items()}
    for result in results.values():
        if "scratch" in result:
            del result["pruning"], result["retraining"]
            result |= {"base": "none", "network": "resnet50", "dataset": "imagenet"}
        if "sweep" in result and "top1" in result["sweep"]:
            del result["top1"]
    paper = {"title": "A title", "venue": "arXiv", "year": "2023"}
    bases = {"dense": base}
    claim = {"schema": "1", "paper": paper, "base_models": bases, "results": results}
    return json.dumps({**claim, "comparisons": list(comparisons)})


def corpus_of(text: str, file: str) -> Corpus:
    loaded = load_text(text, file)
    assert loaded.claim, [problem.message for problem in loaded.problems]
    return gather([loaded])


def run_of(experiment: Experiment, k: int, n: int) -> Run:
    """Return a run that gets ``k`` images right in the end, and fewer before."""
    if k == DIVERGED:
        return Run(experiment, (), 100, 10, 400, 40, diverged=1, machine=MACHINE)
    epochs = experiment.training.epochs
    right = [max(k - n // 100 * (epochs - 1 - epoch), 0) for epoch in range(epochs)]
    history = tuple(
        Epoch(0.1, 0.5, Count(one * 896 // n, 896), 0.5, Count(one, n), 0.5) for one in right
    )
    return Run(experiment, history, 100, 10, 400, 40, Count(n // 10, n), machine=MACHINE)


def planned_row(
    result: Any, key: Key, seeds: int, training: Training, held_out: float
) -> PlannedRow:
    fresh = result.is_scratch or key[1] is Arm.SCRATCH
    pruning = Pruning("l1", (0.5,), fresh=fresh)
    experiments = tuple(
        Experiment(
            Data("digits", held_out=held_out), "resnet8", seed, training, pruning,
            None if fresh else BASE,
        )
        for seed in range(seeds)
    )  # fmt: skip
    assumed = (Assumption("weight decay", "0.0005", "not stated"),)
    return PlannedRow(result, key[1], experiments, (*key, "")[2], assumed)


def made(
    text: str,
    answers: Answers,
    *,
    trainings: Mapping[Key, Training] | None = None,
    bases: Sequence[int] = (),
    refused: Sequence[str] = (),
    n: int = N,
    file: str = "a.yaml",
) -> Made:
    """Return a plan with the runs of every row; rows differ in their weight decay unless told."""
    corpus = corpus_of(text, file)
    claim = next(iter(corpus.claims))
    planned, runs = [], {}
    for index, (key, counts) in enumerate(answers.items()):
        training = (trainings or {}).get(key) or replace(TRAINING, weight_decay=(index + 1) / 1e4)
        tried = key[-1].startswith("try")
        row = planned_row(claim.results[key[0]], key, len(counts), training, 0.2 if tried else 0.0)
        planned.append(row)
        for experiment, k in zip(row.experiments, counts, strict=True):
            if k is not None:
                runs[experiment.id] = run_of(experiment, k, n)
            base = experiment.base_experiment
            if base and experiment.seed < len(bases):
                runs[base.id] = run_of(base, bases[experiment.seed], n)
    compared = tuple(
        Compared(claim, comparison, tuple(pairs_of(claim, corpus, comparison)))
        for comparison in claim.comparisons
    )
    unable = tuple(
        Refusal(claim.results[name], "its method is not known", "name the method")
        for name in refused
    )
    return Made(Plan(tuple(planned), unable, compared), runs)


@pytest.fixture(scope="session")
def make() -> Callable[..., Made]:
    return made


@pytest.fixture(scope="session")
def claim() -> Callable[..., str]:
    return claim_text
