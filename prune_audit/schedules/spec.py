"""What a source states about an LR schedule: all of it, or only some aspects.

A spec does not know its number of epochs. A complete one becomes a `Schedule` over given epochs;
of an incomplete one, `missing` names the first thing that the source leaves out.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from prune_audit.schedules.pieces import Curve, Piece, ScheduleError, flat, format_epochs
from prune_audit.schedules.schedule import Schedule, one_cycle, piecewise, steps, with_warmup

# "every 0.001" over many epochs would be a list of millions of milestones: surely a slip.
MOST_MILESTONES = 10_000


class LrShape(StrEnum):
    """The kind of an LR schedule."""

    STEP = "step"
    CONSTANT = "constant"
    LINEAR = "linear"
    COSINE = "cosine"
    EXPONENTIAL = "exponential"
    ONE_CYCLE = "one-cycle"
    MIXED = "mixed"  # a complete list whose entries are not all constant
    UNKNOWN = "unknown"


class Warmup(NamedTuple):
    """A linear warm-up: its length in epochs (or in percent of the epochs) and its start LR."""

    length: float
    in_percent: bool
    start: float | None

    def epochs(self, total: float) -> float:
        """Return the length in epochs of a schedule of `total` epochs."""
        return total * self.length / 100 if self.in_percent else self.length


class Part(NamedTuple):
    """An entry of a mixed list; a `span` of None runs up to the next entry or to the end."""

    start: float
    curve: Curve
    first: float
    last: float
    offset: float
    span: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LrSpec:
    """What is known of an LR schedule, whatever the number of epochs; None is not stated.

    text: as written.
    initial: the first LR; with a warm-up, the LR after it.
    milestones: epochs at which the LR changes by a step; empty for a constant LR.
    lrs: the LR of each stage between the milestones.
    every: the epochs from one step to the next, where the milestones are stated that way.
    factor: what the LR is multiplied by, at each step or (exponential) at each epoch.
    peak: of a one-cycle schedule, the highest LR and the share of the epochs (0 to 1) before it.
    final: the LR that the schedule ends at.
    parts: the entries of a mixed list.
    only_epochs: the number of epochs, where the notation states it (LR rewinding).
    missing: the first aspect that is not stated, in words; None for a complete schedule.
    """

    text: str
    shape: LrShape
    initial: float | None = None
    milestones: tuple[float, ...] | None = None
    lrs: tuple[float, ...] | None = None
    every: float | None = None
    factor: float | None = None
    peak: tuple[float, float] | None = None
    final: float | None = None
    warmup: Warmup | None = None
    parts: tuple[Part, ...] = ()
    only_epochs: float | None = None
    missing: str | None = None

    @property
    def complete(self) -> bool:
        """Whether the LR at every epoch follows once the number of epochs is known."""
        return self.missing is None

    def over(self, epochs: float) -> Schedule:
        """Return the schedule over that many epochs.

        A warm-up replaces the first epochs of a step schedule, whose milestones stay; curves
        (cosine, linear, exponential, one-cycle) begin after it and take the remaining epochs.
        Raises ScheduleError for an incomplete spec and for one that does not fit the epochs.
        """
        return _over(self, epochs)

    def schedule(self, epochs: float) -> Schedule | None:
        """Return the schedule over that many epochs, None if the spec is incomplete."""
        return self.over(epochs) if self.complete else None

    def changes(self, epochs: float) -> tuple[float, ...] | None:
        """Return the milestones of a step schedule before an epoch, None if not known."""
        if self.milestones is not None:
            return tuple(milestone for milestone in self.milestones if milestone < epochs)
        if self.every is None or epochs > MOST_MILESTONES * self.every:
            return None
        return tuple(_multiples(self.every, epochs))

    def lr_of_stage(self, index: int) -> float | None:
        """Return the LR of a stage of a step schedule (0 is the first), None if not known."""
        if self.lrs is not None:
            return self.lrs[index] if index < len(self.lrs) else None
        if index == 0:
            return self.initial
        if self.initial is None or self.factor is None:
            return None
        return dropped(self.initial, self.factor, index)

    def _warmed(self, epochs: float, warmup: Warmup) -> Schedule:
        length, start = warmup.epochs(epochs), warmup.start or 0.0
        if not 0 < length < epochs:
            raise ScheduleError(
                f"a warm-up of {format_epochs(length)} epochs does not fit into "
                f"{format_epochs(epochs)} epochs: make it shorter"
            )
        if self.lrs is not None or self.every is not None or self.parts:
            whole = self._body(epochs)
            check_warmup(length, self.changes(epochs) or ())
            return with_warmup(whole, length, start)
        rest = self._body(epochs - length)
        rise = Piece(0, Curve.LINEAR, start, rest.initial, 0, length)
        later = (piece._replace(start=piece.start + length) for piece in rest.pieces)
        return piecewise(epochs, (rise, *later))

    def _body(self, epochs: float) -> Schedule:
        """The schedule without its warm-up."""
        if self.parts:
            return _joined(self.parts, epochs)
        if self.lrs is not None and self.milestones is not None:
            return steps(epochs, zip((0, *self.milestones), self.lrs, strict=True))
        initial = stated(self.initial)
        if self.every is not None:
            return _regular_steps(epochs, initial, self.every, stated(self.factor))
        if self.peak is not None:
            return one_cycle(epochs, initial, self.peak[0], stated(self.final), self.peak[1])
        final = dropped(initial, stated(self.factor), epochs) if self.final is None else self.final
        return piecewise(epochs, [Piece(0, Curve(self.shape.value), initial, final, 0, epochs)])


@lru_cache(maxsize=1024)  # every pair and many rules ask for the schedule of a stage
def _over(spec: LrSpec, epochs: float) -> Schedule:
    if spec.missing:
        raise ScheduleError(f"'{spec.text}' is not a whole schedule: {spec.missing} is missing")
    if not (math.isfinite(epochs) and epochs > 0):
        raise ScheduleError(f"expected a positive number of epochs, got {format_epochs(epochs)}")
    if spec.only_epochs is not None and not math.isclose(spec.only_epochs, epochs):
        raise ScheduleError(
            f"'{spec.text}' is a schedule of {format_epochs(spec.only_epochs)} epochs, not of "
            f"{format_epochs(epochs)}: make the two agree"
        )
    return spec._body(epochs) if spec.warmup is None else spec._warmed(epochs, spec.warmup)


def stated(value: float | None) -> float:
    """Return an aspect that a complete spec has."""
    assert value is not None, "a complete spec states this"
    return value


def dropped(lr: float, factor: float, times: float) -> float:
    """Return the LR after that many multiplications by the factor, exact for short decimals.

    ScheduleError where nothing is left of it: the factor is then hardly meant that often.
    """
    if times == int(times) and times <= MOST_MILESTONES:
        left = float(Decimal(repr(lr)) * Decimal(repr(factor)) ** int(times))
    else:
        left = lr * factor**times
    if left < 1e-300:
        raise ScheduleError(
            f"{lr:g} times {factor:g}, {times:g} times over, leaves no LR: is the factor per epoch?"
        )
    return left


def check_warmup(length: float, milestones: tuple[float, ...]) -> None:
    """Raise ScheduleError if a warm-up (in epochs) reaches the first milestone."""
    if milestones and length >= milestones[0]:
        raise ScheduleError(
            f"a warm-up of {format_epochs(length)} epochs reaches the milestone "
            f"{format_epochs(milestones[0])}: make it end before"
        )


def _multiples(every: float, epochs: float) -> Iterator[float]:
    number = 1
    while number * every < epochs:
        yield number * every
        number += 1


def _regular_steps(epochs: float, initial: float, every: float, factor: float) -> Schedule:
    if epochs > MOST_MILESTONES * every:
        raise ScheduleError(
            f"a step every {format_epochs(every)} epochs is more than {MOST_MILESTONES} steps in "
            f"{format_epochs(epochs)} epochs: write 'exponential' for a smooth decay"
        )
    starts = (0.0, *_multiples(every, epochs))
    return steps(epochs, ((start, dropped(initial, factor, i)) for i, start in enumerate(starts)))


def _joined(parts: tuple[Part, ...], epochs: float) -> Schedule:
    ends = (*(part.start for part in parts[1:]), epochs)
    return piecewise(epochs, [_piece(part, end) for part, end in zip(parts, ends, strict=True)])


def _piece(part: Part, end: float) -> Piece:
    if part.curve is Curve.CONSTANT:
        return flat(part.start, part.first)
    # a start beyond the end is refused with a better message when the pieces are joined
    length = end - part.start if end > part.start else 1.0
    span = length if part.span is None else part.span
    return Piece(part.start, part.curve, part.first, part.last, part.offset, span)
