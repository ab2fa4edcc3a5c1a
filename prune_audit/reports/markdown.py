"""The report as markdown, for a page or a pull request."""

import re
from collections.abc import Iterator
from itertools import groupby

from prune_audit import remembered
from prune_audit.audit import Report
from prune_audit.judged import JudgedComparison
from prune_audit.reports import entrants, evidence, words
from prune_audit.reports.lines import one_line
from prune_audit.reports.look import Look


def render(report: Report, look: Look) -> str:
    """Return verdicts as a table per comparison, then all findings, the gravest first."""
    return "\n".join(_lines(report)).rstrip() + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield "# Audit"
    yield ""
    yield words.summary(report)
    for line in words.unread(report):
        yield ""
        yield escape(line)
    for _, group in groupby(report.comparisons, key=lambda judged: judged.claim.file):
        yield from _paper(list(group))
    for file, kept in report.reruns.items():
        yield ""
        yield f"## Reruns of {code(file)}"
        yield ""
        yield from (f"- {escape(line)}" for line in remembered.lines(kept))
    if entered := entrants.markdown_rows(report):
        yield ""
        yield "## Submissions"
        yield ""
        yield _grid(
            [[*map(escape, row)] for row in entered],
            ["submission", "track", "findings", "against the baseline"],
        )
    for one in report.submitted.evidence:
        yield ""
        yield f"## Evidence of {code(one.submission.id.text)}"
        yield ""
        checks = [[escape(cell) for cell in evidence.cells(check)] for check in one.checks]
        yield _grid(checks, [*evidence.HEADS])
    yield ""
    yield "## Findings"
    yield ""
    rows = [
        [
            code(str(finding.place)),
            finding.code,
            str(finding.severity),
            escape(finding.message),
            escape(finding.fix),
        ]
        for finding in sorted(report.findings, key=lambda finding: finding.severity.rank)
    ]
    heads = ["place", "rule", "severity", "finding", "fix"]
    yield _grid(rows, heads) if rows else "None."


def _paper(comparisons: list[JudgedComparison]) -> Iterator[str]:
    claim = comparisons[0].claim
    yield ""
    yield f"## {escape(claim.paper.title.value or '?')}"
    yield ""
    yield f"{escape(str(claim.paper.venue))} {claim.paper.year}, {code(claim.file)}"
    for comparison in comparisons:
        yield ""
        yield f"### {escape(words.title(comparison))}"
        yield ""
        yield f"Statement: {words.statement(comparison)}"
        for result, own in zip(comparison.ours, comparison.lossless, strict=False):
            yield ""
            yield f"{code(result.name)} against its own base: {own.outcome}"
        if comparison.pairs:
            yield ""
            yield _table(comparison)
        marks = [mark for pair in comparison.pairs for mark in pair.pair.verdict.marks]
        for note in dict.fromkeys([*marks, *words.tests(comparison)]):
            yield ""
            yield escape(note)


def _table(comparison: JudgedComparison) -> str:
    rows = [
        [
            code(words.row_name(pair, comparison)),
            words.setup_range(pair.pair.verdict),
            str(pair.pair.verdict.fairness),
            words.outcome_word(pair),
            words.margin(pair),
            escape("; ".join((words.reason(pair.pair.verdict), *words.remarks(pair.pair.verdict)))),
        ]
        for pair in comparison.pairs
    ]
    heads = ["against", "setup", "verdict", "statement", "margin", "decided by"]
    return _grid(rows, heads)


def _grid(rows: list[list[str]], heads: list[str]) -> str:
    from tabulate import tabulate  # takes 15 ms to import, which the other formats need not pay

    return tabulate(rows, heads, "github", disable_numparse=True)


def escape(text: str) -> str:
    """Escape what markdown or HTML would read as markup."""
    return re.sub(r"([\\`*_{}\[\]<>|#~&])", r"\\\1", one_line(text))


def code(text: str) -> str:
    """Return a name as code; a bar would end the cell of a table."""
    return f"`{one_line(text).replace('`', ' ').replace('|', ' ')}`"
