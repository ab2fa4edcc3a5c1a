"""Phrases that several formats share."""

from collections import Counter
from collections.abc import Iterable

from prune_audit.audit import Report
from prune_audit.findings import Severity
from prune_audit.judged import JudgedComparison, JudgedPair
from prune_audit.outcome import Outcome
from prune_audit.verdict import Fairness, Verdict


def plural(count: int, one: str, many: str = "") -> str:
    """Return ``1 file``, ``2 files``."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def setup_range(verdict: Verdict) -> str:
    """Return ``S1`` or ``S1 .. S3.2``; for a scratch pair every setup that holds."""
    if verdict.scratch and verdict.floor != "below S1":
        held = [fact.name for fact in verdict.scratch if fact.answer == "same"]
        return ", ".join(name for name in held if name.startswith("S")) or "none"
    if verdict.floor == verdict.ceiling:
        return str(verdict.floor)
    return f"{verdict.floor} .. {verdict.ceiling}"


def margin(judged: JudgedPair) -> str:
    """Return ours minus theirs in points with its p-value, or the printed difference alone."""
    found = judged.judged.noise
    if found is not None:
        return f"{found.difference:+.2f} (p {found.p:.2g})"
    ours, other = judged.pair.ours.top1.value, judged.pair.other.top1.value
    return f"{ours.value - other.value:+f}" if ours and other else "?"


def reason(verdict: Verdict) -> str:
    """Say which fact decides, would decide, or (where fair) what differs above the line."""
    fact = verdict.deciding
    if fact is None:
        return "the same in every fact"
    if verdict.scratch and fact.name.startswith("S"):
        return f"{fact.name}: {fact.why}"
    if verdict.fairness is Fairness.UNDETERMINED:
        return f"{fact.name} would decide: {fact.sides}"
    if verdict.fairness is Fairness.FAIR:
        return f"stops at {fact.name}: {fact.sides}"
    return f"{fact.name}: {fact.sides}"


def remarks(verdict: Verdict) -> tuple[str, ...]:
    """Say where the rate is passed by dominance only."""
    who = {"ours": "ours is", "theirs": "the other is"}.get(verdict.dominance)
    if who is None:
        return ()
    return (f"the rate passes only because {who} faster and at least as accurate",)


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


def fairness_counts(comparisons: Iterable[JudgedComparison]) -> Counter[Fairness]:
    """Count pairs by verdict."""
    return Counter(pair.pair.verdict.fairness for one in comparisons for pair in one.pairs)


def summary(report: Report) -> str:
    """Return one line: files, pairs by verdict, findings by severity."""
    pairs = fairness_counts(report.comparisons)
    found = Counter(finding.severity for finding in report.findings)
    verdicts = ", ".join(f"{pairs[word]} {word}" for word in Fairness)
    severities = ", ".join(plural(found[word], word) for word in Severity)
    return f"{plural(len(report.files), 'file')}, {plural(sum(pairs.values()), 'pair')}: {verdicts}; {severities}"
