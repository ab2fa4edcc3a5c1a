"""The forms of the LR notation, one reader each: (rest of the text, whole text) -> `LrSpec`."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from prune_audit.schedules.pieces import TOLERANCE, Curve, ScheduleError, format_lr
from prune_audit.schedules.spec import LrShape, LrSpec, Part, dropped
from prune_audit.schedules.typography import NUMBER

_NUMBER = re.compile(NUMBER)
_MILESTONES = rf"{NUMBER}(?:/{NUMBER})*"
_STEP = re.compile(rf"({NUMBER})(?: at ({_MILESTONES})| every ({NUMBER}))?(?: by ({NUMBER}))?")
_RAMP = re.compile(rf"({NUMBER})(?: to ({NUMBER}))?")
_DECAY = re.compile(rf"({NUMBER})(?: to ({NUMBER})| by ({NUMBER}))?")
_CYCLE = re.compile(rf"({NUMBER}) to ({NUMBER}) to ({NUMBER}),? peak (?:at )?({NUMBER})%")
_ENTRY = re.compile(
    rf"({NUMBER}):(?:({NUMBER})|(linear|cosine|exponential) ({NUMBER}) to ({NUMBER})"
    rf"(?: after ({NUMBER}) of ({NUMBER}))?)"
)


def unreadable(text: str, expected: str) -> ScheduleError:
    """Return the error for a text that does not have the expected form."""
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return ScheduleError(f"expected {expected}, got {shown!r}")


def positive(text: str, what: str) -> float:
    """Return a number above 0; `what` names it in the error."""
    number = float(text)
    if not 0 < number < math.inf:
        raise ScheduleError(f"expected {what} above 0, got {text}")
    return number


def step_list(text: str, starts: list[float], lrs: list[float]) -> LrSpec:
    """Return a step schedule that is wholly stated; milestones that change nothing are dropped."""
    if starts[0] != 0:
        raise ScheduleError(f"the first LR must start at epoch 0: '0:{format_lr(lrs[0])},...'")
    milestones, kept = [], lrs[:1]
    for (before, start), lr in zip(pairwise(starts), lrs[1:], strict=True):
        if not before < start < math.inf:
            raise _unordered(start, before)
        if not math.isclose(lr, kept[-1], rel_tol=TOLERANCE):
            milestones.append(start)
            kept.append(lr)
    return LrSpec(
        text=text,
        shape=LrShape.STEP if milestones else LrShape.CONSTANT,
        initial=kept[0],
        milestones=tuple(milestones),
        lrs=tuple(kept),
        final=kept[-1],
    )


def constant(rest: str, text: str) -> LrSpec:
    """Read `1e-3`."""
    if not _NUMBER.fullmatch(rest):
        raise unreadable(text, "'constant 1e-3'")
    return step_list(text, [0.0], [positive(rest, "an LR")])


def initial_only(rest: str, text: str) -> LrSpec:
    """Read `1e-2` as the initial LR of a schedule whose shape is not stated."""
    if not _NUMBER.fullmatch(rest):
        raise unreadable(text, "'initial 1e-2'")
    initial = positive(rest, "an LR")
    return LrSpec(text=text, shape=LrShape.UNKNOWN, initial=initial, missing="the LR's shape")


def step(rest: str, text: str) -> LrSpec:
    """Read `1e-2 at 30/60 by 0.1` or `1e-2 every 30 by 0.1`, or less than that."""
    match = _STEP.fullmatch(rest)
    if match is None:
        raise unreadable(text, "'step 1e-2 at 30/60 by 0.1' or 'step 1e-2 every 30 by 0.1'")
    initial = positive(match[1], "an LR")
    milestones = _milestones(match[2]) if match[2] else None
    factor = _drop(match[4]) if match[4] else None
    lrs = None
    if milestones is not None and factor is not None:
        lrs = (initial, *(dropped(initial, factor, i + 1) for i in range(len(milestones))))
    missing = None if factor is not None else "the LR's factor"
    return LrSpec(
        text=text,
        shape=LrShape.STEP,
        initial=initial,
        milestones=milestones,
        lrs=lrs,
        every=positive(match[3], "a number of epochs") if match[3] else None,
        factor=factor,
        final=lrs[-1] if lrs else None,
        missing=missing if match[2] or match[3] else "the place of the LR's steps",
    )


def _milestones(text: str) -> tuple[float, ...]:
    found = tuple(positive(milestone, "a milestone") for milestone in text.split("/"))
    for before, after in pairwise(found):
        if not before < after:
            raise _unordered(after, before)
    return found


def _unordered(milestone: float, before: float) -> ScheduleError:
    return ScheduleError(
        f"milestone {milestone:g} comes after {before:g}: list milestones in increasing order, "
        "each once"
    )


def _drop(text: str) -> float:
    factor = float(text)
    if not 0 < factor < 1 - TOLERANCE:
        raise ScheduleError(
            f"expected a factor between 0 and 1, got {text}: 'by 0.1' divides the LR by ten"
        )
    return factor


def ramp(shape: LrShape) -> Callable[[str, str], LrSpec]:
    """Return the reader of `1e-2 to 0` for a linear or cosine schedule."""

    def read(rest: str, text: str) -> LrSpec:
        match = _RAMP.fullmatch(rest)
        if match is None:
            raise unreadable(text, f"'{shape} 1e-2 to 0', or '{shape} 1e-2' if the end is untold")
        initial = positive(match[1], "an LR")
        final = _end(match[2], initial) if match[2] else None
        missing = None if match[2] else "the LR's end"
        return LrSpec(text=text, shape=shape, initial=initial, final=final, missing=missing)

    return read


def _end(text: str, initial: float) -> float:
    """Return the LR at the end of a curve that falls."""
    final = float(text)
    if not final < initial * (1 - TOLERANCE):
        raise ScheduleError(
            f"an LR from {format_lr(initial)} to {text} does not fall: write 'constant ...' for "
            "one LR, 'warmup ...' for a warm-up, '0:linear ... to ...' for a rise"
        )
    return final


def exponential(rest: str, text: str) -> LrSpec:
    """Read `1e-2 by 0.97` (the factor of one epoch) or `1e-2 to 1e-4`."""
    match = _DECAY.fullmatch(rest)
    if match is None:
        raise unreadable(text, "'exponential 1e-2 by 0.97' or 'exponential 1e-2 to 1e-4'")
    initial = positive(match[1], "an LR")
    final = _end(match[2], initial) if match[2] and positive(match[2], "an LR") else None
    factor = _drop(match[3]) if match[3] else None
    return LrSpec(
        text=text,
        shape=LrShape.EXPONENTIAL,
        initial=initial,
        factor=factor,
        final=final,
        missing=None if match[2] or match[3] else "the LR's decay",
    )


def one_cycle(rest: str, text: str) -> LrSpec:
    """Read `1e-2 to 1e-1 to 1e-4 peak 30%`."""
    match = _CYCLE.fullmatch(rest)
    if match is None:
        raise unreadable(text, "'one-cycle 1e-2 to 1e-1 to 1e-4 peak 30%'")
    first, top = positive(match[1], "an LR"), positive(match[2], "an LR")
    last, share = float(match[3]), float(match[4]) / 100
    if not (0 < share < 1 and max(first, last) < top * (1 - TOLERANCE)):
        raise unreadable(text, "a peak above both ends, between 0% and 100% of the epochs")
    peak = (top, share)
    return LrSpec(text=text, shape=LrShape.ONE_CYCLE, initial=first, peak=peak, final=last)


def mixed_list(plain: str, text: str) -> LrSpec:
    """Read `0:linear 1e-4 to 1e-2,5:1e-2,30:cosine 1e-2 to 0`."""
    return of_parts(text, tuple(_part(entry, text) for entry in plain.split(",")), None)


def _part(entry: str, text: str) -> Part:
    match = _ENTRY.fullmatch(entry)
    if match is None:
        raise unreadable(text, "entries such as '30:1e-3' or '30:cosine 1e-2 to 0'")
    curve = Curve(match[3]) if match[3] else Curve.CONSTANT
    first, last = float(match[2] or match[4]), float(match[2] or match[5])
    span = positive(match[7], "a number of epochs") if match[7] else None
    offset = float(match[6] or 0)
    if span is not None and not offset < span:
        raise unreadable(text, "a part that begins before the end of its curve, as 'after 5 of 9'")
    return Part(float(match[1]), curve, first, last, offset, span)


def of_parts(text: str, parts: tuple[Part, ...], epochs: float | None) -> LrSpec:
    """Return a mixed list; `epochs` where it belongs to one number of epochs only."""
    spec = LrSpec(text=text, shape=LrShape.MIXED, parts=parts, only_epochs=epochs)
    last = parts[-1]
    rest = 1.0 if last.span is None else last.span - last.offset
    schedule = spec.over(last.start + rest if epochs is None else epochs)
    opening = schedule.pieces[0]
    rises = opening.first < opening.last
    top = opening.at(parts[1].start if parts[1:] else schedule.epochs)
    return replace(spec, initial=top if rises else schedule.initial)
