"""The conclusions of a rerun as markdown, for a page or a pull request."""

from collections.abc import Iterator

from prune_audit.reports.look import Look
from prune_audit.reports.markdown import escape
from prune_audit.reruns.conclusions import Conclusions
from prune_audit.reruns.reports.blocks import Grid, Section
from prune_audit.reruns.reports.sections import sections, summary


def render(conclusions: Conclusions, look: Look) -> str:
    """Return a heading, the summary, and every section; tables hold every row."""
    lines = ["# Rerun", "", escape(summary(conclusions))]
    lines += [line for section in sections(conclusions, True) for line in _section(section)]
    return "\n".join(lines).rstrip() + "\n"


def _section(section: Section) -> Iterator[str]:
    yield ""
    yield f"## {escape(section.title)}"
    before = ""
    for block in section.blocks:
        item = isinstance(block, str) and block.startswith("- ")
        if not (item and before == "item"):
            yield ""
        if isinstance(block, Grid):
            yield from _grid(block)
        else:
            yield f"- {escape(block[2:])}" if item else escape(block)
        before = "item" if item else ""


def _grid(grid: Grid) -> Iterator[str]:
    from tabulate import tabulate  # takes 15 ms to import, which the other formats need not pay

    if grid.title:
        yield f"### {escape(grid.title)}"
        yield ""
    rows = [[escape(cell) for cell in row] for row in grid.rows]
    yield tabulate(rows, [*map(escape, grid.heads)], "github", disable_numparse=True)
