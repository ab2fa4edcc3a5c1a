"""Comments that come from the job of a stranger."""

from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from prune_audit.audit import Report
from prune_audit.reports import FORMATS, Look
from prune_audit.reports.comment import LIMIT, MARK
from prune_audit.reports.inert import code, plain
from prune_audit.reports.vetted import faults
from prune_audit.vet_cli import vet_comment

render = FORMATS["comment"]


@pytest.mark.parametrize("name", ["small", "waived", "empty", "hostile", "many", "seed"])
def test_what_the_tool_writes_is_let_through(name: str, request: pytest.FixtureRequest) -> None:
    report: Report = request.getfixturevalue(name)
    assert faults(render(report, Look())) == []


NASTY = st.text(st.sampled_from("@#!%~&:/.-_\\`$<>[](){}|wgh1é \n\x00\u202e")) | st.text()


@given(NASTY, NASTY)
def test_text_of_any_kind_is_let_through_as_the_tool_writes_it(text: str, name: str) -> None:
    name = f"x{name}"
    assert faults(f"{MARK}\n- {code(name)} {plain(text)}\n") == []


@pytest.mark.parametrize(
    "line",
    [
        "hello @octocat",
        "\\@octocat",
        "`a`@octocat",
        "\\` @octocat `",
        "` a `` @octocat `",
        "&#64;octocat",
        "see #12",
        "a@evil.org",
        "https://evil.org",
        "www.evil.org",
        "[a](b)",
        "![a](b)",
        "[a]: b",
        "<img src=x>",
        "<!-- x -->",
        "<details><summary>@octocat</summary>",
        "<details><summary><img></summary>",
        ":tada:",
        "$x$",
        "``` js",
        "a\u202eb",
        "a\x1bb",
        "a\rb",
        "\\",
    ],
)
def test_what_acts_is_stopped(line: str) -> None:
    assert faults(f"{MARK}\n\n{line}\n") != []


def test_html_goes_on_until_an_empty_line() -> None:
    block = "<details><summary>a</summary>\n`<img>`\n\n"
    assert faults(f"{MARK}\n\n{block}") == ["line 3: HTML without empty lines around it"]


def test_a_text_without_the_mark_or_too_long_is_stopped() -> None:
    assert faults("hello\n") == [f"it does not begin with {MARK}"]
    assert faults(f"{MARK}\n{'a' * LIMIT}") == [f"it is longer than {LIMIT} bytes"]


app = typer.Typer()
app.command()(vet_comment)


def test_the_command_prints_what_can_be_posted(small: Report, tmp_path: Path) -> None:
    path = tmp_path / "comment.md"
    path.write_text(render(small, Look()), encoding="utf-8")
    done = CliRunner().invoke(app, [str(path)])
    assert (done.exit_code, done.stdout) == (0, render(small, Look()))


@pytest.mark.parametrize(
    ("content", "code_", "message"),
    [
        (b"<!-- prune-audit -->\n@octocat\n", 1, "line 2: markup, a mention or a link"),
        (b"\xff", 1, "it is not UTF-8"),
        (None, 2, "cannot read"),
    ],
)
def test_the_command_stops_the_rest(
    tmp_path: Path, content: bytes | None, code_: int, message: str
) -> None:
    path = tmp_path / "comment.md"
    if content is not None:
        path.write_bytes(content)
    done = CliRunner().invoke(app, [str(path)])
    assert done.exit_code == code_
    assert message in done.stderr
    assert done.stdout == ""
