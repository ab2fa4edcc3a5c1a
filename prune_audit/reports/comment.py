"""A comment on a pull request, in markdown.

The first line is a mark that does not show, by which the comment is found again and replaced. What
claim files say is inert text.
"""

from collections.abc import Iterator, Sequence

from prune_audit.audit import Report
from prune_audit.findings import Finding, Severity, Suppressed
from prune_audit.judged import JudgedComparison
from prune_audit.reports import words
from prune_audit.reports.fitted import Section, fitted, size
from prune_audit.reports.inert import code, plain
from prune_audit.reports.look import Look
from prune_audit.reports.submitted import checks, standings

MARK = "<!-- prune-audit -->"
LIMIT = 65_000
"""Bytes; GitHub takes a comment of 65,536 characters."""
SIGNS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTE: "ℹ️"}


def render(report: Report, look: Look) -> str:
    """Return the mark, what was found, verdicts, and the findings by rule; at most LIMIT bytes."""
    return f"{MARK}\n{body(report, LIMIT - len(MARK) - 1)}"


def body(report: Report, limit: int) -> str:
    """Return the comment without its mark, in at most ``limit`` UTF-8 bytes."""
    # what is waived must not be hidden by many findings, so its room is taken first
    behind, left_behind = fitted(_behind(report), limit)
    text, left_out = fitted(_sections(report), limit - size(behind))
    text, left_out = text + behind, left_out + left_behind
    if left_out:
        entries = words.plural(left_out, "more entry", "more entries")
        text += f"\n{entries} left out for length; run `prune-audit check` to see all.\n"
    return text


def _sections(report: Report) -> Iterator[Section]:
    yield Section(f"### prune-audit: {_verdict(report)}\n\n{words.summary(report)}\n", ())
    unread = tuple(f"- {plain(line)}\n" for line in words.unread(report))
    yield Section("\nNot read:\n\n" if unread else "", unread, share=0.05)
    yield from standings(report.submitted)
    yield _verdicts(report.comparisons)
    for same in _by_rule(report.findings):
        yield _rule(same)


def _behind(report: Report) -> Iterator[Section]:
    """Yield what is waived, and the evidence, which stand behind the findings."""
    yield _suppressed(report.suppressed)
    yield from checks(report.submitted)


def _verdict(report: Report) -> str:
    errors = sum(finding.severity is Severity.ERROR for finding in report.findings)
    if errors:
        return f"{SIGNS[Severity.ERROR]} {words.plural(errors, 'error')}"
    count = len(report.findings)
    return f"no errors, {words.plural(count, 'finding')}" if count else "✅ no findings"


def _verdicts(comparisons: Sequence[JudgedComparison]) -> Section:
    several = len({judged.claim.file for judged in comparisons}) > 1
    rows = tuple(row for judged in comparisons for row in _rows(judged, several))
    heads = "| comparison | against | setup | verdict | statement | decided by |\n"
    title = f"Verdicts on {words.plural(len(rows), 'pair')}"
    table = f"{heads}|---|---|---|---|---|---|\n"
    # a few rows are shown at once, many when asked for
    if len(rows) > 10:
        opened = f"\n<details><summary>{title}</summary>\n\n{table}"
        return Section(opened, rows, "\n</details>\n", share=0.3)
    return Section(f"\n{title}\n\n{table}" if rows else "", rows, share=0.3)


def _rows(judged: JudgedComparison, several: bool) -> Iterator[str]:
    file = f"{code(judged.claim.file)} " if several else ""
    title = f"{file}{plain(words.title(judged))}"
    for pair in judged.pairs:
        verdict = pair.pair.verdict
        cells = [
            title,
            code(words.row_name(pair, judged)),
            words.setup_range(verdict),
            str(verdict.fairness),
            words.outcome_word(pair),
            plain("; ".join([words.reason(verdict), *words.remarks(verdict)])),
        ]
        yield f"| {' | '.join(cells)} |\n"


def _by_rule(findings: Sequence[Finding]) -> list[list[Finding]]:
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    return sorted(by_code.values(), key=lambda same: (same[0].severity.rank, same[0].code))


def _rule(same: Sequence[Finding]) -> Section:
    first = same[0]
    counted = words.plural(len(same), str(first.severity))
    title = f"{SIGNS[first.severity]} {first.code} {first.name}: {counted}"
    shown = " open" if first.severity is Severity.ERROR else ""
    head = f"\n<details{shown}><summary>{title}</summary>\n\n"
    return Section(head, tuple(map(_finding, same)), "\n</details>\n")


def _finding(finding: Finding) -> str:
    place = code(f"{finding.place.file}:{finding.place.line}")
    fix = f"; *fix:* {plain(finding.fix)}" if finding.fix else ""
    return f"- {place} {plain(finding.message)}{fix}\n"


def _suppressed(suppressed: Sequence[Suppressed]) -> Section:
    entries = tuple(map(_waived, suppressed))
    title = words.plural(len(entries), "suppressed finding")
    head = f"\n<details open><summary>{title}</summary>\n\n"
    return Section(head if entries else "", entries, "\n</details>\n" if entries else "", share=0.1)


def _waived(one: Suppressed) -> str:
    finding = one.finding
    place = code(f"{finding.place.file}:{finding.place.line}")
    by = f"*suppressed by* {one.by}{_by_whom(one)}: {plain(one.reason)}"
    return f"- {place} {finding.code} {plain(finding.message)}; {by}\n"


def _by_whom(suppressed: Suppressed) -> str:
    owner = f", {plain(suppressed.owner)}" if suppressed.owner else ""
    return f"{owner}, until {plain(suppressed.until)}" if suppressed.until else owner
