"""Comparisons of a claim -> pairs with their verdicts and what becomes of the statements."""

from collections.abc import Iterator
from dataclasses import dataclass

from prune_audit.claim import Claim, Comparison, Result
from prune_audit.corpus import Corpus
from prune_audit.outcome import Judged, Outcome, lossless, outcome
from prune_audit.settings import Settings
from prune_audit.setups import Setup
from prune_audit.verdict import Fairness, Pair, judge


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """A pair with its verdict and what becomes of the statement about it."""

    pair: Pair
    judged: Judged


@dataclass(frozen=True, slots=True)
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


def _strength(judged: JudgedPair) -> tuple[int, float, float, int]:
    verdict = judged.pair.verdict
    return (
        _FAIRNESS[verdict.fairness],
        _rank(verdict.ceiling),
        _rank(verdict.floor),
        _OUTCOMES[judged.judged.outcome],
    )


def _rank(label: str) -> float:
    """Rank a setup; SX-A and SX-B lie beside the order and are more than the common ground."""
    return Setup(label).rank if label in tuple(Setup) else Setup.S1.rank + 0.5


def judge_comparisons(
    claim: Claim, corpus: Corpus, settings: Settings
) -> Iterator[JudgedComparison]:
    """Judge every comparison of a claim, pair by pair."""
    for comparison in claim.comparisons:
        ours = corpus.rows(claim, [comparison.ours.value or ""])
        pairs = tuple(
            JudgedPair(pair, outcome(pair, settings))
            for one, other in pairs_of(claim, corpus, comparison)
            for pair in [judge(one, other, settings, comparison)]
        )
        own: tuple[Judged, ...] = ()
        if comparison.statement.value == "lossless":
            own = tuple(lossless(result, settings) for result in ours)
        yield JudgedComparison(claim, comparison, ours, pairs, own)


def pairs_of(
    claim: Claim, corpus: Corpus, comparison: Comparison
) -> Iterator[tuple[Result, Result]]:
    """Pair ours with each other row; two sweeps are paired by their labels."""
    ours = corpus.rows(claim, [comparison.ours.value or ""])
    for name in comparison.against.value or ():
        others = corpus.rows(claim, [name])
        if len(ours) > 1 and len(others) > 1:
            by_label = {other.label: other for other in others}
            for one in ours:
                if one.label in by_label:
                    yield one, by_label[one.label]
        else:
            yield from ((one, other) for one in ours for other in others)
