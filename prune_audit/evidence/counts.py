"""Whether the logged accuracies are shares of the test set: k right answers of N images."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from prune_audit.evidence.accuracy import finals
from prune_audit.evidence.case import Case, RunEvidence
from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.finals import Digits, Final, digits_of, short
from prune_audit.evidence.logs import Curve, Point
from prune_audit.intervals import Interval
from prune_audit.numbers import Printed
from prune_audit.statistics import attainable
from prune_audit.statistics.granularity import first_count, last_count

FIX = "log right answers and tested images, counted once each over the whole test set"
_UNIT_FIX = "write unit: fraction under logs"


class Off(NamedTuple):
    """What is wrong with a logged accuracy."""

    point: Point
    found: str
    reason: str
    fix: str = FIX


def checks(case: Case) -> Iterator[Check]:
    """Yield a check of the test accuracies of each run, where they can tell something.

    Every epoch is looked at. Only the number of images of an epoch that the row prints is held
    against the test set: others may be tested on a part of it.
    """
    for run, curve, final in finals(case):
        digits = digits_of(curve)
        printed = _printed(case, final)
        wrong = [
            off
            for point in curve.tested
            if (off := _off(point, digits, case.test_size, is_printed=point in printed))
        ]
        if wrong:
            yield _contradicted(run, curve, wrong)
        else:
            yield from _verified(case, run, curve, final, digits)


def _printed(case: Case, final: Final) -> tuple[Point, ...]:
    by_best = case.result.selection.value == "best-epoch"
    points = (final.last.point, final.best.point if by_best else None)
    return tuple(point for point in points if point)


def _off(point: Point, digits: Digits, images: int | None, *, is_printed: bool) -> Off | None:
    if point.right:
        return _off_count(point, point.right, digits, images if is_printed else None)
    assert point.accuracy is not None, "a tested point without counts has an accuracy"
    interval = digits.interval(point.accuracy)
    if not images or attainable(interval.low, interval.high, images):
        return None
    return Off(point, point.accuracy.text, f"{point.accuracy} is no share of {images} images")


def _off_count(
    point: Point, counted: tuple[int, int], digits: Digits, images: int | None
) -> Off | None:
    right, total = counted
    share, found = Decimal(100 * right) / total, f"{right}/{total}"
    if images and total != images:
        return Off(point, found, f"counted on {total} images, the test set has {images}")
    if point.accuracy is None or digits.interval(point.accuracy).meets(Interval.point(share)):
        return None
    reason = f"{right} of {total} is {short(share)} %, beside it stands {point.accuracy}"
    if _as_percent(digits).interval(_in_percent(point.accuracy)).meets(Interval.point(share)):
        return Off(point, found, f"{reason}, a fraction", _UNIT_FIX)
    return Off(point, found, reason)


def _as_percent(digits: Digits) -> Digits:
    return digits._replace(step=digits.step.scaleb(2))


def _in_percent(fraction: Printed) -> Printed:
    return replace(fraction, value=fraction.value.scaleb(2), step=fraction.step.scaleb(2))


def _contradicted(run: RunEvidence, curve: Curve, wrong: list[Off]) -> Check:
    first = wrong[0]
    others = f"; so in {len(wrong) - 1} more epochs" if len(wrong) > 1 else ""
    message = f"epoch {curve.number(first.point.epoch)}: {first.reason}{others}"
    return _check(run, curve, first.point, first.found, message, first.fix)


def _verified(
    case: Case, run: RunEvidence, curve: Curve, final: Final, digits: Digits
) -> Iterator[Check]:
    point, images = final.last.point, case.test_size
    assert point is not None, "the last value of a run is that of a point"
    if point.right:
        right, total = point.right
        yield _check(run, curve, point, f"{right}/{total}", f"{right} of {total} images")
    elif images and point.accuracy:
        interval = digits.interval(point.accuracy)
        first = first_count(max(interval.low, Decimal(0)), images, is_open=False)
        if first == last_count(min(interval.high, Decimal(100)), images, is_open=False):
            yield _check(run, curve, point, f"{first}/{images}", f"{first} of {images} images")


def _check(
    run: RunEvidence, curve: Curve, point: Point, found: str, message: str, fix: str = ""
) -> Check:
    anchors = (run.place, curve.at(point))
    status = Status.CONTRADICTED if fix else Status.VERIFIED
    return Check(What.COUNT, status, "k of N", found, message, anchors, run.label, fix)
