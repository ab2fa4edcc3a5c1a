"""Runs of different seeds whose test accuracies are the same in every epoch.

Only curves with ten different accuracies or more are compared. Test sets are small and accuracies
are rounded, so that two honest runs agree in some epochs: of 899 images in about one of seventy,
and in one of four at the very worst, where seeds move the accuracy by no more than one image (or
one printed digit). Even then ten different values agree by chance in one pair of a million. An
accuracy that stays where it was counts once, so that flat curves and saturated ones are left alone.
Two runs of one seed may be one run, done again, and are left alone too.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from prune_audit.evidence.case import Case, RunEvidence
from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.logs import Curve, Point

LEAST_VALUES = 10
"""Different accuracies that a curve must have to be compared."""

_FIX = "give each run its own log; if both were run, look why the seed had no effect"

Signature = tuple[tuple[int, Fraction], ...]


class Owned(NamedTuple):
    """A run and the submission that it is of."""

    case: Case
    run: RunEvidence
    signature: Signature


def within(case: Case) -> Iterator[Check]:
    """Yield a check of each run that repeats the curve of an earlier one of its submission."""
    owned = _owned(case)
    for number, one in enumerate(owned):
        if other := _twin(one, owned[:number]):
            who = f"{other.run.label} and {one.run.label} have"
            yield _check(one, other, f"{who} the same test accuracy in {_epochs(one)}")


def between(cases: Sequence[Case]) -> list[list[Check]]:
    """Return, for each submission, the checks of its runs whose curve another one has too.

    Both are named: which of the two the curve belongs to cannot be seen.
    """
    by_signature: dict[Signature, list[Owned]] = {}
    owned = [_owned(case) for case in cases]
    for one in (one for runs in owned for one in runs):
        by_signature.setdefault(one.signature, []).append(one)
    return [
        [check for one in runs for check in _between(one, by_signature[one.signature])]
        for runs in owned
    ]


def _between(one: Owned, same: list[Owned]) -> Iterator[Check]:
    if other := _twin(one, [twin for twin in same if twin.case is not one.case]):
        name = other.case.submission.id.value or other.case.claim.file
        who = f"{other.run.label} of the submission {name}"
        yield _check(
            one, other, f"{one.run.label} has the test accuracy of {who} in {_epochs(one)}"
        )


def _twin(one: Owned, others: Sequence[Owned]) -> Owned | None:
    """Return the first run of another seed with the same curve; equal files are PA707."""
    seed = one.run.run.seed.value
    for other in others:
        its = other.run.run.seed.value
        differ = seed and its and seed.exact and its.exact and seed.value != its.value
        if differ and other.signature == one.signature and other.run.digest != one.run.digest:
            return other
    return None


def _owned(case: Case) -> list[Owned]:
    found = [(run, _signature(curve)) for run, curve in case.curves]
    return [
        Owned(case, run, signature)
        for run, signature in found
        if len({height for _, height in signature}) >= LEAST_VALUES
    ]


def _signature(curve: Curve) -> Signature:
    return tuple((point.epoch, _height(point)) for point in curve.tested)


def _height(point: Point) -> Fraction:
    if point.exact is not None:
        return point.exact
    assert point.accuracy is not None, "a tested point without counts has an accuracy"
    return Fraction(point.accuracy.value)


def _epochs(one: Owned) -> str:
    return f"all {len(one.signature)} epochs"


def _check(one: Owned, other: Owned, message: str) -> Check:
    anchors = (one.run.place, other.run.place)
    return Check(
        What.CURVES, Status.CONTRADICTED, "own curve", "the same curve", message, anchors,
        one.run.label, _FIX,
    )  # fmt: skip
