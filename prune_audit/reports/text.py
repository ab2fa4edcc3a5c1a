"""The report for people at a terminal: per file, the verdicts by comparison, then the findings."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from prune_audit import remembered
from prune_audit.audit import Report
from prune_audit.claim import Claim
from prune_audit.findings import Finding
from prune_audit.judged import JudgedComparison, JudgedPair
from prune_audit.outcome import Outcome
from prune_audit.reports import entrants, evidence, words
from prune_audit.reports.found import found
from prune_audit.reports.lines import one_line, painted, wrapped
from prune_audit.reports.look import Look
from prune_audit.reports.overview import HINT, SUBMITTED_HINT, Checked, overview
from prune_audit.verdict import Fairness

FAIRNESS_STYLE = {
    Fairness.FAIR: "green",
    Fairness.UNFAIR: "red",
    Fairness.UNDETERMINED: "yellow",
}
REASON = 16
"""Column of what decides: behind the widest verdict."""


def render(report: Report, look: Look) -> str:
    """Return one block per file, verdicts before findings, an overview, and a summary.

    The summary is the last line and never broken into two, for those who take the last line of the
    output.
    """
    texts = {loaded.name: loaded.text for loaded in report.files}
    verified = evidence.by_file(report)
    on_tracks = entrants.pairs_by_file(report)
    blocks: list[str] = []  # joined file by file: half a million lines would take much memory
    for claim, file, comparisons, findings in _blocks(report):
        if comparisons or findings or file in verified:
            tests = list(dict.fromkeys(line for one in comparisons for line in words.tests(one)))
            shared = tests if len(tests) == 1 else []
            counted = words.counts(comparisons, findings, int(file in on_tracks))
            lines = [*_head(claim, file, counted, shared, look)]
            for judged in comparisons:
                lines += _comparison(judged, [] if shared else words.tests(judged), look)
            lines += _reruns(report, file, look)
            lines += evidence.lines(verified[file], look) if file in verified else ()
            lines += found(findings, texts, look)
            blocks += ["\n".join(line.rstrip() for line in lines)]
    hint = SUBMITTED_HINT if report.submitted.evidence else HINT
    checked = [
        Checked(file, words.fairness_counts(judged) + on_tracks.get(file, Counter()), findings)
        for _, file, judged, findings in _blocks(report)
    ]
    blocks += ["\n".join([*entrants.lines(report, look)])] if report.submitted.entrants else []
    blocks += ["\n".join([*lines, ""]) for lines in [list(overview(checked, look, hint))] if lines]
    return "\n".join([*blocks, painted(words.summary(report), "bold", look), ""])


def _reruns(report: Report, file: str, look: Look) -> Iterator[str]:
    """Yield what reruns of the file's rows gave, where a store remembers some."""
    kept = report.reruns.get(file)
    if kept is None:
        return
    yield painted("reruns", "bold", look)
    for line in remembered.lines(kept):
        yield from wrapped(one_line(line), look, 2, 4)
    yield ""


def _blocks(
    report: Report,
) -> Iterator[tuple[Claim | None, str, list[JudgedComparison], list[Finding]]]:
    """Yield claim, file, comparisons and findings, files in the order in which they were given."""
    by_file: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_file.setdefault(finding.place.file, []).append(finding)
    judged: dict[str, list[JudgedComparison]] = {}
    for comparison in report.comparisons:
        judged.setdefault(comparison.claim.file, []).append(comparison)
    claims = {loaded.name: loaded.claim for loaded in report.files}
    for file in dict.fromkeys([*claims, *by_file]):
        yield claims.get(file), file, judged.get(file, []), by_file.get(file, [])


def _head(
    claim: Claim | None, file: str, counts: str, tests: Sequence[str], look: Look
) -> Iterator[str]:
    """Yield paper, file, what was found, and the test that all comparisons share, if they do."""
    title = one_line(claim.paper.title.value or "?") if claim else file
    yield from (painted(line, "bold", look) for line in wrapped(title, look, 0))
    if claim:
        yield painted(f"{one_line(str(claim.paper.venue))} {claim.paper.year}  {file}", "dim", look)
    yield from wrapped(counts, look, 0)
    for test in tests:
        yield from (painted(line, "dim", look) for line in wrapped(test, look, 0, 2))
    yield ""


def _comparison(judged: JudgedComparison, tests: Sequence[str], look: Look) -> Iterator[str]:
    said = words.statement(judged)
    quoted = f' states "{said}"' if said != "none" else ""
    yield from (
        painted(line, "bold", look)
        for line in wrapped(one_line(f"{words.title(judged)}{quoted}"), look, 2, 4)
    )
    for result, own in zip(judged.ours, judged.lossless, strict=False):
        line = f"{own.outcome}  {words.difference(own.noise)}  {result.name} against its own base"
        yield from wrapped(line, look, 3, REASON)
    yield from _pairs(judged, look)
    marks = [mark for pair in judged.pairs for mark in pair.pair.verdict.marks]
    for note in dict.fromkeys([*marks, *tests]):
        yield from (painted(line, "dim", look) for line in wrapped(note, look, 3, 5))
    yield ""


def _pairs(judged: JudgedComparison, look: Look) -> Iterator[str]:
    """Yield a line per pair, and below neighbours that share it, once, what decides."""
    setups = [words.setup_range(pair.pair.verdict) for pair in judged.pairs]
    margins = [words.margin(pair) for pair in judged.pairs]
    wide = (max(map(len, setups), default=0), max(map(len, margins), default=0))
    rows = zip(judged.pairs, setups, margins, strict=True)
    for reasons, same in groupby(rows, key=lambda row: tuple(_reasons(row[0]))):
        for pair, setup, margin in same:
            fairness = pair.pair.verdict.fairness
            name = one_line(words.row_name(pair, judged))
            rest = f"{setup:<{wide[0]}}  {margin:<{wide[1]}}  {name}"
            lines = wrapped(f"{fairness:<13}{rest}", look, 3, REASON)
            style = FAIRNESS_STYLE[fairness]
            yield lines[0].replace(fairness, painted(fairness, style, look), 1)
            yield from lines[1:]
        for reason in reasons:
            shown = wrapped(one_line(reason), look, REASON)
            yield from (painted(line, "dim", look) for line in shown)


def _reasons(pair: JudgedPair) -> Iterator[str]:
    verdict = pair.pair.verdict
    word = "" if pair.judged.outcome is Outcome.UNDETERMINED else words.outcome_word(pair)
    reason = words.reason(verdict)
    yield f"{word}; {reason}" if word else reason
    yield from words.remarks(verdict)
