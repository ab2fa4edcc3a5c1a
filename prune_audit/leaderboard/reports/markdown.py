"""The leaderboard as markdown, for a page or a pull request."""

from collections.abc import Iterator

from prune_audit.leaderboard.apart import Apart
from prune_audit.leaderboard.board import Board, Division, Group
from prune_audit.leaderboard.reports import phrases
from prune_audit.leaderboard.reports.cells import cells
from prune_audit.leaderboard.reports.text import HEADS
from prune_audit.reports.look import Look
from prune_audit.reports.markdown import escape


def render(board: Board, look: Look) -> str:
    """Return a section per data set and network, with a table per group."""
    lines = ["# Leaderboard", *_top(board)]
    own = phrases.differ(board)
    for division in board.divisions:
        if division.candidates:
            lines += ["", *_division(division, board, look, own)]
    if said := phrases.outside(board):
        lines += ["", escape(said)]
    return "\n".join(lines).rstrip() + "\n"


def _top(board: Board) -> Iterator[str]:
    rest = (
        phrases.summary(board), phrases.counted(board), phrases.PARTIAL, phrases.ranks(board),
        phrases.assumptions(board), phrases.unread(board),
    )  # fmt: skip
    for text in filter(None, rest):
        yield from ("", escape(text))


def _division(division: Division, board: Board, look: Look, own: bool) -> Iterator[str]:
    yield f"## {escape(phrases.title(division))}"
    yield from ("", escape(phrases.size(division)))
    for warning in phrases.warnings(division):
        yield from ("", escape(warning))
    for group, apart in zip(division.groups, division.joins, strict=True):
        head = phrases.heading(group, board, division)
        yield from ("", *_group(group, apart, head, own))
    if division.loners:
        yield from ("", "### In no group", "")
        yield from (f"- {escape(text)}" for text in phrases.reasons(division.loners))
        if look.verbose:
            yield from ("", *(_loner(apart) for apart in division.loners))


def _group(group: Group, apart: Apart, head: str, own: bool) -> Iterator[str]:
    yield f"### {escape(head)}"
    yield ""
    yield _grid(group)
    rests = phrases.rests(group) if own else ()
    notes = [*rests, *phrases.doubles(group), *group.marks, *phrases.quotes(group)]
    if apart.nearest:
        notes.append(phrases.reason(apart))
    if notes:
        yield from ("", *(f"- {escape(note)}" for note in notes))


def _grid(group: Group) -> str:
    from tabulate import tabulate  # takes 15 ms to import, which the other formats need not pay

    rows = [[escape(cell) for cell in cells(line, group)] for line in group.lines]
    return tabulate(rows, list(HEADS), "github", disable_numparse=True)


def _loner(apart: Apart) -> str:
    return f"- {escape(f'{apart.unit.name}: {phrases.reason(apart)}')}"
