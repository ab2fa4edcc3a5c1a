"""What a check can learn from the environment of a CI system, and the summary of a step."""

from collections.abc import Mapping
from pathlib import Path

from prune_audit.audit import Report
from prune_audit.options import Format
from prune_audit.reports.comment import body

STEP_SUMMARY = 1024 * 1024
"""Bytes that GitHub takes as the summary of one step; a longer one is not shown at all."""


def is_github(environ: Mapping[str, str]) -> bool:
    """Whether this is GitHub Actions, or a system that speaks its commands."""
    return environ.get("GITHUB_ACTIONS") == "true"


def is_gitlab(environ: Mapping[str, str]) -> bool:
    """Whether this is GitLab CI."""
    return environ.get("GITLAB_CI") == "true"


def resolved(form: Format, environ: Mapping[str, str]) -> Format:
    """Return the format that ``auto`` stands for here; any other stands for itself."""
    if form is not Format.AUTO:
        return form
    if is_github(environ):
        return Format.GITHUB
    return Format.GITLAB if is_gitlab(environ) else Format.TEXT


def root(environ: Mapping[str, str]) -> Path | None:
    """Return the folder of the checked out repository, which annotations take paths from."""
    if is_github(environ):
        named = environ.get("GITHUB_WORKSPACE")
    else:
        named = environ.get("CI_PROJECT_DIR") if is_gitlab(environ) else None
    return Path(named) if named else None


def write_step_summary(report: Report, environ: Mapping[str, str]) -> str:
    """Append the report to the summary of the step, if GitHub Actions names a file for one.

    Return a warning where it could not be written, else an empty text: a summary is an extra, and
    its failure does not fail a check.
    """
    named = environ.get("GITHUB_STEP_SUMMARY")
    if not (is_github(environ) and named):
        return ""
    try:
        with Path(named).open("ab") as stream:
            room = STEP_SUMMARY - stream.tell()
            text = body(report, room - 1)
            if len(text.encode()) >= room or not text:
                return f"no room is left in the step summary {named}"
            stream.write(f"{text}\n".encode())
    except OSError as error:
        return f"cannot write the step summary {named}: {error.strerror or error}"
    return ""
