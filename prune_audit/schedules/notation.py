"""The notation for LR schedules, read into an `LrSpec`.

    0:1e-2,30:1e-3,60:1e-4            an LR from each epoch on (the paper's notation)
    1e-3   constant 1e-3              one LR
    initial 1e-2                      only the initial LR is reported
    step 1e-2 at 30/60 by 0.1         times 0.1 at epochs 30 and 60
    step 1e-2 every 30 by 0.1         times 0.1 every 30 epochs
    cosine 1e-2 to 0                  half a cosine; likewise linear and exponential
    exponential 1e-2 by 0.97          times 0.97 per epoch
    one-cycle 1e-2 to 1e-1 to 1e-4 peak 30%
    rewind 40 of 160: 0:1e-1,80:1e-2  the last 40 epochs of that schedule of 160 epochs
    0:linear 1e-4 to 1e-2,5:cosine 1e-2 to 0     a list whose entries may be curves; part of a
                                      cosine is "cosine 1e-2 to 0 after 120 of 160"

Curves are functions of the epoch as a real number: the notation does not say whether a framework
updates the LR once per epoch or once per batch. What a source leaves out is left out: ``at ...`` or
``every ...``, ``by ...`` and ``to ...`` (the end). A final ``warmup 5``, ``warmup 10%`` or
``warmup 5 from 1e-4`` adds a linear warm-up: it replaces the first epochs of a step schedule, while
a curve begins after it and takes the remaining epochs. So CLR (Le & Hua 2021) is
``cosine ... to ... warmup 10%`` and LLR (Zimmer et al. 2021) ``linear ... to 0 warmup 10%``.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType

from prune_audit.schedules.forms import (
    constant,
    exponential,
    initial_only,
    mixed_list,
    of_parts,
    one_cycle,
    positive,
    ramp,
    step,
    step_list,
    unreadable,
)
from prune_audit.schedules.pieces import ScheduleError, format_lr
from prune_audit.schedules.same import SameLr, same_schedule
from prune_audit.schedules.spec import LrShape, LrSpec, Part, Warmup, check_warmup
from prune_audit.schedules.typography import NUMBER, tidy

__all__ = ["LrShape", "LrSpec", "SameLr", "ScheduleError", "Warmup", "parse_lr", "same_schedule"]

_LONGEST_TEXT = 20_000
_DEEPEST_REWIND = 3
_LIST = re.compile(rf"{NUMBER}:{NUMBER}(?:,{NUMBER}:{NUMBER})*")
_NUMBER = re.compile(NUMBER)
_WARMUP = re.compile(rf"(.+?),? ?warm[- ]?up ({NUMBER})(%?)(?: epochs?)?(?: from ({NUMBER}))?")
_REWIND = re.compile(rf"({NUMBER}) of ({NUMBER}):(.+)")


@lru_cache(maxsize=1024)  # recipes repeat within a paper and between papers
def parse_lr(text: str) -> LrSpec:
    """Read an LR schedule; the notation is described at the top of this module.

    Raises ScheduleError, and nothing else, for what cannot be read.
    """
    plain = tidy(text)
    if len(plain) > _LONGEST_TEXT or plain.count("rewind") > _DEEPEST_REWIND:
        raise unreadable(text, "a shorter LR schedule")
    if "warm" not in plain:
        return _body(plain, text)
    match = _WARMUP.fullmatch(plain)
    if match is None:
        raise unreadable(text, "'warmup 5', 'warmup 10%' or 'warmup 5 from 1e-4' at the end")
    return _with_warmup(_body(match[1], text), match[2], match[3], match[4])


def _body(plain: str, text: str) -> LrSpec:
    """Read a schedule without its warm-up."""
    if _LIST.fullmatch(plain):
        entries = [entry.split(":") for entry in plain.split(",")]
        lrs = [positive(lr, "an LR") for _, lr in entries]
        return step_list(text, [float(start) for start, _ in entries], lrs)
    if _NUMBER.fullmatch(plain):
        return constant(plain, text)
    word, _, rest = plain.partition(" ")
    if word in _FORMS:
        return _FORMS[word](rest, text)
    if ":" in plain:
        return mixed_list(plain, text)
    near = get_close_matches(word[:20], _FORMS, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    forms = "'0:1e-2,30:1e-3', 'constant 1e-3', 'step 1e-2 at 30/60 by 0.1', 'cosine 1e-2 to 0'"
    error = unreadable(text, f"an LR schedule such as {forms} or 'initial 1e-2'")
    raise ScheduleError(f"{error}{hint}")


def _rewind(rest: str, text: str) -> LrSpec:
    match = _REWIND.fullmatch(rest)
    if match is None:
        raise unreadable(text, "'rewind 40 of 160: 0:1e-1,80:1e-2,120:1e-3'")
    last, whole = positive(match[1], "epochs"), positive(match[2], "epochs")
    if last > whole:
        raise ScheduleError(f"cannot rewind {match[1]} of {match[2]} epochs: at most all of them")
    inner = parse_lr(match[3])
    if inner.missing:
        return LrSpec(text=text, shape=LrShape.UNKNOWN, only_epochs=last, missing=inner.missing)
    tail = inner.over(whole).tail(last)
    stages = tail.stages()
    if stages is None:
        return of_parts(text, tuple(Part(*piece) for piece in tail.pieces), last)
    spec = step_list(text, [stage.start for stage in stages], [stage.lr for stage in stages])
    return replace(spec, only_epochs=last)


def _with_warmup(spec: LrSpec, length: str, percent: str, start: str | None) -> LrSpec:
    warmup = Warmup(positive(length, "a warm-up"), bool(percent), float(start) if start else None)
    if warmup.in_percent and warmup.length >= 100:
        raise ScheduleError(f"expected a warm-up below 100% of the epochs, got {length}%")
    if not warmup.in_percent:
        check_warmup(warmup.length, spec.changes(math.inf) or ())
    if warmup.start is not None and spec.initial is not None and warmup.start >= spec.initial:
        raise ScheduleError(
            f"a warm-up rises: expected a start LR below {format_lr(spec.initial)}, got {start}"
        )
    unknown_start = None if start else "the LR's warm-up start"
    return replace(spec, warmup=warmup, missing=spec.missing or unknown_start)


_FORMS: Mapping[str, Callable[[str, str], LrSpec]] = MappingProxyType(
    {
        "constant": constant,
        "initial": initial_only,
        "step": step,
        "cosine": ramp(LrShape.COSINE),
        "linear": ramp(LrShape.LINEAR),
        "exponential": exponential,
        "one-cycle": one_cycle,
        "rewind": _rewind,
    }
)
