"""Learning-rate schedules as functions of the epoch.

A `Schedule` gives the learning rate (LR) on [0, epochs), with epochs as real numbers: epoch 0.5 is
the middle of the first epoch. It is made of pieces, each constant, linear, cosine or exponential.
Two schedules are the same if they are the same function (`equal`), however they were written down.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from prune_audit.schedules.pieces import (
    TOLERANCE,
    Curve,
    Piece,
    ScheduleError,
    flat,
    format_epochs,
    format_lr,
    joined,
)

__all__ = [
    "Curve",
    "LrStage",
    "Piece",
    "Schedule",
    "ScheduleError",
    "constant",
    "cosine",
    "difference_at",
    "equal",
    "exponential",
    "format_epochs",
    "format_lr",
    "linear",
    "one_cycle",
    "piecewise",
    "steps",
    "with_warmup",
]

# Interior points of a sub-interval, where two schedules are compared: more of them than two
# different curves have in common, and none on the ends, where the LR may jump.
_PROBES = (0.03, 0.21, 0.44, 0.58, 0.79, 0.97)
_start_of = attrgetter("start")


class LrStage(NamedTuple):
    """A stretch of constant LR: the epoch where it starts, and its LR."""

    start: float
    lr: float


@dataclass(frozen=True)
class Schedule:
    """The LR on [0, epochs). Build one with the functions below, which check their arguments.

    `==` compares how two schedules are built; `equal` compares them as functions.
    """

    epochs: float
    pieces: tuple[Piece, ...]

    def at(self, epoch: float) -> float:
        """Return the LR at an epoch; ScheduleError outside [0, epochs)."""
        if not 0 <= epoch < self.epochs:
            raise ScheduleError(
                f"epoch {format_epochs(epoch)} is outside the schedule: ask for an epoch from 0 "
                f"up to, but not including, {format_epochs(self.epochs)}"
            )
        return self.pieces[bisect_right(self.pieces, epoch, key=_start_of) - 1].at(epoch)

    @property
    def initial(self) -> float:
        """The LR at epoch 0."""
        return self.at(0)

    @property
    def final(self) -> float:
        """The LR at the beginning of the last epoch: at epoch 89 of 90."""
        return self.at(math.ceil(self.epochs) - 1)

    def stages(self) -> tuple[LrStage, ...] | None:
        """Return the stages of constant LR, equal neighbours merged; None if the LR ever moves."""
        if any(piece.curve is not Curve.CONSTANT for piece in self.pieces):
            return None
        return tuple(LrStage(piece.start, piece.first) for piece in self.pieces)

    def then(self, other: "Schedule") -> "Schedule":
        """Return this schedule followed by the other one."""
        later = (piece._replace(start=piece.start + self.epochs) for piece in other.pieces)
        return piecewise(self.epochs + other.epochs, (*self.pieces, *later))

    def head(self, first_epochs: float) -> "Schedule":
        """Return the first epochs of this schedule."""
        self._check_part(first_epochs)
        end = self._snapped(first_epochs)
        return piecewise(first_epochs, (piece for piece in self.pieces if piece.start < end))

    def tail(self, last_epochs: float) -> "Schedule":
        """Return the last epochs of this schedule (LR rewinding, Renda et al. 2020)."""
        self._check_part(last_epochs)
        cut = self._snapped(self.epochs - last_epochs)
        later = (piece._replace(start=piece.start - cut) for piece in self._since(cut))
        return piecewise(last_epochs, later)

    def _since(self, cut: float) -> Iterator[Piece]:
        """Yield the pieces from an epoch on, the first one shortened to start there."""
        at_cut = bisect_right(self.pieces, cut, key=_start_of) - 1
        opening = self.pieces[at_cut]
        yield opening._replace(start=cut, offset=opening.offset + cut - opening.start)
        yield from self.pieces[at_cut + 1 :]

    def _snapped(self, epoch: float) -> float:
        """Return the break point that an epoch misses only by rounding, or else the epoch."""
        slack = TOLERANCE * self.epochs
        return next((p.start for p in self.pieces if abs(p.start - epoch) <= slack), epoch)

    def _check_part(self, epochs: float) -> None:
        if not 0 < epochs <= self.epochs:
            raise ScheduleError(
                f"cannot take {format_epochs(epochs)} of {format_epochs(self.epochs)} epochs: "
                "ask for more than 0 and at most all of them"
            )

    def __str__(self) -> str:
        """Return the notation of `notation.parse_lr`; the paper's own one for step schedules."""
        if len(self.pieces) == 1:
            first = self.pieces[0]
            if first.curve is Curve.CONSTANT:
                return f"constant {format_lr(first.first)}"
            if first.offset == 0 and first.span == self.epochs and first.first > first.last:
                return f"{first.curve} {format_lr(first.first)} to {format_lr(first.last)}"
        ends = (*(piece.start for piece in self.pieces[1:]), self.epochs)
        return ",".join(map(Piece.notation, self.pieces, ends))


def equal(a: Schedule, b: Schedule) -> bool:
    """Whether two schedules are the same function over the same number of epochs."""
    if not math.isclose(a.epochs, b.epochs, rel_tol=TOLERANCE):
        return False
    return difference_at(a, b) is None


@lru_cache(maxsize=1024)
def difference_at(a: Schedule, b: Schedule) -> float | None:
    """Return the start of the first stretch where the LRs differ, None if there is none.

    Only epochs that both schedules have are looked at.
    """
    if a == b:
        return None
    end = min(a.epochs, b.epochs)
    # near a final LR of 0, rounding is relative to the LR that the curve came from
    floor = 1e-12 * max(max(p.first, p.last) for p in (*a.pieces, *b.pieces))
    breaks = sorted({p.start for p in (*a.pieces, *b.pieces) if p.start < end} | {end})
    for left, right in pairwise(breaks):
        if right - left <= TOLERANCE * end:  # one break point, computed in two ways
            continue
        for epoch in (left + (right - left) * probe for probe in _PROBES):
            if not math.isclose(a.at(epoch), b.at(epoch), rel_tol=TOLERANCE, abs_tol=floor):
                return left
    return None


def piecewise(epochs: float, pieces: Iterable[Piece]) -> Schedule:
    """Return the schedule made of pieces; every other builder goes through this one.

    ScheduleError unless the epochs are positive, the first piece starts at 0, each later one after
    the one before and inside the epochs, and the LRs are positive (one end of a linear or cosine
    piece may be 0).
    """
    return Schedule(epochs, joined(epochs, pieces))


def _ramp(epochs: float, curve: Curve, first: float, last: float) -> Schedule:
    if not first > 0:
        raise ScheduleError(f"expected a positive initial LR such as 1e-2, got {format_lr(first)}")
    return piecewise(epochs, [Piece(0, curve, first, last, 0, epochs)])


def steps(epochs: float, stages: Iterable[tuple[float, float]]) -> Schedule:
    """Return the step schedule of (start epoch, LR) pairs: steps(60, ((0, 1e-2), (30, 1e-3)))."""
    return piecewise(epochs, (flat(start, lr) for start, lr in stages))


def constant(epochs: float, lr: float) -> Schedule:
    """Return one LR for all epochs."""
    return steps(epochs, ((0, lr),))


def linear(epochs: float, initial: float, final: float) -> Schedule:
    """Return the straight line from `initial` to `final`, which may be 0, reached at the end."""
    return _ramp(epochs, Curve.LINEAR, initial, final)


def cosine(epochs: float, initial: float, final: float) -> Schedule:
    """Return half a cosine from `initial` to `final`, which may be 0, reached at the end."""
    return _ramp(epochs, Curve.COSINE, initial, final)


def exponential(epochs: float, initial: float, final: float) -> Schedule:
    """Return the change by one factor per epoch that reaches `final` at the end."""
    return _ramp(epochs, Curve.EXPONENTIAL, initial, final)


def one_cycle(
    epochs: float, initial: float, peak: float, final: float, peak_share: float
) -> Schedule:
    """Return the line up to `peak` at that share (0 to 1) of the epochs, then down to `final`."""
    if not (0 < peak_share < 1 and initial < peak and final < peak):
        raise ScheduleError(
            "a one-cycle schedule rises to a peak above both of its ends, between 0 % and 100 % of "
            f"the epochs; got {format_lr(initial)} to {format_lr(peak)} to {format_lr(final)} "
            f"with the peak at {100 * peak_share:g} %"
        )
    top = epochs * peak_share
    up = Piece(0, Curve.LINEAR, initial, peak, 0, top)
    return piecewise(epochs, [up, Piece(top, Curve.LINEAR, peak, final, 0, epochs - top)])


def with_warmup(schedule: Schedule, epochs: float, start_lr: float) -> Schedule:
    """Return the schedule with its first epochs replaced by a line from `start_lr` (may be 0).

    The line ends at the LR that the schedule has after those epochs; everything later stays.
    """
    if not 0 < epochs < schedule.epochs:
        raise ScheduleError(
            f"a warm-up of {format_epochs(epochs)} epochs does not fit into "
            f"{format_epochs(schedule.epochs)} epochs: make it longer than 0 and shorter than that"
        )
    target = schedule.at(epochs)
    if not 0 <= start_lr <= target:
        raise ScheduleError(
            f"a warm-up rises: expected a start LR from 0 to {format_lr(target)}, "
            f"got {format_lr(start_lr)}"
        )
    rise = Piece(0, Curve.LINEAR, start_lr, target, 0, epochs)
    return piecewise(schedule.epochs, (rise, *schedule._since(epochs)))
