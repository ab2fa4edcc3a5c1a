"""A short neutral text for a reviewer: what can be said, and open questions to the authors."""

from collections.abc import Iterator
from itertools import groupby

from prune_audit.audit import Report
from prune_audit.findings import Finding, Severity, Tier
from prune_audit.judged import JudgedComparison
from prune_audit.places import Entry
from prune_audit.reports import words
from prune_audit.reports.look import Look
from prune_audit.verdict import Fairness


def render(report: Report, look: Look) -> str:
    """Return a review text per paper."""
    blocks = []
    for file, group in groupby(report.comparisons, key=lambda judged: judged.claim.file):
        found = [finding for finding in report.findings if finding.place.file == file]
        blocks.append("\n".join(_paper(list(group), found, report.settings.require)))
    return "\n\n".join(blocks) + "\n"


def _paper(
    comparisons: list[JudgedComparison], findings: list[Finding], require: str
) -> Iterator[str]:
    yield f'On the comparisons in "{comparisons[0].claim.paper.title.value}"'
    yield ""
    counts = words.fairness_counts(comparisons)
    yield (
        f"Of {words.plural(sum(counts.values()), 'compared pair')}, {counts[Fairness.FAIR]} share what "
        f"setup {require} of arXiv 2301.05219 asks for, {counts[Fairness.UNFAIR]} do not, and "
        f"{counts[Fairness.UNDETERMINED]} cannot be placed from what is stated."
    )
    differences = list(dict.fromkeys(_differences(comparisons)))
    if differences:
        yield "\nWhat differs:"
        yield from (f"- {line}" for line in differences)
    numbers = [
        f
        for f in findings
        if f.tier is Tier.CONCLUSIVE
        and f.code.startswith("PA1")
        and f.severity is not Severity.NOTE
    ]
    if numbers:
        yield "\nPrinted numbers that do not agree with each other:"
        yield from (f"- {finding.message}" for finding in numbers)
    questions = list(dict.fromkeys(_questions(comparisons)))
    if questions:
        yield "\nQuestions to the authors:"
        yield from (f"{number}. {line}" for number, line in enumerate(questions, 1))


def _differences(comparisons: list[JudgedComparison]) -> Iterator[str]:
    for comparison in comparisons:
        for pair in comparison.pairs:
            verdict = pair.pair.verdict
            if verdict.fairness is Fairness.UNFAIR:
                yield f"{pair.pair.ours.name} and {pair.pair.other.name}: {words.reason(verdict)}"


def _questions(comparisons: list[JudgedComparison]) -> Iterator[str]:
    """Ask once for every unreported fact that would decide a pair."""
    for comparison in comparisons:
        for pair in comparison.pairs:
            for fact in pair.pair.verdict.missing:
                rows = ((pair.pair.ours, fact.left), (pair.pair.other, fact.right))
                for row, side in rows:
                    if not side.known:
                        yield f"What is the {fact.name} of {row.method.value} ({row.name})?{_note(side)}"


def _note(side: Entry[object]) -> str:
    return "" if side.unreported else " (not looked up by the transcriber)"
