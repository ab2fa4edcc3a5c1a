"""What a source was read for and does not state, gathered so that one note serves many rows."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from prune_audit.claim import Claim, Comparison, Result, Stage
from prune_audit.facts import is_joint
from prune_audit.findings import Hit
from prune_audit.places import Entry, Place, Silence

SHOWN = 3
ANCHORS = 5
Named = tuple[str, Entry[Any]]


class Lacking(NamedTuple):
    """Rows that lack the same facts, and where the file says so."""

    names: tuple[str, ...]
    rows: tuple[Result, ...]
    places: tuple[Place, ...]


def stated(claim: Claim) -> tuple[Comparison, ...]:
    """Return the comparisons that make a statement."""
    return tuple(one for one in claim.comparisons if one.statement.value not in (None, "none"))


def rows_of(claim: Claim, names: Iterable[str]) -> Iterator[Result]:
    """Yield this file's rows behind names; a sweep's name means all its members."""
    for name in names:
        for member in claim.families.get(name, (name,)):
            if member in claim.results:
                yield claim.results[member]


def own_rows(claim: Claim) -> tuple[Result, ...]:
    """Return the rows about which a statement is made and which are not copied, each once."""
    names = [one.ours.value or "" for one in stated(claim)]
    own = (row for row in rows_of(claim, names) if row.origin.value != "cited")
    return tuple({row.name: row for row in own}.values())


def last_stage(result: Result) -> Stage | None:
    """Return the training that ends with the printed weights, or None where there is none."""
    stage = result.pruning if is_joint(result) else result.retraining or result.scratch
    trains = stage is not None and not (stage.epochs.value and stage.epochs.value.none)
    return stage if trains else None


def hidden(entries: Iterable[Entry[Any]]) -> Entry[Any] | None:
    """Return the entry that says "unreported" where each of several would do and none is known.

    None where one of them is known or is marked as unverified by hand: then nobody knows whether
    the source states it.
    """
    found = list(entries)
    if any(entry.known or entry.text == Silence.UNVERIFIED for entry in found):
        return None
    return next((entry for entry in found if entry.unreported), None)


def lacking(
    rows: Iterable[Result], facts: Callable[[Result], Iterable[Named]]
) -> Iterator[Lacking]:
    """Gather the rows by which of their facts are unreported."""
    groups: dict[tuple[str, ...], list[tuple[Result, list[Place]]]] = {}
    for row in rows:
        silent = [(name, entry.place) for name, entry in facts(row) if entry.unreported]
        if silent:
            names = tuple(name for name, _ in silent)
            groups.setdefault(names, []).append((row, [place for _, place in silent]))
    for names, found in groups.items():
        places = dict.fromkeys(place for _, own in found for place in own)
        yield Lacking(names, tuple(row for row, _ in found), tuple(places)[:ANCHORS])


def notes(
    rows: Iterable[Result], facts: Callable[[Result], Iterable[Named]], fix: str
) -> Iterator[Hit]:
    """Yield one hit for all rows that lack the same facts."""
    for group in lacking(rows, facts):
        yield Hit(
            f"the source does not state {_together(group.names)} of {listed(group.rows)}",
            group.places,
            fix,
        )


def _together(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def listed(rows: Iterable[Result]) -> str:
    """Return the names of rows, of many only the first."""
    names = [row.name for row in rows]
    rest = len(names) - SHOWN
    if rest <= 1:
        return ", ".join(names)
    return f"{', '.join(names[:SHOWN])} and {rest} more rows"
