"""The pieces that LR schedules are made of, and how LRs and epochs are printed."""

import math
from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

# Two LRs or epochs this close (relatively) are one number, written or computed in two ways.
TOLERANCE = 1e-9


class ScheduleError(ValueError):
    """An LR schedule cannot be what was asked for; the message says what to do instead."""


class Curve(StrEnum):
    """How the LR moves within one piece."""

    CONSTANT = "constant"
    LINEAR = "linear"
    COSINE = "cosine"
    EXPONENTIAL = "exponential"


class Piece(NamedTuple):
    """A piece from epoch `start` on, up to the next piece or the end of the schedule.

    The whole curve goes from LR `first` to LR `last` in `span` epochs; the piece shows it from
    `offset` epochs after the curve's own beginning on, so that a tail or a head keeps its shape.
    """

    start: float
    curve: Curve
    first: float
    last: float
    offset: float
    span: float

    def at(self, epoch: float) -> float:
        """Return the LR at an epoch of the schedule (not of the piece)."""
        share = min((self.offset + epoch - self.start) / self.span, 1.0)
        match self.curve:
            case Curve.CONSTANT:
                return self.first
            case Curve.LINEAR:
                return (1 - share) * self.first + share * self.last
            case Curve.COSINE:
                # (1 + cos(pi x)) / 2, in the form that stays exact where the LR goes to zero
                weight = math.cos(math.pi * share / 2) ** 2 if share < 1 else 0.0
                return weight * self.first + (1 - weight) * self.last
            case Curve.EXPONENTIAL:
                return float(self.first * (self.last / self.first) ** share)

    def notation(self, end: float) -> str:
        """Return the piece, which ends at epoch `end`, as an entry of a list: `30:1e-3`."""
        start = format_epochs(self.start)
        if self.curve is Curve.CONSTANT:
            return f"{start}:{format_lr(self.first)}"
        if self.curve is not Curve.COSINE:  # part of a line is a line between other LRs
            ends = f"{format_lr(self.at(self.start))} to {format_lr(self.at(end))}"
            return f"{start}:{self.curve} {ends}"
        whole = self.offset == 0 and self.span == end - self.start
        part = f" after {format_epochs(self.offset)} of {format_epochs(self.span)}"
        ramp = f"{start}:cosine {format_lr(self.first)} to {format_lr(self.last)}"
        return ramp if whole else ramp + part


def flat(start: float, lr: float) -> Piece:
    """Return a piece of constant LR."""
    return Piece(start, Curve.CONSTANT, lr, lr, 0, 1)


def joined(epochs: float, pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return pieces that fill the epochs, each checked, equal constant neighbours merged."""
    if not (math.isfinite(epochs) and epochs > 0):
        raise ScheduleError(f"expected a positive number of epochs, got {format_epochs(epochs)}")
    kept = [_checked(piece) for piece in pieces]
    if not kept or kept[0].start != 0:
        raise ScheduleError("the first LR must start at epoch 0: write it as '0:...'")
    for before, after in pairwise(kept):
        if not before.start < after.start:
            raise ScheduleError(
                f"milestone {format_epochs(after.start)} comes after "
                f"{format_epochs(before.start)}: list milestones in increasing order, each once"
            )
    if not kept[-1].start < epochs:
        raise ScheduleError(
            f"milestone {format_epochs(kept[-1].start)} is not inside {format_epochs(epochs)} "
            "epochs: drop it, or give the epochs that it belongs to"
        )
    _check_spans(kept, epochs)
    return tuple(_merged(kept))


def _checked(piece: Piece) -> Piece:
    """Return the piece if its numbers make sense; a curve between two equal LRs is a constant."""
    first, last = piece.first, piece.last
    may_be_zero = piece.curve in (Curve.LINEAR, Curve.COSINE) and first != last
    for lr in (first, last):
        if not (math.isfinite(lr) and (lr > 0 or (lr == 0 and may_be_zero))):
            raise ScheduleError(f"expected a positive LR such as 1e-2, got {format_lr(lr)}")
    if not (math.isfinite(piece.span) and piece.span > 0 and piece.offset >= 0):
        raise ScheduleError(f"expected a positive span of epochs, got {format_epochs(piece.span)}")
    return flat(piece.start, first) if first == last else piece


def _check_spans(pieces: list[Piece], epochs: float) -> None:
    for piece, end in zip(pieces, (*(p.start for p in pieces[1:]), epochs), strict=True):
        shown = piece.offset + end - piece.start
        if piece.curve is not Curve.CONSTANT and shown > piece.span * (1 + TOLERANCE):
            raise ScheduleError(
                f"a {piece.curve} piece of {format_epochs(piece.span)} epochs ends before epoch "
                f"{format_epochs(end)}: give it a longer span, or say what follows it"
            )


def _merged(pieces: list[Piece]) -> Iterator[Piece]:
    """Drop constant pieces that only go on with the LR of a constant piece before."""
    yield pieces[0]
    for before, piece in pairwise(pieces):
        both_flat = before.curve is Curve.CONSTANT and piece.curve is Curve.CONSTANT
        if not (both_flat and before.first == piece.first):
            yield piece


def format_epochs(epochs: float) -> str:
    """Return epochs without an exponent, whole ones without a point: 90, 7.5."""
    if not math.isfinite(epochs):
        return str(epochs)
    return str(int(epochs)) if epochs == int(epochs) else format(Decimal(repr(epochs)), "f")


@lru_cache(maxsize=1024)
def format_lr(lr: float) -> str:
    """Return an LR as the paper prints it (1e-2, 1.5e-3), with every digit it has."""
    if lr == 0 or not math.isfinite(lr):
        return str(lr) if lr else "0"
    sign, digits, exponent = Decimal(repr(lr)).normalize().as_tuple()
    power = int(exponent) + len(digits) - 1
    fraction = "".join(map(str, digits[1:]))
    mantissa = f"{'-' if sign else ''}{digits[0]}{'.' + fraction if fraction else ''}"
    return f"{mantissa}e{power}" if power else mantissa
