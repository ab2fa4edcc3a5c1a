"""The printed spread, computed again from the runs."""

import math
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from statistics import pstdev, stdev

from prune_audit.evidence.accuracy import finals, prints_other_epoch
from prune_audit.evidence.case import Case, RunEvidence
from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.finals import FLOAT_NOISE, Final, short
from prune_audit.evidence.logs import Curve
from prune_audit.intervals import Interval
from prune_audit.statistics import t_quantile

_FINE = 6 * FLOAT_NOISE
_FIX = "correct the spread, or say under spread_is what it is"


def _ci(values: Sequence[float]) -> float:
    return t_quantile(0.975, len(values) - 1) * stdev(values) / math.sqrt(len(values))


def _ci_normal(values: Sequence[float]) -> float:
    return 1.96 * stdev(values) / math.sqrt(len(values))


def _error(values: Sequence[float]) -> float:
    return stdev(values) / math.sqrt(len(values))


def _range(values: Sequence[float]) -> float:
    return max(values) - min(values)


def _half_range(values: Sequence[float]) -> float:
    return (max(values) - min(values)) / 2


def _largest(values: Sequence[float]) -> float:
    middle = sum(values) / len(values)
    return max(abs(value - middle) for value in values)


Ended = tuple[RunEvidence, Curve, Final]
Kind = tuple[str, Callable[[Sequence[float]], float]]
_SAMPLE: Kind = ("sample standard deviation", stdev)
_POPULATION: Kind = ("population standard deviation", pstdev)
_STANDARD_ERROR: Kind = ("standard error", _error)
_INTERVAL: tuple[Kind, ...] = (("95 % interval", _ci), ("normal 95 % interval", _ci_normal))
_RANGE: tuple[Kind, ...] = (
    ("range", _range), ("half the range", _half_range), ("largest deviation", _largest),
)  # fmt: skip
_KINDS: dict[str, tuple[Kind, ...]] = {
    "sample-std": (_SAMPLE,),
    "population-std": (_POPULATION,),
    "std": (_SAMPLE, _POPULATION),
    "standard-error": (_STANDARD_ERROR,),
    "ci95": _INTERVAL,
    "range": _RANGE,
}
_ANY = (_SAMPLE, _POPULATION, _STANDARD_ERROR, *_INTERVAL, *_RANGE)


def checks(case: Case) -> Iterator[Check]:
    """Yield a check where the row prints a spread; where its kind is not said, any may fit."""
    top1, kind = case.result.top1, case.result.spread_is
    printed = top1.value.spread if top1.value else None
    if printed is None:
        return
    claimed = f"+-{printed}"
    ends = finals(case)
    if len(ends) < 2 or len(ends) < len(case.runs) or not _as_many(case):
        why = "not every run has a log with test accuracies"
        fix = "give the log of every run"
        yield Check(What.SPREAD, Status.NOT_VERIFIED, claimed, "", why, (top1.place,), "", fix)
        return
    anchors = (top1.place, kind.place, *(curve.at(final.last.point) for _, curve, final in ends))
    value = [final.best if _by_best(case) else final.last for _, _, final in ends]
    slack = max(one.slack for one in value)
    values = [float(one.middle) for one in value]
    kinds = _KINDS.get(kind.value or "", _ANY)
    fitting = [name for name, of in kinds if _fits(printed.hull, of(values), slack)]
    shown = short(Decimal(repr(round(kinds[0][1](values), 6))))
    found = f"{shown} ({kinds[0][0]})"
    if fitting and 3 * slack > max(3 * printed.step, _FINE):
        why = "the logs print too few digits"
        yield Check(What.SPREAD, Status.NOT_VERIFIED, claimed, found, why, anchors)
    elif fitting:
        message = f"{claimed} is the {fitting[0]} of the runs"
        yield Check(What.SPREAD, Status.VERIFIED, claimed, found, message, anchors)
    elif early := next((final.early for _, _, final in ends if final.early), ""):
        yield Check(What.SPREAD, Status.NOT_VERIFIED, claimed, found, early, anchors)
    elif _is_of_other_epoch(case, printed.hull, ends):
        why = f"{claimed} is the spread of the same epochs as the printed mean"
        yield Check(What.SPREAD, Status.NOT_VERIFIED, claimed, found, why, anchors)
    else:
        message = f"the row prints {claimed}, the runs have {found}"
        yield Check(What.SPREAD, Status.CONTRADICTED, claimed, found, message, anchors, "", _FIX)


def _as_many(case: Case) -> bool:
    runs = case.result.runs.value
    return runs is None or runs.hull.holds(Decimal(len(case.runs)))


def _by_best(case: Case) -> bool:
    return case.result.selection.value == "best-epoch"


def _is_of_other_epoch(case: Case, printed: Interval, ends: Sequence[Ended]) -> bool:
    """Whether mean and spread both are those of the other epoch, which PA705 says of the mean."""
    other = [final.last if _by_best(case) else final.best for _, _, final in ends]
    slack, values = max(one.slack for one in other), [float(one.middle) for one in other]
    kinds = _KINDS.get(case.result.spread_is.value or "", _ANY)
    return any(_fits(printed, of(values), slack) for _, of in kinds) and prints_other_epoch(case)


def _fits(printed: Interval, spread: float, slack: Decimal) -> bool:
    """Values that are off by up to ``slack`` each move every kind of spread by at most thrice it.

    The interval of Student's t with two runs, whose factor is 9, is the exception that ``2 * n``
    covers: it is wide anyway.
    """
    off = 3 * slack + Decimal(repr(spread)) / 10**6
    middle = Decimal(repr(spread))
    return printed.meets(Interval(middle - off, middle + off))
