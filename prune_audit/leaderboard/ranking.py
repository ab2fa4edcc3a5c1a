"""Ranks inside one group: ties where a difference is within noise."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from prune_audit.claim import Result
from prune_audit.leaderboard.candidates import Candidate
from prune_audit.noise import Noise, noise

Test = Callable[[Result, Result], Noise | None]


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """A result with its rank in its group, and the tests behind it.

    ``rank`` is None where the noise of the accuracy is not known. ``conclusive`` says whether all
    tests rest on stated numbers; ``tests`` are their names and ``assumed`` what they had to assume.
    """

    candidate: Candidate
    rank: int | None
    conclusive: bool = False
    tests: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


def remembered(test: Test = noise) -> Test:
    """Return the test with a memory: a pair may meet in several groups."""
    return cache(test)


def ranked(members: Sequence[Candidate], alpha: float, test: Test = noise) -> tuple[Ranked, ...]:
    """Rank results that may be compared, best first; equal ranks by accuracy.

    The rank is one more than the number of results that are better: significantly, in a two-sided
    test of the pair at ``alpha`` that is not corrected for the number of pairs, or than something
    that is significantly better itself. (The second matters only where a group mixes tests: without
    it a result could stand before one that beats it.) Two results share a rank also where a third
    lies between them; ties are never chained.
    A result whose noise is not known has no rank: without an exact accuracy, or without a spread on
    a data set whose test size is unknown; nor has one with nothing to test it against.
    """
    able = [one for one in members if test(one.result, one.result)]
    tests = {
        (one, other): found
        for one, other in combinations(able, 2)
        if (found := test(one.result, other.result))
    }
    better: dict[Candidate, set[Candidate]] = {one: set() for one in able}
    for (one, other), found in tests.items():
        if found.significant(alpha):
            worse, best = (one, other) if found.difference < 0 else (other, one)
            better[worse].add(best)
    _close(better)
    lines = [_ranked(one, better, tests) for one in members]
    return tuple(sorted(lines, key=_place))


def _close(better: dict[Candidate, set[Candidate]]) -> None:
    """Add what is better than something better; accuracies fall along the way, so it ends."""
    for one in sorted(better, key=_accuracy, reverse=True):
        better[one].update(*(better[above] for above in better[one]))


def _ranked(
    one: Candidate,
    better: dict[Candidate, set[Candidate]],
    tests: dict[tuple[Candidate, Candidate], Noise],
) -> Ranked:
    if one not in better:
        return Ranked(one, None)
    own = [found for pair, found in tests.items() if one in pair]
    if not own:
        return Ranked(one, None)
    names = sorted({found.test for found in own})
    assumed = sorted({text for found in own for text in found.assumed})
    conclusive = all(found.conclusive for found in own)
    return Ranked(one, 1 + len(better[one]), conclusive, tuple(names), tuple(assumed))


def _accuracy(one: Candidate) -> float:
    top1 = one.result.top1.value
    return float(top1.value) if top1 else float("-inf")


def _place(line: Ranked) -> tuple[float, float, tuple[str, int, int, str]]:
    rank = float("inf") if line.rank is None else line.rank
    return (rank, -_accuracy(line.candidate), line.candidate.order)
