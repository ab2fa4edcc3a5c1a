"""The report as markdown, for a page or a pull request."""

from collections.abc import Iterator
from itertools import groupby

from tabulate import tabulate

from prune_audit.audit import Report
from prune_audit.judged import JudgedComparison
from prune_audit.reports import words
from prune_audit.reports.look import Look


def render(report: Report, look: Look) -> str:
    """Return verdicts and findings as markdown tables."""
    return "\n".join(_lines(report)).rstrip() + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield "# Audit"
    yield ""
    yield words.summary(report)
    for _, group in groupby(report.comparisons, key=lambda judged: judged.claim.file):
        yield from _paper(list(group))
    yield ""
    yield "## Findings"
    yield ""
    rows = [
        [f"`{finding.place}`", finding.code, str(finding.severity), escape(finding.message)]
        for finding in report.findings
    ]
    yield tabulate(rows, ["place", "rule", "severity", "finding"], "github") if rows else "None."


def _paper(comparisons: list[JudgedComparison]) -> Iterator[str]:
    paper = comparisons[0].claim.paper
    yield ""
    yield f"## {escape(paper.title.value or '?')}"
    yield ""
    yield f"{escape(str(paper.venue))} {paper.year}, `{comparisons[0].claim.file}`"
    for comparison in comparisons:
        yield ""
        yield f"### {escape(words.title(comparison))}"
        yield ""
        yield f"Statement: {words.statement(comparison)}"
        for result, own in zip(comparison.ours, comparison.lossless, strict=False):
            yield f"\n`{result.name}` against its own base: {own.outcome}"
        if comparison.pairs:
            yield ""
            yield _table(comparison)


def _table(comparison: JudgedComparison) -> str:
    rows = [
        [
            f"`{pair.pair.other.name}`",
            words.setup_range(pair.pair.verdict),
            str(pair.pair.verdict.fairness),
            words.outcome_word(pair),
            words.margin(pair),
            escape(words.reason(pair.pair.verdict)),
        ]
        for pair in comparison.pairs
    ]
    heads = ["against", "setup", "verdict", "statement", "margin", "decided by"]
    return tabulate(rows, heads, "github", disable_numparse=True)


def escape(text: str) -> str:
    """Escape what markdown or HTML would read as markup."""
    for character in "\\`*_{}[]<>|#":
        text = text.replace(character, "\\" + character)
    return text.replace("\n", " ")
