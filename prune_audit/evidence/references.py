"""A row against reference retraining points: is it where its own recipe leads?"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum

from prune_audit.claim import BaseModel, Claim, Result
from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.evidence import Evidence
from prune_audit.evidence.reference_accuracy import claimed_of
from prune_audit.evidence.reference_row import NoLookUpError, wanted_of
from prune_audit.reruns.reference import (
    Found,
    Interpolated,
    Missing,
    Refused,
    look_up,
)
from prune_audit.reruns.reference_gap import ALPHA, MARGIN, Claimed, Gap, gap, shown
from prune_audit.reruns.reference_points import Point, References, references_of
from prune_audit.reruns.reference_words import recipe_words
from prune_audit.statistics.one_sided import Side

__all__ = [
    "References",
    "Role",
    "reference_checks",
    "references_of",
    "submission_checks",
    "with_references",
]

MOST_IDS = 3
"""Experiment ids that a message names."""


class Role(StrEnum):
    """What a row is to a submission, and so on which side it may be out of place."""

    BASELINE = "baseline"
    RESULT = "result"

    @property
    def what(self) -> What:
        """What is checked of such a row."""
        return What.BASELINE_REFERENCE if self is Role.BASELINE else What.RESULT_REFERENCE

    @property
    def side(self) -> Side:
        """A baseline is not to be too weak, a result not to be too good for its recipe."""
        return Side.BELOW if self is Role.BASELINE else Side.ABOVE


def with_references(
    evidence: Evidence, points: Iterable[Point], others: Iterable[BaseModel] = ()
) -> Evidence:
    """Return the evidence of a submission with the checks against reference points added."""
    found = submission_checks(evidence.claim, evidence.result, points, others)
    return replace(evidence, checks=(*evidence.checks, *found))


def submission_checks(
    claim: Claim,
    result: Result,
    points: Iterable[Point],
    others: Iterable[BaseModel] = (),
) -> Iterator[Check]:
    """Yield the check of a submitted row, and of each row of its file that it is compared with."""
    every, bases = tuple(points), tuple(others)
    yield from reference_checks(result, Role.RESULT, every, bases)
    for name in _baselines(claim, result):
        yield from reference_checks(claim.results[name], Role.BASELINE, every, bases)


def _baselines(claim: Claim, result: Result) -> dict[str, None]:
    """Return the names of the rows that a row is said to be compared with, in order."""
    mine = (one for one in claim.comparisons if one.ours.value == result.name)
    named = (name for one in mine for name in one.against.value or ())
    return dict.fromkeys(name for name in named if name in claim.results and name != result.name)


def reference_checks(
    result: Result,
    role: Role,
    points: Iterable[Point],
    others: Iterable[BaseModel] = (),
) -> Iterator[Check]:
    """Yield one check of a row against the reference of its own recipe and rate.

    ``others`` are base models of other files, to which a row may refer by ``own:NAME``.

    *Verified* where reference runs were found, or lie on both sides of it, and it is not beyond
    them on the side of its role; *contradicted* where it is, beyond noise and margin; *not
    verified* where a fact is not known, nothing was found, or the look-up is refused.
    """
    yield _check(result, role, tuple(points), others)


def _check(
    result: Result, role: Role, points: tuple[Point, ...], others: Iterable[BaseModel]
) -> Check:
    try:
        wanted = wanted_of(result, others)
        claimed = claimed_of(result, wanted.base)
    except NoLookUpError as error:
        return _open(result, role, str(error))
    if role is Role.RESULT and result.selection.value == "best-run":
        return _open(result, role, "it is the best of several runs")
    outcome = look_up(points, wanted)
    if isinstance(outcome, Missing | Refused):
        return _open(result, role, outcome.reason)
    return _decided(result, role, outcome, claimed)


def _open(result: Result, role: Role, reason: str) -> Check:
    message = f"{result.name} is not compared with reference runs: {reason}"
    anchors = (result.top1.place,)
    return Check(role.what, Status.NOT_VERIFIED, result.top1.text, "", message, anchors)


def _decided(result: Result, role: Role, outcome: Found | Interpolated, claimed: Claimed) -> Check:
    found = gap(outcome, claimed, role.side)
    status = Status.CONTRADICTED if found.beyond else Status.VERIFIED
    relation = "is" if found.beyond else "is not, beyond noise,"
    message = (
        f"{result.name} ({result.top1} %) {relation} {role.side} what reference runs of its recipe "
        f"give: "
        f"{_reference(outcome, claimed, role)}; {_numbers(found)}; "
        f"{_recipe(outcome)}; {_ids(outcome.points)}"
    )
    anchors = (result.top1.place, *([result.retraining.lr.place] if result.retraining else []))
    fix = FIXES[role] if found.beyond else ""
    given = "; ".join(f"{point.shown_rate}: {shown(point)}" for point in outcome.points)
    return Check(role.what, status, result.top1.text, given, message, anchors, fix=fix)


FIXES = {
    Role.BASELINE: "train the baseline under its recipe again, or take the reference's value",
    Role.RESULT: "state what else the recipe has, or add logs and checkpoints of every run",
}


def _reference(outcome: Found | Interpolated, claimed: Claimed, role: Role) -> str:
    best = role.side is Side.ABOVE and claimed.any_epoch
    note = ", best epoch of each run, since it is not said that the last one is printed"
    if isinstance(outcome, Found):
        text = f"{shown(outcome.point, best)} at {outcome.point.shown_rate}"
    else:
        ends = (f"{shown(point, best)} at {point.shown_rate}" for point in outcome.points)
        text = (
            f"between {' and '.join(ends)}, {outcome.mean:.2f} by a line over log(rate) (last "
            f"epochs), tested against the {'higher' if role.side is Side.ABOVE else 'lower'} one"
        )
    return text + note * best


def _numbers(found: Gap) -> str:
    """Return how far out it is by its most favourable digits, and by which test."""
    beyond = found.test.beyond
    where = f"{beyond:.2f} points {found.side}" if beyond > 0 else f"it does not lie {found.side}"
    lifted = ", their spread taken as that of the test set" if found.lifted else ""
    return (
        f"{where}, one-sided {found.name} p = {found.test.p:.2g}{lifted} (alpha {ALPHA:g}, margin "
        f"{MARGIN:g} points)"
    )


def _recipe(outcome: Found | Interpolated) -> str:
    return recipe_words(outcome.points[0].recipe)


def _ids(points: Iterable[Point]) -> str:
    every = [run_id for point in points for run_id in point.ids]
    more = f" and {len(every) - MOST_IDS} more" if len(every) > MOST_IDS else ""
    return f"runs {', '.join(every[:MOST_IDS])}{more}"
