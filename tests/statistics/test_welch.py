import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from prune_audit.statistics import Sample, best_of, p_range, welch

Pair = tuple[float, float]

# Wang et al. 2023, Table 4, mean and spread of top-1 at pruning ratios 10 to 95 percent.
SCRATCH = [(83.68, 0.38), (83.31, 0.13), (82.90, 0.16), (82.45, 0.13), (79.37, 0.76), (76.67, 0.90)]
BEST_S42 = [
    (84.24, 0.04),
    (84.01, 0.23),
    (83.87, 0.44),
    (82.93, 0.10),
    (80.41, 0.32),
    (77.64, 0.39),
]
SX_A = [(85.27, 0.13), (85.37, 0.19), (85.48, 0.18), (83.83, 0.17), (81.56, 0.29), (79.57, 0.15)]
SX_B = [(85.45, 0.24), (85.06, 0.24), (84.85, 0.31), (83.64, 0.09), (79.65, 0.31), (75.79, 0.28)]
# The same, Table 6 at ratios 0.3 to 0.9, step schedule.
L1_SMALL_LR = [(93.43, 0.06), (93.12, 0.10), (91.77, 0.11), (87.57, 0.09)]
L1_LARGE_LR = [(93.79, 0.06), (93.51, 0.07), (92.26, 0.17), (86.75, 0.31)]

means = st.floats(0, 100)
spreads = st.floats(0, 5)
runs = st.integers(2, 12)
samples = st.builds(Sample, means, spreads, runs)


def p_values(rows: list[Pair], others: list[Pair], n: int = 3) -> list[float]:
    return [
        welch(Sample(*row, n), Sample(*other, n)).p for row, other in zip(rows, others, strict=True)
    ]


def test_the_best_s42_row_of_table_4_against_scratch() -> None:
    expected = [0.124, 0.017, 0.049, 0.008, 0.127, 0.194]
    assert p_values(BEST_S42, SCRATCH) == pytest.approx(expected, abs=5e-4)


def test_the_best_of_six_s42_rows_is_nowhere_significant() -> None:
    corrected = [best_of(p, 6) for p in p_values(BEST_S42, SCRATCH)]
    assert corrected[1:4] == pytest.approx([0.104, 0.294, 0.051], abs=5e-4)
    assert min(corrected) > 0.05


def test_sx_a_is_significant_at_all_six_ratios() -> None:
    assert max(p_values(SX_A, SCRATCH)) == pytest.approx(0.028, abs=5e-4)


def test_sx_b_is_significant_up_to_70_percent_only() -> None:
    p = p_values(SX_B, SCRATCH)
    assert max(p[:4]) == pytest.approx(0.0044, abs=5e-5)
    assert p[4:] == pytest.approx([0.60, 0.23], abs=5e-3)


def test_the_larger_lr_of_table_6_wins_until_ratio_09_and_loses_there() -> None:
    p = p_values(L1_LARGE_LR, L1_SMALL_LR)
    assert p == pytest.approx([0.002, 0.007, 0.019, 0.036], abs=5e-4)
    assert welch(Sample(*L1_LARGE_LR[3], 3), Sample(*L1_SMALL_LR[3], 3)).difference < 0


@given(samples, samples)
def test_p_and_interval_agree_with_scipy(a: Sample, b: Sample) -> None:
    if max(a.std, b.std) < 1e-3 or abs(a.mean - b.mean) > 40 * max(a.std, b.std):
        return
    ours = welch(a, b)
    theirs = stats.ttest_ind_from_stats(a.mean, a.std, a.n, b.mean, b.std, b.n, equal_var=False)
    assert ours.p == pytest.approx(theirs.pvalue, rel=1e-9, abs=1e-280)
    error = math.sqrt(a.std**2 / a.n + b.std**2 / b.n)
    low, high = stats.t.interval(0.95, ours.df, ours.difference, error)
    assert (ours.low, ours.high) == pytest.approx((low, high), rel=1e-9, abs=1e-9)


@given(samples, samples)
def test_exchanging_the_samples_turns_the_sign_only(a: Sample, b: Sample) -> None:
    forth, back = welch(a, b), welch(b, a)
    assert back.p == pytest.approx(forth.p, rel=1e-9, abs=1e-300)
    assert (back.difference, back.t, back.low, back.high) == pytest.approx(
        (-forth.difference, -forth.t, -forth.high, -forth.low), rel=1e-9, abs=1e-12
    )


@given(samples, samples)
def test_the_interval_excludes_zero_where_p_is_below_five_percent(a: Sample, b: Sample) -> None:
    outcome = welch(a, b)
    assert 0 <= outcome.p <= 1
    assert outcome.low <= outcome.difference <= outcome.high
    if abs(outcome.p - 0.05) > 1e-9:
        assert (outcome.low <= 0 <= outcome.high) == (outcome.p > 0.05)


@given(spreads.filter(bool), runs, spreads, runs, st.floats(0, 50), st.floats(0, 50))
def test_p_falls_with_the_difference(
    std_a: float, n_a: int, std_b: float, n_b: int, one: float, other: float
) -> None:
    near, far = sorted((one, other))
    other_sample = Sample(0, std_b, n_b)
    p_near = welch(Sample(near, std_a, n_a), other_sample).p
    assert welch(Sample(far, std_a, n_a), other_sample).p <= p_near + 1e-12


def test_without_any_spread_different_means_differ_for_sure() -> None:
    outcome = welch(Sample(92.27, 0.0, 3), Sample(92.15, 0.0, 3))
    assert (outcome.p, outcome.t) == (0.0, math.inf)
    assert outcome.low == outcome.high == outcome.difference
    assert welch(Sample(92.15, 0.0, 3), Sample(92.27, 0.0, 3)).t == -math.inf


def test_without_any_spread_equal_means_do_not_differ() -> None:
    outcome = welch(Sample(92.27, 0.0, 3), Sample(92.27, 0.0, 5))
    assert (outcome.p, outcome.t, outcome.low, outcome.high) == (1.0, 0.0, 0.0, 0.0)


def test_with_one_spread_at_zero_only_the_other_sample_gives_degrees_of_freedom() -> None:
    assert welch(Sample(92.27, 0.0, 3), Sample(92.15, 0.21, 5)).df == pytest.approx(4)


def test_a_tiny_spread_does_not_underflow() -> None:
    assert welch(Sample(1e-150, 1e-150, 2), Sample(0.0, 1e-150, 2)).df == pytest.approx(2)


def test_a_single_run_is_refused_with_a_reason() -> None:
    with pytest.raises(ValueError, match="at least two runs, got n = 1"):
        Sample(75.24, 0.1, 1)
    with pytest.raises(ValueError, match="at least two runs"):
        p_range((75, 76), (0.1, 0.2), 1, (74, 75), (0.1, 0.2), 3)


@pytest.mark.parametrize(("mean", "std"), [(math.nan, 0.1), (75.0, math.inf), (75.0, -0.1)])
def test_a_mean_or_spread_without_meaning_is_refused(mean: float, std: float) -> None:
    with pytest.raises(ValueError, match=r"finite|negative"):
        Sample(mean, std, 3)


@st.composite
def ranges(draw: st.DrawFn, values: st.SearchStrategy[float], width: float) -> Pair:
    low = draw(values)
    return low, low + draw(st.floats(0, width))


@given(
    ranges(means, 0.5), ranges(spreads, 2), runs, ranges(means, 0.5), ranges(spreads, 2), runs,
    st.lists(st.floats(0, 1), min_size=4, max_size=4),
)  # fmt: skip
def test_no_point_inside_the_ranges_escapes_the_bounds(
    ma: Pair, sa: Pair, na: int, mb: Pair, sb: Pair, nb: int, shares: list[float]
) -> None:
    inside = [
        min(low + share * (high - low), high)
        for (low, high), share in zip((ma, sa, mb, sb), shares, strict=True)
    ]
    p = welch(Sample(inside[0], inside[1], na), Sample(inside[2], inside[3], nb)).p
    p_min, p_max = p_range(ma, sa, na, mb, sb, nb)
    assert p_min * (1 - 1e-9) - 1e-300 <= p <= p_max * (1 + 1e-9)


@pytest.mark.parametrize("spread_b", [(0.0, 0.005), (0.125, 0.135), (0.0, 1.0)])
@pytest.mark.parametrize("mean_b", [(83.305, 83.315), (80.0, 80.01)])
def test_the_bounds_are_attained_up_to_a_thousandth(mean_b: Pair, spread_b: Pair) -> None:
    mean_a, spread_a = (84.005, 84.015), (0.225, 0.235)
    p_min, p_max = p_range(mean_a, spread_a, 3, mean_b, spread_b, 3)
    steps = [i / 400 for i in range(401)]
    seen = [
        welch(Sample(a, s, 3), Sample(b, spread_b[0] + share * (spread_b[1] - spread_b[0]), 3)).p
        for a, b in ((mean_a[0], mean_b[1]), (mean_a[1], mean_b[0]))
        for s in spread_a
        for share in steps
    ]
    assert p_min == pytest.approx(min(seen), rel=1e-3)
    assert p_max == pytest.approx(max(seen), rel=1e-3)


def test_exact_numbers_leave_no_range() -> None:
    p = welch(Sample(84.01, 0.23, 3), Sample(83.31, 0.13, 3)).p
    bounds = p_range((84.01, 84.01), (0.23, 0.23), 3, (83.31, 83.31), (0.13, 0.13), 3)
    assert bounds == pytest.approx((p, p), rel=1e-12)


def test_rounding_decides_whether_a_p_value_close_to_the_line_is_below_it() -> None:
    # Table 4 at 50 percent, p = .049 from the printed digits
    mean, scratch = (83.865, 83.875), (82.895, 82.905)
    p_min, p_max = p_range(mean, (0.435, 0.445), 3, scratch, (0.155, 0.165), 3)
    assert p_min < 0.049 < 0.05 < p_max


def test_means_that_may_be_equal_may_have_p_one() -> None:
    assert p_range((75, 76), (0.1, 0.2), 3, (75.5, 77), (0.1, 0.2), 3)[1] == 1.0
    assert p_range((75, 75), (0, 0), 3, (75, 75), (0, 0), 3) == (1.0, 1.0)


def test_spreads_that_may_both_be_zero_may_have_p_zero() -> None:
    p_min, p_max = p_range((75, 75.01), (-0.005, 0.005), 3, (76, 76.01), (0, 0.005), 3)
    assert p_min == 0.0
    assert 0 < p_max < 1e-3
    assert p_range((75, 75), (0, 0), 3, (76, 76), (0, 0), 3) == (0.0, 0.0)


@pytest.mark.parametrize("upside_down", [(76, 75), (75, math.inf), (math.nan, 76)])
def test_a_range_that_is_none_is_refused(upside_down: Pair) -> None:
    with pytest.raises(ValueError, match="two finite ends in order"):
        p_range(upside_down, (0.1, 0.2), 3, (75, 76), (0.1, 0.2), 3)


def test_a_negative_spread_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        p_range((75, 76), (-0.2, -0.1), 3, (75, 76), (0.1, 0.2), 3)
