"""The leaderboard as CSV: one line per result and group."""

import csv
import re
from collections.abc import Iterator
from io import StringIO

from prune_audit.leaderboard.board import Board, Division, Group
from prune_audit.leaderboard.candidates import reference
from prune_audit.leaderboard.ranking import Ranked
from prune_audit.leaderboard.reports.cells import shown_rate, times
from prune_audit.reports.lines import one_line
from prune_audit.reports.look import Look

FIELDS = (
    "group", "dataset", "network", "track", "base", "setup", "rate_kind", "rate", "rate_printed",
    "rank", "conclusive", "tests", "method", "paper", "year", "file", "row", "submission", "top1",
    "spread", "runs", "drop", "selection", "quoted_by", "also_in",
)  # fmt: skip
_RISKY = re.compile(r"^[=+\-@\t\r]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def render(board: Board, look: Look) -> str:
    """Return the groups as CSV; results in no group are in the JSON only.

    ``rate`` is in times, ``top1``, ``spread`` and ``drop`` in percent and points; what is not known
    is empty or has the file's word for it (unreported, unverified). A cell that a spreadsheet would
    take for a formula begins with a quote mark.
    """
    stream = StringIO()
    writer = csv.DictWriter(stream, FIELDS, lineterminator="\n")
    writer.writeheader()
    for division in board.divisions:
        for group in division.groups:
            writer.writerows(_rows(division, group))
    return stream.getvalue()


def _rows(division: Division, group: Group) -> Iterator[dict[str, str]]:
    for line in group.lines:
        values = {**_where(division, group), **_what(line, group), **_who(line, group)}
        yield {name: plain(str(value)) for name, value in values.items()}


def _where(division: Division, group: Group) -> dict[str, object]:
    return {
        "group": group_id(division, group.name),
        "dataset": division.dataset,
        "network": division.network,
        "track": division.band.name if division.band else "",
        "setup": group.reached,
    }


def _what(line: Ranked, group: Group) -> dict[str, object]:
    row = line.candidate.result
    own = shown_rate(row, group.kinds)
    factor = times(own) if own else None
    top1 = row.top1.value
    return {
        "rate_kind": own.kind if own else "",
        "rate": "" if factor is None else f"{factor:.6g}",
        "rate_printed": own.entry.text if own else "",
        "rank": "" if line.rank is None else line.rank,
        "conclusive": "" if line.rank is None else "yes" if line.conclusive else "no",
        "tests": "; ".join((*line.tests, *line.assumed)),
        "top1": top1.value if top1 and top1.exact else row.top1.text,
        "spread": top1.spread.value if top1 and top1.spread else "",
        "runs": row.runs.text,
        "drop": "" if line.candidate.drop is None else line.candidate.drop,
        "selection": row.selection.text,
    }


def _who(line: Ranked, group: Group) -> dict[str, object]:
    one = line.candidate
    row, paper, submitted = one.result, one.claim.paper, one.claim.submission
    return {
        "base": row.base_model.weights.text if row.base_model else row.base.text,
        "method": row.method.text,
        "paper": paper.title.text,
        "year": paper.year.text,
        "file": row.file,
        "row": row.name,
        "submission": submitted.id.text if submitted else "",
        "quoted_by": "; ".join(reference(quote) for quote in one.quoted_by),
        "also_in": "; ".join(group.also.get(one, ())),
    }


def group_id(division: Division, name: str) -> str:
    """Return a group's id, unique on the board but not stable when results are added."""
    where = division.band.name if division.band else f"{division.dataset}/{division.network}"
    return f"{where}/{name}"


def plain(text: str) -> str:
    """Return a cell on one line that no spreadsheet takes for a formula."""
    line = one_line(text)
    return f"'{line}" if _RISKY.match(line) and not _NUMBER.fullmatch(line) else line
