"""Interval arithmetic on exact decimals.

Printed numbers are rounded, so every recomputation works on the set of values that a printed
number may stand for. Ends may be open or closed, because honest rounding gives half-open sets.
An end with more than 28 digits is rounded outwards, so that no possible value is lost.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

INFINITY = Decimal("Infinity")
_ZERO = Decimal(0)
_DOWN = Context(rounding=ROUND_FLOOR)
_UP = Context(rounding=ROUND_CEILING)
_End = tuple[Decimal, bool]


@dataclass(frozen=True, slots=True)
class Interval:
    """All values between ``low`` and ``high``; an open end is itself excluded."""

    low: Decimal
    high: Decimal
    low_open: bool = False
    high_open: bool = False

    @classmethod
    def point(cls, value: Decimal) -> "Interval":
        """Return the interval that holds one value."""
        return cls(value, value)

    @classmethod
    def above(cls, low: Decimal, low_open: bool = False) -> "Interval":
        """Return the interval from ``low`` upwards without end."""
        return cls(low, INFINITY, low_open, True)

    def __add__(self, other: "Interval") -> "Interval":
        return Interval(
            _DOWN.add(self.low, other.low) or _ZERO,
            _UP.add(self.high, other.high) or _ZERO,
            self.low_open or other.low_open,
            self.high_open or other.high_open,
        )

    def __neg__(self) -> "Interval":
        return Interval(
            self.high.copy_negate() or _ZERO,
            self.low.copy_negate() or _ZERO,
            self.high_open,
            self.low_open,
        )

    def __sub__(self, other: "Interval") -> "Interval":
        return self + (-other)

    def __mul__(self, other: "Interval") -> "Interval":
        if self.low > 0 and other.low > 0:
            return self._times_positive(other)
        pairs = [(a, b) for a in self._ends for b in other._ends]
        lows = [(_product(_DOWN, a, b), _open_product(a, b)) for a, b in pairs]
        highs = [(_product(_UP, a, b), not _open_product(a, b)) for a, b in pairs]
        (low, low_open), (high, high_closed) = min(lows), max(highs)
        return Interval(low, high, low_open, not high_closed)

    def _times_positive(self, other: "Interval") -> "Interval":
        return Interval(
            _DOWN.multiply(self.low, other.low),
            _UP.multiply(self.high, other.high),
            self.low_open or other.low_open,
            self.high_open or other.high_open,
        )

    @property
    def _ends(self) -> tuple[_End, _End]:
        return (self.low, self.low_open), (self.high, self.high_open)

    def __truediv__(self, other: "Interval") -> "Interval":
        """Divide by an interval of positive values.

        Raises:
            ZeroDivisionError: the divisor holds zero or negative values.
        """
        return self * other.reciprocal()

    def reciprocal(self) -> "Interval":
        """Return the interval of 1/x.

        Raises:
            ZeroDivisionError: the interval holds zero or negative values.
        """
        if self.low < 0 or (self.low == 0 and not self.low_open):
            raise ZeroDivisionError("an interval that holds zero has no reciprocal")
        high = INFINITY if self.low == 0 else _UP.divide(Decimal(1), self.low)
        low = _ZERO if self.high == INFINITY else _DOWN.divide(Decimal(1), self.high)
        return Interval(low, high, self.high_open, self.low_open)

    def meets(self, other: "Interval") -> bool:
        """Whether some value lies in both."""
        if self.low > other.high or other.low > self.high:
            return False
        if self.low == other.high and (self.low_open or other.high_open):
            return False
        return not (other.low == self.high and (other.low_open or self.high_open))

    def below(self, other: "Interval") -> bool:
        """Whether every value here is smaller than every value of ``other``."""
        return self.high < other.low or (
            self.high == other.low and (self.high_open or other.low_open)
        )

    def within(self, other: "Interval") -> bool:
        """Whether every value here lies in ``other`` too."""
        low = self.low > other.low or (
            self.low == other.low and (self.low_open or not other.low_open)
        )
        high = self.high < other.high or (
            self.high == other.high and (self.high_open or not other.high_open)
        )
        return low and high

    def holds(self, value: Decimal) -> bool:
        """Whether ``value`` lies inside."""
        return Interval.point(value).within(self)

    def hull(self, other: "Interval") -> "Interval":
        """Return the smallest interval around both."""
        low, low_open = min((self.low, self.low_open), (other.low, other.low_open))
        high, high_closed = max((self.high, not self.high_open), (other.high, not other.high_open))
        return Interval(low, high, low_open, not high_closed)

    def __str__(self) -> str:
        left, right = "(" if self.low_open else "[", ")" if self.high_open else "]"
        return f"{left}{self.low:f}, {self.high:f}{right}"


def _product(context: Context, a: _End, b: _End) -> Decimal:
    """Multiply; zero times infinity is zero, as the limit of a bounded and a growing factor."""
    return _ZERO if a[0] == 0 or b[0] == 0 else context.multiply(a[0], b[0])


def _open_product(a: _End, b: _End) -> bool:
    """Whether no two values reach the product of two ends; a zero reaches it with any other."""
    if (a[0] == 0 and not a[1]) or (b[0] == 0 and not b[1]):
        return False
    return a[1] or b[1]
