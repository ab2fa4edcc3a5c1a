"""What becomes of a comparison after a rerun: per pair over all arms, and as a ranking."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from prune_audit.claim import Result
from prune_audit.reruns.contest import DENSE_CONTROL, Contest, Side, Sign
from prune_audit.reruns.correct import OWN_ARMS, claimed_accuracy
from prune_audit.reruns.crossed import Crossed, Crossing
from prune_audit.reruns.planned import RETRAINED, Arm, Compared
from prune_audit.reruns.scores import Contrast, Scores, contrast
from prune_audit.statistics import bonferroni


class Verdict(StrEnum):
    """What a rerun says about a pair."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    WITHIN_NOISE = "within noise"
    RECIPE_DEPENDENT = "recipe-dependent"
    NONE = "nothing stated"
    OPEN = "open"


VERDICTS = {
    Sign.HOLDS: Verdict.CONFIRMED,
    Sign.FAILS: Verdict.CONTRADICTED,
    Sign.UNRESOLVED: Verdict.WITHIN_NOISE,
    Sign.NONE: Verdict.NONE,
    Sign.OPEN: Verdict.OPEN,
}
DECIDES = (Arm.CALIBRATED, Arm.TUNED, *RETRAINED.values(), Arm.REPORTED)
"""Arms by how much they say about the pruning alone: one recipe for all rows comes first.

Then one kind of LR schedule for all, the large LRs first: a small one leaves pruned networks far
from converged (Wang et al. 2023, Le & Hua 2021).
"""


@dataclass(frozen=True)
class Ruling:
    """A pair over all arms that it was rerun under.

    ``change`` is the difference as reported minus that under the deciding arm, p corrected for the
    number of pairs; None where the pair was not rerun under both.
    """

    contests: tuple[Contest, ...]
    crossing: Crossing | None = None
    change: Contrast | None = None

    @property
    def ours(self) -> Side:
        """The row that the comparison is about."""
        return self.contests[0].ours

    @property
    def other(self) -> Side:
        """The row that it is compared with."""
        return self.contests[0].other

    @property
    def on_dense_control(self) -> bool:
        """Whether it is about the dense network that was trained as long."""
        return DENSE_CONTROL in (self.ours.what, self.other.what)

    @property
    def deciding(self) -> Contest | None:
        """The contest under the arm that says most; None where the pair was only crossed."""
        by_arm = {one.arm: one for one in self.contests}
        return next((by_arm[arm] for arm in DECIDES if arm in by_arm), None)

    @property
    def depends(self) -> bool:
        """Whether another recipe gives another winner, by more than noise."""
        if self.crossing and self.crossing.outcome in (Crossed.RECIPE, Crossed.INTERACTION):
            return True
        if {1, -1} <= {one.winner for one in self.contests if one.arm in RETRAINED.values()}:
            return True
        reported, deciding = _arm(self.contests, Arm.REPORTED), self.deciding
        if reported is None or deciding is None or reported.winner is None:
            return False
        if deciding.winner is None or deciding.winner == reported.winner:
            return False
        changed = self.change is not None and self.change.p < reported.alpha
        return changed or reported.winner * deciding.winner < 0

    @property
    def sign(self) -> Sign:
        """What becomes of the stated sign, leaving aside whether it depends on the recipe."""
        if self.deciding is not None:
            return self.deciding.sign
        if self.crossing is None or self.crossing.outcome is Crossed.OPEN:
            return Sign.OPEN
        consistent = self.crossing.outcome is Crossed.CONSISTENT
        return self.contests[0].sign if consistent else Sign.UNRESOLVED

    @property
    def verdict(self) -> Verdict:
        """The verdict over all arms."""
        return Verdict.RECIPE_DEPENDENT if self.depends else VERDICTS[self.sign]


@dataclass(frozen=True)
class Ranking:
    """Rows that one comparison sets side by side, the best first: as claimed, and as rerun."""

    arm: Arm
    claimed: tuple[Result, ...]
    rerun: tuple[Result, ...]


@dataclass(frozen=True)
class Ruled:
    """A comparison with what becomes of its pairs and of its ranking, by arm."""

    compared: Compared
    rulings: tuple[Ruling, ...]
    rankings: tuple[Ranking, ...]


def rule(
    compared: Iterable[Compared], contests: Sequence[Contest], crossings: Iterable[Crossing]
) -> tuple[Ruled, ...]:
    """Bring together what every arm says of every comparison, in the order of the plan."""
    crossed: dict[Hashable, Crossing] = {
        (one.own.ours.key, one.own.other.key): one for one in crossings
    }
    pairs = _by_pair([one for one in contests if one.compared])
    found = []
    for one in compared:
        own = [same for same in pairs if same[0].compared is one]
        rulings = tuple(_ruling(same, crossed, len(pairs)) for same in own)
        found.append(Ruled(one, rulings, tuple(_rankings(rulings))))
    return tuple(found)


def added_rulings(contests: Sequence[Contest]) -> tuple[Ruling, ...]:
    """Return the pairs of a row and a scratch arm or dense control that was added to it."""
    added = [one for one in contests if one.compared is None]
    return tuple(Ruling(tuple(same)) for same in _by_pair(added))


def _by_pair(contests: Iterable[Contest]) -> list[list[Contest]]:
    pairs: dict[tuple[object, ...], list[Contest]] = {}
    for one in contests:
        pairs.setdefault((id(one.compared), one.ours.key, one.other.key), []).append(one)
    return list(pairs.values())


def _ruling(same: Sequence[Contest], crossed: Mapping[Hashable, Crossing], tests: int) -> Ruling:
    crossing = crossed.get((same[0].ours.key, same[0].other.key))
    whole = tuple(one for one in same if one.arm in OWN_ARMS)
    ruling = Ruling(whole or tuple(same), crossing)
    return Ruling(ruling.contests, crossing, _change(ruling, tests))


def _change(ruling: Ruling, tests: int) -> Contrast | None:
    """Test the difference as reported against that under the deciding arm."""
    reported, deciding = _arm(ruling.contests, Arm.REPORTED), ruling.deciding
    if reported is None or deciding is None or deciding is reported:
        return None
    terms = [(1, reported.ours), (-1, reported.other), (-1, deciding.ours), (1, deciding.other)]
    found = contrast(_joined(terms))
    return found and found._replace(p=bonferroni(found.p, tests))


def _joined(terms: Iterable[tuple[int, Side]]) -> list[tuple[float, Scores]]:
    """Add up the weights of the same runs: a row may have one recipe in both arms."""
    weights: dict[tuple[str, ...], float] = {}
    scores: dict[tuple[str, ...], Scores] = {}
    for weight, side in terms:
        weights[side.ids] = weights.get(side.ids, 0) + weight
        scores[side.ids] = side.scores
    return [(weight, scores[ids]) for ids, weight in weights.items()]


def _arm(contests: Iterable[Contest], arm: Arm) -> Contest | None:
    return next((one for one in contests if one.arm is arm), None)


def _rankings(rulings: Sequence[Ruling]) -> Iterator[Ranking]:
    """Yield a ranking per arm and row of ours that is compared with two rows or more."""
    groups: dict[tuple[object, Arm], dict[object, Side]] = {}
    for one in (one for ruling in rulings for one in ruling.contests):
        if one.arm in OWN_ARMS and not one.other.what:
            group = groups.setdefault((one.ours.key, one.arm), {one.ours.key: one.ours})
            group[one.other.key] = one.other
    for (_, arm), sides in groups.items():
        marks = [(side.result, _claimed(side), side.scores.mean) for side in sides.values()]
        known = [(row, a, b) for row, a, b in marks if a is not None and b is not None]
        if len(known) > 2:
            claimed = sorted(known, key=lambda mark: -mark[1])
            rerun = sorted(known, key=lambda mark: -mark[2])
            yield Ranking(arm, tuple(row for row, *_ in claimed), tuple(row for row, *_ in rerun))


def _claimed(side: Side) -> float | None:
    claimed = claimed_accuracy(side.result)
    return float(claimed.value) if claimed else None
