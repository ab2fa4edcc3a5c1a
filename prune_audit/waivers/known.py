"""Report and baseline -> Report: which findings were there before, which are gone."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from prune_audit.audit import Known, Report
from prune_audit.findings import Finding, Suppressed, SuppressedBy
from prune_audit.fingerprint import Key, key, named
from prune_audit.places import Place
from prune_audit.rules import RULES
from prune_audit.rules.rule import Scope
from prune_audit.waivers import problems
from prune_audit.waivers.apply import is_fixed, with_problems
from prune_audit.waivers.reach import reach

_CODES = frozenset(rule.code for rule in RULES)
_CORPUS = frozenset(rule.code for rule in RULES if rule.scope is Scope.CORPUS)


def against(report: Report, baseline: Mapping[Key, int], path: Path) -> Report:
    """Suppress the findings that a baseline lists, each as often as it is listed there.

    ``path`` is that of the baseline, whose folder its file names are seen from. Entries that no
    longer occur become one note.
    """
    folder = path.absolute().parent
    rest = Counter(baseline)
    rest.subtract(_occurring(report.suppressed, folder))
    new: list[Finding] = []
    known: list[Suppressed] = []
    run = reach(report)
    for finding in report.findings:
        its = key(finding, folder)
        if is_fixed(finding, run) or rest[its] < 1:
            new.append(finding)
        else:
            rest[its] -= 1
            known.append(_existing(finding, path))
    gone = resolved(report, baseline, path)
    counts = Known(len(new), len(known), gone.total())
    kept = replace(
        report, findings=tuple(new), suppressed=(*report.suppressed, *known), known=counts
    )
    if not gone:
        return kept
    place = Place(str(path))
    codes = (entry.code for entry in gone)
    return with_problems(kept, [problems.stale_baseline(place, gone.total(), codes)])


def recorded(report: Report, path: Path) -> Counter[Key]:
    """Return what a baseline of a report's findings lists, to be written at ``path``."""
    folder = path.absolute().parent
    return Counter(key(finding, folder) for finding in recordable(report))


def recordable(report: Report) -> list[Finding]:
    """Return the findings that a baseline can list: all but those that nothing suppresses."""
    run = reach(report)
    return [finding for finding in report.findings if not is_fixed(finding, run)]


def resolved(report: Report, baseline: Mapping[Key, int], path: Path) -> Counter[Key]:
    """Return the entries, with how often, that no longer occur although this run looked for them.

    An entry of a file or a rule that is gone no longer occurs either. Rules that compare papers
    have looked where all files that the baseline names are checked, two or more.
    """
    folder = path.absolute().parent
    rest = Counter(baseline)
    rest.subtract(key(finding, folder) for finding in report.findings)
    rest.subtract(_occurring(report.suppressed, folder))
    run = reach(report)
    read = {named(file, folder) for file in run.checked if file not in run.unread}
    several = len(read) > 1 and all(entry.file in read for entry in baseline)
    ran = run.rules | (_CORPUS & {rule.code for rule in report.rules} if several else set())
    return Counter(
        {
            entry: count
            for entry, count in rest.items()
            if count > 0 and (_is_gone(entry, folder) or (entry.file in read and entry.code in ran))
        }
    )


def _is_gone(entry: Key, folder: Path) -> bool:
    no_file = not entry.file.startswith("<") and not os.path.lexists(folder / entry.file)
    return no_file or entry.code not in _CODES


def _occurring(suppressed: tuple[Suppressed, ...], folder: Path) -> Iterator[Key]:
    return (key(one.finding, folder) for one in suppressed)


def _existing(finding: Finding, path: Path) -> Suppressed:
    reason = f"listed in the baseline {path.name}"
    return Suppressed(finding, SuppressedBy.BASELINE, reason, place=Place(str(path)))
