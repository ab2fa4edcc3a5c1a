"""Interval arithmetic on exact decimals.

Printed numbers are rounded, so every recomputation works on the set of values that a printed
number may stand for. Ends may be open or closed, because honest rounding gives half-open sets.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

INFINITY = Decimal("Infinity")


@dataclass(frozen=True)
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

    @cached_property
    def empty(self) -> bool:
        """Whether no value lies inside."""
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def __add__(self, other: "Interval") -> "Interval":
        return Interval(
            self.low + other.low,
            self.high + other.high,
            self.low_open or other.low_open,
            self.high_open or other.high_open,
        )

    def __neg__(self) -> "Interval":
        return Interval(-self.high, -self.low, self.high_open, self.low_open)

    def __sub__(self, other: "Interval") -> "Interval":
        return self + (-other)

    def __mul__(self, other: "Interval") -> "Interval":
        corners = [
            (_product(a, b), a_open or b_open)
            for a, a_open in ((self.low, self.low_open), (self.high, self.high_open))
            for b, b_open in ((other.low, other.low_open), (other.high, other.high_open))
        ]
        low = min(value for value, _ in corners)
        high = max(value for value, _ in corners)
        return Interval(
            low,
            high,
            all(is_open for value, is_open in corners if value == low),
            all(is_open for value, is_open in corners if value == high),
        )

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
        high = INFINITY if self.low == 0 else 1 / self.low
        low = Decimal(0) if self.high == INFINITY else 1 / self.high
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


def _product(a: Decimal, b: Decimal) -> Decimal:
    """Multiply; zero times infinity is zero, as the limit of a bounded and a growing factor."""
    return Decimal(0) if a == 0 or b == 0 else a * b
