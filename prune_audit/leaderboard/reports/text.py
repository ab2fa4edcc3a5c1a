"""The leaderboard for people at a terminal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from textwrap import wrap

from prune_audit.leaderboard.apart import Apart
from prune_audit.leaderboard.board import Board, Division, Group
from prune_audit.leaderboard.reports import phrases
from prune_audit.leaderboard.reports.cells import NOTHING, Cells, cells
from prune_audit.reports.lines import cut, one_line, painted, wrapped
from prune_audit.reports.look import Look

HEADS = Cells("rank", "top-1", "runs", "drop", "rate", "method", "result", "paper", "also in")
NUMBERS = 5
"""Columns that are aligned right."""

INDENT, GAP = "    ", "  "
LEAST = (
    ("also", 8), ("method", 16), ("result", 24), ("paper", 10),
    ("method", 8), ("result", 8), ("paper", 5), ("also", 5),
)  # fmt: skip
"""Columns that give way where a table is too wide, in this order, and the least they keep."""

REASONS = 4
"""Kinds of reasons per division that are shown where not everything is."""


def render(board: Board, look: Look) -> str:
    """Return a block per data set and network: the groups by rate, then why results are in none."""
    lines = [*_top(board, look)]
    own = phrases.differ(board)
    for division in board.divisions:
        if division.candidates:
            lines += ["", *_division(division, board, look, own)]
    if said := phrases.outside(board):
        lines += ["", *wrapped(said, look, 0)]
        if look.verbose:
            lines += [f"  {one_line(one.short)}" for one in board.outside]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _top(board: Board, look: Look) -> Iterator[str]:
    yield from (painted(line, "bold", look) for line in wrapped(phrases.summary(board), look, 0))
    rest = (
        phrases.counted(board), phrases.PARTIAL, phrases.ranks(board), phrases.assumptions(board),
        phrases.unread(board),
    )  # fmt: skip
    for text in filter(None, rest):
        yield from wrapped(text, look, 0, 2)


def _division(division: Division, board: Board, look: Look, own: bool) -> Iterator[str]:
    head = f"{phrases.title(division)}: {phrases.size(division)}"
    yield from (painted(line, "bold", look) for line in wrapped(head, look, 0, 2))
    for warning in phrases.warnings(division):
        yield from (painted(line, "yellow", look) for line in wrapped(warning, look, 2, 4))
    seen: set[str] = set()
    for group, apart in zip(division.groups, division.joins, strict=True):
        head = phrases.heading(group, board, division)
        yield from (painted(line, "cyan", look) for line in wrapped(head, look, 2, 4))
        rests = phrases.rests(group) if own else ()
        marks = [mark for mark in group.marks if mark not in seen]
        notes = [*rests, *phrases.doubles(group), *marks, *phrases.quotes(group)]
        yield from _group(group, apart, notes, look)
        seen.update(group.marks)
    if division.loners:
        yield from _loners(division, look)


def _group(group: Group, apart: Apart, notes: Sequence[str], look: Look) -> Iterator[str]:
    yield from _table([cells(line, group) for line in group.lines], look)
    for note in (*notes, *([phrases.reason(apart)] if apart.nearest else [])):
        yield from (painted(line, "dim", look) for line in wrapped(note, look, 4, 6))


def _table(rows: Iterable[Cells], look: Look) -> Iterator[str]:
    """Yield the rows in columns; columns that say nothing are left out."""
    full = [HEADS, *rows]
    kept = [i for i in range(len(HEADS)) if any(row[i] not in ("", NOTHING) for row in full[1:])]
    widths = _widths(full, kept, look.width - len(INDENT))
    for number, row in enumerate(full):
        for line in _lines(row, kept, widths):
            shown = cut(line, look)
            yield shown if number else painted(shown, "dim", look)


def _lines(row: Cells, kept: Sequence[int], widths: Mapping[int, int]) -> Iterator[str]:
    """Yield a row, with as many lines as its longest cell needs: no name is cut."""
    cells = [wrap(row[i], widths[i], break_on_hyphens=False) for i in kept]
    for parts in zip_longest(*cells, fillvalue=""):
        texts = (_padded(part, widths[i], i < NUMBERS) for i, part in zip(kept, parts, strict=True))
        yield f"{INDENT}{GAP.join(texts)}".rstrip()


def _widths(rows: Sequence[Cells], kept: Sequence[int], room: int) -> dict[int, int]:
    widths = {i: max(len(row[i]) for row in rows) for i in kept}
    for name, least in LEAST:
        column = Cells._fields.index(name)
        over = sum(widths.values()) + len(GAP) * (len(kept) - 1) - room
        if over > 0 and column in widths:
            widths[column] = max(min(least, widths[column]), widths[column] - over)
    return widths


def _padded(text: str, width: int, right: bool) -> str:
    return text.rjust(width) if right else text.ljust(width)


def _loners(division: Division, look: Look) -> Iterator[str]:
    if division.groups:
        yield f"  in no group: {len(division.loners)}"
    for text in phrases.reasons(division.loners, None if look.verbose else REASONS):
        yield from wrapped(text, look, 4, 6)
    if look.verbose:
        for apart in division.loners:
            line = f"{one_line(apart.unit.name)}: {phrases.reason(apart)}"
            yield from (painted(one, "dim", look) for one in wrapped(line, look, 4, 6))
