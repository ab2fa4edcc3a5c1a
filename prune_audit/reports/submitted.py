"""What a comment says about submissions: their place on their track, and their evidence."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from prune_audit.audit import Submitted
from prune_audit.reports import evidence, words
from prune_audit.reports.fitted import Section
from prune_audit.reports.inert import code, plain

if TYPE_CHECKING:
    from prune_audit.benchmark.entrant import Entrant
    from prune_audit.evidence.evidence import Evidence

GRAVEST = ("contradicted", "not verified", "verified")
"""States of a check in the order in which they are shown."""


def sections(submitted: Submitted) -> Iterator[Section]:
    """Yield a table of the entrants of a benchmark, then one of checks for each submission."""
    rows = tuple(row for entrant in submitted.entrants for row in _rows(entrant))
    if rows:
        heads = ["submission", "track", "against", "setup", "verdict", "decided by"]
        title = f"\n{words.plural(len(submitted.entrants), 'submission')}\n\n"
        yield Section(f"{title}{_table(heads)}", rows, share=0.1)
    for one in submitted.evidence:
        yield _evidence(one, 0.2 / len(submitted.evidence))


def _rows(entrant: "Entrant") -> Iterator[str]:
    name = code(entrant.submission.id.value or "?")
    track = code(entrant.submission.track.value or "?")
    pairs = [("baseline", entrant.baseline)] if entrant.baseline else []
    pairs += [(pair.other.name, pair) for pair in entrant.accepted]
    for against, pair in pairs:
        verdict = pair.verdict
        setup, fairness = words.setup_range(verdict), str(verdict.fairness)
        yield _row([name, track, code(against), setup, fairness, plain(words.reason(verdict))])
    if not pairs:
        yield _row([name, track, "", "", "", "there is nothing on the track to compare with"])


def _evidence(one: "Evidence", share: float) -> Section:
    ordered = sorted(one.checks, key=lambda check: GRAVEST.index(str(check.status)))
    rows = tuple(_row([plain(cell) for cell in evidence.cells(check)]) for check in ordered)
    head = f"\n<details><summary>Evidence: {evidence.summary([one])}</summary>\n\n"
    name = f"Submission {code(one.submission.id.value or '?')}\n\n"
    return Section(f"{head}{name}{_table(evidence.HEADS)}", rows, "\n</details>\n", share)


def _table(heads: Sequence[str]) -> str:
    return f"{_row(heads)}|{'---|' * len(heads)}\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
