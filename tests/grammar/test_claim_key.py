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


IMP = "train(6) > prune(magnitude, 0.3) > {} > train(4)"
KINDS = {
    "after": "train(6) > prune(l1, 0.3) > train(4)",
    "early": "train(1) > prune(l1, 0.3) > train(4)",
    "ticket": IMP.format("rewind(0)"),
    "rewound": IMP.format("rewind(2)"),
    "new": IMP.format("reinit"),
    "at init": "prune(magnitude, 0.3) > train(4)",
    "grown": "prune(greg-1, 0.3, epochs=4, lr=1e-2) > train(4)",
    "from init": "prune(magnitude, 0.3) > train(4, lr=1e-2) > prune(magnitude, 0.3) > train(4)",
    "reset, trained and cut": IMP.format("rewind(0) > train(4) > prune(magnitude, 0.3)"),
}


def kind(name: str, part: str, word: str) -> list[str]:
    """Return the problems of a row that states one part of the taxonomy beside a pipeline."""
    tree = json.loads(claim(KINDS[name], "unreported", "unreported", "unreported"))
    row = tree["results"]["a"]
    row["retraining"]["lr"] = "unreported"
    row["pruning"]["lr"] = "unreported"
    row["pruning"]["taxonomy"] = dict(zip(part.split(), word.split(), strict=True))
    return [problem.message for problem in load_text(json.dumps(tree), "c.yaml").problems]


@pytest.mark.parametrize(
    ("name", "part", "word"),
    [
        ("after", "base", "init"), ("after", "mask", "static-pre"), ("after", "weights", "rewound"),
        ("after", "weights", "none"), ("after", "mask", "selection"), ("ticket", "base", "trained"),
        ("ticket", "mask", "static-pre"), ("ticket", "weights", "inherited"),
        ("rewound", "base", "init"), ("rewound", "weights", "original-init"),
        ("new", "weights", "inherited"), ("at init", "base", "trained"),
        ("at init", "mask", "dynamic"), ("reset, trained and cut", "weights", "original-init"),
    ],
)  # fmt: skip
def test_a_taxonomy_that_the_pipeline_rules_out_is_a_problem(
    name: str, part: str, word: str
) -> None:
    (message,) = kind(name, part, word)
    assert f"states {part} {word}, which does not go with its pipeline" in message


@pytest.mark.parametrize(
    ("name", "part", "word"),
    [
        ("after", "base", "early"), ("early", "base mask", "early static-pre"),
        ("after", "mask", "dynamic"), ("ticket", "weights", "rewound"),
        ("ticket", "base", "unverified"), ("rewound", "base", "trained"),
        ("rewound", "weights", "inherited"), ("new", "base", "trained"),
        ("at init", "weights", "inherited"), ("grown", "base", "trained"),
        ("grown", "mask", "static-pre"), ("from init", "weights", "inherited"),
        ("from init", "mask", "static-post"), ("from init", "base", "trained"),
    ],
)  # fmt: skip
def test_a_taxonomy_that_leaves_a_way_to_read_it_is_none(name: str, part: str, word: str) -> None:
    assert not kind(name, part, word)


@pytest.mark.parametrize(
    ("pruning", "retraining", "words"),
    [
        ({"schedule": "at-init", "taxonomy": {"base": "trained"}}, {}, "its schedule at-init"),
        ({"schedule": "at-init", "taxonomy": {"mask": "static-post"}}, {}, "its schedule at-init"),
        ({"schedule": "at-init", "taxonomy": {"mask": "dynamic", "base": "init"}}, {}, ""),
        ({"schedule": "iterative", "taxonomy": {"weights": "inherited"}},
         {"kind": "weight-rewinding"}, "its retraining of kind weight-rewinding"),
        ({"schedule": "iterative", "taxonomy": {"weights": "inherited"}}, {}, ""),
    ],
)  # fmt: skip
def test_schedule_and_kind_of_retraining_rule_out_words_too(
    pruning: dict[str, Any], retraining: dict[str, str], words: str
) -> None:
    tree = json.loads(claim("unverified"))
    tree["results"]["a"]["pruning"] |= pruning
    tree["results"]["a"]["retraining"] |= retraining
    problems = load_text(json.dumps(tree), "c.yaml").problems
    assert [words in problem.message for problem in problems] == [True] * bool(words)


def test_the_base_model_of_a_row_that_prunes_at_initialisation_may_have_its_own_training() -> None:
    assert not load_text(claim(KINDS["at init"].replace("magnitude", "l1"), "0"), "c.yaml").problems
