"""Findings of one file for people at a terminal, each with the source lines it rests on."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from prune_audit.findings import Finding, Severity, Tier
from prune_audit.reports.lines import clean, cut, one_line, painted, wrapped
from prune_audit.reports.look import Look

SEVERITY_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
SHOWN = 3
"""Findings of one rule in a file, and source lines of one finding, that are shown at first."""
LONG = 90
"""Source lines longer than this are shown from shortly before the place on."""


def found(findings: Sequence[Finding], texts: Mapping[str, str], look: Look) -> Iterator[str]:
    """Yield findings by rule, gravest first; of one rule's warnings and notes the first few.

    ``texts`` holds the checked files by name, for the source lines.
    """
    sources = {place.file for finding in findings for place in finding.anchors}
    lines = {file: texts[file].split("\n") for file in sorted(sources) if file in texts}
    for same in _by_rule(findings):
        every = look.verbose or same[0].severity is Severity.ERROR
        shown = same if every else same[:SHOWN]
        yield _head(same[0], look)
        for fix, group in groupby(shown, key=lambda finding: finding.fix):
            for finding in group:
                yield from _finding(finding, lines, look)
            if fix:
                yield from wrapped(f"fix: {one_line(fix)}", look, 2, 7)
        if len(same) > len(shown):
            yield painted(f"  {len(same) - len(shown)} more, shown with --verbose", "dim", look)
        yield ""


def _by_rule(findings: Sequence[Finding]) -> list[list[Finding]]:
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    return sorted(by_code.values(), key=lambda same: (same[0].severity.rank, same[0].code))


def _head(finding: Finding, look: Look) -> str:
    style = SEVERITY_STYLE[finding.severity]
    hint = " (a hint)" if finding.tier is Tier.HEURISTIC else ""
    return painted(f"{finding.severity} {finding.code} {finding.name}{hint}", style, look)


def _finding(finding: Finding, lines: Mapping[str, Sequence[str]], look: Look) -> Iterator[str]:
    yield painted(f"  {finding.place}", "dim", look)
    yield from wrapped(one_line(finding.message), look, 4)
    by_line: dict[tuple[str, int], list[int]] = {}
    for place in finding.anchors:
        by_line.setdefault((place.file, place.line), []).append(place.column)
    for (file, line), columns in list(by_line.items())[:SHOWN]:
        if file != finding.place.file:
            yield painted(f"    {file}:{line}", "dim", look)
        source = lines.get(file, ())
        if line <= len(source) and source[line - 1].strip():
            shown = _snippet(source[line - 1], line, sorted(set(columns)), look)
            yield from (painted(part, "dim", look) for part in shown)


def _snippet(source: str, number: int, columns: Sequence[int], look: Look) -> Iterator[str]:
    """Yield a source line and marks below its columns."""
    text = clean(source.rstrip("\r").replace("\t", " "))
    left = max(0, columns[0] - 30) if len(text) > LONG else 0
    yield cut(f"    {number:>5} | {text[left:]}", look)
    marks = [" "] * (columns[-1] - left)
    for column in columns:
        marks[column - 1 - left] = "^"
    yield cut(f"          | {''.join(marks)}", look)
