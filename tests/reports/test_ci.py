"""The format that fits the environment, the root of the repository, and the step summary."""

from pathlib import Path

import pytest

from prune_audit.audit import Report
from prune_audit.ci import STEP_SUMMARY, resolved, root, write_step_summary
from prune_audit.options import Format
from prune_audit.reports import FORMATS, Look


@pytest.mark.parametrize(
    ("environ", "form"),
    [
        ({"GITHUB_ACTIONS": "true"}, Format.GITHUB),
        ({"GITLAB_CI": "true"}, Format.GITLAB),
        ({"GITHUB_ACTIONS": "false"}, Format.TEXT),
        ({"CI": "true"}, Format.TEXT),
        ({}, Format.TEXT),
    ],
)
def test_auto_is_what_the_environment_can_show(environ: dict[str, str], form: Format) -> None:
    assert resolved(Format.AUTO, environ) is form


def test_a_named_format_stays() -> None:
    assert resolved(Format.SARIF, {"GITHUB_ACTIONS": "true"}) is Format.SARIF


def test_every_format_but_auto_can_be_rendered() -> None:
    assert {str(form) for form in Format} - {"auto"} == set(FORMATS)


def test_the_root_is_that_of_the_repository() -> None:
    assert root({"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": "/w"}) == Path("/w")
    assert root({"GITLAB_CI": "true", "CI_PROJECT_DIR": "/p"}) == Path("/p")
    assert root({"GITHUB_WORKSPACE": "/w"}) is None


def summary_at(path: Path) -> dict[str, str]:
    return {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(path)}


def test_the_summary_is_appended(small: Report, tmp_path: Path) -> None:
    path = tmp_path / "summary"
    path.write_text("before\n")
    assert write_step_summary(small, summary_at(path)) == ""
    body = FORMATS["comment"](small, Look()).partition("\n")[2]
    assert path.read_text(encoding="utf-8") == f"before\n{body}\n"


def test_no_summary_is_written_elsewhere(small: Report, tmp_path: Path) -> None:
    path = tmp_path / "summary"
    assert write_step_summary(small, {"GITHUB_STEP_SUMMARY": str(path)}) == ""
    assert write_step_summary(small, {"GITHUB_ACTIONS": "true"}) == ""
    assert not path.exists()


def test_what_cannot_be_written_is_a_warning(small: Report, tmp_path: Path) -> None:
    warning = write_step_summary(small, summary_at(tmp_path))
    assert warning == f"cannot write the step summary {tmp_path}: Is a directory"


@pytest.mark.parametrize("used", [0, STEP_SUMMARY - 5000, STEP_SUMMARY - 10, STEP_SUMMARY + 10])
def test_the_summary_never_grows_beyond_what_github_takes(
    many: Report, tmp_path: Path, used: int
) -> None:
    path = tmp_path / "summary"
    path.write_bytes(b"x" * used)
    warning = write_step_summary(many, summary_at(path))
    size = path.stat().st_size
    if used < STEP_SUMMARY - 1000:
        assert used < size <= STEP_SUMMARY
        assert warning == ""
    else:
        assert size == used
        assert warning == f"no room is left in the step summary {path}"
