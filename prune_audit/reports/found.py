"""Findings of one file for people at a terminal, each with the source lines it rests on."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from prune_audit.findings import Finding, Severity, Tier
from prune_audit.places import Place
from prune_audit.reports.lines import clean, cut, one_line, painted, wrapped
from prune_audit.reports.look import Look

SEVERITY_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
SHOWN = 3
LONG = 90
"""Source lines longer than this are shown from shortly before the place on."""


def found(findings: Sequence[Finding], texts: Mapping[str, str], look: Look) -> Iterator[str]:
    """Yield findings by rule, gravest first; of one rule's warnings and notes the first few.

    ``texts`` holds the checked files by name, for the source lines.
    """
    sources = {place.file for finding in findings for place in finding.anchors}
    lines = {file: texts[file].split("\n") for file in sources if file in texts}
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
    yield from wrapped(one_line(finding.message), look, 2)
    for place in dict.fromkeys(finding.anchors):
        if place.file != finding.place.file:
            yield painted(f"  {place}", "dim", look)
        yield from (painted(line, "dim", look) for line in _snippet(place, lines, look))


def _snippet(place: Place, lines: Mapping[str, Sequence[str]], look: Look) -> Iterator[str]:
    """Yield the source line of a place and a mark below its column."""
    source = lines.get(place.file, ())
    if place.line > len(source) or not source[place.line - 1].strip():
        return
    line = source[place.line - 1].rstrip("\r").replace("\t", " ")
    left = max(0, place.column - 30) if len(line) > LONG else 0
    yield cut(f"  {place.line:>5} | {clean(line[left:])}", look)
    yield f"        | {' ' * (place.column - 1 - left)}^"
