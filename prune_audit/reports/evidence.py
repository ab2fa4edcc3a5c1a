"""The evidence of submissions in a report: text, markdown and JSON data."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from prune_audit.reports.lines import one_line, painted, wrapped
from prune_audit.reports.look import Look

if TYPE_CHECKING:
    from prune_audit.audit import Report
    from prune_audit.evidence.check import Check
    from prune_audit.evidence.evidence import Evidence
    from prune_audit.places import Place

STATUSES = ("verified", "contradicted", "not verified")
HEADS = ("what", "run", "claimed", "found", "status")
_STYLES = dict(zip(STATUSES, ("green", "red", "yellow"), strict=True))
_NARROWEST = 12
"""Columns that a cell always gets; the finding has the whole text."""
_OTHERS = 44
"""Columns of what is checked, the run, the status and the gaps, where these are short."""


def summary(evidence: "Iterable[Evidence]") -> str:
    """Return how many checks ended how: 12 verified, 1 contradicted, 2 not verified."""
    counted = Counter(str(check.status) for one in evidence for check in one.checks)
    return ", ".join(f"{counted[status]} {status}" for status in STATUSES)


def by_file(report: "Report") -> "dict[str, Evidence]":
    """Return the evidence of a report by the file of the submission."""
    return {one.claim.file: one for one in report.submitted.evidence}


def lines(one: "Evidence", look: Look) -> Iterator[str]:
    """Yield a table for the terminal: what, run, claimed, found, status, and what is not known."""
    title = f"evidence of {one.submission.id}: {summary([one])}"
    yield from (painted(line, "bold", look) for line in wrapped(one_line(title), look, 0))
    rows = [[_cell(text, look) for text in row] for row in _rows(one.checks, look)]
    wide = [max(map(len, column)) for column in zip(HEADS, *rows, strict=True)]
    yield painted(f"{_aligned(HEADS, wide)}{HEADS[-1]}", "dim", look)
    for row in rows:
        yield f"{_aligned(row, wide)}{painted(row[-1], _STYLES[row[-1]], look)}"
    yield ""


def _rows(checks: "Iterable[Check]", look: Look) -> Iterator[list[str]]:
    """Yield a row per check; runs that are verified alike share one unless all is to be shown."""
    for (what, status, _), group in groupby(checks, key=_kind):
        same = list(group)
        if look.verbose or len(same) == 1 or status != STATUSES[0]:
            yield from map(cells, same)
        else:
            claimed, found = ([getattr(one, side) for one in same] for side in ("claimed", "found"))
            yield [what, f"{len(same)} runs", _shared(claimed), _shared(found), status]


def _kind(check: "Check") -> tuple[str, str, bool]:
    return (str(check.what), str(check.status), check.run.startswith("seed"))


def _shared(texts: Sequence[str]) -> str:
    """Return the text that all have, or the first and the last one."""
    return texts[0] if len(set(texts)) == 1 else f"{texts[0]} ... {texts[-1]}"


def _aligned(cells: Sequence[str], wide: Sequence[int]) -> str:
    """Return all cells but the last one at their widths."""
    padded = zip(cells[:-1], wide, strict=False)
    return "  " + "".join(f"{cell:<{width}}  " for cell, width in padded)


def _cell(text: str, look: Look) -> str:
    plain, most = one_line(text), max(_NARROWEST, (look.width - _OTHERS) // 2)
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def cells(check: "Check") -> list[str]:
    """Return the cells of a check: what, run, claimed, found, status."""
    return [str(check.what), check.run, check.claimed, check.found, str(check.status)]


def data(one: "Evidence") -> dict[str, Any]:
    """Return the evidence of a submission as plain data."""
    return {
        "file": one.claim.file,
        "submission": one.submission.id.value,
        "track": one.submission.track.value,
        "result": one.result.name,
        "checks": [_check(check) for check in one.checks],
    }


def _check(check: "Check") -> dict[str, Any]:
    return {
        "what": str(check.what),
        "run": check.run or None,
        "status": str(check.status),
        "claimed": check.claimed,
        "found": check.found,
        "message": check.message,
        "fix": check.fix or None,
        "places": [_place(place) for place in check.anchors],
    }


def _place(place: "Place") -> dict[str, Any]:
    return {"file": place.file, "line": place.line, "column": place.column}
