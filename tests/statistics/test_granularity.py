from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.statistics import attainable, attainable_for_some, nearest, power

Mean = tuple[Fraction, int, int]

INFINITY = Decimal("Infinity")
sizes = st.sampled_from([10, 99, 300, 1000, 5000, 10_000, 26_032, 50_000]) | st.integers(1, 60_000)
small_runs = st.integers(1, 5)
exact_percent = st.decimals(-5, 105, places=3)


def rounded(value: Fraction, decimals: int, rounding: str) -> Decimal:
    """Round a fraction exactly, so that ties are ties."""
    step = Decimal(1).scaleb(-decimals)
    scaled = value * 10**decimals
    floor, rest = divmod(scaled.numerator, scaled.denominator)
    twice = 2 * rest - scaled.denominator
    up = twice > 0 or (twice == 0 and (rounding == ROUND_HALF_UP or floor % 2 == 1))
    return Decimal(floor + (up and rounding != ROUND_DOWN)) * step


@st.composite
def means(draw: st.DrawFn) -> Mean:
    """Draw a mean over runs in percent, the size of the test set and the number of runs."""
    size, runs = draw(sizes), draw(small_runs)
    right = draw(st.lists(st.integers(0, size), min_size=runs, max_size=runs))
    return Fraction(100 * sum(right), size * runs), size, runs


@given(means(), st.integers(0, 4), st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]))
def test_a_rounded_mean_of_real_runs_is_never_called_unattainable(
    mean: Mean, decimals: int, rounding: str
) -> None:
    value, size, runs = mean
    printed = rounded(value, decimals, rounding)
    half = Decimal(5).scaleb(-decimals - 1)
    up = rounding == ROUND_HALF_UP
    assert attainable(printed - half, printed + half, size, runs, high_open=up)
    assert attainable_for_some(printed - half, printed + half, size, 1, 5, high_open=up)


@given(means(), st.integers(0, 4))
def test_a_truncated_mean_of_real_runs_is_never_called_unattainable(
    mean: Mean, decimals: int
) -> None:
    value, size, runs = mean
    printed = rounded(value, decimals, ROUND_DOWN)
    step = Decimal(1).scaleb(-decimals)
    assert attainable(printed, printed + step, size, runs, high_open=True)


@given(exact_percent, exact_percent, st.integers(1, 60), st.booleans(), st.booleans())
def test_the_answer_is_that_of_trying_every_count(
    low: Decimal, high: Decimal, size: int, low_open: bool, high_open: bool
) -> None:
    def inside(value: Fraction) -> bool:
        above = value > low if low_open else value >= low
        below = value < high if high_open else value <= high
        return above and below

    expected = any(inside(Fraction(100 * count, size)) for count in range(size + 1))
    assert attainable(low, high, size, 1, low_open, high_open) == expected


def test_a_hundred_images_have_no_accuracy_of_75_24() -> None:
    assert not attainable(Decimal("75.235"), Decimal("75.245"), 100)
    assert nearest(Decimal("75.24"), 100) == (Fraction(75), Fraction(76))


def test_three_runs_over_a_hundred_images_reach_thirds() -> None:
    assert attainable(Decimal("75.325"), Decimal("75.335"), 100, runs=3)
    assert not attainable(Decimal("75.325"), Decimal("75.335"), 100, runs=2)


def test_imagenet_with_two_decimals_is_attainable_everywhere() -> None:
    assert attainable(Decimal("75.235"), Decimal("75.245"), 50_000)
    assert power(2, 50_000) == 0.0


def test_an_open_end_is_excluded_and_a_closed_one_is_not() -> None:
    assert attainable(75, 75, 4)
    assert not attainable(75, Decimal("75.5"), 4, low_open=True)
    assert not attainable(Decimal("74.5"), 75, 4, high_open=True)


def test_accuracies_outside_0_to_100_are_unattainable() -> None:
    assert not attainable(101, 102, 100)
    assert not attainable(-2, Decimal("-0.5"), 100)
    assert not attainable(100, 101, 100, low_open=True)
    assert attainable(-INFINITY, 0, 100)
    assert attainable(100, INFINITY, 100)
    assert not attainable(INFINITY, INFINITY, 100)


def test_an_interval_upside_down_holds_nothing() -> None:
    assert not attainable(76, 75, 100)
    assert not attainable_for_some(76, 75, 100)


def test_an_open_ended_number_of_runs_refutes_nothing_between_0_and_100() -> None:
    assert attainable_for_some(Decimal("75.235"), Decimal("75.245"), 10, runs_at_least=3)
    assert attainable_for_some(Decimal("75.24"), Decimal("75.24"), 10)
    assert attainable_for_some(50, INFINITY, 10)
    assert not attainable_for_some(Decimal("100.01"), 101, 10)
    assert not attainable_for_some(75, 75, 10, high_open=True)
    assert not attainable_for_some(INFINITY, INFINITY, 10)


def test_a_bounded_number_of_runs_can_be_refuted() -> None:
    low, high = Decimal("75.235"), Decimal("75.245")
    assert not attainable_for_some(low, high, 100, runs_at_least=1, runs_at_most=3)
    assert attainable_for_some(low, high, 100, runs_at_least=1, runs_at_most=25)


@given(st.decimals(0, 100, places=4), sizes, small_runs)
def test_the_nearest_attainable_values_enclose_the_value(
    value: Decimal, size: int, runs: int
) -> None:
    below, above = nearest(value, size, runs)
    assert below <= Fraction(value) <= above
    assert attainable(below, below, size, runs)
    assert attainable(above, above, size, runs)
    assert not attainable(below, above, size, runs, low_open=True, high_open=True)


@pytest.mark.parametrize("size", [1, 7, 90, 100, 300, 900, 1000, 1500])
@pytest.mark.parametrize("decimals", [0, 1])
def test_power_is_the_share_of_printable_numbers_that_are_refuted(decimals: int, size: int) -> None:
    step = Decimal(1).scaleb(-decimals)
    printable = [step * index for index in range(100 * 10**decimals + 1)]
    caught = [
        not attainable(value - step / 2, value + step / 2, size, high_open=True)
        for value in printable
    ]
    assert power(decimals, size) == pytest.approx(sum(caught) / len(printable))


def test_power_falls_with_the_number_of_runs() -> None:
    assert power(2, 1000) == pytest.approx(0.9, abs=1e-3)
    assert power(2, 1000, runs=5) == pytest.approx(0.5, abs=1e-3)
    assert power(2, 1000, runs=10) == 0.0


def test_floats_are_refused_since_their_digits_are_not_the_printed_ones() -> None:
    with pytest.raises(TypeError, match="pass the printed digits"):
        attainable(75.235, 75.245, 100)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="pass the printed digits"):
        nearest(75.24, 100)  # type: ignore[arg-type]


def test_arguments_without_meaning_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one image"):
        attainable(75, 76, 0)
    with pytest.raises(ValueError, match="at least one run"):
        power(2, 100, runs=0)
    with pytest.raises(ValueError, match="no -1 decimals"):
        power(-1, 100)
    with pytest.raises(ValueError, match="between 0 and 100"):
        nearest(101, 100)
    with pytest.raises(ValueError, match="no number of runs"):
        attainable_for_some(75, 76, 100, runs_at_least=3, runs_at_most=2)
