"""Do rows stand in the printed order? Every pair of rows of a column that print tells apart."""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from prune_audit.noise import noise
from prune_audit.reruns.measured import Measured
from prune_audit.statistics import holm, welch


class Order(NamedTuple):
    """Pairs whose printed difference is larger than printed noise: how many keep their order.

    p of ours is corrected by Holm over these pairs; ``unresolved`` are within noise.
    """

    holds: int
    fails: int
    unresolved: int


def order(rows: Sequence[Measured], alpha: float) -> Order:
    """Compare the rerun order of some rows with the printed one, pair by pair."""
    printed, found = [], []
    for ours, other in combinations(rows, 2):
        stated = noise(ours.planned.result, other.planned.result)
        a, b = ours.scores.sample, other.scores.sample
        if stated and stated.significant(alpha) and a and b:
            printed.append(stated.difference)
            found.append(welch(a, b))
    adjusted = holm([test.p for test in found])
    same = [
        test.difference * difference > 0
        for test, difference, p in zip(found, printed, adjusted, strict=True)
        if p < alpha
    ]
    return Order(sum(same), len(same) - sum(same), len(found) - len(same))
