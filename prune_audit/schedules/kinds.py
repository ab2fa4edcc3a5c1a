"""Retraining kinds: LR schedules of retraining that are made from that of the pretraining.

Each takes the schedule of the original training (T epochs) and the epochs of retraining t. The
largest LR is that of the original; the smallest is the smallest at which an epoch of it begins,
from the largest on: what comes before the largest is a warm-up of the original's own.

Warm-ups take 10 % of t and rise in a line from the smallest LR, from which Le & Hua let that of CLR
begin. The published code of both papers (lehduong/NPTM, ZIB-IOL/BIMP) rises along half a cosine,
the second from 0. Both move the LR with every step (NPTM: that of CLR), and so should whoever
retrains for few epochs: held for an epoch, a warm-up of one epoch is a leap.

Two kinds need more than a schedule. Weight rewinding (Frankle et al. 2019, arXiv 1903.01611; Renda
et al. 2020) has the schedule of `lrw`, but the weights too go back to what they were after T - t
epochs. ALLR needs the norms of the weights before and after pruning (`schedules.allr`); without
them it is known only that its LR is at most that of `llr`.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from prune_audit.schedules.pieces import (
    Curve,
    Piece,
    ScheduleError,
    flat,
    format_epochs,
    format_lr,
)
from prune_audit.schedules.schedule import Schedule, piecewise
from prune_audit.schedules.schedule import constant as constant_schedule

WARMUP = Fraction(1, 10)
"""Share of the retraining epochs that a warm-up takes."""


class Kind(StrEnum):
    """The kinds of retraining."""

    CONSTANT = "constant"
    LRW = "lrw"
    WEIGHT_REWINDING = "weight-rewinding"
    SLR = "slr"
    CLR = "clr"
    LLR = "llr"
    ALLR = "allr"


class Extremes(NamedTuple):
    """The largest LR of a schedule, the epoch from which it is there, and the smallest after it."""

    largest: float
    since: float
    smallest: float


def extremes(original: Schedule) -> Extremes:
    """Return the largest LR of a schedule and the smallest at which a later epoch begins.

    A schedule that ends at 0 has trained at a larger one in its last epoch, which counts.
    """
    marks = [mark for piece, end in _with_ends(original) for mark in _marks(piece, end)]
    largest = max(lr for _, lr, _ in marks)
    since = next(epoch for epoch, lr, _ in marks if lr == largest)
    later = [lr for epoch, lr, begins in marks if begins and epoch >= since]
    return Extremes(largest, since, min(later, default=largest))


def _with_ends(schedule: Schedule) -> Iterator[tuple[Piece, float]]:
    starts = [piece.start for piece in schedule.pieces]
    return zip(schedule.pieces, (*starts[1:], schedule.epochs), strict=True)


def _marks(piece: Piece, end: float) -> Iterator[tuple[float, float, bool]]:
    """Yield (epoch, LR, whether an epoch may begin there) where a piece can be extreme."""
    last = max(piece.start, end - 1)
    yield piece.start, piece.at(piece.start), True
    yield last, piece.at(last), True
    yield end, piece.at(end), False


def constant(original: Schedule, epochs: float) -> Schedule:
    """Return finetuning: the LR of the original's last epoch, all the time.

    LR(e) = LR_original(T - 1). Han et al. 2015 (arXiv 1506.02626) as Renda et al. 2020 and
    Le & Hua 2021 define it.
    """
    return constant_schedule(epochs, original.final)


def lrw(original: Schedule, epochs: float) -> Schedule:
    """Return learning-rate rewinding: the last t epochs of the original once more.

    LR(e) = LR_original(T - t + e). Renda et al. 2020 (arXiv 2003.02389). Where t is no longer than
    the last LR stage it is the same as finetuning. ScheduleError where t is above T.
    """
    if epochs > original.epochs:
        raise ScheduleError(
            f"rewinding repeats the last epochs of the pretraining: {format_epochs(epochs)} are "
            f"more than all of its {format_epochs(original.epochs)}"
        )
    return original.tail(epochs)


def slr(original: Schedule, epochs: float) -> Schedule:
    """Return scaled LR restarting: a warm-up, then the whole original in what is left of t.

    LR(e) = LR_original(T (e - t/10) / (9t/10)) after the warm-up. So the LR drops at the same
    fractions as in the original, of the epochs after the warm-up: at 50 % and 75 % on CIFAR.
    A warm-up of the original's own is not repeated: its share is spent at the largest LR.
    Le & Hua 2021 (arXiv 2105.03193) and its code.
    """
    top = extremes(original)
    onset = WARMUP * Fraction(epochs)
    later = [_stretched(one, original, onset, epochs) for one in _from(original, top)]
    return piecewise(epochs, (_rise(top.smallest, top.largest, onset), *later))


def _from(original: Schedule, top: Extremes) -> Iterator[Piece]:
    """Yield the pieces of a schedule, one at the largest LR in place of all before it."""
    if top.since > 0:
        yield flat(0, top.largest)
    yield from (piece for piece in original.pieces if piece.start >= top.since)


def _stretched(piece: Piece, original: Schedule, onset: Fraction, epochs: float) -> Piece:
    """Return a piece of the original where all of it fills the epochs from `onset` on."""
    factor = (Fraction(epochs) - onset) / Fraction(original.epochs)
    return piece._replace(
        start=float(onset + factor * Fraction(piece.start)),
        offset=float(factor * Fraction(piece.offset)),
        span=float(factor * Fraction(piece.span)),
    )


def clr(original: Schedule, epochs: float) -> Schedule:
    """Return cyclic LR restarting: a warm-up, then half a cosine from the largest LR down.

    LR(e) = low + (high - low) (1 + cos(pi (e - t/10) / (9t/10))) / 2 after the warm-up, with the
    original's largest and smallest LR. Le & Hua 2021 (arXiv 2105.03193); their code goes on to a
    ten-thousandth of the largest LR (other shares for soft and HRank pruning), that of Zimmer et
    al. 2023 ends at the smallest.
    """
    low = extremes(original).smallest
    return _restart(original, epochs, extremes(original).largest, Curve.COSINE, low)


def llr(original: Schedule, epochs: float) -> Schedule:
    """Return linear LR restarting: a warm-up, then a line from the largest LR of the original to 0.

    LR(e) = high (t - e) / (9t/10) after the warm-up. Zimmer et al. 2023 (arXiv 2111.00843).
    """
    return _restart(original, epochs, extremes(original).largest, Curve.LINEAR, 0)


def _restart(
    original: Schedule, epochs: float, high: float, curve: Curve, final: float
) -> Schedule:
    """Return a warm-up to `high`, then a curve down to `final` at the end."""
    onset = WARMUP * Fraction(epochs)
    low = min(extremes(original).smallest, high)
    fall = Piece(float(onset), curve, high, final, 0, float(Fraction(epochs) - onset))
    return piecewise(epochs, (_rise(low, high, onset), fall))


def _rise(low: float, high: float, onset: Fraction) -> Piece:
    return Piece(0, Curve.LINEAR, low, high, 0, float(onset))


class Retraining(NamedTuple):
    """A kind: how its schedule is made from the original and the epochs, in words, and source."""

    make: Callable[[Schedule, float], Schedule]
    title: str
    source: str


KINDS: Mapping[Kind, Retraining] = MappingProxyType(
    {
        Kind.CONSTANT: Retraining(
            constant, "finetuning: the last LR of the pretraining, all the time",
            "Han et al. 2015 (arXiv 1506.02626)",
        ),
        Kind.LRW: Retraining(
            lrw, "learning-rate rewinding: the last epochs of the pretraining once more",
            "Renda et al. 2020 (arXiv 2003.02389)",
        ),
        Kind.WEIGHT_REWINDING: Retraining(
            lrw,
            "weight rewinding: weights go back to an earlier epoch of the pretraining, whose last "
            "epochs then come once more",
            "Frankle et al. 2019 (arXiv 1903.01611); Renda et al. 2020 (arXiv 2003.02389)",
        ),
        Kind.SLR: Retraining(
            slr, "scaled LR restarting: 10 % warm-up, then the whole pretraining compressed",
            "Le & Hua 2021 (arXiv 2105.03193)",
        ),
        Kind.CLR: Retraining(
            clr,
            "cyclic LR restarting: 10 % warm-up to the largest LR of the pretraining, then a "
            "cosine to its smallest",
            "Le & Hua 2021 (arXiv 2105.03193)",
        ),
        Kind.LLR: Retraining(
            llr,
            "linear LR restarting: 10 % warm-up to the largest LR of the pretraining, then a line "
            "to 0",
            "Zimmer et al. 2023 (arXiv 2111.00843)",
        ),
        Kind.ALLR: Retraining(
            llr,
            "adaptive linear LR restarting: as llr, at most from its largest LR and from a smaller "
            "one the less pruning has taken from the norm of the weights",
            "Zimmer et al. 2023 (arXiv 2111.00843)",
        ),
    }
)  # fmt: skip


def retraining(kind: Kind, original: Schedule, epochs: float) -> Schedule:
    """Return the retraining schedule of a kind; ScheduleError where the epochs do not allow it."""
    if not (math.isfinite(epochs) and epochs > 0):
        raise ScheduleError(f"expected a positive number of epochs, got {format_epochs(epochs)}")
    return KINDS[kind].make(original, epochs)


def lrs_at(schedule: Schedule) -> tuple[tuple[int, str], ...]:
    """Return a few whole epochs, first and last among them, with the LR there to three digits."""
    last = math.ceil(schedule.epochs) - 1
    shares = (0, 0.1, 0.25, 0.5, 0.75)
    epochs = sorted({*(int(share * schedule.epochs) for share in shares), last})
    return tuple((one, format_lr(float(f"{schedule.at(one):.3g}"))) for one in epochs)
