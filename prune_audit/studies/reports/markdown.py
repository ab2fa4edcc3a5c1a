"""A study as a section of a Markdown page."""

from collections.abc import Iterator

from prune_audit.reports.look import Look
from prune_audit.studies.outcome import Outcome, Table
from prune_audit.studies.reports.cells import head, lines, numeric


def markdown(found: Outcome, _: Look) -> str:
    """Return what was run, what came of it, and which signs held."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Outcome) -> Iterator[str]:
    yield from (f"## {found.name}: {found.title}", "", found.source, "")
    yield from (" ".join(found.setup), "")
    yield from ("| what is reported | measured here | outcome |", "|---|---|---|")
    for sign in found.signs:
        yield f"| {escaped(sign.expected)} | {escaped(sign.measured)} | **{sign.held}** |"
    for table in found.tables:
        yield ""
        yield from _table(table)
    for note in found.notes:
        yield from ("", note)


def _table(table: Table) -> Iterator[str]:
    yield from (table.title, "")
    yield _row([head(column) for column in table.columns])
    yield _row(["---:" if numeric(table, i) else "---" for i in range(len(table.columns))])
    for line in lines(table):
        yield _row([cell.replace(" +- ", " ± ") for cell in line])
    if table.note:
        yield from ("", table.note)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(map(escaped, cells))} |"


def escaped(text: str) -> str:
    """Return text that breaks no table."""
    return text.replace("|", "\\|")
