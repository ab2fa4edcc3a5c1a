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
from prune_audit.rules import RULES
from prune_audit.settings import Settings

Write = Callable[..., str]
ReportOn = Callable[..., Report]
UNFAIR = {"retraining.epochs": "60", "retraining.lr": "0:1e-2,30:1e-3"}


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


def test_rows_of_a_sweep_share_the_line_that_says_what_decides(
    sweeps: str, report_on: ReportOn
) -> None:
    shown = text(report_on(sweeps, select="PA0"))
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


def test_only_the_first_notes_of_a_rule_are_shown_unless_asked_for(
    sweeps: str, report_on: ReportOn
) -> None:
    bare = sweeps.replace("at: [10, 30, 50]", "at: [10, 30, 50, 70]")
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


@pytest.mark.parametrize("form", ["review", "markdown"])
def test_a_file_that_was_not_read_is_named_with_what_to_do(
    write: Write, report_on: ReportOn, form: str
) -> None:
    report = report_on(write(), "schema: 1\n", "x\n")
    shown = FORMATS[form](report, Look(width=200))
    assert "b.yaml has 2 errors and was not read; run prune-audit check b.yaml\n" in shown
    assert "c.yaml has 1 error and was not read; run prune-audit check c.yaml\n" in shown
    assert "a.yaml has" not in shown


def test_markdown_keeps_the_fix_of_a_finding(write: Write, report_on: ReportOn) -> None:
    report = report_on(write({}, UNFAIR), select="PA301")
    rows = FORMATS["markdown"](report, Look()).splitlines()[-3:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert cells[0][-2:] == ["finding", "fix"]
    assert cells[2][-1] == report.findings[0].fix != ""


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


# determinism


def test_the_order_of_the_files_does_not_change_the_findings(claims: Path) -> None:
    paths = sorted(claims.glob("*.yaml"))[:12]
    orders = (paths, paths[::-1], paths[5:] + paths[:5])
    found = [
        audit(gather(load_file(path, path.name) for path in order), RULES, Settings()).findings
        for order in orders
    ]
    assert found[0] == found[1] == found[2]
