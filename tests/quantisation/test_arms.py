"""Pruning and quantisation of arrays: known values, an exhaustive search, invariants."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.stats import kurtosis

from prune_audit.quantisation import gaussian_pruning_snr, gaussian_quantisation_snr
from prune_audit.quantisation.arms import best_steps, pruning_errors, quantisation_errors
from prune_audit.quantisation.compare import Arms, Compared, Skipped, compared, summary
from prune_audit.quantisation.storage import MASK_BITS, WIDTHS, kept, sparsity

SIZE = 200_000
FINITE = st.floats(-1000, 1000, width=32)
SHAPES = arrays.array_shapes(min_dims=2, max_dims=4, max_side=6)
TENSORS = arrays.arrays(np.float32, SHAPES, elements=FINITE)


def drawn(name: str, shape: tuple[int, ...] = (400, SIZE // 400)) -> Any:
    generator = np.random.default_rng(0)
    if name == "t3":
        return generator.standard_t(3, shape).astype(np.float32)
    return generator.standard_normal(shape).astype(np.float32)


def at(bits: int, tensor: Any, **options: bool) -> Arms:
    found = compared("w", tensor, (bits,), **options)
    assert isinstance(found, Compared)
    return found.arms[0]


# Gaussian and heavy tails


@pytest.mark.parametrize("bits", WIDTHS)
def test_drawn_gaussian_weights_are_near_the_closed_forms(bits: int) -> None:
    arms = at(bits, drawn("gaussian"))
    assert arms.pruned == pytest.approx(gaussian_pruning_snr(sparsity(bits)), abs=0.1)
    masked = gaussian_pruning_snr(sparsity(bits, MASK_BITS))
    assert arms.pruned_masked == pytest.approx(masked, abs=0.1)
    assert arms.quantised == pytest.approx(gaussian_quantisation_snr(bits), abs=0.1)
    assert arms.winner == arms.winner_masked == "quantisation"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_heavy_tails_flip_to_pruning_at_few_bits_and_not_at_eight(seed: int) -> None:
    tensor = np.random.default_rng(seed).standard_t(3, (1000, 1000)).astype(np.float32)
    found = compared("w", tensor, (8, 3, 2))
    assert isinstance(found, Compared)
    assert found.heavy
    eight, three, two = (one.pruned - one.quantised for one in found.arms)
    assert eight < -2
    assert three > 0.2
    assert two > 1


def test_a_single_weight_that_is_far_out_flips_even_eight_bits() -> None:
    tensor = drawn("gaussian", (100, 100))
    tensor[0, 0] = 1000
    assert at(8, tensor).winner == "pruning"
    tensor[0, 0] = 5
    assert at(8, tensor).winner == "quantisation"


def test_one_range_per_output_can_turn_the_answer_round() -> None:
    # outputs of very different sizes look like heavy tails to a single range
    tensor = drawn("gaussian", (64, 500)) * np.geomspace(0.01, 1, 64, dtype=np.float32)[:, None]
    assert at(3, tensor).winner == "pruning"
    assert at(3, tensor, per_channel=True).winner == "quantisation"


# bytes


@given(st.integers(1, 10**9), st.sampled_from(WIDTHS), st.sampled_from([0, MASK_BITS]))
def test_what_stays_fits_into_the_bytes_and_one_more_would_not(
    size: int, bits: int, mask: int
) -> None:
    keep = kept(size, bits, mask)
    assert 16 * keep + mask * size <= bits * size < 16 * (keep + 1) + mask * size


def test_half_sparsity_costs_eight_bits_or_nine_with_its_mask() -> None:
    assert sparsity(8) == 0.5
    assert sparsity(8, MASK_BITS) == 0.5625
    assert 16 * (1 - 0.5) + MASK_BITS == 9


# the arms


def test_pruning_removes_the_smallest() -> None:
    values = np.array([3.0, -1.0, 0.5, -2.0])
    assert pruning_errors(values, [4, 3, 1, 0]) == (0.0, 0.25, 5.25, 14.25)


@pytest.mark.parametrize("bits", WIDTHS)
@pytest.mark.parametrize("name", ["gaussian", "t3"])
def test_the_line_search_is_as_good_as_trying_every_range(name: str, bits: int) -> None:
    values = drawn(name, (1, 3000)).astype(np.float64)
    lowest, highest = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    steps = np.linspace(0.002, 1, 1500) * np.abs(values).max() / highest
    tried = [
        np.square(np.clip(np.rint(values / step), lowest, highest) * step - values).sum()
        for step in steps
    ]
    assert 10 * math.log10(quantisation_errors(values, [bits])[0] / min(tried)) < 0.05


def test_the_error_is_that_of_the_grid_that_the_search_names() -> None:
    rows = drawn("t3", (5, 300)).astype(np.float64)
    steps = best_steps(rows, 3)[:, None]
    error = np.square(np.clip(np.rint(rows / steps), -4, 3) * steps - rows).sum()
    assert quantisation_errors(rows, [3])[0] == pytest.approx(error, rel=1e-9)


def test_a_range_per_output_is_the_sum_of_the_outputs_alone() -> None:
    rows = drawn("gaussian", (7, 90)).astype(np.float64)
    alone = sum(quantisation_errors(row[None], [4])[0] for row in rows)
    assert quantisation_errors(rows, [4])[0] == pytest.approx(alone, rel=1e-9)


@pytest.mark.parametrize("bits", WIDTHS)
def test_weights_on_a_grid_of_four_bits_lose_nothing_at_four_or_more(bits: int) -> None:
    levels = np.clip(np.rint(drawn("gaussian", (16, 200)) * 3), -8, 7).astype(np.float32)
    arms = at(bits, levels * np.float32(0.0123))
    assert (arms.quantised == math.inf) == (bits >= 4)


@given(TENSORS, st.floats(-20, 20), st.booleans())
def test_neither_sizes_of_weights_nor_their_order_change_an_answer(
    tensor: Any, exponent: float, per_channel: bool
) -> None:
    other = np.flip(tensor.astype(np.float64) * 2.0 ** round(exponent), axis=(0, 1))
    one = compared("w", tensor, (8, 2), per_channel)
    assert type(one) is type(compared("w", other, (8, 2), per_channel))
    if isinstance(one, Compared):
        again = compared("w", other, (8, 2), per_channel)
        assert isinstance(again, Compared)
        for arms, others in zip(one.arms, again.arms, strict=True):
            assert arms == pytest.approx(others, abs=1e-3)


@given(TENSORS)
def test_more_bits_never_prune_worse_and_no_arm_adds_error(tensor: Any) -> None:
    found = compared("w", tensor, WIDTHS)
    if isinstance(found, Compared):
        pruned = [one.pruned for one in found.arms]
        assert pruned == sorted(pruned, reverse=True)
        assert all(one.pruned >= one.pruned_masked >= 0 for one in found.arms)
        assert all(one.quantised >= 0 for one in found.arms)


@given(TENSORS)
def test_kurtosis_is_that_of_scipy(tensor: Any) -> None:
    found = compared("w", tensor, (8,))
    if isinstance(found, Compared) and found.kurtosis is not None:
        spread = np.std(tensor, dtype=np.float64) / np.abs(tensor).max()
        if spread > 1e-3:  # scipy warns of lost digits else
            wanted = kurtosis(tensor.astype(np.float64), axis=None)
            assert found.kurtosis == pytest.approx(wanted, rel=1e-6, abs=1e-6)


def test_equal_weights_have_no_kurtosis_and_lose_nothing_when_quantised() -> None:
    found = compared("w", np.full((4, 5), -0.7, np.float32), (8, 2))
    assert isinstance(found, Compared)
    assert found.kurtosis is None
    assert [one.quantised for one in found.arms] == [math.inf, math.inf]


def test_a_tensor_that_is_sparse_already_is_pruned_without_loss() -> None:
    tensor = drawn("gaussian", (40, 50))
    tensor[:, 10:] = 0
    found = compared("w", tensor, (8, 4, 2))
    assert isinstance(found, Compared)
    assert found.zeros == pytest.approx(0.8)
    assert [one.pruned == math.inf for one in found.arms] == [True, True, False]
    assert found.arms[0].winner == "pruning"


# what cannot be compared


@pytest.mark.parametrize(("tensor", "why"), [
    (np.zeros((3, 4), np.float32), "holds zeros only"),
    (np.array([[1.0, math.nan]]), "holds NaN or infinite values"),
    (np.array([[1.0, -math.inf]], np.float16), "holds NaN or infinite values"),
    (np.zeros((0, 4)), "holds no values"),
    (np.ones((2, 2), np.complex64), "holds values of the type complex64"),
])  # fmt: skip
def test_tensors_without_an_answer_are_named_with_a_reason(tensor: Any, why: str) -> None:
    assert compared("layer.weight", tensor, (8,)) == Skipped("layer.weight", why)


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_squares_neither_overflow_nor_vanish(scale: float) -> None:
    tensor = drawn("gaussian", (20, 50)).astype(np.float64)
    assert at(4, tensor * scale) == pytest.approx(at(4, tensor), abs=1e-6)


def test_a_summary_counts_wins_and_leaves_exact_tensors_out_of_means() -> None:
    names = {"gaussian": drawn("gaussian"), "t3": drawn("t3"), "same": np.ones((4, 4))}
    found = [compared(name, tensor, (8, 2)) for name, tensor in names.items()]
    eight, two = summary([one for one in found if isinstance(one, Compared)])
    assert (eight.tensors, eight.exact, eight.wins, two.wins) == (3, 1, 0, 1)
    assert (two.heavy, two.heavy_wins) == (1, 1)
    assert two.pruned == pytest.approx(
        (at(2, names["gaussian"]).pruned + at(2, names["t3"]).pruned) / 2
    )
