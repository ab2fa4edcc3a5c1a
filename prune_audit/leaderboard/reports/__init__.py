"""Formats of leaderboards: functions from a board to text."""

from collections.abc import Callable

from prune_audit.leaderboard.board import Board
from prune_audit.leaderboard.reports import markdown, sheet, structured, text
from prune_audit.reports.look import Look

Render = Callable[[Board, Look], str]

FORMATS: dict[str, Render] = {
    "text": text.render,
    "markdown": markdown.render,
    "csv": sheet.render,
    "json": structured.render,
}
