"""Whether two stated LR schedules are the same function: same, different or unknown.

*Same* takes two complete schedules over the same, exactly stated epochs. *Different* takes one
known difference that no reading of what is left out could remove. All else is *unknown*.
"""

import math
from typing import NamedTuple

from prune_audit.answers import Answer
from prune_audit.lr_pieces import TOLERANCE, Curve, ScheduleError, format_epochs, format_lr
from prune_audit.lr_spec import LrShape, LrSpec, Warmup
from prune_audit.schedule import difference_at

Epochs = tuple[float, float | None]
"""The lowest and highest possible number of epochs; None is no upper bound."""

_FLAT = (LrShape.STEP, LrShape.CONSTANT)
# A one-cycle schedule is two lines, and so is a linear one with a warm-up.
_FAMILY = {
    LrShape.COSINE: "cosine",
    LrShape.LINEAR: "linear",
    LrShape.ONE_CYCLE: "linear",
    LrShape.EXPONENTIAL: "exponential",
}


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
    difference = _known_difference(a, b, low, high)
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
        difference = _known_difference(a, b, epochs, epochs)  # which then sees every difference
        return SameLr(Answer.DIFFERENT, difference) if difference else _agreement(exact)
    try:
        start = difference_at(a.over(epochs), b.over(epochs))
    except ScheduleError:
        return None
    if start is None:
        return _agreement(exact)
    why = _known_difference(a, b, epochs, epochs)
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


def _known_difference(a: LrSpec, b: LrSpec, low: float, high: float) -> str | None:
    """Return a difference that holds for every number of epochs from low to high."""
    return (
        _other_initial(a, b)
        or _other_shape(a, b)
        or _other_milestones(a, b, low)
        or _other_lrs(a, b, low)
        or _other_end(a, b)
        or _other_warmup(a, b, low, high)
    )


def _differ(a: float | None, b: float | None) -> bool:
    """Whether both numbers are stated and differ."""
    return a is not None and b is not None and not math.isclose(a, b, rel_tol=TOLERANCE)


def _other_initial(a: LrSpec, b: LrSpec) -> str | None:
    ours, theirs = _initials(a), _initials(b)
    if ours and theirs and all(_differ(one, other) for one in ours for other in theirs):
        return f"initial LR {format_lr(ours[0])} against {format_lr(theirs[0])}"
    return None


def _initials(spec: LrSpec) -> tuple[float, ...]:
    """The LRs that a source may call initial: where the LR rises at first, also the top.

    Empty where that is not known.
    """
    if spec.initial is None:
        return ()
    if spec.peak is not None:
        return spec.initial, spec.peak[0]
    if spec.parts:
        return (spec.initial,) if spec.parts[0].first > spec.parts[0].last else ()
    top = spec.initial
    for lr in spec.lrs or ():
        if lr < top:
            break
        top = lr
    return (spec.initial,) if top == spec.initial else (spec.initial, top)


def _rises(spec: LrSpec) -> bool:
    """Whether the LR may rise other than in a stated warm-up."""
    return len(_initials(spec)) != 1


def _other_shape(a: LrSpec, b: LrSpec) -> str | None:
    ours, theirs = _FAMILY.get(a.shape), _FAMILY.get(b.shape)
    other_curves = ours is not None and theirs is not None and ours != theirs
    if other_curves or {_flat(a), _flat(b)} == {True, False}:
        return f"{_name(a)} against {_name(b)}"
    return None


def _flat(spec: LrSpec) -> bool | None:
    """Whether the LR stays the same for a while: True surely, False surely never, None unknown."""
    if spec.shape in _FLAT:
        return True
    if spec.parts:
        return None if any(part.curve is Curve.CONSTANT for part in spec.parts) else False
    return False if spec.shape in _FAMILY else None


def _name(spec: LrSpec) -> str:
    return "a curve" if spec.shape is LrShape.MIXED else str(spec.shape)


def _other_milestones(a: LrSpec, b: LrSpec, low: float) -> str | None:
    """Compare the milestones that surely lie inside the epochs."""
    ours, theirs = _milestones(a, b, low), _milestones(b, a, low)
    if ours is None or theirs is None:
        return None
    pairs = zip(ours, theirs, strict=False)
    if len(ours) == len(theirs) and not any(_differ(one, other) for one, other in pairs):
        return None
    return f"milestones {_listed(a, ours)} against {_listed(b, theirs)}"


def _milestones(spec: LrSpec, other: LrSpec, low: float) -> tuple[float, ...] | None:
    """The milestones of a step schedule before an epoch, None if not known.

    A rise in steps may be what the other source, where it is incomplete, leaves out as a warm-up.
    """
    if spec.shape not in _FLAT or (_rises(spec) and not other.complete):
        return None
    return spec.changes(low * (1 - TOLERANCE))


def _listed(spec: LrSpec, inside: tuple[float, ...]) -> str:
    if spec.every is not None:
        return f"every {format_epochs(spec.every)}"
    return "/".join(map(format_epochs, spec.milestones or inside)) or "none"


def _other_lrs(a: LrSpec, b: LrSpec, low: float) -> str | None:
    """Compare what the LR becomes: at the milestones, or by the factor of an exponential."""
    if a.shape is b.shape is LrShape.EXPONENTIAL:
        return _factors(a, b) if _differ(a.factor, b.factor) else None
    milestones = _milestones(a, b, low)
    if milestones is None or _milestones(b, a, low) is None:
        return None
    for index, start in enumerate((0.0, *milestones)):
        try:
            ours, theirs = a.lr_of_stage(index), b.lr_of_stage(index)
        except ScheduleError:  # nothing is left of one LR
            return None
        if ours is not None and theirs is not None and _differ(ours, theirs):
            if _differ(a.factor, b.factor):
                return _factors(a, b)
            lrs = f"{format_lr(ours)} against {format_lr(theirs)}"
            return f"LR {lrs} from epoch {format_epochs(start)} on"
    return None


def _factors(a: LrSpec, b: LrSpec) -> str:
    return f"factor {a.factor:g} against {b.factor:g}"


def _other_end(a: LrSpec, b: LrSpec) -> str | None:
    """Compare the LRs that two curves end at; those of steps are compared stage by stage."""
    if a.shape in _FAMILY and b.shape in _FAMILY and _differ(a.final, b.final):
        return f"final LR {format_lr(a.final or 0)} against {format_lr(b.final or 0)}"
    return None


def _other_warmup(a: LrSpec, b: LrSpec, low: float, high: float) -> str | None:
    """Compare warm-ups, where the end of the rise shows: an LR that rises by itself hides it.

    An incomplete schedule without a word on warm-up may have one.
    """
    silent = any(spec.warmup is None and not spec.complete for spec in (a, b))
    if a.warmup == b.warmup or silent or _rises(a) or _rises(b):
        return None
    if a.warmup is not None and b.warmup is not None:
        if _differ(a.warmup.start, b.warmup.start):
            starts = format_lr(a.warmup.start or 0), format_lr(b.warmup.start or 0)
            return f"a warm-up from {starts[0]} against {starts[1]}"
        if not _lengths_differ(a.warmup, b.warmup, low, high):
            return None
    return f"{_warmup_text(a.warmup)} against {_warmup_text(b.warmup)}"


def _lengths_differ(a: Warmup, b: Warmup, low: float, high: float) -> bool:
    if a.in_percent is b.in_percent:
        return _differ(a.length, b.length)
    # epochs against percent are equal for one number of epochs at most, if that is in range
    at_low, at_high = (a.epochs(low), b.epochs(low)), (a.epochs(high), b.epochs(high))
    same_order = (at_low[0] < at_low[1]) is (at_high[0] < at_high[1])
    return _differ(*at_low) and _differ(*at_high) and same_order


def _warmup_text(warmup: Warmup | None) -> str:
    if warmup is None:
        return "no warm-up"
    return f"a warm-up of {warmup.length:g}{' %' if warmup.in_percent else ' epochs'}"
