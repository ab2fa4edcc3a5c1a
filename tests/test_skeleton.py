"""The skeleton that ``init`` writes: only its TODOs are missing, then it is a claim."""

import re

import yaml
from jsonschema import Draft202012Validator

from prune_audit.audit import audit
from prune_audit.corpus import gather
from prune_audit.findings import Severity
from prune_audit.load import load_text
from prune_audit.rules import RULES
from prune_audit.schema import json_schema
from prune_audit.settings import Settings
from prune_audit.skeleton import SKELETON

ANSWERS = {
    "title": '"A title: with a colon"', "venue": "ICLR", "year": "2021", "read": "full text",
    "network": "resnet50", "dataset": "imagenet", "top1": "76.13", "source": "Table 1",
    "epochs": "90", "lr": '"0:1e-2,30:1e-3,60:1e-4"', "method": "some method", "speedup": "2.31x",
}  # fmt: skip
TODO = re.compile(r"(?m)^( *(?:- )?)(\w+): TODO( *#.*)?$")
FILLED = TODO.sub(
    lambda found: f"{found[1]}{found[2]}: {ANSWERS[found[2]]}{found[3] or ''}", SKELETON
)


def test_all_todos_are_one_problem_and_nothing_else_is() -> None:
    todos = [
        number
        for number, line in enumerate(SKELETON.split("\n"), 1)
        if re.search(": TODO( |$)", line)
    ]
    (problem,) = load_text(SKELETON, "a.yaml").problems
    assert (problem.code, problem.anchors[0].line) == ("PA007", todos[0])
    listed = ", ".join(map(str, todos))
    assert f"{len(todos)} values are still TODO: lines {listed}" in problem.message


def test_the_filled_in_skeleton_is_a_claim_without_a_finding_about_the_file() -> None:
    loaded = load_text(FILLED, "a.yaml")
    assert loaded.problems == ()
    report = audit(gather([loaded]), RULES, Settings())
    assert [f for f in report.findings if f.code < "PA010" or f.severity is Severity.ERROR] == []
    assert len(report.comparisons) == 1


def test_the_filled_in_skeleton_is_what_the_schema_describes() -> None:
    validator = Draft202012Validator(json_schema())
    assert [error.message for error in validator.iter_errors(yaml.safe_load(FILLED))] == []


def test_the_commented_sweep_is_one_when_it_replaces_the_row_above() -> None:
    sweep = re.search(r"(?m)^  #   sweep:\n(  #     .*\n)+", FILLED)
    assert sweep is not None
    keys = re.sub("(?m)^  # ", "  ", sweep[0])
    head, mark, rows = FILLED.partition("\nresults:")
    own = re.sub(r"(?m)^    (top1|speedup): .*\n", "", rows, count=2)
    loaded = load_text(head + mark + own.replace("    drop:", f"{keys}    drop:", 1), "a.yaml")
    assert loaded.problems == ()
    assert loaded.claim is not None
    assert loaded.claim.families == {"our-row": ("our-row@2x", "our-row@3x")}


def test_it_fits_a_narrow_editor_and_has_a_modeline() -> None:
    lines = SKELETON.split("\n")
    assert max(map(len, lines)) <= 100
    assert lines[0].startswith("# yaml-language-server: $schema=")
    assert SKELETON.endswith("\n")
    assert "\t" not in SKELETON
