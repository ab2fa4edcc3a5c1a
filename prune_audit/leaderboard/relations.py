"""Which results may be ranked against each other, which could be, and what stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from prune_audit.answers import Answer
from prune_audit.claim import Result
from prune_audit.facts import Fact, rate_fact
from prune_audit.settings import Settings
from prune_audit.verdict import Fairness, judge

ANY_RATE = Decimal(1)
"""The tolerance under which any two rates are the same: those inside one band of a track."""


class Relation(NamedTuple):
    """What stands between two results.

    ``answer`` is *same* where they may be ranked against each other, *different* where they may
    not, *unknown* where that is open. ``facts`` are the unknown ones below the required setup, or
    the one that differs. ``floor`` is the setup surely reached; ``marks`` are those of the verdict.
    """

    answer: Answer
    facts: tuple[Fact, ...] = ()
    floor: str = ""
    marks: tuple[str, ...] = ()


def relate(a: Result, b: Result, settings: Settings) -> Relation:
    """Say whether two results may be ranked against each other.

    They may where the verdict on them as a pair is fair at the required setup, and by the same
    rate: a row that is faster *and* at least as accurate wins its pair, but a rank would then set
    accuracies of two rates against each other. Two rows trained from scratch climb the ladder like
    two pruned ones (their training takes the place of retraining). A pruned row and one trained
    from scratch must share the joined LR schedule of all stages, whichever setup is required, as in
    ``check`` (attitude 1 of Wang et al. 2023).
    """
    rate = rate_fact(a, b, settings, None)
    if rate.answer is Answer.DIFFERENT:
        return Relation(Answer.DIFFERENT, (rate,))
    verdict = judge(a, b, settings, None).verdict
    if verdict.fairness is Fairness.UNFAIR:
        return Relation(Answer.DIFFERENT, (verdict.deciding or rate,))
    missing = verdict.missing
    if verdict.dominance and rate.answer is Answer.UNKNOWN:
        missing = (rate, *missing)
    if missing:
        return Relation(Answer.UNKNOWN, missing)
    return Relation(Answer.SAME, (), verdict.floor, verdict.marks)


@dataclass(frozen=True)
class Relations:
    """The relations of all pairs of some results, which go by their number.

    ``joined[i]`` is the mask of the results that ``i`` may be ranked against; ``missing[name][i]``
    of those that the fact of this name keeps open, ``differs[name][i]`` of those it keeps apart.
    """

    pairs: dict[tuple[int, int], Relation]
    joined: tuple[int, ...]
    missing: dict[str, list[int]]
    differs: dict[str, list[int]]

    def of(self, one: int, other: int) -> Relation:
        """Return the relation of two results, its facts with ``one`` on the left."""
        if one < other:
            return self.pairs[one, other]
        found = self.pairs[other, one]
        turned = (fact._replace(left=fact.right, right=fact.left) for fact in found.facts)
        return found._replace(facts=tuple(turned))


def relations(members: Sequence[Result], settings: Settings) -> Relations:
    """Relate every pair."""
    pairs = {
        (i, j): relate(members[i], members[j], settings)
        for i, j in combinations(range(len(members)), 2)
    }
    joined = [0] * len(members)
    masks: dict[Answer, dict[str, list[int]]] = {Answer.UNKNOWN: {}, Answer.DIFFERENT: {}}
    for (i, j), found in pairs.items():
        if found.answer is Answer.SAME:
            _mark(joined, i, j)
        for fact in found.facts:
            _mark(masks[found.answer].setdefault(fact.name, [0] * len(members)), i, j)
    return Relations(pairs, tuple(joined), masks[Answer.UNKNOWN], masks[Answer.DIFFERENT])


def _mark(masks: list[int], i: int, j: int) -> None:
    masks[i] |= 1 << j
    masks[j] |= 1 << i
