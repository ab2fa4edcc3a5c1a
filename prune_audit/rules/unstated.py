"""What a source was read for and does not state, gathered so that one note serves many rows."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from prune_audit.claim import Claim, Comparison, Result, Stage
from prune_audit.facts import is_joint
from prune_audit.findings import Hit
from prune_audit.places import Entry, Place, Silence

SHOWN = 3
ANCHORS = 5


class Lack(NamedTuple):
    """One fact that a row lacks, and where the file says so."""

    name: str
    place: Place


Lacking = Callable[[Result], Iterable[Lack]]


def stated(claim: Claim) -> tuple[Comparison, ...]:
    """Return the comparisons that make a statement."""
    return tuple(one for one in claim.comparisons if one.statement.value not in (None, "none"))


def rows_of(claim: Claim, names: Iterable[str]) -> tuple[Result, ...]:
    """Return this file's rows behind names, each once; a sweep's name means all its members."""
    members = [member for name in names for member in claim.families.get(name, (name,))]
    return tuple(claim.results[name] for name in dict.fromkeys(members) if name in claim.results)


def own_rows(claim: Claim) -> tuple[Result, ...]:
    """Return the rows about which a statement is made, unless they are copied."""
    rows = rows_of(claim, (one.ours.value or "" for one in stated(claim)))
    return tuple(row for row in rows if row.origin.value != "cited")


def compared_rows(claim: Claim) -> tuple[Result, ...]:
    """Return this file's rows on either side of a statement."""
    pairs = ((one.ours.value or "", *(one.against.value or ())) for one in stated(claim))
    return rows_of(claim, (name for names in pairs for name in names))


def read_in_full(claim: Claim) -> bool:
    """Whether the transcriber read the whole paper: ``paper.read`` begins with "full"."""
    return (claim.paper.read.value or "").lower().startswith("full")


def last_stage(result: Result) -> Stage | None:
    """Return the training that ends with the printed weights, or None where there is none."""
    stage = result.pruning if is_joint(result) else result.retraining or result.scratch
    trains = stage is not None and not (stage.epochs.value and stage.epochs.value.none)
    return stage if trains else None


def unreported(name: str, entry: Entry[Any]) -> Iterator[Lack]:
    """Yield the fact where the source was read and does not state it."""
    if entry.unreported:
        yield Lack(name, entry.place)


def none_reported(name: str, entries: Iterable[Entry[Any]]) -> Iterator[Lack]:
    """Yield the fact where each of several entries would state it and none does.

    Not where one is known or is marked as unverified by hand: nobody knows then whether the source
    states it.
    """
    found = list(entries)
    if not any(entry.known or entry.text == Silence.UNVERIFIED for entry in found):
        yield from (Lack(name, entry.place) for entry in found if entry.unreported)


def gathered(rows: Iterable[Result], lacking: Lacking, fix: str) -> Iterator[Hit]:
    """Yield one hit for all rows that lack the same facts."""
    groups: dict[tuple[str, ...], list[tuple[Result, list[Place]]]] = {}
    for row in rows:
        lacks = list(lacking(row))
        if lacks:
            names = tuple(dict.fromkeys(lack.name for lack in lacks))
            groups.setdefault(names, []).append((row, [lack.place for lack in lacks]))
    for names, found in groups.items():
        places = dict.fromkeys(place for _, own in found for place in own)
        yield Hit(
            f"the source does not state {', '.join(names)} ({listed(row for row, _ in found)})",
            tuple(places)[:ANCHORS],
            fix,
        )


def listed(rows: Iterable[Result]) -> str:
    """Return the names of rows, of many only the first."""
    names = [row.name for row in rows]
    rest = len(names) - SHOWN
    if rest < 2:
        return ", ".join(names)
    return f"{', '.join(names[:SHOWN])} and {rest} more rows"
