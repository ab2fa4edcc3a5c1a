"""The formats json and markdown."""

import json
import re
from collections.abc import Callable
from typing import Any

from prune_audit.audit import Report
from prune_audit.reports import FORMATS, Look
from prune_audit.reports.markdown import escape

Write = Callable[..., str]
ReportOn = Callable[..., Report]
UNFAIR = {"retraining.epochs": "60", "retraining.lr": "0:1e-2,30:1e-3"}


# json


def document(report: Report) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(FORMATS["json"](report, Look()))
    return loaded


def test_json_is_versioned_and_says_under_which_settings(write: Write, report_on: ReportOn) -> None:
    found = document(report_on(write({}, UNFAIR), select="PA301"))
    assert found["version"] == 1
    assert found["settings"] == {
        "require": "S3.2", "tolerance": 0.05, "base_gap": 0.5, "alpha": 0.05,
    }  # fmt: skip
    assert found["files"] == ["a.yaml"]
    assert found["summary"] == {
        "files": 1,
        "pairs": {"fair": 0, "unfair": 1, "undetermined": 0},
        "findings": {"error": 1, "warning": 0, "note": 0},
    }


def test_json_holds_comparisons_and_pairs(write: Write, report_on: ReportOn) -> None:
    (comparison,) = document(report_on(write({"top1": "75.24"}, UNFAIR)))["comparisons"]
    assert set(comparison) == {
        "file", "paper", "name", "ours", "statement", "stated_setup", "place", "weakest",
        "lossless", "pairs",
    }  # fmt: skip
    assert comparison["weakest"] == ["ours", "other"]
    (pair,) = comparison["pairs"]
    assert set(pair) == {
        "ours", "other", "other_file", "floor", "ceiling", "fairness", "deciding", "stop",
        "missing", "recipe_differences", "scratch", "dominance", "marks", "kinds", "outcome",
        "test",
    }  # fmt: skip
    assert (pair["floor"], pair["ceiling"], pair["fairness"]) == ("S2", "S2", "unfair")
    assert pair["outcome"] == "not attributable"
    assert pair["test"]["difference"] == 0.24
    assert pair["test"]["conclusive"] is False


def test_json_names_facts_with_both_sides_and_places(write: Write, report_on: ReportOn) -> None:
    (comparison,) = document(report_on(write({}, UNFAIR)))["comparisons"]
    fact = comparison["pairs"][0]["deciding"]
    assert (fact["fact"], fact["answer"]) == ("retraining epochs", "different")
    assert [side["text"] for side in fact["sides"]] == ["90", "60"]
    assert set(fact["sides"][0]["place"]) == {"file", "line", "column", "pointer"}


def test_json_holds_findings_with_places(write: Write, report_on: ReportOn) -> None:
    (finding,) = document(report_on(write({}, UNFAIR), select="PA301"))["findings"]
    assert set(finding) == {"code", "name", "severity", "tier", "message", "fix", "places"}
    assert (finding["code"], finding["severity"], finding["tier"]) == (
        "PA301", "error", "conclusive",
    )  # fmt: skip
    assert len(finding["places"]) == 3


def test_json_holds_every_pair_and_finding_of_the_seed_paper(seed: Report) -> None:
    found = document(seed)
    pairs = [pair for comparison in found["comparisons"] for pair in comparison["pairs"]]
    assert len(pairs) == sum(found["summary"]["pairs"].values())
    assert len(found["findings"]) == len(seed.findings)


# markdown


def test_markdown_has_a_table_per_comparison(write: Write, report_on: ReportOn) -> None:
    shown = FORMATS["markdown"](report_on(write({}, UNFAIR), select="PA301"), Look())
    assert shown.startswith("# Audit\n\n1 file, 1 pair: ")
    assert "## A title" in shown
    assert "| `other` " in shown
    assert "| PA301 " in shown


def test_markdown_of_a_claim_cannot_break_the_page(write: Write, report_on: ReportOn) -> None:
    odd = "a | b <script> *c* [d](e) `f`"
    shown = FORMATS["markdown"](report_on(write().replace("A title", odd)), Look())
    assert "<script>" not in shown.replace("\\<script\\>", "")
    assert escape(odd) in shown


def test_rows_of_markdown_tables_have_one_number_of_cells(seed: Report) -> None:
    tables: list[set[int]] = [set()]
    for line in FORMATS["markdown"](seed, Look()).splitlines():
        if line.startswith("|"):
            tables[-1].add(len(re.findall(r"(?<!\\)\|", line)))
        elif tables[-1]:
            tables.append(set())
    assert all(len(cells) <= 1 for cells in tables)
