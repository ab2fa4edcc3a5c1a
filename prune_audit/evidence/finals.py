"""The accuracies at which runs end, as intervals of what the logs may stand for."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from prune_audit.evidence.case import Case
from prune_audit.evidence.logs import Curve, Point
from prune_audit.intervals import Interval
from prune_audit.numbers import Printed
from prune_audit.statistics import attainable

FLOAT_NOISE = Decimal("0.0001")
"""Points by which averages in single precision may be off."""


class Value(NamedTuple):
    """An accuracy in percent: what it may be, and how it is shown.

    ``images`` is the test set's size where the value is one of its shares k / N, else None.
    """

    interval: Interval
    shown: str
    images: int | None = None
    point: Point | None = None

    @property
    def middle(self) -> Decimal:
        """The middle of the interval."""
        return (self.interval.low + self.interval.high) / 2

    @property
    def slack(self) -> Decimal:
        """Half the width of the interval."""
        return (self.interval.high - self.interval.low) / 2


class Final(NamedTuple):
    """The last and the best test accuracy of a run.

    ``early`` says in words that the log does not show the end of the run, else it is empty.
    """

    last: Value
    best: Value
    early: str


class Digits(NamedTuple):
    """How the accuracies of a log are printed: their finest digit, and the most digits of one."""

    step: Decimal
    most: int

    def interval(self, printed: Printed) -> Interval:
        """Return what a logged accuracy stands for.

        Libraries drop final zeros, so the digits of one cell alone do not tell. A log has either
        a fixed number of decimals or of significant digits; the coarser of both is taken.
        """
        by_digits = Decimal(1).scaleb(printed.value.adjusted() + 1 - self.most)
        half = min(max(self.step, by_digits), printed.step) / 2
        low, high = printed.value - half - FLOAT_NOISE, printed.value + 2 * half + FLOAT_NOISE
        return Interval(min(low, Decimal(100)), max(high, Decimal(0)))


def digits_of(curve: Curve) -> Digits:
    """Return how the accuracies of a log are printed."""
    printed = [point.accuracy for point in curve.points if point.accuracy]
    most = max((one.value.adjusted() - one.step.adjusted() + 1 for one in printed), default=1)
    return Digits(finest_step(curve), most)


def value_at(point: Point, digits: Digits, test_size: int | None) -> Value:
    """Return the test accuracy at a point."""
    if point.right:
        share = Decimal(100 * point.right[0]) / point.right[1]
        return Value(Interval.point(share), f"{point.right[0]}/{point.right[1]}", None, point)
    assert point.accuracy is not None, "asked of tested points only"
    interval = digits.interval(point.accuracy)
    images = test_size if test_size and _is_share(interval, test_size) else None
    return Value(interval, short(point.accuracy.value), images, point)


def finest_step(curve: Curve) -> Decimal:
    """Return the weight of the last digit of the accuracies of a log."""
    return min((p.accuracy.step for p in curve.points if p.accuracy), default=Decimal(1))


def _is_share(interval: Interval, images: int) -> bool:
    return attainable(interval.low, interval.high, images)


def final_of(curve: Curve, case: Case) -> Final | None:
    """Return how a run ends; None where its log has no test accuracy."""
    tested = curve.tested
    if not tested:
        return None
    best = max(tested, key=lambda point: (point.height or 0.0, point.epoch))
    size, digits = case.test_size, digits_of(curve)
    last, highest = value_at(tested[-1], digits, size), value_at(best, digits, size)
    return Final(last, highest, ends_early(curve, case))


def ends_early(curve: Curve, case: Case) -> str:
    """Say that a log does not show the end of its run, as far as the claim tells where that is.

    Empty where it does.
    """
    last = curve.number(curve.points[-1].epoch)
    if curve.cut:
        return f"the log could be read only up to epoch {last}"
    stage = case.stage
    declared = stage.epochs.value.total(None) if stage and stage.epochs.value else None
    short_of = declared is not None and Decimal(curve.epochs[1]) < declared.low
    return f"the log ends with epoch {last}, before the run does" if short_of else ""


def mean(values: Sequence[Value]) -> Value:
    """Return the mean of accuracies; of one, itself."""
    if len(values) == 1:
        return values[0]
    count = len(values)
    low = sum((value.interval.low for value in values), Decimal(0)) / count
    high = sum((value.interval.high for value in values), Decimal(0)) / count
    return Value(Interval(low, high), f"mean {short((low + high) / 2)}")


def pooled(values: Sequence[Value]) -> Value | None:
    """Return all right answers over all tested images; None where they are not logged."""
    rights = [value.point.right for value in values if value.point and value.point.right]
    if len(rights) != len(values):
        return None
    share = Decimal(100 * sum(right for right, _ in rights)) / sum(total for _, total in rights)
    return Value(Interval.point(share), f"pooled {short(share)}")


def fits(claimed: Printed, value: Value) -> bool:
    """Whether a printed accuracy can be a rounding of the logged one."""
    hull = claimed.hull
    if not hull.meets(value.interval):
        return False
    low, high = max(hull.low, value.interval.low), min(hull.high, value.interval.high)
    return value.images is None or attainable(low, high, value.images)


def short(value: Decimal) -> str:
    """Return a number with at most four decimals."""
    text = f"{value:.4f}"
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"
