"""Printed numbers: the exact text, its value, and the interval that its digits stand for.

``76.10`` is not ``76.1``: the printed digits carry the rounding interval. Honest rounding is half
up, half to even, or truncation; a row of a table is taken to use one of them throughout.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache

from prune_audit.intervals import INFINITY, Interval
from prune_audit.problems import shown

ABOUT = Decimal("0.2")
"""Half-width of "~25" as a share of the value: 20 up to 30. Wide, so that it refutes rarely."""

MOST_CHARACTERS = 24
"""Of one number; more is no measurement, and all arithmetic stays exact below it."""

_THIN = "\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u205f"
_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d", "-"),
        **dict.fromkeys("\u00d7\u2715\u2a2f", "x"),
        **dict.fromkeys("\uff05\u066a", "%"),
        **dict.fromkeys("\u2248\u223c\uff5e", "~"),
        **dict.fromkeys("\u2265\u2a7e", ">="),
        **dict.fromkeys("\u2264\u2a7d", "<="),
        "\u00b1": "+-",
    }
)
_BLANK = str.maketrans(dict.fromkeys(f"{_THIN} \t\u200b\u2060\ufeff"))
_THOUSANDS = re.compile(rf"(?<![0-9.])[0-9]{{1,3}}(?:[{_THIN}][0-9]{{3}})+(?![0-9])")
_GAP = re.compile(r"[0-9.]\s+[0-9.]")
_COMMA = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]+)+")

_DIGITS = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?"
_NUMBER = re.compile(
    rf"(?P<bound>~|>=|<=|>|<)?(?P<sign>[+-]?)(?P<digits>{_DIGITS})"
    r"(?P<suffix>[kKMGTB]?)(?P<unit>[%xX]?)"
    rf"(?:\+-(?P<spread>{_DIGITS})(?P<spread_unit>[%xX]?))?"
)
_SUFFIX = {"": 0, "k": 3, "K": 3, "M": 6, "G": 9, "B": 9, "T": 12}


class Unit(StrEnum):
    """What a key declares its numbers to be; a unit is never guessed from the size."""

    PERCENT = "percent"
    FRACTION = "fraction"
    TIMES = "times"
    COUNT = "count"
    PLAIN = "plain"
    WHOLE = "whole"


class Convention(StrEnum):
    """An honest way to print fewer digits than were measured."""

    HALF_UP = "rounded half up"
    HALF_EVEN = "rounded half to even"
    TRUNCATED = "truncated"


class NumberError(ValueError):
    """A text that is no number of the declared unit; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as printed.

    ``value`` and ``step`` (the weight of the last printed digit) are in the key's unit: percent,
    fraction, times, or plain counts (4.09G is 4.09e9). ``bound`` is ``""``, ``"~"``, ``">"``,
    ``">="``, ``"<"`` or ``"<="``. ``spread`` is the number behind a plus-minus sign, without any
    statement of what it is.
    """

    text: str
    value: Decimal
    step: Decimal
    bound: str = ""
    spread: "Printed | None" = None

    @property
    def exact(self) -> bool:
        """Whether the text names one value and not a bound or an approximation."""
        return not self.bound

    def interval(self, convention: Convention = Convention.HALF_UP) -> Interval:
        """Return the values that print as this text under one rounding convention."""
        if self.bound:
            return _bounded(self.value, self.step, self.bound)
        return _rounded(self.value, self.step, convention)

    @property
    def hull(self) -> Interval:
        """The values that print as this text under some convention."""
        if self.bound:
            return _bounded(self.value, self.step, self.bound)
        return _hull(self.value, self.step)

    def __str__(self) -> str:
        return self.text


def _bounded(value: Decimal, step: Decimal, bound: str) -> Interval:
    if bound == "~":
        slack = max(abs(value) * ABOUT, step)
        return Interval(value - slack, value + slack)
    if bound.startswith(">"):
        return Interval(value, INFINITY, bound == ">", True)
    return Interval(-INFINITY, value, True, bound == "<")


@lru_cache(maxsize=4096)
def _hull(value: Decimal, step: Decimal) -> Interval:
    if value == 0:
        return Interval(-step, step, True, True)
    half = step / 2
    if value < 0:
        return Interval(value - step, value + half, True, False)
    return Interval(value - half, value + step, False, True)


@lru_cache(maxsize=4096)  # the rules ask for the same few numbers over and over
def _rounded(value: Decimal, step: Decimal, convention: Convention) -> Interval:
    if value < 0:
        return -_rounded(-value, step, convention)
    if convention is Convention.TRUNCATED:
        return Interval(value if value else -step, value + step, not value, True)
    half = step / 2
    if convention is Convention.HALF_UP:
        # zero is reached from both sides, everything else from below up to the half
        return Interval(value - half, value + half, not value, True)
    odd = step != 0 and (value / step) % 2 == 1
    return Interval(value - half, value + half, odd, odd)


def parse_number(text: str, unit: Unit) -> Printed:
    """Read a printed number whose unit the key declares.

    Understands pasted typography: U+2212 minus, multiplication sign, thin spaces (also between
    thousands), per cent signs and the plus-minus sign. ``%`` under a fraction divides by 100; ``x``
    belongs to times only, ``k M G B T`` to counts only.

    Raises:
        NumberError: the text is no number of that unit; the message says what to write.
    """
    return _parse(text, unit)


@lru_cache(maxsize=4096)
def _parse(text: str, unit: Unit) -> Printed:
    typed = _THOUSANDS.sub(lambda group: group[0].translate(_BLANK), text.translate(_TYPOGRAPHY))
    plain = typed.translate(_BLANK)
    match = _NUMBER.fullmatch(plain)
    if match is None or _GAP.search(typed):
        raise NumberError(_misprint(text, typed, unit))
    _check_unit(text, match, unit)
    shift = _SUFFIX[match["suffix"]]
    if unit is Unit.FRACTION and match["unit"] == "%":
        shift = -2
    value, step = _scaled(match["sign"] + match["digits"], shift)
    spread = None
    if match["spread"]:
        spread_value, spread_step = _scaled(match["spread"], shift)
        spread = Printed(match["spread"], spread_value, spread_step)
    if unit is Unit.WHOLE and (spread or value != value.to_integral_value()):
        raise NumberError(f"expected {_EXAMPLE[unit]}, got {shown(text)}")
    return Printed(text, value, step, match["bound"] or "", spread)


def _scaled(digits: str, shift: int) -> tuple[Decimal, Decimal]:
    value = Decimal(digits)
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)  # the pattern admits finite numbers only
    return value.scaleb(shift), _power(exponent + shift)


@cache
def _power(exponent: int) -> Decimal:
    return Decimal(1).scaleb(exponent)


_EXAMPLE = {
    Unit.PERCENT: "a number in percent such as 75.24 or 75.24+-0.38",
    Unit.FRACTION: "a fraction such as 0.44, or a percentage with its sign such as 44.0 %",
    Unit.TIMES: "a multiple such as 2.31x",
    Unit.COUNT: "a count such as 4.09G, 25.56M or 1920",
    Unit.PLAIN: "a plain number such as 0.9 or 1e-4",
    Unit.WHOLE: 'a whole number such as 3, ">=3" or ~256',
}
_ALLOWED = {
    Unit.PERCENT: ("%",),
    Unit.FRACTION: ("%",),
    Unit.TIMES: ("x", "X"),
    Unit.COUNT: (),
    Unit.PLAIN: (),
    Unit.WHOLE: (),
}


def expected(unit: Unit) -> str:
    """Return what a key of that unit expects, in words."""
    return _EXAMPLE[unit]


def _check_unit(text: str, match: re.Match[str], unit: Unit) -> None:
    marks = {match["unit"], match["spread_unit"] or ""} - {""}
    strange = sorted(marks - set(_ALLOWED[unit]))
    if match["suffix"] and unit is not Unit.COUNT:
        strange.append(match["suffix"])
    if strange:
        raise NumberError(
            f"expected {_EXAMPLE[unit]}; the unit {strange[0]!r} in {shown(text)} is not its unit"
        )
    if unit is Unit.FRACTION and match["spread"] and match["unit"] != match["spread_unit"]:
        raise NumberError(
            f"expected {_EXAMPLE[unit]}; in {shown(text)} write % behind both numbers or neither"
        )
    if max(len(match["digits"]), len(match["spread"] or "")) > MOST_CHARACTERS:
        raise NumberError(f"expected {_EXAMPLE[unit]}; {shown(text)} has too many digits")


def _misprint(text: str, typed: str, unit: Unit) -> str:
    separator = "comma" if _COMMA.match(typed.strip()) else "space" if _GAP.search(typed) else ""
    if not separator:
        return f"expected {_EXAMPLE[unit]}, got {shown(text)}"
    return (
        f"expected {_EXAMPLE[unit]}; the {separator} in {shown(text)} is ambiguous: "
        "write a decimal point, and no separator between thousands"
    )
