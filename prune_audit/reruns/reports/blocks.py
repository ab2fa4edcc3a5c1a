"""What a report consists of, whatever its format: titled sections of paragraphs and grids."""

from typing import NamedTuple


class Grid(NamedTuple):
    """A table of texts. The first ``keys`` columns name a row; they go first in every part."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    keys: int = 1


class Section(NamedTuple):
    """A title, and paragraphs (``- `` begins an item of a list) and grids below it."""

    title: str
    blocks: tuple[str | Grid, ...]


def without_arm(grid: Grid) -> Grid:
    """Return a grid whose second column is the arm with that arm in the title, if it is but one."""
    arms = {row[1] for row in grid.rows}
    if len(arms) != 1:
        return grid
    title = f"{grid.title}, {arms.pop()}" if grid.title else arms.pop()
    heads, rows = (grid.heads[0], *grid.heads[2:]), ((row[0], *row[2:]) for row in grid.rows)
    return Grid(heads, tuple(rows), title)
