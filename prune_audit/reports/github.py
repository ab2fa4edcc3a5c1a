"""Annotations of a pull request: workflow commands of GitHub Actions, then the summary.

GitHub shows ten errors, ten warnings and ten notices of a step, so the gravest come first.
"""

from collections import Counter
from collections.abc import Iterator

from prune_audit.audit import Report
from prune_audit.findings import Finding, Severity, Tier
from prune_audit.reports import words
from prune_audit.reports.identified import is_file, path
from prune_audit.reports.lines import one_line
from prune_audit.reports.look import Look

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
SHOWN = 10
"""Annotations of one kind that GitHub shows of a step."""


def render(report: Report, look: Look) -> str:
    """Return a command per finding, errors first and proofs before hints, and a last line."""
    ordered = sorted(report.findings, key=_gravity)
    lines = [_command(finding, look) for finding in ordered]
    return "\n".join([*lines, *_hidden(ordered), words.summary(report), ""])


def _gravity(finding: Finding) -> tuple[int, int, tuple[str, int, int, str, str]]:
    return (finding.severity.rank, list(Tier).index(finding.tier), finding.sort_key)


def _hidden(findings: list[Finding]) -> Iterator[str]:
    counts = Counter(finding.severity for finding in findings)
    if max(counts.values(), default=0) > SHOWN:
        yield f"GitHub shows {SHOWN} annotations of a kind; the summary of the step lists more."


def _command(finding: Finding, look: Look) -> str:
    place = finding.place
    where = {"file": path(place.file, look), "line": place.line, "col": place.column}
    title = f"{finding.code} {finding.name}"
    properties = {**(where if is_file(place.file) else {}), "title": title}
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    message = words.elsewhere(finding, lambda file: path(file, look))
    fix = f"\nfix: {one_line(finding.fix)}" if finding.fix else ""
    return f"::{COMMANDS[finding.severity]} {listed}::{_data(one_line(message) + fix)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(one_line(text)).replace(":", "%3A").replace(",", "%2C")
