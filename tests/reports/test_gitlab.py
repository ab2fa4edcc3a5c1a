"""The Code Quality report of GitLab."""

import json

from prune_audit.audit import Report
from prune_audit.fingerprint import fingerprint
from prune_audit.reports import FORMATS, Look

render = FORMATS["gitlab"]


def test_an_issue_per_finding(small: Report) -> None:
    issues = json.loads(render(small, Look()))
    prints = [issue.pop("fingerprint") for issue in issues]
    assert prints == [fingerprint(finding) for finding in small.findings]
    assert issues == [
        {
            "description": "PA010 unused-entry: no result uses the base model 'b'",
            "check_name": "PA010",
            "severity": "info",
            "location": {"path": "claims/b.yaml", "lines": {"begin": 2}},
        },
        {
            "description": "PA402 small-initial-lr: retraining starts at 1e-3",
            "check_name": "PA402",
            "severity": "minor",
            "location": {"path": "claims/a b.yaml", "lines": {"begin": 5}},
        },
        {
            "description": "PA104 speedup-mismatch: 2.00x cannot be 4.09G / 2.50G; "
            "fix: check the MACs",
            "check_name": "PA104",
            "severity": "major",
            "location": {"path": "claims/a b.yaml", "lines": {"begin": 7}},
        },
    ]


def test_no_finding_is_an_empty_list(empty: Report) -> None:
    assert render(empty, Look()) == "[]"


def test_suppressed_findings_are_no_issues(waived: Report, small: Report) -> None:
    assert render(waived, Look()) == render(small, Look())


def test_findings_that_say_the_same_have_fingerprints_of_their_own(many: Report) -> None:
    prints = [issue["fingerprint"] for issue in json.loads(render(many, Look()))]
    assert len(set(prints)) == len(prints) == 2000


def test_hostile_text_is_text(hostile: Report) -> None:
    (issue,) = json.loads(render(hostile, Look()))
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in issue["description"])
    assert "\U0001f4a5" in issue["description"]
