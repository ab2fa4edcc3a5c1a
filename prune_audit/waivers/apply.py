"""Report and suppressions -> Report: what is suppressed, and what is wrong with the suppressions.

Verdicts on comparisons never change. Findings about suppressions themselves (PA9), and those that
leave a file unread, are never suppressed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from typing import NamedTuple

from prune_audit.audit import Report
from prune_audit.findings import Finding, Hit, Suppressed
from prune_audit.problems import Problem
from prune_audit.rules import RULES
from prune_audit.waivers import problems
from prune_audit.waivers.reach import (
    ALWAYS_UNREAD,
    FILE_CODES,
    OWN_FAMILY,
    Reach,
    meant,
    reach,
)
from prune_audit.waivers.suppression import Matching, Suppression


@dataclass(frozen=True)
class _Grant:
    """One word of one suppression that acts, with the rules it means."""

    suppression: Suppression
    word: str
    codes: tuple[str, ...]


def suppress(report: Report, suppressions: Sequence[Suppression], today: date) -> Report:
    """Take the findings that some suppression covers out of those that count.

    What is wrong with the suppressions (PA9) is added, as far as its rules are among those of the
    report. Of several suppressions that cover a finding the first is named, and all are in use.
    """
    faults, grants = _acting(suppressions, today)
    run = reach(report)
    sorting = _sorted_out(report.findings, _by_code(grants), run)
    faults += sorting.in_vain
    faults += [
        _unused(grant) for grant in grants if grant not in sorting.used and _judged(grant, run)
    ]
    taken = (*report.suppressed, *sorting.taken)
    return with_problems(replace(report, findings=sorting.left, suppressed=taken), faults)


class _Sorted(NamedTuple):
    """Findings that are left and taken, which grants cover any, and what they cannot take."""

    left: tuple[Finding, ...]
    taken: tuple[Suppressed, ...]
    used: set[_Grant]
    in_vain: list[Problem]


def _sorted_out(
    findings: Iterable[Finding], by_code: Mapping[str, Sequence[_Grant]], run: Reach
) -> _Sorted:
    left: list[Finding] = []
    taken: list[Suppressed] = []
    used: set[_Grant] = set()
    in_vain: list[Problem] = []
    for finding in findings:
        grants = by_code.get(finding.code, ())
        covering = [grant for grant in grants if grant.suppression.where.covers(finding)]
        used.update(covering)
        if covering and not is_fixed(finding, run):
            taken.append(_suppressed(finding, covering[0].suppression))
        else:
            left.append(finding)
            in_vain += [_in_vain(grant) for grant in covering if len(grant.codes) == 1]
    return _Sorted(tuple(left), tuple(taken), used, in_vain)


def _by_code(grants: Iterable[_Grant]) -> dict[str, list[_Grant]]:
    found: dict[str, list[_Grant]] = {}
    for grant in grants:
        for code in grant.codes:
            found.setdefault(code, []).append(grant)
    return found


def is_fixed(finding: Finding, run: Reach) -> bool:
    """Whether nothing can suppress a finding."""
    unread = finding.code in FILE_CODES and finding.place.file in run.unread
    return finding.code.startswith(OWN_FAMILY) or unread


def with_problems(report: Report, found: Iterable[Problem]) -> Report:
    """Add problems to the findings of a report, as far as their rules are among its own."""
    rules = {rule.code: rule for rule in report.rules}
    added = [
        rules[problem.code].finding(Hit(problem.message, problem.anchors, problem.fix))
        for problem in found
        if problem.code in rules
    ]
    if not added:
        return report
    every = dict.fromkeys((*report.findings, *added))
    return replace(report, findings=tuple(sorted(every, key=lambda finding: finding.sort_key)))


def _acting(suppressions: Sequence[Suppression], today: date) -> tuple[list[Problem], list[_Grant]]:
    """Return what is wrong with suppressions, and of the others what they mean."""
    faults: list[Problem] = []
    grants: list[_Grant] = []
    for suppression in suppressions:
        fault = _why_not(suppression, today)
        if fault:
            faults.append(fault)
        for word in suppression.words:
            codes = meant(word, families=suppression.families)
            wrong = _wrong_word(suppression, word, codes)
            if wrong:
                faults.append(wrong)
            elif not fault:
                grants.append(_Grant(suppression, word, codes))
    return _without_repeated(faults, grants)


def _why_not(suppression: Suppression, today: date) -> Problem | None:
    """Say why a suppression as a whole does not act."""
    place, words = suppression.place, suppression.words
    if not suppression.reason.strip():
        return problems.suppression_without_reason(place, words)
    if suppression.until is not None and today > suppression.until:
        return problems.expired_suppression(place, words, suppression.until.isoformat())
    return None


def _wrong_word(suppression: Suppression, word: str, codes: Sequence[str]) -> Problem | None:
    place = suppression.place
    if not codes and meant(word, families=True):
        reason = f"{word} is a family; a comment on a line names single rules"
        fix = "write the code of the rule; ignore-file[...] at the top may name a family"
        return problems.malformed_suppression(place, reason, fix)
    if not codes:
        return problems.unknown_suppressed_code(place, word, _near(word))
    if all(code.startswith(OWN_FAMILY) for code in codes):
        return problems.insuppressible_code(place, word, "it is about suppressions themselves")
    if ALWAYS_UNREAD.issuperset(codes):
        return problems.insuppressible_code(place, word, "a file that is not read is not checked")
    return None


def _near(word: str) -> str:
    known = [name for rule in RULES for name in (rule.code, rule.name)]
    upper = word.upper()
    found = get_close_matches(upper if upper.startswith("PA") else word, known, 1, cutoff=0.75)
    return found[0] if found else ""


def _without_repeated(
    faults: list[Problem], grants: Sequence[_Grant]
) -> tuple[list[Problem], list[_Grant]]:
    """Take out what says the same as a grant before it."""
    first: dict[tuple[object, ...], _Grant] = {}
    for grant in grants:
        known = first.setdefault((grant.suppression.where, grant.codes), grant)
        if known is not grant:
            place = grant.suppression.place
            faults.append(
                problems.duplicate_suppression(place, grant.word, known.suppression.place)
            )
    return faults, list(first.values())


def _in_vain(grant: _Grant) -> Problem:
    """A single rule is named whose finding leaves the file unread."""
    why = "its finding leaves the file unread"
    return problems.insuppressible_code(grant.suppression.place, grant.word, why)


def _judged(grant: _Grant, run: Reach) -> bool:
    """Whether a grant that was not used could have been."""
    where = grant.suppression.where
    files = [file for file in run.checked if where.reads(file)]
    whole = not isinstance(where, Matching) or where.whole
    return bool(files) and whole and run.judges(grant.codes) and run.unread.isdisjoint(files)


def _unused(grant: _Grant) -> Problem:
    where = grant.suppression.where
    return problems.unused_suppression(grant.suppression.place, grant.word, str(where))


def _suppressed(finding: Finding, suppression: Suppression) -> Suppressed:
    until = suppression.until.isoformat() if suppression.until else ""
    return Suppressed(
        finding,
        suppression.by,
        suppression.reason,
        suppression.owner,
        until,
        suppression.place,
    )
