"""What formats show of one result in one group."""

from math import inf
from typing import Any, NamedTuple

from prune_audit.claim import Result
from prune_audit.leaderboard.board import Group
from prune_audit.leaderboard.ranking import Ranked
from prune_audit.places import Entry
from prune_audit.rates import Rate, RateKind, rate
from prune_audit.reports.lines import one_line

NOTHING = "-"


class Cells(NamedTuple):
    """The cells of a row; ``also`` holds the other groups that the result is in."""

    rank: str
    top1: str
    runs: str
    drop: str
    rate: str
    method: str
    result: str
    paper: str
    also: str


def cells(line: Ranked, group: Group) -> Cells:
    """Return the cells of a result; ``~`` marks a rank that rests on an assumption."""
    one = line.candidate
    row, paper = one.result, one.claim.paper
    own = shown_rate(row, group.kinds)
    texts = (
        rank(line), _stated(row.top1), _stated(row.runs),
        NOTHING if one.drop is None else f"{one.drop:.2f}",
        rate_text(own) if own else NOTHING,
        row.method.text, one.short, f"{paper.venue} {paper.year}",
        ", ".join(group.also.get(one, ())),
    )  # fmt: skip
    return Cells(*map(one_line, texts))


def rank(line: Ranked) -> str:
    """Return the rank, ``n/a`` where there is none."""
    if line.rank is None:
        return "n/a"
    return f"{line.rank}{'' if line.conclusive else '~'}"


def _stated(entry: Entry[Any]) -> str:
    return entry.text if entry.known else NOTHING


def shown_rate(row: Result, kinds: tuple[RateKind, ...]) -> Rate | None:
    """Return the row's rate of the first of a group's kinds that it has."""
    return next((own for kind in kinds if (own := rate(row, kind))), None)


def times(own: Rate) -> float | None:
    """Return the middle of a rate in times; None without one, or where it is no factor."""
    middle = float(own.interval.low + own.interval.high) / 2
    return middle if own.kind is not RateKind.COST and 0 < middle < inf else None


def rate_text(own: Rate) -> str:
    """Return a rate as a factor, so that rows can be compared; MACs and bounds as printed."""
    middle = times(own)
    if middle is None or own.kind is RateKind.RATIO:
        return own.entry.text
    return own.entry.text if own.entry.text.endswith("x") else f"{middle:.2f}x"
