import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from prune_audit.statistics import accuracy_sd, binomial_floor

accuracies = st.floats(0, 1)
sizes = st.integers(1, 100_000)


def test_76_percent_on_imagenet_is_known_to_a_fifth_of_a_point() -> None:
    assert accuracy_sd(0.76, 50_000) == pytest.approx(0.00191, abs=1e-5)


def test_a_tenth_of_a_point_on_imagenet_is_within_the_noise_of_the_test_set() -> None:
    floor = binomial_floor(0.7524, 0.7516, 50_000)
    assert floor.p > 0.7
    assert floor.threshold == pytest.approx(0.00536, abs=1e-5)


def test_two_points_on_cifar_10_are_beyond_the_noise_of_the_test_set() -> None:
    floor = binomial_floor(0.9378, 0.9178, 10_000)
    assert floor.p < 1e-6
    assert floor.difference == pytest.approx(0.02)


@given(accuracies, accuracies, sizes)
def test_p_is_a_probability_and_the_threshold_is_where_it_is_five_percent(
    a: float, b: float, size: int
) -> None:
    floor = binomial_floor(a, b, size)
    assert 0 <= floor.p <= 1
    assert binomial_floor(b, a, size).p == floor.p
    if floor.sd and abs(abs(floor.difference) / floor.sd - 1.959964) > 1e-5:
        assert (floor.p < 0.05) == (abs(floor.difference) > floor.threshold)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), sizes)
def test_p_is_that_of_a_z_test_with_separate_variances(a: float, b: float, size: int) -> None:
    z = (a - b) / math.sqrt((a * (1 - a) + b * (1 - b)) / size)
    assert binomial_floor(a, b, size).p == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-9)


@given(accuracies, st.integers(1, 50_000))
def test_a_larger_test_set_is_less_noisy(accuracy: float, size: int) -> None:
    assert accuracy_sd(accuracy, 2 * size) <= accuracy_sd(accuracy, size)


def test_accuracies_of_zero_and_one_have_no_binomial_noise() -> None:
    assert binomial_floor(1.0, 1.0, 100).p == 1.0
    assert binomial_floor(1.0, 0.0, 100).p == 0.0


def test_a_percentage_is_refused() -> None:
    with pytest.raises(ValueError, match="fraction between 0 and 1"):
        binomial_floor(75.24, 75.16, 50_000)


def test_an_empty_test_set_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one image"):
        accuracy_sd(0.5, 0)
