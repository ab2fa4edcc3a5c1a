"""Claims and rules -> Report: verdicts on every comparison, findings of every rule."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from prune_audit.claim import Claim, Comparison, Result
from prune_audit.corpus import Corpus
from prune_audit.findings import Finding, Hit
from prune_audit.load import Loaded
from prune_audit.outcome import Judged, Outcome, lossless, outcome
from prune_audit.rules.rule import Rule, Scope
from prune_audit.settings import Settings
from prune_audit.setups import RANKS, Setup
from prune_audit.verdict import Fairness, Pair, judge


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """A pair with its verdict and what becomes of the statement about it."""

    pair: Pair
    judged: Judged


@dataclass(frozen=True)
class JudgedComparison:
    """A comparison with all its pairs; ``lossless`` is set where that is the statement."""

    claim: Claim
    comparison: Comparison
    ours: tuple[Result, ...]
    pairs: tuple[JudgedPair, ...]
    lossless: tuple[Judged, ...] = ()

    @property
    def weakest(self) -> JudgedPair | None:
        """The pair that the comparison as a whole stands on, or None without pairs."""
        return min(self.pairs, key=_strength, default=None)


_FAIRNESS = {Fairness.UNFAIR: 0, Fairness.UNDETERMINED: 1, Fairness.FAIR: 2}
_OUTCOMES = {word: rank for rank, word in enumerate(Outcome)}


def _strength(judged: JudgedPair) -> tuple[int, int, int, int]:
    verdict = judged.pair.verdict
    return (
        _FAIRNESS[verdict.fairness],
        _rank(verdict.ceiling),
        _rank(verdict.floor),
        _OUTCOMES[judged.judged.outcome],
    )


def _rank(label: str) -> int:
    return RANKS.get(Setup(label), 0) if label in set(Setup) else 0


@dataclass(frozen=True)
class Report:
    """Everything an audit found, sorted; formats turn it into text."""

    files: tuple[Loaded, ...]
    comparisons: tuple[JudgedComparison, ...]
    findings: tuple[Finding, ...]
    settings: Settings
    rules: tuple[Rule, ...]


def audit(corpus: Corpus, rules: Sequence[Rule], settings: Settings) -> Report:
    """Judge every comparison and apply every rule."""
    comparisons = tuple(
        judged for claim in corpus.claims for judged in judge_comparisons(claim, corpus, settings)
    )
    findings = [
        *_file_findings(corpus, rules),
        *_claim_findings(corpus, rules, settings),
        *_comparison_findings(comparisons, rules, settings),
    ]
    for rule in _of(rules, Scope.CORPUS):
        findings += rule.findings(rule.check(corpus, settings))
    unique = dict.fromkeys(findings)
    ordered = tuple(sorted(unique, key=lambda finding: finding.sort_key))
    return Report(corpus.files, comparisons, ordered, settings, tuple(rules))


def _of(rules: Iterable[Rule], scope: Scope) -> list[Rule]:
    return [rule for rule in rules if rule.scope is scope]


def judge_comparisons(
    claim: Claim, corpus: Corpus, settings: Settings
) -> Iterator[JudgedComparison]:
    """Judge every comparison of a claim, pair by pair."""
    for comparison in claim.comparisons:
        ours = corpus.rows(claim, [comparison.ours.value or ""])
        pairs = tuple(
            JudgedPair(pair, outcome(pair, settings))
            for one, other in _pairs(claim, corpus, comparison)
            for pair in [judge(one, other, settings, comparison)]
        )
        own = ()
        if comparison.statement.value == "lossless":
            own = tuple(lossless(result, settings) for result in ours)
        yield JudgedComparison(claim, comparison, ours, pairs, own)


def _pairs(
    claim: Claim, corpus: Corpus, comparison: Comparison
) -> Iterator[tuple[Result, Result]]:
    """Pair ours with each other row; two sweeps are paired by their labels."""
    ours = corpus.rows(claim, [comparison.ours.value or ""])
    for name in comparison.against.value or ():
        others = corpus.rows(claim, [name])
        if len(ours) > 1 and len(others) > 1:
            by_label = {_label(other): other for other in others}
            for one in ours:
                if _label(one) in by_label:
                    yield one, by_label[_label(one)]
        else:
            yield from ((one, other) for one in ours for other in others)


def _label(result: Result) -> str:
    return result.name.rpartition("@")[2]


def _file_findings(corpus: Corpus, rules: Sequence[Rule]) -> list[Finding]:
    by_code = {rule.code: rule for rule in _of(rules, Scope.FILE)}
    found = [problem for loaded in corpus.files for problem in loaded.problems]
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
        for rule in per_claim:
            findings += rule.findings(rule.check(claim, corpus, settings))
        for rule in per_result:
            for result in claim.results.values():
                findings += rule.findings(rule.check(result, claim, settings))
    return findings


def _comparison_findings(
    comparisons: Sequence[JudgedComparison], rules: Sequence[Rule], settings: Settings
) -> list[Finding]:
    findings: list[Finding] = []
    per_comparison, per_pair = _of(rules, Scope.COMPARISON), _of(rules, Scope.PAIR)
    for judged in comparisons:
        for rule in per_comparison:
            findings += rule.findings(rule.check(judged, settings))
        for rule in per_pair:
            for pair in judged.pairs:
                findings += rule.findings(rule.check(pair, settings))
    return findings
