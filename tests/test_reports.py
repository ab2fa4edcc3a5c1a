"""What the formats print: text, concise, json, markdown, review."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from prune_audit.audit import Report, audit
from prune_audit.corpus import gather
from prune_audit.load import load_file
from prune_audit.reports import FORMATS, Look
from prune_audit.reports.markdown import escape
from prune_audit.rules import RULES
from prune_audit.settings import Settings

Write = Callable[..., str]
ReportOn = Callable[..., Report]
UNFAIR = {"retraining.epochs": "60", "retraining.lr": "0:1e-2,30:1e-3"}
SWEEP = """\
schema: 1
paper: {title: Sweeps, venue: arXiv, year: 2023}
defaults:
  base: unreported
  network: resnet50
  dataset: imagenet
  pruning: {granularity: filter, schedule: one-shot, epochs: 0}
  source: Table 1
results:
  ours:
    method: A
    retraining: {epochs: 90, lr: 1e-2}
    sweep: {at: [10, 30, 50], top1: [75.1, 74.1, 73.1], speedup: [1.1x, 1.5x, 2.0x]}
  theirs:
    method: B
    retraining: {epochs: 60, lr: 1e-2}
    sweep: {at: [10, 30, 50], top1: [75.0, 74.0, 73.0], speedup: [1.1x, 1.5x, 2.0x]}
comparisons:
  - {ours: ours, against: [theirs], statement: better, source: Table 1}
"""


@pytest.fixture(scope="module")
def seed(claims: Path) -> Report:
    corpus = gather([load_file(claims / "wang2023.yaml", "claims/wang2023.yaml")])
    return audit(corpus, RULES, Settings())


def text(report: Report, **look: Any) -> str:
    return FORMATS["text"](report, Look(**look))


# text


def test_text_leads_with_the_paper_and_what_was_found(write: Write, report_on: ReportOn) -> None:
    lines = text(report_on(write({}, UNFAIR), select="PA3")).splitlines()
    assert lines[0] == "A title"
    assert lines[1] == "A venue 2023  a.yaml"
    assert lines[2].startswith("1 pair: 0 fair, 1 unfair, 0 undetermined; 1 error")
    assert lines[-1].startswith("1 file, 1 pair: 0 fair, 1 unfair, 0 undetermined; 1 error")


def test_text_shows_setup_margin_row_and_what_decides(write: Write, report_on: ReportOn) -> None:
    shown = text(report_on(write({"top1": "75.24"}, UNFAIR), select="PA0"))
    assert 'ours states "better"' in shown
    assert "   unfair       S2  +0.24 (p 0.38)  other\n" in shown
    assert "                not attributable; retraining epochs: 90 / 60\n" in shown


def test_text_says_what_the_p_values_assume(write: Write, report_on: ReportOn) -> None:
    rows = [{"top1": top1, "runs": ">=3", "spread_is": "std"} for top1 in ("75.1+-0.1", "75+-0.1")]
    shown = text(report_on(write(*rows), select="PA0"))
    assert "p by Welch's test (n = 3 assumed; +- taken as a sample standard deviation)" in shown


def test_a_test_that_all_comparisons_of_a_file_share_is_named_once(seed: Report) -> None:
    floor = "p by the binomial floor"
    assert text(seed).count(floor) > 1
    one_kind = [c for c in seed.comparisons if (c.comparison.name.value or "")[:7] == "Table 1"]
    part = replace(seed, comparisons=tuple(one_kind))
    assert text(part).count(floor) == 1


def test_text_names_the_missing_fact(write: Write, report_on: ReportOn) -> None:
    one = text(report_on(write({}, {"base": "unreported"}), select="PA0"))
    assert "base model would decide: " in one
    many = text(report_on(write({}, {"base": "unreported", "retraining": "unreported"})))
    expected = "missing: retraining epochs (90 / unreported), retraining LR schedule, base model"
    assert expected in many


def test_text_names_what_stops_a_fair_pair(write: Write, report_on: ReportOn) -> None:
    shown = text(report_on(write({}, {"pruning.epochs": ">0"}), select="PA0"))
    assert "stops at pruning-stage epochs: 0 / >0" in shown
    higher = text(report_on(write({}, {"pruning.epochs": "unreported"}), select="PA0"))
    assert "open above that: pruning-stage epochs: 0 / unreported" in higher
    top = text(report_on(write(), select="PA0"))
    assert "the same in every fact" in top


def test_text_says_where_the_rate_is_passed_by_dominance(write: Write, report_on: ReportOn) -> None:
    shown = text(report_on(write({"speedup": "3.00x"}), select="PA0"))
    assert "rate by dominance: ours is faster and at least as accurate" in shown


def test_rows_of_a_sweep_share_the_line_that_says_what_decides(report_on: ReportOn) -> None:
    shown = text(report_on(SWEEP, select="PA0"))
    assert shown.count("retraining epochs: 90 / 60") == 1
    assert [line.split()[-1] for line in shown.splitlines() if line.startswith("   unfair")] == [
        "theirs@10", "theirs@30", "theirs@50",
    ]  # fmt: skip


def test_findings_come_with_the_lines_they_rest_on(write: Write, report_on: ReportOn) -> None:
    shown = text(report_on(write({}, UNFAIR), select="PA301"))
    lines = shown.splitlines()
    start = lines.index("error PA301 unfair-statement")
    assert lines[start + 1].strip().startswith("a.yaml:")
    source = [line for line in lines[start:] if '"statement": "better"' in line]
    assert len(source) == 1
    marked = lines[lines.index(source[0]) + 1]
    assert marked.index("^") == source[0].index('"better"')
    assert "fix: " in shown


def test_the_gravest_findings_come_first(seed: Report) -> None:
    heads = [
        line.split()[0]
        for line in text(seed).splitlines()
        if line[:5] in ("error", "warni", "note ")
    ]
    assert heads == sorted(heads, key=["error", "warning", "note"].index)


def test_only_the_first_notes_of_a_rule_are_shown_unless_asked_for(report_on: ReportOn) -> None:
    bare = SWEEP.replace("at: [10, 30, 50]", "at: [10, 30, 50, 70]")
    bare = bare.replace("2.0x]", "2.0x, 3.0x]").replace("73.1]", "73.1, 72.1]")
    bare = bare.replace("73.0]", "73.0, 72.0]").replace("epochs: 60", "epochs: 90")
    report = report_on(bare, select="PA203")
    assert len(report.findings) == 4
    assert "1 more, shown with --verbose" in text(report)
    assert "--verbose" not in text(report, verbose=True)


def test_findings_of_a_file_stand_below_its_verdicts(write: Write, report_on: ReportOn) -> None:
    shown = text(report_on(write({}, UNFAIR), write({}, UNFAIR), select="PA301"))
    places = [shown.index(part) for part in ("  a.yaml\n", "  a.yaml:", "  b.yaml\n", "  b.yaml:")]
    assert places == sorted(places)


def test_an_unreadable_file_does_not_hide_the_others(write: Write, report_on: ReportOn) -> None:
    shown = text(report_on(write(), "schema: 1\n"))
    assert "A title" in shown
    assert "the claim file lacks the key 'paper'" in shown


@pytest.mark.parametrize("width", [80, 100, 200])
def test_text_keeps_to_the_width(seed: Report, width: int) -> None:
    assert max(map(len, text(seed, width=width).splitlines()[:-1])) <= width


@pytest.mark.parametrize("name", FORMATS)
def test_plain_output_holds_no_escape_codes_and_no_trailing_space(seed: Report, name: str) -> None:
    shown = FORMATS[name](seed, Look())
    assert "\x1b" not in shown
    assert not [line for line in shown.splitlines() if line != line.rstrip()]


def test_colour_changes_nothing_but_the_escape_codes(seed: Report) -> None:
    coloured = text(seed, colour=True, width=80)
    assert "\x1b[31munfair\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text(seed, width=80)


def test_control_characters_of_a_claim_do_not_reach_the_terminal(
    write: Write, report_on: ReportOn
) -> None:
    odd = "A \\u001b[31mred\\u0007 title\\nof two lines"
    report = report_on(write({}, UNFAIR).replace("A title", odd).replace("some method", odd))
    for render in FORMATS.values():
        assert "\x1b" not in render(report, Look())
        assert "\x07" not in render(report, Look())


def test_no_comparison_and_no_finding_is_a_summary_alone(write: Write, report_on: ReportOn) -> None:
    bare = json.loads(write())
    del bare["comparisons"]
    report = report_on(json.dumps(bare), select="PA3")
    assert text(report) == ("1 file, no pairs; 0 errors, 0 warnings, 0 notes\n")
    assert FORMATS["concise"](report, Look()) == ""
    assert FORMATS["review"](report, Look()) == "No comparison to review.\n"


def test_lossless_is_shown_with_its_test(write: Write, report_on: ReportOn) -> None:
    text_ = write({"top1": "75.00"}, comparison={"statement": "lossless"})
    report = report_on(text_.replace('"against": [\n    "other"\n   ],', ""), select="PA0")
    assert "contradicted by its own numbers  -1.13 (p < 1e-4)  ours against its own base" in text(
        report
    )


# concise


def test_concise_is_one_line_per_finding(seed: Report) -> None:
    lines = FORMATS["concise"](seed, Look()).splitlines()
    assert len(lines) == len(seed.findings)
    for line, finding in zip(lines, seed.findings, strict=True):
        assert line.startswith(f"{finding.place}: {finding.code} ")


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
        "missing", "recipe_differences", "scratch", "dominance", "marks", "outcome", "test",
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


# review


def test_a_review_counts_then_names_differences_then_asks(seed: Report) -> None:
    shown = FORMATS["review"](seed, Look())
    heads = [
        'On the comparisons in "Why is the State', "Of 1", "compared pairs, ",
        "What becomes of the statements:", "How significance was judged:", "What differs:",
        "Questions to the authors:",
    ]  # fmt: skip
    places = [shown.index(head) for head in heads]
    assert places == sorted(places)


def test_a_review_asks_once_per_fact_and_names_the_rows(write: Write, report_on: ReportOn) -> None:
    row = {"base": "unreported", "retraining": "unreported"}
    shown = FORMATS["review"](report_on(write({}, row)), Look(width=200))
    asked = shown.partition("Questions to the authors:\n")[2].splitlines()
    assert asked == [
        "- Which base model was pruned? Its weights, by source and version. some method (other)",
        "- For how many epochs was it retrained? some method (other)",
        "- Under which learning-rate schedule was it retrained? some method (other)",
    ]


def test_a_review_does_not_ask_authors_what_nobody_has_looked_up(
    write: Write, report_on: ReportOn
) -> None:
    shown = FORMATS["review"](report_on(write({}, {"base": "unverified"})), Look(width=200))
    assert "Questions to the authors:" not in shown
    assert "Not looked up yet, so nothing is said about it:\n- Which base model" in shown


def test_a_review_quotes_what_is_partly_stated(write: Write, report_on: ReportOn) -> None:
    rows = [{"retraining.lr": "step 1e-2 at 30/60"}] * 2
    shown = FORMATS["review"](report_on(write(*rows)), Look(width=200))
    assert "some method (ours; stated: step 1e-2 at 30/60)" in shown


def test_a_review_names_sweeps_once(report_on: ReportOn) -> None:
    shown = FORMATS["review"](report_on(SWEEP), Look(width=200))
    assert "- retraining epochs: 90 / 60: ours and theirs at 10, 30, 50\n" in shown


@pytest.mark.parametrize(
    ("statement", "ours", "other"),
    [
        ("better", {}, UNFAIR),
        ("better", {"top1": "70.00"}, {}),
        ("significantly better", {"top1": "75.01"}, {}),
        ("better", {}, {"base": "unreported"}),
        ("better", {"macs": "9.99G", "speedup": "1.00x"}, {}),
    ],
)
def test_a_review_blames_nobody(
    write: Write, report_on: ReportOn, statement: str, ours: Any, other: Any
) -> None:
    report = report_on(write(ours, other, comparison={"statement": statement}))
    shown = FORMATS["review"](report, Look()).lower()
    words = ("error", "wrong", "fail", "mislead", "cheat", "mistake", "hide", "contradict", "false")
    assert [word for word in words if word in shown] == []


# determinism


def test_the_order_of_the_files_does_not_change_the_findings(claims: Path) -> None:
    paths = sorted(claims.glob("*.yaml"))[:12]
    orders = (paths, paths[::-1], paths[5:] + paths[:5])
    found = [
        audit(gather(load_file(path, path.name) for path in order), RULES, Settings()).findings
        for order in orders
    ]
    assert found[0] == found[1] == found[2]
