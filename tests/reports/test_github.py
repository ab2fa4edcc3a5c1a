"""Workflow commands of GitHub Actions."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from prune_audit.audit import Report
from prune_audit.findings import Finding, Severity, Tier
from prune_audit.places import Place
from prune_audit.reports import FORMATS, Look

render = FORMATS["github"]


def test_a_command_per_finding_the_gravest_first_and_the_summary(small: Report) -> None:
    assert render(small, Look()) == (
        "::error file=claims/a b.yaml,line=7,col=3,title=PA104 speedup-mismatch::"
        "2.00x cannot be 4.09G / 2.50G%0Afix: check the MACs\n"
        "::warning file=claims/a b.yaml,line=5,col=1,title=PA402 small-initial-lr::"
        "retraining starts at 1e-3\n"
        "::notice file=claims/b.yaml,line=2,col=1,title=PA010 unused-entry::"
        "no result uses the base model 'b'\n"
        "0 files, no pairs; 1 error, 1 warning, 1 note\n"
    )


def test_no_finding_is_the_summary_alone(empty: Report) -> None:
    assert render(empty, Look()) == "0 files, no pairs; 0 errors, 0 warnings, 0 notes\n"


def test_the_summary_counts_what_is_suppressed(waived: Report) -> None:
    last = render(waived, Look()).splitlines()[-1]
    assert last == "0 files, no pairs; 1 error, 1 warning, 1 note, 1 suppressed"


def unescaped(text: str) -> str:
    for code, letter in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, letter)
    return text


def test_hostile_text_makes_no_second_command(hostile: Report) -> None:
    lines = render(hostile, Look()).split("\n")
    assert len(lines) == 3
    match = re.fullmatch(r"::error ([^:]*)::(.*)", lines[0])
    assert match is not None
    assert [part.partition("=")[0] for part in match[1].split(",")] == [
        "file", "line", "col", "title",
    ]  # fmt: skip
    assert "100% a:b,c;d" in unescaped(match[2])
    assert "\x1b" not in lines[0]
    assert "\r" not in lines[0]


def test_paths_are_those_of_the_repository(
    make: Callable[..., Report],
    an_error: Callable[..., Finding],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    named = [an_error(anchors=(Place(name),)) for name in ("a.yaml", str(tmp_path / "b.yaml"))]
    shown = render(make(*named), Look(root=tmp_path))
    assert "file=sub/a.yaml,line=1" in shown
    assert "file=b.yaml,line=1" in shown


def test_standard_input_has_no_file(
    make: Callable[..., Report], an_error: Callable[..., Finding]
) -> None:
    shown = render(make(an_error(anchors=(Place("<stdin>", 3),))), Look())
    assert shown.startswith("::error title=PA104 speedup-mismatch::")


def test_errors_come_before_warnings_and_proofs_before_hints(
    make: Callable[..., Report], an_error: Callable[..., Finding]
) -> None:
    hint = an_error(tier=Tier.HEURISTIC, anchors=(Place("a.yaml", 1),))
    proof = an_error(anchors=(Place("a.yaml", 2),))
    warning = an_error(severity=Severity.WARNING, anchors=(Place("a.yaml", 1),))
    shown = render(make(hint, proof, warning), Look())
    assert re.findall(r"::(\w+) .*line=(\d)", shown) == [
        ("error", "2"), ("error", "1"), ("warning", "1"),
    ]  # fmt: skip


def test_many_findings_are_said_to_be_more_than_github_shows(many: Report) -> None:
    lines = render(many, Look()).splitlines()
    assert len(lines) == 2002
    assert lines[-2].startswith("GitHub shows 10 annotations of a kind")


def test_lines_of_other_files_that_a_finding_rests_on_are_named(
    make: Callable[..., Report], an_error: Callable[..., Finding], tmp_path: Path
) -> None:
    logs = [Place(str(tmp_path / "logs" / f"seed{n}.csv"), n + 2) for n in range(5)]
    report = make(an_error(anchors=(Place(str(tmp_path / "a.yaml"), 7), *logs)))
    for form in ("github", "gitlab"):
        shown = FORMATS[form](report, Look(root=tmp_path))
        assert "(logs/seed0.csv:2, logs/seed1.csv:3, logs/seed2.csv:4 and 2 more)" in unescaped(
            shown
        )
    concise = FORMATS["concise"](report, Look())
    assert f"({logs[0].file}:2, " in concise


def test_lines_of_the_same_file_are_not_named_again(small: Report) -> None:
    assert "b.yaml:4" not in render(small, Look())
