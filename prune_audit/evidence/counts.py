"""Whether the logged accuracies are shares of the test set: k right answers of N images."""

from collections.abc import Iterator
from decimal import Decimal

from prune_audit.evidence.accuracy import finals
from prune_audit.evidence.case import Case, RunEvidence
from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.finals import finest_step, logged_interval, short
from prune_audit.evidence.logs import Curve, Point
from prune_audit.intervals import Interval
from prune_audit.statistics import attainable
from prune_audit.statistics.granularity import first_count, last_count

FIX = "log right answers and tested images, counted once each over the whole test set"


def checks(case: Case) -> Iterator[Check]:
    """Yield a check of the last test accuracy of each run, where it can tell something."""
    for run, curve, final in finals(case):
        point = final.last.point
        assert point is not None, "the last value of a run is that of a point"
        if point.right:
            yield _counted(case, run, curve, point)
        elif case.test_size:
            yield from _share(case.test_size, run, curve, point)


def _counted(case: Case, run: RunEvidence, curve: Curve, point: Point) -> Check:
    assert point.right is not None, "asked of counted points only"
    right, total = point.right
    share = Decimal(100 * right) / total
    wrong = ""
    if case.test_size and total != case.test_size:
        wrong = f"counted on {total} images, the test set has {case.test_size}"
    elif point.accuracy:
        interval = logged_interval(point.accuracy, finest_step(curve))
        if not interval.meets(Interval.point(share)):
            wrong = f"{right} of {total} is {short(share)} %, beside it stands {point.accuracy}"
    message = wrong or f"{right} of {total} images"
    return _check(run, curve, point, f"{right}/{total}", message, ok=not wrong)


def _share(images: int, run: RunEvidence, curve: Curve, point: Point) -> Iterator[Check]:
    assert point.accuracy is not None, "a tested point without counts has an accuracy"
    interval = logged_interval(point.accuracy, finest_step(curve))
    if not attainable(interval.low, interval.high, images):
        message = f"{point.accuracy} of the last epoch is no share of {images} images"
        yield _check(run, curve, point, point.accuracy.text, message, ok=False)
        return
    first = first_count(max(interval.low, Decimal(0)), images, is_open=False)
    if first == last_count(min(interval.high, Decimal(100)), images, is_open=False):
        shown = f"{first}/{images}"
        yield _check(run, curve, point, shown, f"{first} of {images} images", ok=True)


def _check(
    run: RunEvidence, curve: Curve, point: Point, found: str, message: str, *, ok: bool
) -> Check:
    anchors = (run.place, curve.at(point))
    status = Status.VERIFIED if ok else Status.CONTRADICTED
    return Check(
        What.COUNT, status, "k of N", found, message, anchors, run.label, "" if ok else FIX
    )
