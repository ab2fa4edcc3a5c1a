"""Why results are not in one group, and which missing fact would join them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import product
from math import inf, log
from operator import or_
from typing import NamedTuple

from prune_audit.facts import Fact
from prune_audit.leaderboard.candidates import Candidate
from prune_audit.leaderboard.relations import Relations
from prune_audit.rates import common_rates
from prune_audit.setups import FactName

DEAR = {
    FactName.DATASET: 10,
    FactName.NETWORK: 10,
    FactName.METRIC: 10,
    FactName.RATE: 10,
    "S4.2": 4,
}
"""What weighs more than one where it is missing: without the common ground nothing is near, and a
joined LR schedule takes several facts."""

LADDER = {name: index for index, name in enumerate(map(str, FactName))}


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A group, or a result that is in none; ``members`` are numbers of results.

    ``group`` is the group's name, empty for a result.

    ``missing`` and ``differs`` hold by the name of a fact which results it keeps open or apart from
    some member.
    """

    name: str
    group: str
    members: tuple[int, ...]
    missing: dict[str, int]
    differs: dict[str, int]

    @property
    def mask(self) -> int:
        """The members as bits."""
        return sum(1 << one for one in self.members)


class Link(NamedTuple):
    """What stands between two units: facts that differ, else those that are missing."""

    missing: tuple[str, ...]
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """Why a unit stands alone, by what comes nearest to joining it.

    ``missing`` are the facts that would join it with ``nearest`` if they were known and the same;
    where it is empty, ``fact`` differs. ``fact`` has an example pair's sides, ``pair`` its results,
    the unit's own first. ``open`` counts the other units by the facts that would join them with
    this one, ``closed`` those that cannot be joined by the fact that differs. ``nearest`` is None
    where there is nothing else.
    """

    unit: Unit
    nearest: Unit | None = None
    missing: tuple[str, ...] = ()
    fact: Fact | None = None
    pair: tuple[Candidate, Candidate] | None = None
    open: Counter[tuple[str, ...]] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)


def unit(name: str, group: str, members: Sequence[int], found: Relations) -> Unit:
    """Return a group or a single result as a unit."""
    return Unit(
        name,
        group,
        tuple(members),
        {fact: _any(masks, members) for fact, masks in found.missing.items()},
        {fact: _any(masks, members) for fact, masks in found.differs.items()},
    )


def _any(masks: Sequence[int], members: Sequence[int]) -> int:
    return reduce(or_, (masks[one] for one in members), 0)


def link(one: Unit, other: Unit) -> Link:
    """Return what stands between two units, in the order of the ladder."""
    mask = other.mask
    differs = [name for name, reached in one.differs.items() if reached & mask]
    missing = [name for name, reached in one.missing.items() if reached & mask]
    return Link(tuple(sorted(missing, key=_rung)), tuple(sorted(differs, key=_rung)))


def _rung(name: str) -> tuple[int, str]:
    """Order facts as the ladder does; those of recipes and of scratch training come last."""
    return LADDER.get(name, len(LADDER)), name


def aparts(
    units: Sequence[Unit], members: Sequence[Candidate], found: Relations
) -> tuple[Apart, ...]:
    """Say of every unit what keeps it apart from the others."""
    return tuple(_apart(one, units, members, found) for one in units)


def _apart(
    one: Unit, units: Sequence[Unit], members: Sequence[Candidate], found: Relations
) -> Apart:
    links = {other: link(one, other) for other in units if other is not one}
    if not links:
        return Apart(one)
    opened = Counter(found.missing for found in links.values() if not found.differs)
    closed = Counter(found.differs[0] for found in links.values() if found.differs)
    nearest = min(links, key=lambda other: _distance(one, other, links[other], members))
    between = links[nearest]
    pair, fact = _example(one, nearest, between, found)
    missing = () if between.differs else between.missing
    named = (members[pair[0]], members[pair[1]])
    return Apart(one, nearest, missing, fact, named, opened, closed)


def _distance(
    one: Unit, other: Unit, between: Link, members: Sequence[Candidate]
) -> tuple[bool, int, float, int]:
    """What few missing facts would join comes first, then what differs high up the ladder."""
    if not between.differs:
        weight = sum(DEAR.get(name, 1) for name in between.missing)
        return False, weight, 0.0, -len(other.members)
    rung = _rung(between.differs[0])[0]
    gap = _gap(members[one.members[0]], members[other.members[0]])
    return True, -rung, gap if rung == LADDER[FactName.RATE] else 0.0, -len(other.members)


def _gap(one: Candidate, other: Candidate) -> float:
    """Return how far two rates are apart, as the logarithm of their ratio."""
    rates = common_rates(one.result, other.result, None)
    middles = [float(rate.interval.low + rate.interval.high) / 2 for rate in rates if rate]
    if len(middles) < 2 or not all(0 < middle < inf for middle in middles):
        return inf
    return abs(log(middles[0] / middles[1]))


def _example(
    one: Unit, other: Unit, between: Link, found: Relations
) -> tuple[tuple[int, int], Fact]:
    """Return the first pair of members that a fact stands between, and that fact."""
    wanted = (between.differs or between.missing)[0]
    return next(
        ((i, j), fact)
        for i, j in product(one.members, other.members)
        if i != j
        for fact in found.of(i, j).facts
        if fact.name == wanted
    )
