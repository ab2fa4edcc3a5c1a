"""The whole report as versioned JSON."""

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from prune_audit.audit import Report
from prune_audit.facts import Fact
from prune_audit.findings import Finding, Severity, Suppressed
from prune_audit.judged import JudgedComparison, JudgedPair
from prune_audit.noise import Noise
from prune_audit.places import Place
from prune_audit.reports import entrants, evidence
from prune_audit.reports.look import Look
from prune_audit.reports.words import fairness_counts
from prune_audit.taxonomy import label
from prune_audit.verdict import Fairness

if TYPE_CHECKING:
    from prune_audit.reruns.recalled import Recalled

VERSION = 1


def render(report: Report, look: Look) -> str:
    """Return the report as JSON; keys are only ever added within one version."""
    return json.dumps(document(report), indent=2, ensure_ascii=False)


def document(report: Report) -> dict[str, Any]:
    """Return the report as plain data."""
    settings = report.settings
    return {
        "version": VERSION,
        "settings": {
            "require": settings.require,
            "tolerance": float(settings.tolerance),
            "base_gap": float(settings.base_gap),
            "alpha": settings.alpha,
        },
        "summary": summary_data(report),
        "files": [loaded.name for loaded in report.files],
        "comparisons": [comparison_data(judged) for judged in report.comparisons],
        "findings": [finding_data(finding) for finding in report.findings],
        "suppressed": [suppressed_data(one) for one in report.suppressed],
        "baseline": asdict(report.known) if report.known else None,
        "submissions": entrants.data(report),
        "evidence": [evidence.data(one) for one in report.submitted.evidence],
        "reruns": {file: _reruns(kept) for file, kept in report.reruns.items()},
    }


def _reruns(kept: "Recalled") -> dict[str, Any]:
    return {
        "rows": [asdict(row) for row in kept.rows],
        "pairs": [asdict(pair) for pair in kept.pairs],
    }


def summary_data(report: Report) -> dict[str, Any]:
    """Return the numbers of files, of pairs by verdict and of findings by severity.

    Where there are submissions to a benchmark, also their number.
    """
    pairs = fairness_counts(report.comparisons)
    found = Counter(finding.severity for finding in report.findings)
    entered = len(report.submitted.entrants)
    return {
        "files": len(report.files),
        **({"submissions": entered} if entered else {}),
        "pairs": {word: pairs[word] for word in Fairness},
        "findings": {word: found[word] for word in Severity},
    }


def comparison_data(judged: JudgedComparison) -> dict[str, Any]:
    """Return a comparison with the verdicts on its pairs."""
    comparison = judged.comparison
    weakest = judged.weakest
    return {
        "file": judged.claim.file,
        "paper": judged.claim.paper.title.value,
        "name": comparison.name.value,
        "ours": comparison.ours.value,
        "statement": comparison.statement.value,
        "stated_setup": comparison.setup.value,
        "place": _place(comparison.place),
        "weakest": [weakest.pair.ours.name, weakest.pair.other.name] if weakest else None,
        "lossless": [
            {"result": result.name, "outcome": own.outcome, "test": _noise(own.noise)}
            for result, own in zip(judged.ours, judged.lossless, strict=False)
        ],
        "pairs": [_pair(pair) for pair in judged.pairs],
    }


def _pair(judged: JudgedPair) -> dict[str, Any]:
    pair, verdict = judged.pair, judged.pair.verdict
    return {
        "ours": pair.ours.name,
        "other": pair.other.name,
        "other_file": pair.other.file,
        "floor": verdict.floor,
        "ceiling": verdict.ceiling,
        "fairness": verdict.fairness,
        "deciding": _fact(verdict.deciding) if verdict.deciding else None,
        "stop": _fact(verdict.stop) if verdict.stop else None,
        "missing": [_fact(fact) for fact in verdict.missing],
        "recipe_differences": [_fact(fact) for fact in verdict.recipe],
        "scratch": [_fact(fact) for fact in verdict.scratch],
        "dominance": verdict.dominance or None,
        "marks": list(verdict.marks),
        "kinds": {
            "label": label(verdict.cells) or None,
            "facts": [_fact(fact) for fact in verdict.cells],
        },
        "outcome": judged.judged.outcome,
        "test": _noise(judged.judged.noise),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "fact": fact.name,
        "answer": fact.answer,
        "why": fact.why,
        "sides": [
            {"text": str(side), "place": _place(side.place)} for side in (fact.left, fact.right)
        ],
    }


def _noise(noise: Noise | None) -> dict[str, Any] | None:
    if noise is None:
        return None
    return {
        "difference": round(noise.difference, 6),
        "p": float(f"{noise.p:.6g}"),
        "test": noise.test,
        "assumed": list(noise.assumed),
        "conclusive": noise.conclusive,
    }


def suppressed_data(suppressed: Suppressed) -> dict[str, Any]:
    """Return a finding that does not count, with who says so and why."""
    return {
        **finding_data(suppressed.finding),
        "suppressed": {
            "by": suppressed.by,
            "reason": suppressed.reason,
            "owner": suppressed.owner or None,
            "until": suppressed.until or None,
            "place": _place(suppressed.place) if suppressed.place else None,
        },
    }


def finding_data(finding: Finding) -> dict[str, Any]:
    """Return a finding with all its places."""
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "tier": finding.tier,
        "message": finding.message,
        "fix": finding.fix or None,
        "places": [_place(place) for place in finding.anchors],
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "pointer": place.pointer,
    }
