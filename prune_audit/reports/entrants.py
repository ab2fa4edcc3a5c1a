"""Submissions on their tracks, for the formats: what each is compared with, and how it stands."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from prune_audit.answers import Answer
from prune_audit.audit import Report
from prune_audit.benchmark.entrant import Entrant
from prune_audit.findings import Severity
from prune_audit.noise import noise
from prune_audit.reports import words
from prune_audit.reports.lines import one_line, painted, wrapped
from prune_audit.reports.look import Look
from prune_audit.verdict import Fairness, Pair

STYLES = {Fairness.FAIR: "green", Fairness.UNFAIR: "red", Fairness.UNDETERMINED: "yellow"}


def lines(report: Report, look: Look) -> Iterator[str]:
    """Yield the submissions for the text format; nothing where there are none."""
    if report.submitted.entrants:
        yield painted("submissions", "bold", look)
    for entrant in report.submitted.entrants:
        name, track = one_line(entrant.submission.id.text), one_line(entrant.submission.track.text)
        yield from wrapped(f"{name} on {track}: {counted(report, entrant)}", look, 2, 4)
        met = f"conditions of the track: {_conditions(entrant)}"
        yield from (painted(line, "dim", look) for line in wrapped(met, look, 4, 6))
        for word, pair in _pairs(entrant):
            yield from wrapped(f"{word}: {_stands(pair)}", look, 4, 6)
    if report.submitted.entrants:
        yield ""


def pairs_by_file(report: Report) -> dict[str, Counter[Fairness]]:
    """Return by the file of each submission how its pairs on the track stand."""
    return {
        one.claim.file: Counter(pair.verdict.fairness for _, pair in _pairs(one))
        for one in report.submitted.entrants
    }


def markdown_rows(report: Report) -> list[tuple[str, ...]]:
    """Return a row per submission: id, track, findings, against the baseline."""
    return [
        (
            one_line(one.submission.id.text),
            one_line(one.submission.track.text),
            counted(report, one),
            _stands(one.baseline) if one.baseline else "no baseline",
        )
        for one in report.submitted.entrants
    ]


def data(report: Report) -> list[dict[str, Any]]:
    """Return the submissions as plain data."""
    return [_data(one) for one in report.submitted.entrants]


def counted(report: Report, entrant: Entrant) -> str:
    """Return the findings of a submission by severity, or that there are none."""
    own = [found for found in report.findings if found.place.file == entrant.claim.file]
    found = Counter(finding.severity for finding in own)
    waived = sum(one.finding.place.file == entrant.claim.file for one in report.suppressed)
    parts = [words.plural(found[word], word) for word in Severity if found[word]]
    return ", ".join([*(parts or ["no findings"]), *([f"{waived} waived"] if waived else [])])


def _conditions(entrant: Entrant) -> str:
    if entrant.track is None:
        return "there is no such track"
    answers = Counter(fact.answer for fact in entrant.conditions)
    open_ = [f.name for f in entrant.conditions if f.answer is Answer.UNKNOWN]
    missed = [f.name for f in entrant.conditions if f.answer is Answer.DIFFERENT]
    parts = [f"{answers[Answer.SAME]} met"]
    parts += [f"not met: {', '.join(missed)}"] if missed else []
    parts += [f"open: {', '.join(open_)}"] if open_ else []
    return "; ".join(parts)


def _pairs(entrant: Entrant) -> Iterator[tuple[str, Pair]]:
    if entrant.baseline:
        yield f"against the baseline {entrant.baseline.other.name}", entrant.baseline
    for pair in entrant.accepted:
        yield f"against the accepted {one_line(pair.other.file)}", pair


def _stands(pair: Pair) -> str:
    verdict = pair.verdict
    margin = words.difference(noise(pair.ours, pair.other)) or "accuracies cannot be tested"
    return f"{verdict.fairness} ({words.setup_range(verdict)}), {margin}"


def _data(one: Entrant) -> dict[str, Any]:
    return {
        "id": one.submission.id.text,
        "file": one.claim.file,
        "result": one.result.name,
        "track": one.submission.track.text,
        "known_track": one.track is not None,
        "conditions": [
            {"fact": f.name, "answer": f.answer, "submission": str(f.left), "track": str(f.right)}
            for f in one.conditions
        ],
        "baseline": _pair(one.baseline) if one.baseline else None,
        "accepted": [_pair(pair) for pair in one.accepted],
    }


def _pair(pair: Pair) -> dict[str, Any]:
    found = noise(pair.ours, pair.other)
    return {
        "other": pair.other.name,
        "other_file": pair.other.file,
        "floor": pair.verdict.floor,
        "ceiling": pair.verdict.ceiling,
        "fairness": pair.verdict.fairness,
        "deciding": pair.verdict.deciding.sides if pair.verdict.deciding else None,
        "difference": round(found.difference, 6) if found else None,
        "p": float(f"{found.p:.6g}") if found else None,
    }
