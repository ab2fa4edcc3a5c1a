"""A study as text for a terminal."""

from collections.abc import Iterator
from textwrap import fill

from tabulate import tabulate

from prune_audit.reports.lines import painted, wrapped
from prune_audit.reports.look import Look
from prune_audit.studies.outcome import Held, Outcome, Sign, Table
from prune_audit.studies.reports.cells import head, lines, numeric

COLOURS = {Held.YES: "green", Held.NO: "yellow", Held.OPEN: "bold"}


def text(found: Outcome, look: Look) -> str:
    """Return what was run, what came of it, and which signs held."""
    return "\n".join(_lines(found, look)) + "\n"


def _lines(found: Outcome, look: Look) -> Iterator[str]:
    yield painted(f"{found.name}: {found.title}", "bold", look)
    yield from wrapped(found.source, look, 0)
    yield ""
    for sentence in found.setup:
        yield from wrapped(sentence, look, 0)
    for table in found.tables:
        yield ""
        yield from _table(table, look)
    if found.signs:
        yield ""
    for sign in found.signs:
        yield from _sign(sign, look)
    for note in found.notes:
        yield ""
        yield from wrapped(note, look, 0)


def _table(table: Table, look: Look) -> Iterator[str]:
    yield from wrapped(table.title, look, 0)
    align = ["right" if numeric(table, index) else "left" for index in range(len(table.columns))]
    heads = [head(column) for column in table.columns]
    for names in (heads, list(map(_stacked, heads))):
        grid = tabulate(
            lines(table), names, "simple", colalign=align if table.rows else None,
            disable_numparse=True,
        ).splitlines()  # fmt: skip
        if max(map(len, grid), default=0) <= look.width:
            break
    yield from grid
    if table.note:
        yield from wrapped(table.note, look, 0)


def _stacked(name: str) -> str:
    """Return the head of a column on several lines, none wider than its longest word."""
    longest = max(map(len, name.split()), default=1)
    return fill(name, longest, break_long_words=False, break_on_hyphens=False)


def _sign(sign: Sign, look: Look) -> Iterator[str]:
    held = painted(f"{sign.held}:", COLOURS[sign.held], look)
    first, *rest = wrapped(f"{sign.held}: {sign.expected}", look, 0, 2)
    yield first.replace(f"{sign.held}:", held, 1)
    yield from rest
    yield from wrapped(f"measured: {sign.measured}", look, 2, 4)
