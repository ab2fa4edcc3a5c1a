"""Two methods, each under both retraining recipes (Wang et al. 2023, section 5).

The paper's rule: a consistent winner under both recipes is the better method; else the method with
the higher best result weighs more, and the interaction is stated.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from prune_audit.claim import Result
from prune_audit.reruns.contest import Contest, Side, contest
from prune_audit.reruns.planned import Arm
from prune_audit.reruns.scores import Contrast, contrast
from prune_audit.statistics import best_of, bonferroni

RETRAINING_OF = "FT of "
"""How labels of crossed rows begin; the owner of the retraining recipe follows."""
COMBINATIONS = 4
"""Pairs of results out of which the best of either row are picked."""


class Crossed(StrEnum):
    """What the four cells show."""

    CONSISTENT = "consistent winner"
    RECIPE = "goes with the recipe"
    INTERACTION = "depends on the recipe"
    ONE_RECIPE = "shown under one recipe only"
    NO_DIFFERENCE = "no difference shown"
    OPEN = "open"


@dataclass(frozen=True)
class Crossing:
    """Two rows (ours first) under two recipes (that of ours first).

    ``under`` are the contests under either recipe, p corrected over all crossed pairs. ``own`` sets
    the rows against each other with their own recipes, as reported; ``best`` their higher results,
    of the recipes ``best_recipes``, p corrected for the pick. ``interaction`` is the difference
    under the first recipe minus that under the second.
    """

    recipes: tuple[str, str]
    under: tuple[Contest, Contest]
    own: Contest
    best: Contest
    best_recipes: tuple[str, str]
    interaction: Contrast | None

    @property
    def sides(self) -> tuple[tuple[Side, Side], tuple[Side, Side]]:
        """The four cells by row (ours first), then by recipe (that of ours first)."""
        first, second = self.under
        return ((first.ours, second.ours), (first.other, second.other))

    @property
    def interacts(self) -> bool:
        """Whether the differences under the two recipes differ by more than noise."""
        return self.interaction is not None and self.interaction.p < self.own.alpha

    @property
    def outcome(self) -> Crossed:
        """What the paper's decision rule says."""
        first, second = (one.winner for one in self.under)
        if first is None or second is None:
            return Crossed.OPEN
        if first == second:
            if first:
                return Crossed.CONSISTENT
            return Crossed.RECIPE if self.own.winner else Crossed.NO_DIFFERENCE
        opposed = first * second < 0
        return Crossed.INTERACTION if opposed or self.interacts else Crossed.ONE_RECIPE

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        return _sentence(self)


def crossings(contests: Iterable[Contest]) -> tuple[Crossing, ...]:
    """Return a crossing for every pair that was planned under the recipes of both its rows.

    Tests of the interactions and of the rows with their own recipes are corrected for the number
    of crossed pairs (Bonferroni).
    """
    pairs: dict[tuple[object, object], list[Contest]] = {}
    for one in contests:
        if one.arm is Arm.CROSSED:
            pairs.setdefault((one.ours.key, one.other.key), []).append(one)
    found = [crossing for same in pairs.values() for crossing in _crossing(same, len(pairs))]
    return tuple(found)


def _crossing(same: Sequence[Contest], tests: int) -> Iterator[Crossing]:
    by_label = {one.label: one for one in same}
    a = _label_of(same[0].ours.result, by_label)
    b = _label_of(same[0].other.result, by_label)
    if a is None or b is None or a == b:
        return
    first, second = by_label[a], by_label[b]
    own = _compared(first.ours, second.other, first, tests)
    our_best, their_best = _higher(first.ours, second.ours), _higher(first.other, second.other)
    sides = ((first.ours, second.ours)[our_best], (first.other, second.other)[their_best])
    best = _compared(*sides, first, COMBINATIONS * tests)
    recipes = (a, b)
    yield Crossing(
        recipes, (first, second), own, best, (recipes[our_best], recipes[their_best]),
        _interaction(first, second, tests),
    )  # fmt: skip


def _label_of(result: Result, labels: Iterable[str]) -> str | None:
    """Return the label of a row's own recipe; None where it is not among the labels."""
    stem = result.file.rpartition("/")[2].removesuffix(".yaml")
    own = (f"{RETRAINING_OF}{result.name}", f"{RETRAINING_OF}{stem}#{result.name}")
    return next((label for label in own if label in labels), None)


def _compared(ours: Side, other: Side, like: Contest, tests: int) -> Contest:
    found = contest(Arm.CROSSED, ours, other, "", like.compared)
    p = None if found.p is None else best_of(found.p, tests)
    return replace(found, p=p, family=tests, alpha=like.alpha)


def _higher(first: Side, second: Side) -> int:
    """Return the place of the higher mean."""
    return int((second.scores.mean or 0) > (first.scores.mean or 0))


def _interaction(first: Contest, second: Contest, tests: int) -> Contrast | None:
    terms = [(1, first.ours), (-1, first.other), (-1, second.ours), (1, second.other)]
    found = contrast([(weight, side.scores) for weight, side in terms])
    return found and found._replace(p=bonferroni(found.p, tests))


def _sentence(crossing: Crossing) -> str:
    outcome, (first, second) = crossing.outcome, crossing.under
    both = f"{_points(first)} under {first.label}, {_points(second)} under {second.label}"
    if outcome is Crossed.OPEN:
        return "open: every cell needs three finished runs at least"
    if outcome is Crossed.CONSISTENT:
        return f"{_ahead(first)} is the better method: ahead under both recipes ({both})"
    if outcome is Crossed.RECIPE:
        return (
            f"no difference shown under one recipe ({both}): the {_points(crossing.own)} of the "
            "rows with their own recipes goes with the recipe, not with the method"
        )
    if outcome is Crossed.NO_DIFFERENCE:
        return f"no difference shown: within noise under both recipes ({both})"
    if outcome is Crossed.INTERACTION:
        return f"which row is ahead depends on the recipe ({both}); {_weight(crossing)}"
    winner = first if first.winner else second
    return (
        f"{_ahead(winner)} is ahead under {winner.label} only ({both}), and the two differences do "
        f"not differ by more than noise; {_weight(crossing)}"
    )


def _weight(crossing: Crossing) -> str:
    best = crossing.best
    shown = " and ".join(
        f"{side.name} {side.scores.mean:.2f} ({recipe})"
        for side, recipe in zip((best.ours, best.other), crossing.best_recipes, strict=True)
    )
    weighs = f"so {_ahead(best)} weighs more" if best.winner else "within noise of each other"
    return f"the highest results are {shown}, {weighs}"


def _ahead(one: Contest) -> str:
    return (one.ours if one.winner == 1 else one.other).name


def _points(one: Contest) -> str:
    return f"{one.test.difference:+.2f}" if one.test else "?"
