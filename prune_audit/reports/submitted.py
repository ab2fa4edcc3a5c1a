"""What a comment says about submissions: their place on their track, and their evidence."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from prune_audit.audit import Submitted
from prune_audit.reports import evidence, words
from prune_audit.reports.fitted import Section
from prune_audit.reports.inert import code, plain, unlinked
from prune_audit.submission import FILE_NAME

if TYPE_CHECKING:
    from prune_audit.benchmark.entrant import Entrant
    from prune_audit.claim import Result
    from prune_audit.evidence.evidence import Evidence

GRAVEST = ("contradicted", "not verified", "verified")
"""States of a check in the order in which they are shown."""


def standings(submitted: Submitted) -> Iterator[Section]:
    """Yield a table of the entrants of a benchmark, if there are any."""
    rows = tuple(row for entrant in submitted.entrants for row in _rows(entrant))
    if rows:
        heads = ["submission", "track", "against", "setup", "verdict", "decided by"]
        title = f"\n{words.plural(len(submitted.entrants), 'submission')}\n\n"
        yield Section(f"{title}{_table(heads)}", rows, share=0.1)


def checks(submitted: Submitted) -> Iterator[Section]:
    """Yield a table of checks for each submission."""
    for one in submitted.evidence:
        yield _evidence(one, 0.2 / len(submitted.evidence))


def _rows(entrant: "Entrant") -> Iterator[str]:
    name = code(entrant.submission.id.value or "?")
    track = code(entrant.submission.track.value or "?")
    pairs = [("baseline", entrant.baseline)] if entrant.baseline else []
    pairs += [(_called(pair.other), pair) for pair in entrant.accepted]
    for against, pair in pairs:
        verdict = pair.verdict
        setup, fairness = words.setup_range(verdict), str(verdict.fairness)
        yield _row([name, track, code(against), setup, fairness, plain(words.reason(verdict))])
    if not pairs:
        yield _row([name, track, "", "", "", "there is nothing on the track to compare with"])


def _called(other: "Result") -> str:
    """Return the name of an accepted submission's folder; its row's name says little."""
    file = PurePath(other.file)
    return (file.parent.name if file.name == FILE_NAME else "") or other.name


def _evidence(one: "Evidence", share: float) -> Section:
    ordered = sorted(one.checks, key=lambda check: GRAVEST.index(str(check.status)))
    rows = tuple(_row([plain(cell) for cell in evidence.cells(check)]) for check in ordered)
    # inside summary markdown does not hold; an id has no letter that HTML gives a meaning
    name = unlinked(one.submission.id.value or "?")
    title = f"Evidence of {name}: {evidence.summary([one])}"
    head = f"\n<details><summary>{title}</summary>\n\n"
    return Section(f"{head}{_table(evidence.HEADS)}", rows, "\n</details>\n", share)


def _table(heads: Sequence[str]) -> str:
    return f"{_row(heads)}|{'---|' * len(heads)}\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
