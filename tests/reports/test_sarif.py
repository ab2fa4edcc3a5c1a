"""SARIF 2.1.0, held against the schema of the standard."""

import hashlib
import json
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from prune_audit.audit import Report
from prune_audit.findings import Finding, Suppressed, SuppressedBy
from prune_audit.fingerprint import fingerprint
from prune_audit.places import Place
from prune_audit.reports import FORMATS, Look
from prune_audit.rules import RULES

SCHEMA = Path(__file__).parents[1] / "schemas" / "sarif-schema-2.1.0.json"
OFFICIAL = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"


def run(report: Report, **look: Any) -> dict[str, Any]:
    """Return the only run of a valid log."""
    log = json.loads(FORMATS["sarif"](report, Look(**look)))
    assert log["version"] == "2.1.0"
    jsonschema.Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(log)
    (only,) = log["runs"]
    loaded: dict[str, Any] = only
    return loaded


def test_the_schema_is_that_of_the_standard(empty: Report) -> None:
    assert hashlib.sha256(SCHEMA.read_bytes()).hexdigest() == OFFICIAL
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert schema["id"] == json.loads(FORMATS["sarif"](empty, Look()))["$schema"]


def test_the_schema_can_fail(small: Report) -> None:
    log = json.loads(FORMATS["sarif"](small, Look()))
    log["runs"][0]["results"][0]["level"] = "fatal"
    validator = jsonschema.Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert not validator.is_valid(log)


def test_every_rule_of_the_run_is_declared(small: Report) -> None:
    driver = run(small)["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("prune-audit", version("prune-audit"))
    assert [rule["id"] for rule in driver["rules"]] == [rule.code for rule in RULES]
    assert all(rule["shortDescription"]["text"].endswith(".") for rule in driver["rules"])
    by_code = {rule["id"]: rule for rule in driver["rules"]}
    told = by_code["PA402"]
    assert told["name"] == "small-initial-lr"
    assert told["defaultConfiguration"] == {"level": "warning"}
    assert told["properties"]["tier"] == "heuristic"
    assert told["properties"]["family"] == "PA4 schedule and trainability"
    assert "\n**Why:**" in told["help"]["markdown"]
    assert "\nWhy:" in told["help"]["text"]


def test_results_point_at_their_rules_lines_and_other_places(small: Report) -> None:
    only = run(small)
    result = only["results"][2]
    assert only["tool"]["driver"]["rules"][result.pop("ruleIndex")]["id"] == "PA104"
    prints = result.pop("partialFingerprints")
    assert prints["pruneAudit/v1"] == fingerprint(small.findings[2])
    assert result == {
        "ruleId": "PA104",
        "level": "error",
        "message": {"text": "2.00x cannot be 4.09G / 2.50G; fix: check the MACs"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "claims/a%20b.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 7, "startColumn": 3},
                },
                "logicalLocations": [{"fullyQualifiedName": "results.ours.speedup"}],
            }
        ],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": {"uri": "claims/a%20b.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 4, "startColumn": 9},
                },
                "logicalLocations": [{"fullyQualifiedName": "base_models.dense.macs"}],
                "message": {"text": "base_models.dense.macs"},
            }
        ],
        "suppressions": [],
        "properties": {"tier": "conclusive"},
    }


def test_the_run_succeeded_and_counts_columns_in_code_points(empty: Report) -> None:
    only = run(empty)
    assert only["invocations"] == [{"executionSuccessful": True}]
    assert only["columnKind"] == "unicodeCodePoints"
    assert only["results"] == []


def test_suppressed_results_say_who_and_why(waived: Report) -> None:
    results = run(waived)["results"]
    assert [len(result["suppressions"]) for result in results] == [0, 0, 0, 1]
    (suppression,) = results[3]["suppressions"]
    assert suppression.pop("location")["physicalLocation"]["region"]["startColumn"] == 20
    assert suppression == {
        "kind": "inSource",
        "status": "accepted",
        "justification": "comment: as printed (owner: Ada) (until 2030-01-31)",
    }


@pytest.mark.parametrize("by", [who for who in SuppressedBy if who is not SuppressedBy.COMMENT])
def test_what_no_comment_suppresses_is_external(
    make: Callable[..., Report], an_error: Callable[..., Finding], by: SuppressedBy
) -> None:
    report = make(suppressed=(Suppressed(an_error(), by, "known"),))
    (result,) = run(report)["results"]
    assert result["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": f"{by}: known"}
    ]


def test_a_file_outside_of_the_root_has_a_uri_of_its_own(
    make: Callable[..., Report], an_error: Callable[..., Finding], tmp_path: Path
) -> None:
    names = [str(tmp_path / "in" / "ä.yaml"), str(tmp_path / "out.yaml"), "<stdin>"]
    report = make(*(an_error(anchors=(Place(name),)) for name in names))
    found = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]
        for result in run(report, root=tmp_path / "in")["results"]
    ]
    assert {"uri": "%C3%A4.yaml", "uriBaseId": "%SRCROOT%"} in found
    assert {"uri": (tmp_path / "out.yaml").as_uri()} in found
    assert {"uri": "%3Cstdin%3E", "description": {"text": "standard input"}} in found


def test_a_finding_of_a_rule_outside_of_the_run_has_no_index(
    make: Callable[..., Report], an_error: Callable[..., Finding]
) -> None:
    (result,) = run(make(an_error(code="PA999")))["results"]
    assert "ruleIndex" not in result


def test_text_makes_no_link_and_no_placeholder(
    make: Callable[..., Report], an_error: Callable[..., Finding]
) -> None:
    (result,) = run(make(an_error(message="[a](http://evil) {0}", fix="")))["results"]
    assert result["message"]["text"] == "[a] (http://evil) {{0}}"


def test_hostile_text_is_valid(hostile: Report) -> None:
    shown = FORMATS["sarif"](hostile, Look())
    assert len(run(hostile)["results"]) == 2
    assert not {letter for letter in shown if ord(letter) < 32} - {"\n"}


def test_many_results_are_valid_and_told_apart(many: Report) -> None:
    results = run(many)["results"]
    hashes = {result["partialFingerprints"]["primaryLocationLineHash"] for result in results}
    assert len(hashes) == len(results) == 2000


def test_the_seed_paper_is_valid(seed: Report) -> None:
    results = run(seed)["results"]
    assert [(one["ruleId"], one["level"]) for one in results] == [
        (finding.code, finding.severity) for finding in seed.findings
    ]
