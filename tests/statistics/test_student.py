import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from prune_audit.statistics import normal_quantile, normal_sf, t_quantile, t_sf, two_sided_p

degrees = st.floats(0, 6).map(lambda exponent: 10**exponent)
t_values = st.floats(-40, 40)
tails = st.floats(-12, -0.4).map(lambda exponent: 10**exponent)


@given(t_values, degrees)
def test_the_tail_agrees_with_scipy_to_ten_digits(t: float, df: float) -> None:
    expected = stats.t.sf(t, df)
    # scipy itself loses digits near t = 0; the closed forms below hold there
    slack = 1e-7 if abs(t) < 1e-3 else 1e-290
    assert t_sf(t, df) == pytest.approx(expected, rel=1e-10, abs=slack)


@pytest.mark.parametrize("t", [1e-6, 0.5, 0.999, 1.001, 3.0, 40.0])
def test_one_degree_of_freedom_is_the_cauchy_distribution(t: float) -> None:
    assert two_sided_p(t, 1) == pytest.approx(2 * math.atan(1 / t) / math.pi, rel=1e-13)


@pytest.mark.parametrize("t", [1e-6, 0.5, 0.999, 1.001, 3.0])
def test_two_degrees_of_freedom_have_a_closed_form(t: float) -> None:
    assert two_sided_p(t, 2) == pytest.approx(1 - t / math.sqrt(2 + t * t), rel=1e-12)


@given(t_values, degrees)
def test_p_is_a_probability_and_does_not_depend_on_the_sign(t: float, df: float) -> None:
    assert 0 <= two_sided_p(t, df) <= 1
    assert two_sided_p(t, df) == two_sided_p(-t, df)


@given(st.floats(0, 40), st.floats(0, 40), degrees)
def test_p_falls_as_t_moves_away_from_zero(one: float, other: float, df: float) -> None:
    near, far = sorted((one, other))
    assert two_sided_p(far, df) <= two_sided_p(near, df) + 1e-12


@given(st.floats(0.01, 20), degrees, degrees)
def test_p_falls_as_the_degrees_of_freedom_grow(t: float, one: float, other: float) -> None:
    few, many = sorted((one, other))
    assert two_sided_p(t, many) <= two_sided_p(t, few) * (1 + 1e-11)


def test_no_difference_at_all_has_p_one_and_an_infinite_one_has_p_zero() -> None:
    assert two_sided_p(0.0, 3.0) == 1.0
    assert two_sided_p(math.inf, 3.0) == 0.0
    assert two_sided_p(1e200, 3.0) == 0.0
    assert t_sf(-math.inf, 3.0) == 1.0


@pytest.mark.parametrize(
    ("t", "df"), [(math.nan, 2), (1, 0), (1, -1), (1, math.nan), (1, math.inf)]
)
def test_a_t_or_df_without_meaning_is_refused(t: float, df: float) -> None:
    with pytest.raises(ValueError, match="df > 0"):
        two_sided_p(t, df)


@given(tails, degrees)
def test_the_quantile_agrees_with_scipy_on_both_sides(tail: float, df: float) -> None:
    assert t_quantile(tail, df) == pytest.approx(stats.t.ppf(tail, df), rel=1e-10)
    assert t_quantile(1 - tail, df) == pytest.approx(stats.t.isf(1 - (1 - tail), df), rel=1e-10)


@pytest.mark.parametrize(
    ("df", "expected"), [(1, 12.706205), (2, 4.302653), (4, 2.776445), (1e6, 1.959966)]
)
def test_the_quantile_for_a_95_percent_interval_is_the_tabled_one(
    df: float, expected: float
) -> None:
    assert t_quantile(0.975, df) == pytest.approx(expected, abs=5e-7)


@given(st.floats(0.1, 0.9), degrees)
def test_the_quantile_inverts_the_tail_around_the_middle(p: float, df: float) -> None:
    assert t_sf(-t_quantile(p, df), df) == pytest.approx(p, rel=1e-10)


def test_the_median_is_zero() -> None:
    assert t_quantile(0.5, 2.7) == 0.0
    assert abs(t_quantile(0.5 + 1e-16, 2.7)) < 1e-15


@pytest.mark.parametrize(("p", "df"), [(0, 2), (1, 2), (-0.1, 2), (math.nan, 2), (0.9, 0.5)])
def test_a_quantile_out_of_range_is_refused(p: float, df: float) -> None:
    with pytest.raises(ValueError, match="quantile"):
        t_quantile(p, df)


@given(st.floats(-8, 35))
def test_the_normal_tail_agrees_with_scipy(z: float) -> None:
    assert normal_sf(z) == pytest.approx(stats.norm.sf(z), rel=1e-12)


@given(st.floats(1e-12, 1 - 1e-12))
def test_the_normal_quantile_agrees_with_scipy(p: float) -> None:
    assert normal_quantile(p) == pytest.approx(stats.norm.ppf(p), rel=1e-9, abs=1e-12)


def test_a_normal_quantile_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="quantile"):
        normal_quantile(1.0)
