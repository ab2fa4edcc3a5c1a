"""Claims and rules -> Report: verdicts on every comparison, findings of every rule."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from prune_audit.corpus import Corpus
from prune_audit.findings import Finding, Hit, Suppressed
from prune_audit.judged import JudgedComparison, judge_comparisons
from prune_audit.load import Loaded
from prune_audit.problems import Problem
from prune_audit.rules.rule import Rule, Scope
from prune_audit.settings import Settings

if TYPE_CHECKING:
    from prune_audit.benchmark.entrant import Entrant
    from prune_audit.evidence.evidence import Evidence
    from prune_audit.reruns.recalled import Recalled


@dataclass(frozen=True)
class Submitted:
    """What submissions to a benchmark add to an audit."""

    evidence: "tuple[Evidence, ...]" = ()
    entrants: "tuple[Entrant, ...]" = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Known:
    """How the findings of an audit stand to a baseline: not in it, in it, no longer found."""

    new: int
    existing: int
    resolved: int


@dataclass(frozen=True)
class Report:
    """Everything an audit found, sorted; formats turn it into text.

    ``reruns`` holds by file what reruns of its rows gave, where a store remembers some.
    ``suppressed`` are findings that do not count; they are not among ``findings``. ``known`` is
    there where the findings were set against a baseline.
    """

    files: tuple[Loaded, ...]
    comparisons: tuple[JudgedComparison, ...]
    findings: tuple[Finding, ...]
    settings: Settings
    rules: tuple[Rule, ...]
    reruns: "Mapping[str, Recalled]" = field(default_factory=dict)
    submitted: Submitted = field(default_factory=Submitted)
    suppressed: tuple[Suppressed, ...] = ()
    known: Known | None = None


def audit(
    corpus: Corpus,
    rules: Sequence[Rule],
    settings: Settings,
    submitted: Submitted | None = None,
) -> Report:
    """Judge every comparison and apply every rule."""
    submitted = submitted or Submitted()
    comparisons = tuple(
        judged for claim in corpus.claims for judged in judge_comparisons(claim, corpus, settings)
    )
    findings = [
        *_file_findings(corpus, rules, submitted),
        *_claim_findings(corpus, rules, settings),
        *_comparison_findings(comparisons, rules, settings),
    ]
    findings += _applied(_of(rules, Scope.CORPUS), corpus, settings)
    findings += _submission_findings(submitted, rules, settings)
    unique = dict.fromkeys(findings)
    ordered = tuple(sorted(unique, key=lambda finding: finding.sort_key))
    return Report(corpus.files, comparisons, ordered, settings, tuple(rules), submitted=submitted)


def _of(rules: Iterable[Rule], scope: Scope) -> list[Rule]:
    return [rule for rule in rules if rule.scope is scope]


def _applied(rules: Iterable[Rule], *subject: object) -> Iterator[Finding]:
    """Apply rules to what they look at; most have nothing to say, so an empty answer is cheap."""
    for rule in rules:
        for hit in rule.check(*subject):
            yield rule.finding(hit)


def _submission_findings(
    submitted: Submitted, rules: Sequence[Rule], settings: Settings
) -> Iterator[Finding]:
    for evidence in submitted.evidence:
        yield from _applied(_of(rules, Scope.EVIDENCE), evidence, settings)
    for entrant in submitted.entrants:
        yield from _applied(_of(rules, Scope.ENTRANT), entrant, settings)


def _file_findings(corpus: Corpus, rules: Sequence[Rule], submitted: Submitted) -> list[Finding]:
    by_code = {rule.code: rule for rule in _of(rules, Scope.FILE)}
    found = [problem for loaded in corpus.files for problem in loaded.problems]
    found += [problem for evidence in submitted.evidence for problem in evidence.problems]
    found += submitted.problems
    return [
        finding
        for problem in (*found, *corpus.problems)
        if problem.code in by_code
        for finding in by_code[problem.code].findings(
            [Hit(problem.message, problem.anchors, problem.fix)]
        )
    ]


def _claim_findings(corpus: Corpus, rules: Sequence[Rule], settings: Settings) -> list[Finding]:
    findings: list[Finding] = []
    per_claim, per_result = _of(rules, Scope.CLAIM), _of(rules, Scope.RESULT)
    for claim in corpus.claims:
        findings += _applied(per_claim, claim, corpus, settings)
        for result in claim.results.values():
            findings += _applied(per_result, result, claim, settings)
    return findings


def _comparison_findings(
    comparisons: Sequence[JudgedComparison], rules: Sequence[Rule], settings: Settings
) -> list[Finding]:
    findings: list[Finding] = []
    per_comparison, per_pair = _of(rules, Scope.COMPARISON), _of(rules, Scope.PAIR)
    for judged in comparisons:
        found = [*_applied(per_comparison, judged, settings)]
        for pair in judged.pairs:
            found += _applied(per_pair, pair, settings)
        findings += (_at_home(finding, judged) for finding in found)
    return findings


def _at_home(finding: Finding, judged: JudgedComparison) -> Finding:
    """Put a place in the comparison's own file first: a finding belongs to the file it is on."""
    file = judged.claim.file
    if finding.place.file == file:
        return finding
    own = [place for place in finding.anchors if place.file == file]
    others = [place for place in finding.anchors if place.file != file]
    return replace(finding, anchors=(*(own or [judged.comparison.place]), *others))
