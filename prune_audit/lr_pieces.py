"""The pieces that LR schedules are made of, and how LRs and epochs are printed."""

import math
from decimal import Decimal
from enum import StrEnum
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


def checked(piece: Piece) -> Piece:
    """Return the piece if its numbers make sense; a curve between two equal LRs is a constant."""
    first, last = piece.first, piece.last
    may_be_zero = piece.curve in (Curve.LINEAR, Curve.COSINE) and first != last
    for lr in (first, last):
        if not (math.isfinite(lr) and (lr > 0 or (lr == 0 and may_be_zero))):
            raise ScheduleError(f"expected a positive LR such as 1e-2, got {format_lr(lr)}")
    if not (math.isfinite(piece.span) and piece.span > 0 and piece.offset >= 0):
        raise ScheduleError(f"expected a positive span of epochs, got {format_epochs(piece.span)}")
    return flat(piece.start, first) if first == last else piece


def format_epochs(epochs: float) -> str:
    """Return epochs without an exponent, whole ones without a point: 90, 7.5."""
    if not math.isfinite(epochs):
        return str(epochs)
    return str(int(epochs)) if epochs == int(epochs) else format(Decimal(repr(epochs)), "f")


def format_lr(lr: float) -> str:
    """Return an LR as the paper prints it (1e-2, 1.5e-3), with every digit it has."""
    if lr == 0 or not math.isfinite(lr):
        return str(lr) if lr else "0"
    sign, digits, exponent = Decimal(repr(lr)).normalize().as_tuple()
    power = int(exponent) + len(digits) - 1
    fraction = "".join(map(str, digits[1:]))
    mantissa = f"{'-' if sign else ''}{digits[0]}{'.' + fraction if fraction else ''}"
    return f"{mantissa}e{power}" if power else mantissa
