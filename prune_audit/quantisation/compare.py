"""One tensor under both arms at equal bytes, and what all tensors of a checkpoint say together."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log10
from typing import TYPE_CHECKING, Any, NamedTuple

from prune_audit.quantisation.arms import pruning_errors, quantisation_errors
from prune_audit.quantisation.storage import MASK_BITS, kept

if TYPE_CHECKING:
    from prune_audit.evidence.checkpoints.arrays import Array

HEAVY = 12.0
"""Excess kurtosis above which a tensor counts as heavy-tailed (arXiv 2307.02973)."""

_EXACT = 1e-12
"""Share of the energy below which an error is that of the arithmetic: none is left."""


class Arms(NamedTuple):
    """SQNRs in dB of one tensor at one width; infinite where nothing is lost."""

    bits: int
    quantised: float
    pruned: float
    """Positions of the weights that stay are not counted."""
    pruned_masked: float
    """They are, as a bitmap."""

    @property
    def winner(self) -> str:
        """``pruning``, ``quantisation`` or ``neither``, with positions free of charge."""
        return _winner(self.pruned, self.quantised)

    @property
    def winner_masked(self) -> str:
        """The same with positions counted."""
        return _winner(self.pruned_masked, self.quantised)


@dataclass(frozen=True)
class Compared:
    """A tensor under both arms.

    Attributes:
        name: in the checkpoint.
        shape: outputs first.
        kurtosis: excess kurtosis (Fisher); None where all weights are the same.
        zeros: fraction of the weights that are zero already.
        arms: one per width.
    """

    name: str
    shape: tuple[int, ...]
    kurtosis: float | None
    zeros: float
    arms: tuple[Arms, ...]

    @property
    def heavy(self) -> bool:
        """Whether it has heavy tails."""
        return self.kurtosis is not None and self.kurtosis > HEAVY


class Skipped(NamedTuple):
    """A tensor that was left out."""

    name: str
    why: str


class Summary(NamedTuple):
    """All tensors at one width. Means are in dB, over tensors that both arms change."""

    bits: int
    tensors: int
    exact: int
    """Tensors that an arm reproduces without error; they are in no mean."""
    quantised: float | None
    pruned: float | None
    pruned_masked: float | None
    wins: int
    """Tensors of which pruning loses less."""
    wins_masked: int
    heavy: int
    heavy_wins: int


def compared(
    name: str, weight: "Array", widths: Sequence[int], per_channel: bool = False
) -> Compared | Skipped:
    """Set both arms against each other on a tensor, or say why that is not possible.

    Args:
        name: of the tensor.
        weight: shape (outputs, ...).
        widths: bits per weight.
        per_channel: quantise with one range per index of the first axis.
    """
    import numpy as np

    if why := _unusable(weight):
        return Skipped(name, why)
    values = weight.astype(np.float64)
    values /= np.abs(values).max()  # no square is too large or too small then
    rows = values.reshape(len(values) if per_channel else 1, -1)
    return Compared(
        name,
        tuple(weight.shape),
        _kurtosis(values),
        1 - np.count_nonzero(values) / values.size,
        _arms(rows, widths),
    )


def summary(found: Sequence[Compared]) -> tuple[Summary, ...]:
    """Return what all tensors say together, per width."""
    return tuple(_summed(column, found) for column in zip(*(t.arms for t in found), strict=True))


def _summed(column: Sequence[Arms], found: Sequence[Compared]) -> Summary:
    finite = [one for one in column if inf not in one]
    heavy = [one for one, tensor in zip(column, found, strict=True) if tensor.heavy]
    return Summary(
        column[0].bits,
        len(column),
        len(column) - len(finite),
        _mean([one.quantised for one in finite]),
        _mean([one.pruned for one in finite]),
        _mean([one.pruned_masked for one in finite]),
        sum(one.winner == "pruning" for one in column),
        sum(one.winner_masked == "pruning" for one in column),
        len(heavy),
        sum(one.winner == "pruning" for one in heavy),
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _winner(pruned: float, quantised: float) -> str:
    if pruned == quantised:
        return "neither"
    return "pruning" if pruned > quantised else "quantisation"


def _unusable(weight: "Array") -> str:
    import numpy as np

    if weight.dtype.kind not in "fiu":
        return f"holds values of the type {weight.dtype}"
    if not weight.size:
        return "holds no values"
    if not np.isfinite(weight).all():
        return "holds NaN or infinite values"
    return "" if weight.any() else "holds zeros only"


def _arms(rows: Any, widths: Sequence[int]) -> tuple[Arms, ...]:
    import numpy as np

    energy = float(np.square(rows).sum())
    quantised = quantisation_errors(rows, widths)
    free = pruning_errors(rows, [kept(rows.size, bits) for bits in widths])
    counted = pruning_errors(rows, [kept(rows.size, bits, MASK_BITS) for bits in widths])
    return tuple(
        Arms(bits, *(sqnr(energy, error) for error in errors))
        for bits, *errors in zip(widths, quantised, free, counted, strict=True)
    )


def sqnr(energy: float, error: float) -> float:
    """Return 10 log10(energy / error) in dB of sums of squares; infinite where nothing is lost."""
    if error <= _EXACT * energy:
        return inf
    return 10 * log10(max(energy / error, 1.0))  # no arm is worse than none left; sums may round so


def _kurtosis(values: Any) -> float | None:
    import numpy as np

    off = values - values.mean()
    squares = np.square(off)
    variance = float(squares.mean())
    if variance <= _EXACT * float(np.square(values).mean()):
        return None
    return float(np.square(squares).mean()) / variance**2 - 3
