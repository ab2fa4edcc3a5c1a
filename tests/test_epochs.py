"""Numbers of epochs as papers state them, and when two of them are equal."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prune_audit.answers import Answer
from prune_audit.epochs import parse_epochs, same_epochs
from prune_audit.intervals import INFINITY, Interval
from prune_audit.numbers import NumberError

TEXTS = st.one_of(
    st.text(), st.text("0123456789.~<>=≥ x×per layer−±%", max_size=20), st.just(" " * 9000 + "x")
)


def between(low: float, high: float) -> Interval:
    return Interval(Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90", between(90, 90)),
        ("0", between(0, 0)),
        ("0.5", between(0.5, 0.5)),
        ("~25", between(20, 30)),
        ("\u2248 60", between(48, 72)),
        ("~0", between(0, 1)),
        (">0", Interval.above(Decimal(0), low_open=True)),
        (">= 30", Interval.above(Decimal(30))),
        ("\u2265 30", Interval.above(Decimal(30))),
    ],
)
def test_a_number_of_epochs_is_exact_or_an_interval(text: str, expected: Interval) -> None:
    epochs = parse_epochs(text)
    assert epochs.interval == expected
    assert not epochs.per_layer
    assert str(epochs) == text


@pytest.mark.parametrize(
    "text", ["30 per layer", "30 x layers", "30 \u00d7 number of layers", "30x number of layers"]
)
def test_epochs_per_layer_are_totalled_over_the_layers(text: str) -> None:
    epochs = parse_epochs(text)
    assert epochs.per_layer
    assert epochs.exact is None
    assert epochs.total((16, 20)) == between(480, 600)
    assert epochs.total(None) == Interval.above(Decimal(60))


def test_epochs_that_are_not_per_layer_are_their_own_total() -> None:
    assert parse_epochs("90").total((16, 20)) == between(90, 90)


@pytest.mark.parametrize(
    ("text", "none", "some"),
    [
        *(("0", True, False), ("0.0", True, False), ("90", False, True), (">0", False, True)),
        *(("~0", False, False), (">=0", False, False), ("~25", False, True)),
    ],
)
def test_none_and_some_are_said_only_where_sure(text: str, none: bool, some: bool) -> None:
    epochs = parse_epochs(text)
    assert (epochs.none, epochs.some) == (none, some)


@pytest.mark.parametrize(
    "text",
    ["", "-1", "-30", "<30", "<=30", "30+-1", "90 epochs", "1e", "ninety", "per layer", "4k"],
)
def test_what_is_no_number_of_epochs_is_refused(text: str) -> None:
    with pytest.raises(NumberError, match="expected a number of epochs such as 90"):
        parse_epochs(text)


@given(TEXTS)
@example("1" * 9000 + " per layer")
def test_any_text_is_read_or_refused_and_never_negative(text: str) -> None:
    try:
        epochs = parse_epochs(text)
    except NumberError:
        return
    assert 0 <= epochs.interval.low <= epochs.interval.high <= INFINITY


@given(st.integers(0, 50), st.integers(0, 50))
def test_exact_numbers_of_epochs_are_the_same_or_different(a: int, b: int) -> None:
    answer = same_epochs(between(a, a), between(b, b))
    assert answer is (Answer.SAME if a == b else Answer.DIFFERENT)


@given(*[st.integers(0, 50)] * 4)
def test_intervals_of_epochs_are_different_only_where_no_number_lies_in_both(
    a: int, more: int, b: int, yet_more: int
) -> None:
    one, other = between(a, a + more + 1), between(b, b + yet_more)
    expected = Answer.UNKNOWN if one.meets(other) else Answer.DIFFERENT
    assert same_epochs(one, other) is same_epochs(other, one) is expected


def test_one_shot_differs_from_some_epochs_of_unreported_length() -> None:
    assert same_epochs(parse_epochs("0").interval, parse_epochs(">0").interval) is Answer.DIFFERENT
