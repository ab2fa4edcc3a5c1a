"""What both arms do to Gaussian weights, in closed form: what trained tensors are set against."""

from collections.abc import Iterator
from math import inf, log10, sqrt
from statistics import NormalDist
from typing import NamedTuple

_NORMAL = NormalDist()
_GOLDEN = (sqrt(5) - 1) / 2
_STEPS = 60
_WIDEST = 10.0
"""Range, in standard deviations, beyond which no grid of up to eight bits is best."""


class _Cell(NamedTuple):
    """Moments of a standard Gaussian between two bounds."""

    mass: float
    first: float
    second: float


def gaussian_pruning_snr(sparsity: float) -> float:
    """Return the SQNR in dB of magnitude pruning of Gaussian weights.

    The error is the energy of what is removed, the values between -t and t that hold this share of
    the mass: t = Phi^-1(1/2 + s/2), E[(w-w')^2] = 2 [(Phi(t) - 1/2) - t phi(t)] for E[w^2] = 1.

    Args:
        sparsity: fraction of the weights that is removed, above 0 and below 1.

    Raises:
        ValueError: the fraction is out of range.
    """
    if not 0 < sparsity < 1:
        raise ValueError(f"sparsity must be a fraction between 0 and 1, got {sparsity}")
    bound = _NORMAL.inv_cdf(0.5 + sparsity / 2)
    return -10 * log10(_cell(-bound, bound).second)


def gaussian_quantisation_snr(bits: int) -> float:
    """Return the SQNR in dB of Gaussian weights at the best range of a symmetric uniform grid.

    Raises:
        ValueError: fewer than 2 bits or more than 16.
    """
    return -10 * log10(_error(gaussian_best_clip(bits), bits))


def gaussian_best_clip(bits: int) -> float:
    """Return the largest level 2^(b-1) - 1 of the best grid, in standard deviations.

    Raises:
        ValueError: fewer than 2 bits or more than 16.
    """
    if not 2 <= bits <= 16:
        raise ValueError(f"bits must be from 2 to 16, got {bits}")
    low, high = 0.0, _WIDEST
    for _ in range(_STEPS):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        low, high = (low, right) if _error(left, bits) < _error(right, bits) else (left, high)
    return (low + high) / 2


def _error(clip: float, bits: int) -> float:
    """Return E[(w-w')^2]: exact in every cell of the grid."""
    step = clip / (2 ** (bits - 1) - 1)
    return sum(
        cell.second - 2 * level * cell.first + level**2 * cell.mass
        for level, cell in _cells(step, bits)
    )


def _cells(step: float, bits: int) -> Iterator[tuple[float, _Cell]]:
    lowest, highest = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    for k in range(lowest, highest + 1):
        low = -inf if k == lowest else (k - 0.5) * step
        high = inf if k == highest else (k + 0.5) * step
        yield k * step, _cell(low, high)


def _cell(low: float, high: float) -> _Cell:
    mass = _NORMAL.cdf(high) - _NORMAL.cdf(low)
    return _Cell(mass, _density(low) - _density(high), mass + _tail(low) - _tail(high))


def _density(bound: float) -> float:
    return 0.0 if abs(bound) == inf else _NORMAL.pdf(bound)


def _tail(bound: float) -> float:
    """Return t phi(t), which vanishes far out."""
    return 0.0 if abs(bound) == inf else bound * _NORMAL.pdf(bound)
