"""Phrases that several formats share."""

from collections import Counter
from collections.abc import Callable, Iterable

from prune_audit.answers import Answer
from prune_audit.audit import Report
from prune_audit.findings import Finding, Severity
from prune_audit.judged import JudgedComparison, JudgedPair
from prune_audit.noise import Noise
from prune_audit.outcome import Outcome
from prune_audit.reports import evidence
from prune_audit.setups import Setup
from prune_audit.taxonomy import label
from prune_audit.verdict import Fairness, Verdict

MOST_PLACES = 3
"""Places in other files that a message names."""
TESTS = {"Welch": "Welch's test", "binomial": "the binomial floor"}


def plural(count: int, one: str, many: str = "") -> str:
    """Return ``1 file``, ``2 files``."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def setup_range(verdict: Verdict) -> str:
    """Return ``S1`` or ``S1 .. S3.2``; for a scratch pair every setup that holds."""
    if verdict.floor != verdict.ceiling:
        return f"{verdict.floor} .. {verdict.ceiling}"
    held = [fact.name for fact in verdict.scratch if fact.answer is Answer.SAME]
    known = [] if verdict.floor in held else [verdict.floor]
    return ", ".join(known if verdict.floor == Setup.BELOW_S1 else [*known, *held])


def difference(noise: Noise | None) -> str:
    """Return ours minus theirs in points with its p-value; empty without a test."""
    if noise is None:
        return ""
    p = "p < 1e-4" if noise.p < 1e-4 else f"p {noise.p:.2g}"
    return f"{noise.difference:+.2f} ({p})"


def margin(judged: JudgedPair) -> str:
    """Return ours minus theirs in points with its p-value, or the printed difference alone."""
    ours, other = judged.pair.ours.top1.value, judged.pair.other.top1.value
    printed = f"{ours.value - other.value:+f}" if ours and other else "n/a"
    return difference(judged.judged.noise) or printed


def tests(comparison: JudgedComparison) -> list[str]:
    """Say which tests the p-values of a comparison come from, and what they had to assume."""
    judged = [*(pair.judged for pair in comparison.pairs), *comparison.lossless]
    lines = [_test(found.noise) for found in judged if found.noise]
    return list(dict.fromkeys(lines))


def _test(noise: Noise) -> str:
    assumed = f" ({'; '.join(noise.assumed)})" if noise.assumed else ""
    return f"p by {TESTS[noise.test]}{assumed}"


def reason(verdict: Verdict) -> str:
    """Say which fact decides, is missing, or (where fair) stands above the line."""
    fact = verdict.deciding
    if fact is None:
        return "the same in every fact"
    sides = fact.why if fact in verdict.scratch else fact.sides
    if verdict.fairness is Fairness.UNDETERMINED:
        others = [missing.name for missing in verdict.missing if missing is not fact]
        if not others:
            return f"{fact.name} would decide: {sides}"
        shown = fact.why if fact in verdict.scratch else f"{fact.left} / {fact.right}"
        return f"missing: {fact.name} ({shown}), {', '.join(others)}"
    if verdict.fairness is Fairness.FAIR and fact.answer is not Answer.SAME:
        word = "stops at" if fact.answer is Answer.DIFFERENT else "open above that:"
        return f"{word} {fact.name}: {sides}"
    return f"{fact.name}: {sides}"


def remarks(verdict: Verdict) -> tuple[str, ...]:
    """Say where the rate is passed by dominance, and where two kinds of pruning are compared."""
    who = {"ours": "ours", "theirs": "the other"}.get(verdict.dominance)
    rate = (f"rate by dominance: {who} is faster and at least as accurate",) if who else ()
    kinds = label(verdict.cells)
    return (*rate, f"across kinds: {kinds}") if kinds else rate


def outcome_word(judged: JudgedPair) -> str:
    """Return what becomes of the statement, empty where none was made."""
    word = judged.judged.outcome
    return "" if word is Outcome.NONE else str(word)


def statement(comparison: JudgedComparison) -> str:
    """Return the statement as the claim file quotes it."""
    return comparison.comparison.statement.value or "none"


def title(comparison: JudgedComparison) -> str:
    """Return the comparison's name, else the row it is about."""
    ours = comparison.comparison.ours.value or "?"
    name = comparison.comparison.name.value
    return f"{name} ({ours})" if name else ours


def row_name(judged: JudgedPair, comparison: JudgedComparison) -> str:
    """Return the other row as the comparison's reader needs it.

    Of two sweeps the label says it all; a row of another file comes with its file.
    """
    ours, other = judged.pair.ours, judged.pair.other
    shown = other.name if other.file == comparison.claim.file else f"{other.file}#{other.name}"
    if len(comparison.ours) == 1 or (ours.label and ours.label == other.label):
        return shown
    return f"{ours.name} : {shown}"


def fairness_counts(comparisons: Iterable[JudgedComparison]) -> Counter[Fairness]:
    """Count pairs by verdict."""
    return Counter(pair.pair.verdict.fairness for one in comparisons for pair in one.pairs)


def counts(
    comparisons: Iterable[JudgedComparison], findings: Iterable[Finding], submissions: int = 0
) -> str:
    """Return submissions if any, pairs by verdict and findings by severity."""
    pairs = fairness_counts(comparisons)
    found = Counter(finding.severity for finding in findings)
    verdicts = ", ".join(f"{pairs[word]} {word}" for word in Fairness)
    judged = [plural(submissions, "submission")] if submissions else []
    judged += [f"{plural(pairs.total(), 'pair')}: {verdicts}"] if pairs else []
    listed = ", ".join(judged) or "no pairs"
    return f"{listed}; {', '.join(plural(found[word], word) for word in Severity)}"


def elsewhere(finding: Finding, named: Callable[[str], str] = str) -> str:
    """Return a message with the lines of other files that it rests on, the first few.

    For formats that show a single place; ``named`` says how a file is called there.
    """
    file = finding.place.file
    lines = [f"{named(one.file)}:{one.line}" for one in finding.anchors if one.file != file]
    places = [*dict.fromkeys(lines)]
    more = f" and {len(places) - MOST_PLACES} more" if len(places) > MOST_PLACES else ""
    return finding.message + (f" ({', '.join(places[:MOST_PLACES])}{more})" if places else "")


def with_fix(finding: Finding) -> str:
    """Return the message of a finding and, where there is one, its fix."""
    return f"{finding.message}; fix: {finding.fix}" if finding.fix else finding.message


def unread(report: Report) -> list[str]:
    """Return a line per file that is too faulty to be audited."""
    return [
        f"{loaded.name} has {plural(len(loaded.problems), 'error')} and was not read; run "
        f"prune-audit check {loaded.name}"
        for loaded in report.files
        if loaded.claim is None
    ]


def summary(report: Report) -> str:
    """Return one line: files, submissions, pairs by verdict, findings, suppressed ones if any."""
    counted = counts(report.comparisons, report.findings, len(report.submitted.entrants))
    aside = waived(report)
    files = f"{plural(len(report.files), 'file')}, {counted}{', ' if aside else ''}{aside}"
    given = report.submitted.evidence
    return f"{files}; evidence: {evidence.summary(given)}" if given else files


def waived(report: Report) -> str:
    """Say how many findings do not count, and how all stand to a baseline; empty without both."""
    known = report.known
    suppressed = f"{len(report.suppressed)} suppressed" if report.suppressed or known else ""
    if known is None:
        return suppressed
    return (
        f"{suppressed}; against the baseline {known.new} new, {known.existing} existing, "
        f"{known.resolved} resolved"
    )
