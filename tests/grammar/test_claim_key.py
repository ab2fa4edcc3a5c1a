"""A pipeline in a claim file."""

import json
from pathlib import Path
from typing import Any

import pytest

from prune_audit.grammar import parse
from prune_audit.load import load_text

TEXT = "train(6) > (prune(l1, 0.3) > train(4, lr=1e-2)) * 2"


def claim(pipeline: str, pruning: str = "4", retraining: str = "4", dense: str = "6") -> str:
    """Return a claim file of one row; only the epochs of its stages differ."""
    base = {
        "network": "resnet8", "dataset": "digits", "weights": "own", "top1": "98.0",
        "pretraining": {"epochs": dense, "lr": "1e-1"}, "source": "Table 1",
    }  # fmt: skip
    row: dict[str, Any] = {
        "method": "L1", "base": "dense", "top1": "97.0", "source": "Table 1",
        "pruning": {"granularity": "filter", "schedule": "iterative", "epochs": pruning,
                    "criterion": "l1", "pipeline": pipeline},
        "retraining": {"epochs": retraining, "lr": "1e-2"},
    }  # fmt: skip
    paper = {"title": "P", "venue": "arXiv", "year": "2023"}
    tree = {"schema": "1", "paper": paper, "base_models": {"dense": base}, "results": {"a": row}}
    return json.dumps(tree, indent=1)


def test_a_stated_pipeline_is_loaded_as_one() -> None:
    loaded = load_text(claim(TEXT), "c.yaml")
    assert loaded.claim is not None, loaded.problems
    pruning = loaded.claim.results["a"].pruning
    assert pruning is not None
    assert pruning.pipeline.value == parse(TEXT)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("train(6) > prune(l, 0.3) > train(4)", "column 18: expected a method, got 'l'"),
        ("train(6) > prune(l1, 0.3)", "column 12: a pipeline ends with a training"),
        ("train(6) > train(4)", "expected a pipeline with a prune step"),
    ],
)
def test_a_pipeline_that_is_none_is_a_problem_where_it_stands(text: str, words: str) -> None:
    written = claim(text)
    loaded = load_text(written, "c.yaml")
    (problem,) = loaded.problems
    (place,) = problem.anchors
    line = written.splitlines()[place.line - 1]
    assert line[place.column - 1 :].startswith(f'"{text}"')
    assert words in problem.message


@pytest.mark.parametrize("silence", ["unreported", "unverified"])
def test_a_pipeline_may_be_silent(silence: str) -> None:
    assert load_text(claim(silence), "c.yaml").claim is not None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pruning": "3"}, "pruning of result 'a' states 3 epochs, its pipeline has 4"),
        ({"retraining": "9"}, "retraining of result 'a' states 9 epochs, its pipeline has 4"),
        ({"dense": "90"}, "pretraining of result 'a' states 90 epochs, its pipeline has 6"),
    ],
)
def test_epochs_that_contradict_the_pipeline_are_a_problem(
    changes: dict[str, str], words: str
) -> None:
    (problem,) = load_text(claim(TEXT, **changes), "c.yaml").problems
    assert problem.code == "PA009"
    assert words in problem.message


@pytest.mark.parametrize("epochs", ["~5", ">0", "unreported"])
def test_epochs_that_are_not_exact_contradict_nothing(epochs: str) -> None:
    assert load_text(claim(TEXT, pruning=epochs), "c.yaml").claim is not None


def test_reading_claims_needs_no_torch() -> None:
    import subprocess
    import sys

    code = "import sys, prune_audit.load; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
