"""A cell and its key -> the text of the claim file, digit by digit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.importers.targets import target, targets
from prune_audit.importers.values import is_absent, parts, value
from prune_audit.numbers import Printed

ACCURACIES = st.decimals(0, 100, places=2).map(str)
DECORATED = st.sampled_from(["{}", "{}*", "{}†", " {} ", "{} [3]", "*{}", "{}%", "{}\u2009%"])


@pytest.mark.parametrize(
    ("cell", "key", "unit", "text"),
    [
        ("76.10", "top1", "", "76.10"),
        ("76.1 +/- 0.1*", "top1", "", "76.1+-0.1"),
        ("76.10 ± 0.12", "top1", "", "76.10 ± 0.12"),
        ("↓0.5", "drop", "", "0.5"),
        ("↑0.3", "drop", "", "-0.3"),
        ("↓0.5", "delta", "", "-0.5"),
        ("-0.5 ↓", "delta", "", "-0.5"),
        ("\u22120.97", "delta", "", "\u22120.97"),
        ("44.0", "flops_reduction", "%", "44.0%"),
        ("44.0±0.1", "flops_reduction", "%", "44.0%+-0.1%"),
        ("↓44%", "flops_reduction", "", "44%"),
        ("-44%", "flops_change", "", "44%"),
        ("4.09", "macs", "G", "4.09G"),
        ("4.09G", "macs", "M", "4.09G"),
        ("1.9", "flops", "e8", "1.9e8"),
        ("2.31×", "speedup", "", "2.31×"),
        ("23.87", "top1_error", "", "76.13"),
        ("7.40±0.10", "top1_error", "", "92.60+-0.10"),
        ("90", "retraining.epochs", "", "90"),
    ],
)
def test_a_cell_becomes_the_text_of_its_key(cell: str, key: str, unit: str, text: str) -> None:
    assert value(cell, target(key), unit) == text


@pytest.mark.parametrize("cell", ["", "-", "--", "–", "—", "n/a", "N/A", " - ", "*"])
def test_a_cell_without_a_value_is_none(cell: str) -> None:
    assert value(cell, target("top1")) is None


@pytest.mark.parametrize(
    ("cell", "key", "reason"),
    [
        ("=1+1", "top1", "expected a number in percent"),
        ("nan", "top1", "expected a number in percent"),
        ("∞", "speedup", "expected a multiple"),
        ("76,1", "top1", "comma"),
        ("76.10 0.12", "top1", "space"),
        ("44.0", "flops_reduction", "--unit flops_reduction=%"),
        ("4.09", "macs", "lacks its suffix"),
        ("+0.5 ↓", "delta", "contradict"),
        ("-0.5 ↓", "drop", "not sure"),
        ("↓0.5", "top1", "arrow"),
        ("10^8", "flops", "expected a count"),
    ],
)
def test_a_cell_that_is_no_value_is_refused_with_a_reason(cell: str, key: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason.replace("^", r"\^")):
        value(cell, target(key))


@given(ACCURACIES, DECORATED)
def test_the_digits_of_an_accuracy_survive_its_decoration(digits: str, decoration: str) -> None:
    text = value(decoration.format(digits), target("top1"))
    assert text is not None
    read: Printed = target("top1").reader.parse(text)
    assert (read.value, read.step) == (Decimal(digits), Decimal("0.01"))


@given(ACCURACIES)
def test_an_error_keeps_its_digits_as_an_accuracy(digits: str) -> None:
    text = value(digits, target("top1_error"))
    assert text is not None
    assert Decimal(text) + Decimal(digits) == 100
    assert Decimal(text).as_tuple().exponent == Decimal(digits).as_tuple().exponent


@given(st.text(), st.sampled_from(sorted(targets())), st.sampled_from(["", "%", "G", "x", "e8"]))
def test_any_cell_is_a_value_or_is_refused(text: str, key: str, unit: str) -> None:
    try:
        found = value(text, target(key), unit)
    except ValueError:
        return
    assert found is None or target(key).reader.parse(found) is not None


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("75.2 (-0.9)", ["75.2", "-0.9"]),
        ("71.0/90.1", ["71.0", "90.1"]),
        ("75.2 ↓0.9", ["75.2", "↓0.9"]),
        ("75.2", ["75.2", ""]),
        ("--", ["--", ""]),
        ("75.2 0.9", ["75.2 0.9", ""]),
    ],
)
def test_a_cell_may_hold_two_numbers(cell: str, numbers: list[str]) -> None:
    assert parts(cell, 2) == numbers


@given(st.text())
def test_an_absent_cell_has_no_digits(text: str) -> None:
    assert not (is_absent(text) and any(sign.isdigit() for sign in text))
