"""JUnit XML, held against the schema of the Jenkins xUnit plugin."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as Xml

import xmlschema

from prune_audit.audit import Report
from prune_audit.reports import FORMATS, Look

SCHEMA = Path(__file__).parents[1] / "schemas" / "junit-10.xsd"
PUBLISHED = "a1a816f58d1bf95ebabf371994df0b9246dee66ea9572fbec4f9296f1b2c0ff6"
Write = Callable[..., str]
UNFAIR = {"retraining.epochs": "60", "retraining.lr": "0:1e-2,30:1e-3"}


def tree(report: Report) -> Xml.Element:
    """Return the root of a valid document."""
    shown = FORMATS["junit"](report, Look())
    xmlschema.XMLSchema(SCHEMA).validate(shown)
    return Xml.fromstring(shown.encode())


def test_the_schema_is_as_published() -> None:
    assert hashlib.sha256(SCHEMA.read_bytes()).hexdigest() == PUBLISHED


def test_errors_fail_and_warnings_and_notes_are_skipped(small: Report) -> None:
    assert (
        FORMATS["junit"](small, Look())
        == """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="prune-audit" tests="3" failures="1" errors="0">
  <testsuite name="./claims/b.yaml" tests="1" failures="0" errors="0" skipped="1">
    <testcase name="PA010 unused-entry" classname="./claims/b.yaml">
      <skipped type="note" message="no result uses the base model 'b'">
./claims/b.yaml:2:1: note: no result uses the base model 'b'
</skipped>
    </testcase>
  </testsuite>
  <testsuite name="claims/a b.yaml" tests="2" failures="1" errors="0" skipped="1">
    <testcase name="PA104 speedup-mismatch" classname="claims/a b.yaml">
      <failure type="error" message="2.00x cannot be 4.09G / 2.50G">
claims/a b.yaml:7:3: error: 2.00x cannot be 4.09G / 2.50G
  fix: check the MACs
</failure>
    </testcase>
    <testcase name="PA402 small-initial-lr" classname="claims/a b.yaml">
      <skipped type="warning" message="retraining starts at 1e-3">
claims/a b.yaml:5:1: warning: retraining starts at 1e-3
</skipped>
    </testcase>
  </testsuite>
</testsuites>
"""
    )


def test_a_file_without_findings_passes(write: Write, report_on: Callable[..., Report]) -> None:
    root = tree(report_on(write(), write({}, UNFAIR), select="PA301"))
    clean, faulty = root.findall("testsuite")
    assert [(case.get("name"), len(case)) for case in clean] == [("no findings", 0)]
    assert [(case.get("name"), case[0].tag) for case in faulty] == [
        ("PA301 unfair-statement", "failure")
    ]


def test_an_empty_report_is_valid(empty: Report) -> None:
    assert len(tree(empty)) == 0


def test_a_suppressed_finding_is_skipped_with_the_reason(waived: Report) -> None:
    case = tree(waived).findall(".//testcase")[-1]
    assert case.get("name") == "PA104 speedup-mismatch (suppressed)"
    assert case[0].get("message") == "suppressed by comment: as printed"


def test_hostile_text_is_valid(hostile: Report) -> None:
    failure = tree(hostile).find(".//failure")
    assert failure is not None
    message = failure.get("message") or ""
    assert "<script>alert(1)</script> ]]> -->" in message
    assert "\U0001f4a5" in message
    assert "\ufffe" not in message
    assert "\x00" not in message


def test_findings_of_one_rule_are_one_case(many: Report) -> None:
    root = tree(many)
    assert [(suite.get("tests"), suite.get("failures")) for suite in root] == [("1", "1")] * 7
    assert "(and 285 more)" in (root[0][0][0].get("message") or "")
