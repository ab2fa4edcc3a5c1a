"""Interval arithmetic never loses a possible value, and says honestly which ends it reaches."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prune_audit.intervals import INFINITY, Interval

ENDS = st.decimals(min_value=-1000, max_value=1000, places=2)
LONG_ENDS = st.decimals(allow_nan=False, allow_infinity=False).filter(lambda x: abs(x) < 10**40)
POSITIVE_ENDS = st.decimals(min_value="0.01", max_value=1000, places=2)
SHARES = st.fractions(min_value=0, max_value=1, max_denominator=97)
INNER_SHARES = st.fractions(Fraction(1, 97), Fraction(96, 97), max_denominator=97)


def interval(low: str, high: str, kind: str = "[]") -> Interval:
    return Interval(Decimal(low), Decimal(high), kind[0] == "(", kind[1] == ")")


@st.composite
def intervals(draw: st.DrawFn, ends: st.SearchStrategy[Decimal] = ENDS) -> Interval:
    low, high = sorted((draw(ends), draw(ends)))
    if low == high:
        return Interval.point(low)
    return Interval(low, high, draw(st.booleans()), draw(st.booleans()))


@st.composite
def with_value(
    draw: st.DrawFn, ends: st.SearchStrategy[Decimal] = ENDS
) -> tuple[Interval, Fraction]:
    """Draw an interval and a value inside it."""
    found = draw(intervals(ends))
    share = draw(INNER_SHARES if found.low_open or found.high_open else SHARES)
    return found, Fraction(found.low) + share * (Fraction(found.high) - Fraction(found.low))


def contains(found: Interval, value: Fraction) -> bool:
    above = (
        found.low == -INFINITY or value > found.low or (value == found.low and not found.low_open)
    )
    below = (
        found.high == INFINITY
        or value < found.high
        or (value == found.high and not found.high_open)
    )
    return above and below


@given(with_value(), with_value())
def test_sums_and_differences_of_values_lie_in_those_of_their_intervals(
    a: tuple[Interval, Fraction], b: tuple[Interval, Fraction]
) -> None:
    assert contains(a[0] + b[0], a[1] + b[1])
    assert contains(a[0] - b[0], a[1] - b[1])


@given(with_value(), with_value())
@example((interval("0", "1"), Fraction(0)), (interval("2", "3", "()"), Fraction(5, 2)))
@example((interval("-1", "0", "(]"), Fraction(0)), (interval("0", "3", "()"), Fraction(1)))
def test_products_of_values_lie_in_the_product_of_their_intervals(
    a: tuple[Interval, Fraction], b: tuple[Interval, Fraction]
) -> None:
    assert contains(a[0] * b[0], a[1] * b[1])


@given(with_value(), with_value(POSITIVE_ENDS))
@example((interval("1", "2"), Fraction(1)), (interval("0", "3", "(]"), Fraction(1, 9)))
def test_quotients_of_values_lie_in_the_quotient_of_their_intervals(
    a: tuple[Interval, Fraction], b: tuple[Interval, Fraction]
) -> None:
    assert contains(a[0] / b[0], a[1] / b[1])


@given(with_value(LONG_ENDS), with_value(LONG_ENDS))
def test_no_value_is_lost_where_digits_run_out(
    a: tuple[Interval, Fraction], b: tuple[Interval, Fraction]
) -> None:
    assert contains(a[0] + b[0], a[1] + b[1])
    assert contains(a[0] - b[0], a[1] - b[1])
    assert contains(a[0] * b[0], a[1] * b[1])


def test_one_third_lies_in_the_reciprocal_of_three() -> None:
    assert contains(Interval.point(Decimal(3)).reciprocal(), Fraction(1, 3))


@given(intervals(), intervals())
def test_the_ends_of_a_product_are_reached_exactly_where_they_are_closed(
    a: Interval, b: Interval
) -> None:
    product = a * b
    closed = [
        x * y
        for x, x_open in ((a.low, a.low_open), (a.high, a.high_open))
        for y, y_open in ((b.low, b.low_open), (b.high, b.high_open))
        if not (x_open or y_open)
    ]
    zero = a.holds(Decimal(0)) or b.holds(Decimal(0))
    assert product.low_open == (product.low not in closed and not (zero and product.low == 0))
    assert product.high_open == (product.high not in closed and not (zero and product.high == 0))


@pytest.mark.parametrize("divisor", [interval("0", "1"), interval("-1", "1"), interval("-2", "-1")])
def test_dividing_by_what_may_be_zero_or_less_is_refused(divisor: Interval) -> None:
    with pytest.raises(ZeroDivisionError):
        interval("1", "2") / divisor


def test_something_above_zero_has_a_reciprocal_without_end() -> None:
    assert Interval(Decimal(0), Decimal(2), True, False).reciprocal() == Interval(
        Decimal("0.5"), INFINITY, False, True
    )
    assert Interval.above(Decimal(2)).reciprocal() == interval("0", "0.5", "(]")


def test_intervals_without_end_add_and_multiply() -> None:
    above = Interval.above(Decimal(3), low_open=True)
    below = Interval(-INFINITY, Decimal(1), True, False)
    assert above + interval("1", "2") == Interval.above(Decimal(4), low_open=True)
    assert above - below == Interval.above(Decimal(2), low_open=True)
    assert above * interval("0", "2") == Interval.above(Decimal(0))


@given(intervals(), intervals())
def test_two_intervals_meet_exactly_where_neither_lies_below_the_other(
    a: Interval, b: Interval
) -> None:
    assert a.meets(b) == b.meets(a)
    assert a.meets(b) == (not a.below(b) and not b.below(a))


@given(with_value(), intervals())
def test_a_value_in_both_means_that_they_meet(a: tuple[Interval, Fraction], b: Interval) -> None:
    if contains(b, a[1]):
        assert a[0].meets(b)


@given(intervals(), intervals())
def test_both_lie_within_their_hull_and_the_hull_reaches_no_further(
    a: Interval, b: Interval
) -> None:
    hull = a.hull(b)
    assert a.within(hull)
    assert b.within(hull)
    assert (hull.low, hull.low_open) in {(a.low, a.low_open), (b.low, b.low_open)}
    assert (hull.high, hull.high_open) in {(a.high, a.high_open), (b.high, b.high_open)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (interval("1", "2", "[)"), interval("2", "3")),
        (interval("1", "2"), interval("2", "3", "(]")),
        (interval("1", "2", "[)"), interval("2", "3", "(]")),
    ],
)
def test_an_open_end_does_not_touch_its_neighbour(one: Interval, other: Interval) -> None:
    assert not one.meets(other)
    assert one.below(other)


def test_closed_ends_touch() -> None:
    assert interval("1", "2").meets(interval("2", "3"))
    assert not interval("1", "2").below(interval("2", "3"))


def test_it_prints_in_the_notation_of_mathematics() -> None:
    assert str(interval("0.5", "1", "[)")) == "[0.5, 1)"
    assert str(interval("1", "1") - interval("1", "1")) == "[0, 0]"
    assert str(-interval("0", "1")) == "[-1, 0]"
