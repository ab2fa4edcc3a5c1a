"""Gaussian weights: the closed forms against published values and against integration."""

import math

import pytest
from scipy import integrate, optimize, stats

from prune_audit.quantisation import (
    gaussian_best_clip,
    gaussian_pruning_snr,
    gaussian_quantisation_snr,
)
from prune_audit.quantisation.storage import sparsity

GOLDEN = [
    (8, 0.5, 11.47, 40.57, 3.905),
    (7, 0.5625, 9.82, 35.16, 3.585),
    (6, 0.625, 8.31, 29.82, 3.230),
    (5, 0.6875, 6.91, 24.53, 2.830),
    (4, 0.75, 5.58, 19.26, 2.370),
    (3, 0.8125, 4.30, 13.91, 1.805),
    (2, 0.875, 3.03, 8.26, 1.050),
]


@pytest.mark.parametrize(("bits", "share", "pruned", "quantised", "clip"), GOLDEN)
def test_gaussian_weights_have_the_golden_values(
    bits: int, share: float, pruned: float, quantised: float, clip: float
) -> None:
    assert sparsity(bits) == share
    assert gaussian_pruning_snr(share) == pytest.approx(pruned, abs=0.02)
    assert gaussian_quantisation_snr(bits) == pytest.approx(quantised, abs=0.02)
    assert gaussian_best_clip(bits) == pytest.approx(clip, abs=0.005)


@pytest.mark.parametrize("share", [0.01, 0.5, 0.875, 0.999])
def test_the_pruning_error_is_the_energy_of_the_smallest_weights(share: float) -> None:
    bound = stats.norm.ppf(0.5 + share / 2)
    lost, _ = integrate.quad(lambda w: w * w * stats.norm.pdf(w), -bound, bound)
    assert gaussian_pruning_snr(share) == pytest.approx(-10 * math.log10(lost), abs=1e-6)


@pytest.mark.parametrize("bits", [2, 3, 4])
def test_the_quantisation_error_is_that_of_the_best_grid(bits: int) -> None:
    lowest, highest = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1

    def error(step: float) -> float:
        bounds = [-12.0, *((k - 0.5) * step for k in range(lowest + 1, highest + 1)), 12.0]
        parts = (
            integrate.quad(lambda w, k=k: (w - k * step) ** 2 * stats.norm.pdf(w), low, high)[0]
            for k, low, high in zip(
                range(lowest, highest + 1), bounds[:-1], bounds[1:], strict=True
            )
        )
        return float(sum(parts))

    least = optimize.minimize_scalar(error, bounds=(0.1, 2), method="bounded").fun
    assert gaussian_quantisation_snr(bits) == pytest.approx(-10 * math.log10(least), abs=1e-4)


@pytest.mark.parametrize("share", [0, 1, -0.1, math.nan])
def test_a_sparsity_that_is_no_fraction_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        gaussian_pruning_snr(share)


@pytest.mark.parametrize("bits", [1, 17])
def test_widths_without_a_grid_are_refused(bits: int) -> None:
    with pytest.raises(ValueError, match="from 2 to 16"):
        gaussian_quantisation_snr(bits)
