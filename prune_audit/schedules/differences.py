"""Differences between two stated LR schedules that nothing left out could remove.

Each aspect (initial LR, shape, milestones, ...) is compared only where it follows from the LR as a
function, so that two ways to write down one function never differ.
"""

import math

from prune_audit.schedules.pieces import TOLERANCE, Curve, ScheduleError, format_epochs, format_lr
from prune_audit.schedules.spec import LrShape, LrSpec, Warmup

_FLAT = (LrShape.STEP, LrShape.CONSTANT)
# A one-cycle schedule is two lines, and so is a linear one with a warm-up.
_FAMILY = {
    LrShape.COSINE: "cosine",
    LrShape.LINEAR: "linear",
    LrShape.ONE_CYCLE: "linear",
    LrShape.EXPONENTIAL: "exponential",
}


def known_difference(a: LrSpec, b: LrSpec, low: float, high: float) -> str | None:
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
