"""Submissions and their evidence in the comment and in JSON lines."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from prune_audit.audit import Report, Submitted
from prune_audit.benchmark.entrant import Entrant
from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.evidence import Evidence
from prune_audit.load import load_text
from prune_audit.places import Place
from prune_audit.reports import FORMATS, Look
from prune_audit.reports.comment import LIMIT
from prune_audit.reports.vetted import faults

Write = Callable[..., str]
SUBMISSION = {"id": "ours-2x", "track": "r50-2x", "result": "ours", "runs": "none"}


@pytest.fixture
def evidence(write: Write) -> Evidence:
    loaded = load_text(json.dumps({**json.loads(write()), "submission": SUBMISSION}), "a.yaml")
    assert loaded.claim is not None
    assert loaded.claim.submission is not None
    place = (Place("a.yaml", 9),)
    checks = (
        Check(What.MACS, Status.VERIFIED, "2.04G", "2.04G", "the MACs agree", place),
        Check(What.SEEDS, Status.NOT_VERIFIED, "3 runs", "no log", "no log is there", place),
        Check(What.EPOCHS, Status.CONTRADICTED, "90", "60 | @x", "60 epochs", place, "seed 0"),
    )
    claim = loaded.claim
    return Evidence(claim, loaded.claim.submission, claim.results["ours"], checks)


def entrant(evidence: Evidence, **changes: Any) -> Entrant:
    benchmark = cast("Any", None)
    return Entrant(
        evidence.claim, evidence.submission, evidence.result, benchmark, None, evidence, **changes
    )


def test_checks_are_a_table_the_gravest_first(empty: Report, evidence: Evidence) -> None:
    report = replace(empty, submitted=Submitted(evidence=(evidence,)))
    shown = FORMATS["comment"](report, Look())
    assert (
        "\n<details><summary>Evidence of ours-2x: 1 verified, 1 contradicted, 1 not verified"
        "</summary>\n\n"
        "| what | run | claimed | found | status |\n"
        "|---|---|---|---|---|\n"
        "| epochs | seed 0 | 90 | 60 \\| @\u200bx | contradicted |\n"
        "| seeds |  | 3 runs | no log | not verified |\n"
        "| MACs |  | 2.04G | 2.04G | verified |\n"
        "\n</details>\n"
    ) in shown
    assert faults(shown) == []


def test_an_entrant_stands_beside_baseline_and_accepted_ones(
    empty: Report, evidence: Evidence, judged: Callable[..., Any]
) -> None:
    pair = judged({}, {"retraining.epochs": "60", "retraining.lr": "0:1e-2,30:1e-3"}).pair
    one = entrant(evidence, baseline=pair, accepted=(pair,))
    shown = FORMATS["comment"](replace(empty, submitted=Submitted(entrants=(one,))), Look())
    assert (
        "\n1 submission\n\n"
        "| submission | track | against | setup | verdict | decided by |\n"
        "|---|---|---|---|---|---|\n"
        "| `ours-2x` | `r50-2x` | `baseline` | S2 | unfair | retraining epochs: 90 / 60 |\n"
        "| `ours-2x` | `r50-2x` | `other` | S2 | unfair | retraining epochs: 90 / 60 |\n"
    ) in shown
    assert faults(shown) == []


def test_an_accepted_submission_is_called_by_its_folder(
    empty: Report, evidence: Evidence, judged: Callable[..., Any]
) -> None:
    pair = judged({}, {}).pair
    place = pair.other.place._replace(file="accepted/theirs/submission.yaml")
    one = entrant(evidence, accepted=(replace(pair, other=replace(pair.other, place=place)),))
    shown = FORMATS["comment"](replace(empty, submitted=Submitted(entrants=(one,))), Look())
    assert "| `ours-2x` | `r50-2x` | `theirs` |" in shown


def test_errors_stand_before_waivers_and_evidence(waived: Report, evidence: Evidence) -> None:
    shown = FORMATS["comment"](replace(waived, submitted=Submitted(evidence=(evidence,))), Look())
    order = ("1 error</summary>", "1 note</summary>", "1 suppressed finding", "Evidence of")
    places = [shown.index(words) for words in order]
    assert places == sorted(places)


def test_submissions_are_counted_where_there_are_entrants(
    empty: Report, evidence: Evidence, judged: Callable[..., Any]
) -> None:
    one = entrant(evidence, baseline=judged({}, {}).pair)
    single = replace(empty, submitted=Submitted(entrants=(one,)))
    several = replace(empty, submitted=Submitted(entrants=(one, one, one)))
    for form in ("comment", "github", "text", "markdown"):
        assert "0 files, 1 submission; 0 errors" in FORMATS[form](single, Look())
        assert "0 files, 3 submissions; 0 errors" in FORMATS[form](several, Look())
    assert json.loads(FORMATS["json"](several, Look()))["summary"]["submissions"] == 3


def test_a_submission_is_a_line_of_json_lines(
    empty: Report, evidence: Evidence, judged: Callable[..., Any]
) -> None:
    one = entrant(evidence, baseline=judged({}, {}).pair)
    report = replace(empty, submitted=Submitted(entrants=(one,)))
    first, last = map(json.loads, FORMATS["jsonl"](report, Look()).splitlines())
    (entered,) = json.loads(FORMATS["json"](report, Look()))["submissions"]
    assert first == {"type": "submission", **entered}
    assert (entered["id"], entered["baseline"]["fairness"]) == ("ours-2x", "fair")
    assert last["submissions"] == 1


def test_an_entrant_without_anything_to_stand_beside_is_named(
    empty: Report, evidence: Evidence
) -> None:
    report = replace(empty, submitted=Submitted(entrants=(entrant(evidence),)))
    assert "| there is nothing on the track to compare with |" in FORMATS["comment"](report, Look())


def test_evidence_leaves_room_for_findings(many: Report, evidence: Evidence) -> None:
    long = replace(evidence, checks=evidence.checks * 500)
    shown = FORMATS["comment"](replace(many, submitted=Submitted(evidence=(long,) * 9)), Look())
    assert len(shown.encode()) <= LIMIT
    assert shown.count("\n- `claims/") > 500


def test_evidence_is_a_line_of_json_lines(empty: Report, evidence: Evidence) -> None:
    report = replace(empty, submitted=Submitted(evidence=(evidence,)))
    first, last = map(json.loads, FORMATS["jsonl"](report, Look()).splitlines())
    assert (first["type"], first["submission"], len(first["checks"])) == ("evidence", "ours-2x", 3)
    assert last["type"] == "summary"
