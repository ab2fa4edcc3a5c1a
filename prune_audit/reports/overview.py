"""One line per file, for the end of a report on several files."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from prune_audit.findings import Finding, Severity
from prune_audit.reports.lines import one_line, painted
from prune_audit.reports.look import Look
from prune_audit.verdict import Fairness

HEADS = ("pairs", *map(str, Fairness), *(f"{word}s" for word in Severity))
HINT = "prune-audit check FILE shows one paper"
SUBMITTED_HINT = "prune-audit verify FOLDER shows the evidence of one submission"
LEAST = 12
"""Columns that a file name always gets."""


class Checked(NamedTuple):
    """What came of checking one file; ``pairs`` also count those of a submission on its track."""

    file: str
    pairs: Counter[Fairness]
    findings: Sequence[Finding]


def overview(checked: Sequence[Checked], look: Look, hint: str = HINT) -> Iterator[str]:
    """Yield a table with a line per file, and how to see one; nothing for a single file."""
    if len(checked) < 2:
        return
    yield from _table(checked, look)
    if any(_open(one) for one in checked):
        yield painted(hint, "dim", look)


def _table(checked: Sequence[Checked], look: Look) -> Iterator[str]:
    names = [one_line(one.file) for one in checked]
    longest = max(map(len, names))
    gap = "  " if longest + sum(len(head) + 2 for head in HEADS) <= look.width else " "
    room = max(LEAST, look.width - sum(len(gap + head) for head in HEADS))
    wide = min(longest, room)
    yield painted(f"{'file':<{wide}}{gap}{gap.join(HEADS)}", "dim", look)
    for name, one in zip(names, checked, strict=True):
        # the end of a path tells files apart
        shown = name if len(name) <= wide else f"…{name[len(name) - wide + 1 :]}"
        cells = zip(HEADS, _counts(one), strict=True)
        yield f"{shown:<{wide}}{gap}{gap.join(f'{count:>{len(head)}}' for head, count in cells)}"


def _counts(one: Checked) -> list[int]:
    pairs = one.pairs
    found = Counter(finding.severity for finding in one.findings)
    return [pairs.total(), *(pairs[word] for word in Fairness), *(found[word] for word in Severity)]


def _open(one: Checked) -> bool:
    return bool(one.findings) or one.pairs[Fairness.FAIR] < one.pairs.total()
