"""Results -> groups in which each may be ranked against each: a partial order, not one list."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

from prune_audit.answers import Answer
from prune_audit.benchmark.conditions import on_track, shares_base
from prune_audit.claim import Result
from prune_audit.corpus import Corpus
from prune_audit.leaderboard.apart import Apart, Unit, aparts, unit
from prune_audit.leaderboard.bands import Band
from prune_audit.leaderboard.candidates import Candidate, candidates
from prune_audit.leaderboard.cliques import Clique, cliques
from prune_audit.leaderboard.names import dataset_key, is_registered, network_key
from prune_audit.leaderboard.ranking import Ranked, Test, ranked, remembered
from prune_audit.leaderboard.relations import ANY_RATE, Relations, relations
from prune_audit.load import Loaded
from prune_audit.rates import RateKind, common_rates, rate
from prune_audit.settings import Settings
from prune_audit.setups import RANKS, Setup


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Results of which every two may be ranked against each other, best first.

    ``name`` is unique within its division. ``kinds`` are the rates that pairs share. ``reached`` is
    the setup that every pair surely reaches. ``marks`` say where the ladder does not quite fit.
    ``also`` holds the names of the other groups that a result is in.
    """

    name: str
    lines: tuple[Ranked, ...]
    kinds: tuple[RateKind, ...]
    reached: str
    marks: tuple[str, ...]
    also: dict[Candidate, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """The results of one data set and network, or of one band of a track.

    Groups stand in the order of their rates; ``joins`` says for each what comes nearest to it, and
    ``loners`` are the results in no group. ``complete`` is False where there were more groups than
    are listed. ``open_name`` marks a network that is not in the registry: whether another name
    means the same one is not known.
    """

    dataset: str
    network: str
    band: Band | None
    candidates: tuple[Candidate, ...]
    groups: tuple[Group, ...]
    joins: tuple[Apart, ...]
    loners: tuple[Apart, ...]
    complete: bool = True
    open_name: bool = False

    @property
    def grouped(self) -> int:
        """How many results are in some group."""
        return len({line.candidate for group in self.groups for line in group.lines})


@dataclass(frozen=True)
class Board:
    """A leaderboard with the settings it was made under.

    ``outside`` are results that no band surely holds; without bands there are none.
    """

    settings: Settings
    files: tuple[Loaded, ...]
    divisions: tuple[Division, ...]
    outside: tuple[Candidate, ...] = ()

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Every result, each once."""
        held = (one for division in self.divisions for one in division.candidates)
        return tuple(dict.fromkeys([*held, *self.outside]))


class Where(NamedTuple):
    """Which results a division is about."""

    dataset: str
    network: str
    band: Band | None = None

    def read(self, one: Candidate) -> Result:
        """Return a result as it is understood here: on a track as the track does."""
        track = self.band.track if self.band else None
        row = one.result
        return on_track(row, track, shared=shares_base(row, track)) if track else row


def leaderboard(
    corpus: Corpus,
    settings: Settings,
    bands: Sequence[Band] = (),
    dataset: str = "",
    network: str = "",
) -> Board:
    """Group and rank the results of files, only those of a data set or network where one is named.

    With ``bands``, results of one band are ranked together whatever their rates; the rest must be
    the same as ever.
    """
    found = tuple(one for one in candidates(corpus) if _wanted(one, dataset, network))
    divisions = groups(found, settings, bands)
    held = {one for division in divisions for one in division.candidates}
    outside = tuple(one for one in found if one not in held)
    return Board(settings, corpus.files, divisions, outside)


def _wanted(one: Candidate, dataset: str, network: str) -> bool:
    row = one.result
    on = row.dataset.value
    right = not dataset or dataset_key(on) == dataset_key(dataset)
    return right and (not network or network_key(row.network.value, on) == network_key(network, on))


def groups(
    found: Iterable[Candidate], settings: Settings, bands: Sequence[Band] = ()
) -> tuple[Division, ...]:
    """Return the divisions of some results, each with its groups; the largest come first.

    Groups are the maximal cliques of "may be ranked against": "same rate" is not transitive, so a
    result can be in several, and none holds a pair that may not be ranked.
    """
    ordered = sorted(found, key=lambda one: one.order)
    test = remembered()
    if bands:
        return tuple(_band(band, ordered, settings, test) for band in bands)
    made = [_division(where, some, settings, test) for where, some in _sorted_out(ordered)]
    return tuple(sorted(made, key=lambda one: (-len(one.candidates), one.dataset, one.network)))


def _sorted_out(found: Sequence[Candidate]) -> Iterator[tuple[Where, list[Candidate]]]:
    by_name: dict[Where, list[Candidate]] = {}
    for one in found:
        row = one.result
        on = row.dataset.value
        where = Where(dataset_key(on), network_key(row.network.value, on))
        by_name.setdefault(where, []).append(one)
    yield from by_name.items()


def _band(band: Band, found: Sequence[Candidate], settings: Settings, test: Test) -> Division:
    held = [one for one in found if band.holds(one) is Answer.SAME]
    asked = replace(settings, tolerance=ANY_RATE, require=band.setup or settings.require)
    where = Where(dataset_key(band.dataset), network_key(band.network, band.dataset), band)
    return _division(where, held, asked, test)


def _division(
    where: Where, members: Sequence[Candidate], settings: Settings, test: Test
) -> Division:
    between = relations([where.read(one) for one in members], settings)
    found, complete = cliques(between.joined)
    kinds = {clique: _kinds([members[one] for one in clique]) for clique in found}
    ordered = sorted(found, key=lambda one: (_by_rate(members[one[0]], kinds[one]), one))
    names = {clique: str(number) for number, clique in enumerate(ordered, 1)}
    made = tuple(
        Group(
            names[clique],
            ranked([members[one] for one in clique], settings.alpha, test),
            kinds[clique],
            *_reached(clique, between),
            _also(clique, names, members),
        )
        for clique in ordered
    )
    reasons = aparts(_units(ordered, between, members), members, between)
    joins, loners = reasons[: len(made)], reasons[len(made) :]
    return Division(
        where.dataset, where.network, where.band, tuple(members), made, joins, loners, complete,
        _unregistered(members),
    )  # fmt: skip


def _units(
    ordered: Sequence[Clique], between: Relations, members: Sequence[Candidate]
) -> tuple[Unit, ...]:
    """Return the groups, then the results that are joined with nothing."""
    alone = [i for i, joined in enumerate(between.joined) if not joined]
    numbered = [(str(number), one) for number, one in enumerate(ordered, 1)]
    return (
        *(unit(f"group {number}", number, one, between) for number, one in numbered),
        *(unit(members[i].short, "", [i], between) for i in alone),
    )


def _unregistered(members: Sequence[Candidate]) -> bool:
    row = members[0].result if members else None
    return row is not None and not is_registered(row.network.value, row.dataset.value)


def _kinds(members: Sequence[Candidate]) -> tuple[RateKind, ...]:
    """Return the kinds of rate that the pairs of a group share, the preferred one first."""
    pairs = (common_rates(a.result, b.result, None)[0] for a, b in combinations(members, 2))
    shared = {found.kind for found in pairs if found}
    return tuple(kind for kind in RateKind if kind in shared)


def _by_rate(one: Candidate, kinds: Sequence[RateKind]) -> tuple[int, float]:
    kind = kinds[0]
    own = rate(one.result, kind)
    return list(RateKind).index(kind), float(own.interval.low) if own else 0.0


def _reached(clique: Sequence[int], between: Relations) -> tuple[str, tuple[str, ...]]:
    """Return the weakest setup among the pairs, and the marks of all their verdicts."""
    pairs = [between.pairs[pair] for pair in combinations(clique, 2)]
    floors = sorted({pair.floor for pair in pairs}, key=_rank)
    return floors[0], tuple(dict.fromkeys(mark for pair in pairs for mark in pair.marks))


def _rank(floor: str) -> int:
    return RANKS[Setup(floor)] if floor in tuple(Setup) else RANKS[Setup.S1]


def _also(
    clique: Clique, names: dict[Clique, str], members: Sequence[Candidate]
) -> dict[Candidate, tuple[str, ...]]:
    others = {
        members[one]: tuple(
            name for other, name in names.items() if other != clique and one in other
        )
        for one in clique
    }
    return {one: found for one, found in others.items() if found}
