"""The notation for LR schedules, read into an `LrSpec`.

    0:1e-2,30:1e-3,60:1e-4            an LR from each epoch on (the paper's notation)
    1e-3   constant 1e-3              one LR
    initial 1e-2                      only the initial LR is reported
    step 1e-2 at 30/60 by 0.1         times 0.1 at epochs 30 and 60
    step 1e-2 every 30 by 0.1         times 0.1 every 30 epochs
    cosine 1e-2 to 0                  half a cosine; likewise linear and exponential
    exponential 1e-2 by 0.97          times 0.97 over each epoch, smoothly
    one-cycle 1e-2 to 1e-1 to 1e-4 peak 30%
    rewind 40 of 160: 0:1e-1,80:1e-2  the last 40 epochs of that schedule of 160 epochs
    0:linear 1e-4 to 1e-2,5:cosine 1e-2 to 0     a list whose entries may be curves; part of a
                                      cosine is "cosine 1e-2 to 0 after 120 of 160"

What a source leaves out is left out: ``at ...`` or ``every ...``, ``by ...`` and ``to ...`` (the
end). A final ``warmup 5``, ``warmup 10%`` or ``warmup 5 from 1e-4`` adds a linear warm-up: it
replaces the first epochs of a step schedule, while a curve begins after it (CLR and LLR of Le & Hua
2021 and of Zimmer et al. 2021 are ``cosine ... warmup 10%`` and ``linear ... to 0 warmup 10%``).
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from itertools import pairwise
from types import MappingProxyType

from prune_audit.lr_pieces import TOLERANCE, Curve, ScheduleError, format_lr
from prune_audit.lr_same import SameLr, same_schedule
from prune_audit.lr_spec import LrShape, LrSpec, Part, Warmup, check_warmup, dropped
from prune_audit.lr_typography import NUMBER, tidy

__all__ = ["LrShape", "LrSpec", "SameLr", "ScheduleError", "Warmup", "parse_lr", "same_schedule"]

_LONGEST_TEXT = 20_000
_LIST = re.compile(rf"{NUMBER}:{NUMBER}(?:,{NUMBER}:{NUMBER})*", re.ASCII)
_NUMBER = re.compile(NUMBER, re.ASCII)
_WARMUP = re.compile(rf"(.+?),? ?warm[- ]?up ({NUMBER})(%?)(?: epochs?)?(?: from ({NUMBER}))?")
_ENTRY = re.compile(
    rf"({NUMBER}):(?:({NUMBER})|(linear|cosine|exponential) ({NUMBER}) to ({NUMBER})"
    rf"(?: after ({NUMBER}) of ({NUMBER}))?)",
    re.ASCII,
)
_MILESTONES = rf"{NUMBER}(?:/{NUMBER})*"
_STEP = re.compile(
    rf"({NUMBER})(?: at ({_MILESTONES})| every ({NUMBER}))?(?: by ({NUMBER}))?", re.ASCII
)
_RAMP = re.compile(rf"({NUMBER})(?: to ({NUMBER}))?", re.ASCII)
_DECAY = re.compile(rf"({NUMBER})(?: to ({NUMBER})| by ({NUMBER}))?", re.ASCII)
_CYCLE = re.compile(
    rf"({NUMBER}) to ({NUMBER}) to ({NUMBER}),? peak (?:at )?({NUMBER})%", re.ASCII
)
_REWIND = re.compile(rf"({NUMBER}) of ({NUMBER}):(.+)", re.ASCII)


def parse_lr(text: str) -> LrSpec:
    """Read an LR schedule; the notation is described at the top of this module.

    Raises ScheduleError, and nothing else, for what cannot be read.
    """
    if len(text) > _LONGEST_TEXT or text.count("rewind") > 3:
        raise ScheduleError("this is too long for an LR schedule: write its stages, '0:1e-2,...'")
    plain = tidy(text)
    if "warm" not in plain:
        return _body(plain, text)
    match = _WARMUP.fullmatch(plain)
    if match is None:
        raise _unreadable(text, "'warmup 5', 'warmup 10%' or 'warmup 5 from 1e-4' at the end")
    return _with_warmup(_body(match[1], text), match[2], match[3], match[4])


def _body(plain: str, text: str) -> LrSpec:
    if _LIST.fullmatch(plain):
        entries = [entry.split(":") for entry in plain.split(",")]
        return _steps(text, [float(start) for start, _ in entries], [_lr(lr) for _, lr in entries])
    if _NUMBER.fullmatch(plain):
        return _steps(text, [0.0], [_lr(plain)])
    word, _, rest = plain.partition(" ")
    if word in FORMS:
        return FORMS[word](rest, text)
    if ":" in plain:
        return _mixed(plain, text)
    near = get_close_matches(word, FORMS, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    raise _unreadable(
        text,
        "an LR schedule such as '0:1e-2,30:1e-3', 'constant 1e-3', 'step 1e-2 at 30/60 by 0.1', "
        f"'cosine 1e-2 to 0' or 'initial 1e-2'{hint}",
    )


def _unreadable(text: str, expected: str) -> ScheduleError:
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return ScheduleError(f"expected {expected}, got {shown!r}")


def _lr(text: str) -> float:
    """Return a positive LR."""
    lr = float(text)
    if not 0 < lr < math.inf:
        raise ScheduleError(f"expected a positive LR such as 1e-2, got {text}")
    return lr


def _positive(text: str, what: str) -> float:
    number = float(text)
    if not 0 < number < math.inf:
        raise ScheduleError(f"expected {what} above 0, got {text}")
    return number


def _drop(text: str) -> float:
    factor = float(text)
    if not 0 < factor < 1:
        raise ScheduleError(
            f"expected a factor between 0 and 1, got {text}: 'by 0.1' divides the LR by ten"
        )
    return factor


def _end(text: str, initial: float) -> float:
    """Return the LR at the end of a curve that falls."""
    final = float(text)
    if not final < initial * (1 - TOLERANCE):
        raise ScheduleError(
            f"an LR that goes from {format_lr(initial)} to {text} does not fall: write "
            "'constant ...' for one LR, 'warmup ...' for a warm-up, '0:linear ... to ...' for a rise"
        )
    return final


def _steps(text: str, starts: list[float], lrs: list[float]) -> LrSpec:
    """A step schedule that is wholly stated; milestones that change nothing are dropped."""
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


def _unordered(milestone: float, before: float) -> ScheduleError:
    return ScheduleError(
        f"milestone {milestone:g} comes after {before:g}: list milestones in increasing order, "
        "each once"
    )


def _constant(rest: str, text: str) -> LrSpec:
    if not _NUMBER.fullmatch(rest):
        raise _unreadable(text, "'constant 1e-3'")
    return _steps(text, [0.0], [_lr(rest)])


def _initial(rest: str, text: str) -> LrSpec:
    if not _NUMBER.fullmatch(rest):
        raise _unreadable(text, "'initial 1e-2'")
    missing = "the shape of the LR schedule"
    return LrSpec(text=text, shape=LrShape.UNKNOWN, initial=_lr(rest), missing=missing)


def _step(rest: str, text: str) -> LrSpec:
    match = _STEP.fullmatch(rest)
    if match is None:
        raise _unreadable(text, "'step 1e-2 at 30/60 by 0.1' or 'step 1e-2 every 30 by 0.1'")
    initial = _lr(match[1])
    milestones = _milestones(match[2]) if match[2] else None
    every = _positive(match[3], "a number of epochs") if match[3] else None
    factor = _drop(match[4]) if match[4] else None
    lrs = None
    if milestones is not None and factor is not None:
        lrs = (initial, *(dropped(initial, factor, i + 1) for i in range(len(milestones))))
    missing = None if factor is not None else "the factor of its LR steps"
    return LrSpec(
        text=text,
        shape=LrShape.STEP,
        initial=initial,
        milestones=milestones,
        lrs=lrs,
        every=every,
        factor=factor,
        final=lrs[-1] if lrs else None,
        missing="the milestones of its LR" if milestones is None and every is None else missing,
    )


def _milestones(text: str) -> tuple[float, ...]:
    found = tuple(_positive(milestone, "a milestone") for milestone in text.split("/"))
    for before, after in pairwise(found):
        if not before < after:
            raise _unordered(after, before)
    return found


def _ramp(shape: LrShape) -> Callable[[str, str], LrSpec]:
    def read(rest: str, text: str) -> LrSpec:
        match = _RAMP.fullmatch(rest)
        if match is None:
            raise _unreadable(text, f"'{shape} 1e-2 to 0' ('{shape} 1e-2' if the end is not told)")
        initial = _lr(match[1])
        final = _end(match[2], initial) if match[2] else None
        missing = None if match[2] else "the LR's end"
        return LrSpec(text=text, shape=shape, initial=initial, final=final, missing=missing)

    return read


def _exponential(rest: str, text: str) -> LrSpec:
    match = _DECAY.fullmatch(rest)
    if match is None:
        raise _unreadable(text, "'exponential 1e-2 by 0.97' or 'exponential 1e-2 to 1e-4'")
    initial = _lr(match[1])
    final = _end(str(_lr(match[2])), initial) if match[2] else None
    factor = _drop(match[3]) if match[3] else None
    return LrSpec(
        text=text,
        shape=LrShape.EXPONENTIAL,
        initial=initial,
        factor=factor,
        final=final,
        missing="the decay of its LR" if final is None and factor is None else None,
    )


def _one_cycle(rest: str, text: str) -> LrSpec:
    match = _CYCLE.fullmatch(rest)
    if match is None:
        raise _unreadable(text, "'one-cycle 1e-2 to 1e-1 to 1e-4 peak 30%'")
    first, top, last, share = _lr(match[1]), _lr(match[2]), float(match[3]), float(match[4]) / 100
    if not (0 < share < 1 and first < top * (1 - TOLERANCE) and last < top * (1 - TOLERANCE)):
        raise _unreadable(text, "a peak above both ends, between 0% and 100% of the epochs")
    return LrSpec(
        text=text, shape=LrShape.ONE_CYCLE, initial=first, peak=(top, share), final=last
    )


def _mixed(plain: str, text: str) -> LrSpec:
    parts = []
    for entry in plain.split(","):
        match = _ENTRY.fullmatch(entry)
        if match is None:
            raise _unreadable(text, "entries such as '30:1e-3' or '30:cosine 1e-2 to 0'")
        curve = Curve(match[3]) if match[3] else Curve.CONSTANT
        first, last = float(match[2] or match[4]), float(match[2] or match[5])
        span = _positive(match[7], "a number of epochs") if match[7] else None
        parts.append(Part(float(match[1]), curve, first, last, float(match[6] or 0), span))
    return _of_parts(text, tuple(parts), None)


def _of_parts(text: str, parts: tuple[Part, ...], epochs: float | None) -> LrSpec:
    for before, after in pairwise(parts):
        if not before.start < after.start < math.inf:
            raise _unordered(after.start, before.start)
    spec = LrSpec(
        text=text,
        shape=LrShape.MIXED,
        initial=parts[0].last if parts[0].first < parts[0].last else parts[0].first,
        parts=parts,
        only_epochs=epochs,
    )
    spec.over(epochs or parts[-1].start + (parts[-1].span or parts[-1].offset or 1))
    return spec


def _rewind(rest: str, text: str) -> LrSpec:
    match = _REWIND.fullmatch(rest)
    if match is None:
        raise _unreadable(text, "'rewind 40 of 160: 0:1e-1,80:1e-2,120:1e-3'")
    last, whole = _positive(match[1], "epochs"), _positive(match[2], "epochs")
    inner = parse_lr(match[3].strip())
    if inner.missing:
        return LrSpec(text=text, shape=LrShape.UNKNOWN, only_epochs=last, missing=inner.missing)
    tail = inner.over(whole).tail(last)
    stages = tail.stages()
    if stages is None:
        return _of_parts(text, tuple(Part(*piece) for piece in tail.pieces), last)
    spec = _steps(text, [stage.start for stage in stages], [stage.lr for stage in stages])
    return replace(spec, only_epochs=last)


def _with_warmup(spec: LrSpec, length: str, percent: str, start: str | None) -> LrSpec:
    warmup = Warmup(_positive(length, "a warm-up"), bool(percent), float(start) if start else None)
    if warmup.in_percent and warmup.length >= 100:
        raise ScheduleError(f"expected a warm-up below 100% of the epochs, got {length}%")
    if not warmup.in_percent:
        check_warmup(warmup.length, spec.changes(math.inf) or ())
    if warmup.start is not None and spec.initial is not None and warmup.start >= spec.initial:
        raise ScheduleError(
            f"a warm-up rises: expected a start LR below {format_lr(spec.initial)}, got {start}"
        )
    unknown_start = None if start else "the start LR of the warm-up"
    return replace(spec, warmup=warmup, missing=spec.missing or unknown_start)


FORMS: Mapping[str, Callable[[str, str], LrSpec]] = MappingProxyType(
    {
        "constant": _constant,
        "initial": _initial,
        "step": _step,
        "cosine": _ramp(LrShape.COSINE),
        "linear": _ramp(LrShape.LINEAR),
        "exponential": _exponential,
        "one-cycle": _one_cycle,
        "rewind": _rewind,
    }
)
