"""A printed number keeps its text and stands for exactly the values that honestly print so."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prune_audit.intervals import Interval
from prune_audit.numbers import Convention, NumberError, Unit, parse_number

ROUNDING = {
    Convention.HALF_UP: ROUND_HALF_UP,
    Convention.HALF_EVEN: ROUND_HALF_EVEN,
    Convention.TRUNCATED: ROUND_DOWN,
}
NUMBERLIKE = st.text("0123456789.,eE+-±−~<>=≥≤ %xX×kKMGTB\u2009\u200b\t\n", max_size=12)


@pytest.mark.parametrize(
    ("text", "unit", "value", "step"),
    [
        ("75.24", Unit.PERCENT, "75.24", "0.01"),
        ("76.10", Unit.PERCENT, "76.1", "0.01"),
        ("76.1 %", Unit.PERCENT, "76.1", "0.1"),
        ("\u22120.3", Unit.PERCENT, "-0.3", "0.1"),
        ("+0.97", Unit.PERCENT, "0.97", "0.01"),
        ("44.0\u2009%", Unit.FRACTION, "0.44", "0.001"),
        ("44\uff05", Unit.FRACTION, "0.44", "0.01"),
        (".5", Unit.FRACTION, "0.5", "0.1"),
        ("2.31x", Unit.TIMES, "2.31", "0.01"),
        ("2.31\u202f\u00d7", Unit.TIMES, "2.31", "0.01"),
        ("2.31 X", Unit.TIMES, "2.31", "0.01"),
        ("4.09G", Unit.COUNT, "4.09E+9", "1E+7"),
        ("4.09 B", Unit.COUNT, "4.09E+9", "1E+7"),
        ("25.56M", Unit.COUNT, "2.556E+7", "1E+4"),
        ("0.27k", Unit.COUNT, "2.7E+2", "1E+1"),
        ("1.8T", Unit.COUNT, "1.8E+12", "1E+11"),
        ("1920", Unit.COUNT, "1.92E+3", "1"),
        ("25\u202f560\u202f000", Unit.COUNT, "2.556E+7", "1"),
        ("1e-2", Unit.PLAIN, "0.01", "0.01"),
        ("1E\u22124", Unit.PLAIN, "0.0001", "0.0001"),
        ("1.0e-4", Unit.PLAIN, "0.0001", "0.00001"),
        ("256.", Unit.PLAIN, "256", "1"),
        ("0777", Unit.PLAIN, "777", "1"),
        ("256", Unit.WHOLE, "256", "1"),
        (">=3", Unit.WHOLE, "3", "1"),
        ("~3", Unit.WHOLE, "3", "1"),
        ("3.0", Unit.WHOLE, "3", "0.1"),
    ],
)
def test_a_number_is_read_with_the_weight_of_its_last_digit(
    text: str, unit: Unit, value: str, step: str
) -> None:
    printed = parse_number(text, unit)
    assert (printed.value, printed.step) == (Decimal(value), Decimal(step))
    assert str(printed) == text


@pytest.mark.parametrize("text", ["75.24\u00b10.38", "75.24 \u00b1 0.38", "75.24+-0.38%"])
def test_a_spread_is_read_beside_its_number(text: str) -> None:
    printed = parse_number(text, Unit.PERCENT)
    assert printed.value == Decimal("75.24")
    assert printed.spread is not None
    assert (printed.spread.value, printed.spread.step) == (Decimal("0.38"), Decimal("0.01"))


def test_percent_signs_behind_both_numbers_scale_both() -> None:
    printed = parse_number("44.0 % +- 0.5 %", Unit.FRACTION)
    assert printed.spread is not None
    assert (printed.value, printed.spread.value) == (Decimal("0.44"), Decimal("0.005"))


@pytest.mark.parametrize("text", ["44.0 % +- 0.5", "44.0 +- 0.5 %"])
def test_a_fraction_whose_spread_has_another_unit_is_refused(text: str) -> None:
    with pytest.raises(NumberError, match="behind both numbers or neither"):
        parse_number(text, Unit.FRACTION)


@pytest.mark.parametrize(
    ("text", "unit", "odd"),
    [
        ("4.09G", Unit.PERCENT, "G"),
        ("2.31x", Unit.PERCENT, "x"),
        ("56.7 %", Unit.TIMES, "%"),
        ("56.7 %", Unit.COUNT, "%"),
        ("2.31x", Unit.FRACTION, "x"),
        ("0.9%", Unit.PLAIN, "%"),
        ("2.31 +- 1%", Unit.TIMES, "%"),
    ],
)
def test_a_unit_that_the_key_does_not_declare_is_refused(text: str, unit: Unit, odd: str) -> None:
    with pytest.raises(NumberError, match=f"the unit '{odd}'"):
        parse_number(text, unit)


@pytest.mark.parametrize("text", ["1,234", "75,24", "1,234.5", "76 15", "7 5.24", "75. 24"])
def test_an_ambiguous_separator_is_refused_and_not_guessed(text: str) -> None:
    with pytest.raises(NumberError, match="is ambiguous: write a decimal point"):
        parse_number(text, Unit.COUNT)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "~", "-", ".", "e5", "1e", "nan", "inf", "-inf", "0x1F", "1_000", "1:30", "on"),
        *(
            "2301.05219.1",
            "75.2 75.3",
            "75.24 \u00b1",
            "\u00b1 0.38",
            "--1",
            "1-2",
            "\u0663",
            "1e999",
        ),
        *("75.24(38)", "about 25", "9" * 30, "0." + "1" * 30, "1+-" + "1" * 30, "75.24\n"),
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(NumberError, match="expected a plain number"):
        parse_number(text, Unit.PLAIN)


@pytest.mark.parametrize("text", ["three", "2.5", "3+-1", "256x", "1e-1", "3,5"])
def test_what_is_no_whole_number_is_refused_where_one_is_asked_for(text: str) -> None:
    with pytest.raises(NumberError, match="expected a whole number such as 3"):
        parse_number(text, Unit.WHOLE)


@pytest.mark.parametrize("unit", Unit)
@given(text=st.one_of(st.text(), NUMBERLIKE))
@example(text="9" * 10_000)
def test_any_text_is_a_number_or_is_refused_in_few_words(unit: Unit, text: str) -> None:
    words = refusal(text, unit)
    assert not words or (words.startswith("expected ") and len(words) < 500)


def refusal(text: str, unit: Unit) -> str:
    try:
        parse_number(text, unit)
    except NumberError as error:
        return str(error)
    return ""


@given(
    value=st.decimals(min_value=-200, max_value=200, places=6),
    places=st.integers(0, 4),
    convention=st.sampled_from(Convention),
)
@example(value=Decimal("-0.009"), places=2, convention=Convention.TRUNCATED)
@example(value=Decimal("0.5"), places=0, convention=Convention.HALF_EVEN)
@example(value=Decimal("-0.5"), places=0, convention=Convention.HALF_UP)
def test_a_true_value_lies_in_the_interval_of_what_an_honest_convention_prints(
    value: Decimal, places: int, convention: Convention
) -> None:
    text = f"{value.quantize(Decimal(1).scaleb(-places), ROUNDING[convention]):f}"
    printed = parse_number(text, Unit.PERCENT)
    assert printed.interval(convention).holds(value)
    assert printed.hull.holds(value)


@given(
    value=st.decimals(min_value=-3, max_value=3, places=3),
    shown=st.decimals(min_value=-3, max_value=3, places=1),
    convention=st.sampled_from(Convention),
)
def test_a_value_that_prints_otherwise_lies_outside_the_interval(
    value: Decimal, shown: Decimal, convention: Convention
) -> None:
    printed = parse_number(f"{shown:f}", Unit.PERCENT)
    prints_so = value.quantize(Decimal("0.1"), ROUNDING[convention]) == shown
    assert printed.interval(convention).holds(value) == prints_so


@given(st.floats(-1000, 1000), st.integers(0, 6))
def test_what_python_prints_is_honest(value: float, places: int) -> None:
    printed = parse_number(f"{value:.{places}f}", Unit.PLAIN)
    assert printed.interval(Convention.HALF_EVEN).holds(Decimal(value))


@given(
    st.decimals(min_value=-20, max_value=20, places=2), st.sampled_from(Convention), st.booleans()
)
def test_the_hull_holds_what_every_convention_holds(
    value: Decimal, convention: Convention, percent: bool
) -> None:
    printed = parse_number(f"{value:f}{'%' if percent else ''}", Unit.FRACTION)
    assert printed.interval(convention).within(printed.hull)


@pytest.mark.parametrize(
    ("text", "low", "high", "ends"),
    [
        (">=3", "3", "Infinity", "[)"),
        ("\u2265 3", "3", "Infinity", "[)"),
        (">0", "0", "Infinity", "()"),
        ("<=3", "-Infinity", "3", "(]"),
        ("<3", "-Infinity", "3", "()"),
        ("~25", "20", "30", "[]"),
        ("\u2248 25", "20", "30", "[]"),
        ("~1", "0", "2", "[]"),
        ("~0", "-1", "1", "[]"),
    ],
)
def test_a_bound_or_an_approximation_is_wide(text: str, low: str, high: str, ends: str) -> None:
    printed = parse_number(text, Unit.PLAIN)
    expected = Interval(Decimal(low), Decimal(high), ends[0] == "(", ends[1] == ")")
    assert not printed.exact
    assert printed.hull == expected
    assert printed.interval(Convention.TRUNCATED) == expected
