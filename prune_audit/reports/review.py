"""A short neutral text for a reviewer: what can be said, and open questions to the authors."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from prune_audit.audit import Report
from prune_audit.findings import Finding, Severity, Tier
from prune_audit.judged import JudgedComparison
from prune_audit.outcome import Outcome
from prune_audit.reports import words
from prune_audit.reports.lines import one_line, wrapped
from prune_audit.reports.look import Look
from prune_audit.reports.questions import questions
from prune_audit.reports.rows import RowNames
from prune_audit.taxonomy import label
from prune_audit.verdict import Fairness, Pair

SAID = {
    Outcome.NOT_ATTRIBUTABLE: "not attributable to pruning alone",
    Outcome.CONTRADICTED: "not what the printed numbers show",
    Outcome.DECISION_ERROR: "not significant as printed",
}
"""Outcomes in the words of a review."""
TRANSCRIBER = "For the transcriber of the claim file, not for the authors (not looked up yet):"


def render(report: Report, look: Look) -> str:
    """Return a review text per paper, then the files that could not be read."""
    blocks = []
    for file, group in groupby(report.comparisons, key=lambda judged: judged.claim.file):
        found = [finding for finding in report.findings if finding.place.file == file]
        paragraphs = _paper(list(group), found, report.settings.require)
        blocks.append("\n".join(line for text in paragraphs for line in _lines(text, look)))
    unread = [line for text in words.unread(report) for line in _lines(text, look)]
    blocks += ["\n".join(unread)] if unread else []
    return "\n\n\n".join(blocks) + "\n" if blocks else "No comparison to review.\n"


def _lines(text: str, look: Look) -> list[str]:
    """Wrap a paragraph; items of a list hang below their own text."""
    return wrapped(one_line(text), look, 0, 2 if text.startswith("- ") else 0) or [""]


def _paper(
    comparisons: list[JudgedComparison], findings: list[Finding], require: str
) -> Iterator[str]:
    names = RowNames(comparisons[0].claim)
    yield f'On the comparisons in "{comparisons[0].claim.paper.title.value}"'
    yield ""
    yield _counts(comparisons, require)
    yield from _section("What becomes of the statements:", _statements(comparisons, names))
    tests = (line for one in comparisons if _stated(one) for line in words.tests(one))
    yield from _section("How significance was judged:", tests)
    yield from _section("What differs:", _differences(comparisons, names))
    yield from _section("Compared across kinds of pruning:", _kinds(comparisons, names))
    yield from _section("Printed numbers that call for a second look:", _numbers(findings, names))
    pairs = [pair.pair for one in comparisons for pair in one.pairs]
    asked = questions(pairs, names)
    yield from _section("Questions to the authors:", asked.authors)
    yield from _section(TRANSCRIBER, asked.transcriber)


def _section(title: str, items: Iterator[str] | list[str]) -> Iterator[str]:
    unique = list(dict.fromkeys(items))
    if unique:
        yield ""
        yield title
        yield from (f"- {item}" for item in unique)


def _counts(comparisons: list[JudgedComparison], require: str) -> str:
    counts = words.fairness_counts(comparisons)
    return (
        f"Of {words.plural(sum(counts.values()), 'compared pair')}, {counts[Fairness.FAIR]} share "
        f"what a fair comparison needs (setup {require} of arXiv 2301.05219; against training from "
        f"scratch, its budget), {counts[Fairness.UNFAIR]} do not, and "
        f"{counts[Fairness.UNDETERMINED]} cannot be placed from what is stated."
    )


def _stated(comparison: JudgedComparison) -> list[Outcome]:
    judged = [*(pair.judged for pair in comparison.pairs), *comparison.lossless]
    return [found.outcome for found in judged if found.outcome is not Outcome.NONE]


def _statements(comparisons: list[JudgedComparison], names: RowNames) -> Iterator[str]:
    for comparison in comparisons:
        counts = Counter(_stated(comparison))
        found = [(counts[word], SAID.get(word, str(word))) for word in Outcome if counts[word]]
        listed = ", ".join(f"{count} {said}" for count, said in found)
        if found:
            said = found[0][1] if counts.total() == 1 else listed
            yield f'"{words.statement(comparison)}", {_title(comparison, names)}: {said}'


def _title(comparison: JudgedComparison, names: RowNames) -> str:
    row, name = names.whole(comparison.ours[0]), comparison.comparison.name.value
    return f"{name}: {row}" if name else row


def _differences(comparisons: list[JudgedComparison], names: RowNames) -> Iterator[str]:
    """Name every difference once, with the pairs that it separates."""
    pairs: dict[str, list[Pair]] = {}
    for pair in (pair.pair for comparison in comparisons for pair in comparison.pairs):
        if pair.verdict.fairness is Fairness.UNFAIR:
            pairs.setdefault(words.reason(pair.verdict), []).append(pair)
    for reason, same in pairs.items():
        yield f"{reason}: {'; '.join(_names(same, names))}"


def _kinds(comparisons: list[JudgedComparison], names: RowNames) -> Iterator[str]:
    """Name the two kinds once, with the pairs that are compared across them."""
    pairs: dict[str, list[Pair]] = {}
    for pair in (pair.pair for comparison in comparisons for pair in comparison.pairs):
        if kinds := label(pair.verdict.cells):
            pairs.setdefault(kinds, []).append(pair)
    for kinds, same in pairs.items():
        yield f"{kinds}: {'; '.join(_names(same, names))}"


def _names(pairs: list[Pair], names: RowNames) -> Iterator[str]:
    """Name pairs of rows; those of two sweeps once, with the labels."""
    labels: dict[tuple[str, str], list[str]] = {}
    for pair in pairs:
        label = pair.ours.label
        swept = label == pair.other.label
        called = names.whole if swept else names.one
        key = (called(pair.ours), called(pair.other))
        labels.setdefault(key, []).extend([label] if swept and label else [])
    for (ours, other), at in labels.items():
        where = f" at {', '.join(dict.fromkeys(at))}" if at else ""
        yield f"{ours} and {other}{where}"


def _numbers(findings: list[Finding], names: RowNames) -> Iterator[str]:
    for finding in findings:
        conclusive = finding.tier is Tier.CONCLUSIVE and finding.severity is not Severity.NOTE
        if conclusive and finding.code.startswith("PA1"):
            name = names.at(finding.place)
            yield f"{name}: {finding.message}" if name else finding.message
