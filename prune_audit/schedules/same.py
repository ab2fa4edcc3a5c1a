"""Whether two stated LR schedules are the same function: same, different or unknown.

*Same* takes two complete schedules over the same, exactly stated epochs. *Different* takes one
known difference that no reading of what is left out could remove. All else is *unknown*.
"""

import math
from typing import NamedTuple

from prune_audit.answers import Answer
from prune_audit.schedules.differences import known_difference
from prune_audit.schedules.pieces import TOLERANCE, ScheduleError, format_epochs
from prune_audit.schedules.schedule import difference_at
from prune_audit.schedules.spec import LrSpec

Epochs = tuple[float, float | None]
"""The lowest and highest possible number of epochs; None is no upper bound."""


class SameLr(NamedTuple):
    """The answer, and the difference, the agreement or what is not stated, in a short phrase."""

    answer: Answer
    why: str


def same_schedule(a: LrSpec, epochs_a: Epochs, b: LrSpec, epochs_b: Epochs) -> SameLr:
    """Say whether two LR schedules are the same function of the epoch.

    Epochs are (lowest, highest) intervals, such as (90, 90), (20, 30) and (0, None).
    """
    (low_a, high_a), (low_b, high_b) = _span(a, epochs_a), _span(b, epochs_b)
    low, high = max(low_a, low_b), min(high_a, high_b)
    if low > high and not math.isclose(low, high, rel_tol=TOLERANCE):
        why = f"{_range(low_a, high_a)} epochs against {_range(low_b, high_b)}"
        return SameLr(Answer.DIFFERENT, why)
    exact = low_a == high_a and low_b == high_b
    if high == 0:
        return SameLr(Answer.SAME if exact else Answer.UNKNOWN, "no epochs, so no LR")
    if low >= high and a.complete and b.complete:
        found = _as_functions(a, b, high, exact)
        if found is not None:
            return found
    difference = known_difference(a, b, low, high)
    if difference:
        return SameLr(Answer.DIFFERENT, difference)
    return SameLr(Answer.UNKNOWN, _not_stated(a, b, exact))


def _span(spec: LrSpec, epochs: Epochs) -> tuple[float, float]:
    """The possible epochs; a schedule that is stated has its last milestone within them."""
    low, high = epochs[0], math.inf if epochs[1] is None else epochs[1]
    if spec.only_epochs is not None and low <= spec.only_epochs <= high:
        return spec.only_epochs, spec.only_epochs
    last = spec.milestones[-1] if spec.milestones else 0
    return (max(low, last) if last <= high else low), high


def _range(low: float, high: float) -> str:
    if high == math.inf:
        return f"at least {format_epochs(low)}"
    return format_epochs(low) if low == high else f"{format_epochs(low)} to {format_epochs(high)}"


def _as_functions(a: LrSpec, b: LrSpec, epochs: float, exact: bool) -> SameLr | None:
    """Compare two complete schedules over the only epochs they can share.

    None if one of them does not fit these epochs.
    """
    if _plain_steps(a, epochs) and _plain_steps(b, epochs):
        difference = known_difference(a, b, epochs, epochs)  # which then sees every difference
        return SameLr(Answer.DIFFERENT, difference) if difference else _agreement(exact)
    try:
        start = difference_at(a.over(epochs), b.over(epochs))
    except ScheduleError:
        return None
    if start is None:
        return _agreement(exact)
    why = known_difference(a, b, epochs, epochs)
    return SameLr(Answer.DIFFERENT, why or f"other LRs from epoch {format_epochs(start)} on")


def _agreement(exact: bool) -> SameLr:
    if exact:
        return SameLr(Answer.SAME, "the same LR at every epoch")
    return SameLr(Answer.UNKNOWN, "the number of epochs is not stated exactly")


def _plain_steps(spec: LrSpec, epochs: float) -> bool:
    """Whether this is a whole step schedule, without a warm-up, that fits the epochs."""
    if spec.lrs is None or spec.warmup is not None or spec.only_epochs not in (None, epochs):
        return False
    return not spec.milestones or spec.milestones[-1] < epochs


def _not_stated(a: LrSpec, b: LrSpec, exact: bool) -> str:
    missing = a.missing or b.missing
    if missing:
        return f"{missing} is not stated"
    if not exact:
        return "the number of epochs is not stated exactly"
    return "an LR schedule does not fit its number of epochs"
