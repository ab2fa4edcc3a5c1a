"""The report as JSON lines."""

import json
from collections import Counter
from typing import Any

from prune_audit.audit import Report
from prune_audit.reports import FORMATS, Look


def objects(report: Report) -> list[dict[str, Any]]:
    return [json.loads(line) for line in FORMATS["jsonl"](report, Look()).splitlines()]


def test_an_empty_report_is_its_summary(empty: Report) -> None:
    assert objects(empty) == [
        {
            "type": "summary",
            "version": 1,
            "files": 0,
            "pairs": {"fair": 0, "unfair": 0, "undetermined": 0},
            "findings": {"error": 0, "warning": 0, "note": 0},
            "suppressed": 0,
        }
    ]


def test_findings_come_first_then_suppressed_ones_then_the_summary(waived: Report) -> None:
    found = objects(waived)
    assert [one["type"] for one in found] == [*["finding"] * 3, "suppressed", "summary"]
    assert found[1] == {
        "type": "finding",
        "code": "PA402",
        "name": "small-initial-lr",
        "severity": "warning",
        "tier": "heuristic",
        "message": "retraining starts at 1e-3",
        "fix": None,
        "places": [
            {
                "file": "claims/a b.yaml",
                "line": 5,
                "column": 1,
                "pointer": "results.ours.retraining",
            }
        ],
    }
    assert found[3]["suppressed"] == {
        "by": "comment",
        "reason": "as printed",
        "owner": "Ada",
        "until": "2030-01-31",
        "place": {"file": "claims/a b.yaml", "line": 7, "column": 20, "pointer": ""},
    }
    assert found[4]["suppressed"] == 1


def test_verdicts_are_those_of_the_format_json(seed: Report) -> None:
    found = objects(seed)
    document = json.loads(FORMATS["json"](seed, Look()))
    verdicts = [one for one in found if one.pop("type") == "comparison"]
    assert verdicts == document["comparisons"]
    assert found[: len(seed.findings)] == document["findings"]


def test_json_keeps_what_is_suppressed(waived: Report) -> None:
    (one,) = json.loads(FORMATS["json"](waived, Look()))["suppressed"]
    assert (one["code"], one["suppressed"]["reason"]) == ("PA104", "as printed")


def test_no_text_breaks_a_line_in_two(hostile: Report, many: Report) -> None:
    assert Counter(one["type"] for one in objects(hostile)) == {
        "finding": 1, "suppressed": 1, "summary": 1,
    }  # fmt: skip
    assert len(objects(many)) == 2001
