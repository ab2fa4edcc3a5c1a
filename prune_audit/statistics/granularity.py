"""Which accuracies a test set of a given size can produce (the GRIM test).

An accuracy over N test images is k/N, and a mean over n runs is K/(nN), so most printed numbers
with enough digits cannot come out. Source: Brown and Heathers, Social Psychological and
Personality Science 8(4), 2017, there for means of questionnaire items. Accuracies are in percent
throughout and exact: integers, fractions or decimals, never floats.

What it presumes: the mean was taken over unrounded accuracies, each over the whole test set. A
mean of rounded accuracies, an average over batches of unequal size, or an evaluation that drops
the last batch leaves the grid.
"""

from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

Exact: TypeAlias = int | Fraction | Decimal
"""A number without rounding error; ends of intervals may be ``Decimal("Infinity")``."""


def attainable(
    low: Exact,
    high: Exact,
    test_size: int,
    runs: int = 1,
    low_open: bool = False,
    high_open: bool = False,
) -> bool:
    """Whether some mean accuracy over ``runs`` runs lies between ``low`` and ``high`` percent.

    An open end is itself excluded. An interval that holds nothing gives False.

    Raises:
        ValueError: no test image or no run.
        TypeError: an end is a float.
    """
    refuse_floats(low, high)
    total = _total(test_size, runs)
    if low > 100 or high < 0:
        return False
    first = 0 if low < 0 else first_count(low, total, low_open)
    last = total if high > 100 else last_count(high, total, high_open)
    return first <= last


def attainable_for_some(
    low: Exact,
    high: Exact,
    test_size: int,
    runs_at_least: int = 1,
    runs_at_most: int | None = None,
    low_open: bool = False,
    high_open: bool = False,
) -> bool:
    """Whether some number of runs in the given range makes a mean between ``low`` and ``high``.

    Percent, as in ``attainable``. Without ``runs_at_most`` only an interval outside 0 to 100 is
    out of reach: some number of runs makes every fraction, so an open-ended number of runs
    refutes nothing else.

    Raises:
        ValueError: no test image, no run, or the range of runs upside down.
        TypeError: an end is a float.
    """
    refuse_floats(low, high)
    _total(test_size, runs_at_least)
    if runs_at_most is None:
        middle = (clamped(low) + clamped(high)) / 2
        # a grid that holds the middle, and is reached by enough runs, stands for all of them
        return attainable(low, high, 100 * middle.denominator, 1, low_open, high_open)
    if runs_at_most < runs_at_least:
        raise ValueError(f"no number of runs is from {runs_at_least} to {runs_at_most}")
    return any(
        attainable(low, high, test_size, runs, low_open, high_open)
        for runs in range(runs_at_least, runs_at_most + 1)
    )


def nearest(value: Exact, test_size: int, runs: int = 1) -> tuple[Fraction, Fraction]:
    """Return the attainable percentages next to ``value``, at or below it and at or above it.

    Raises:
        ValueError: ``value`` is not between 0 and 100, no test image or no run.
        TypeError: ``value`` is a float.
    """
    refuse_floats(value)
    total = _total(test_size, runs)
    if not 0 <= value <= 100:
        raise ValueError(f"an accuracy lies between 0 and 100 percent, got {value}")
    below = last_count(value, total, is_open=False)
    above = first_count(value, total, is_open=False)
    return Fraction(100 * below, total), Fraction(100 * above, total)


def power(decimals: int, test_size: int, runs: int = 1) -> float:
    """Return the share of printable percentages that no mean accuracy rounds to.

    That is the chance that a random number from 0 to 100 with so many decimals would be caught,
    one rounding convention being known. 0 where the grid is at least as fine as the printed
    digit. Where truncation is allowed beside rounding, fewer are caught: each attainable value
    then accounts for up to two printed ones.

    Raises:
        ValueError: negative decimals, no test image or no run.
    """
    if decimals < 0:
        raise ValueError(f"a number has no {decimals} decimals")
    steps: int = 100 * 10**decimals
    return max(0, steps - _total(test_size, runs)) / (steps + 1)


def _total(test_size: int, runs: int) -> int:
    if test_size < 1:
        raise ValueError(f"a test set needs at least one image, got {test_size}")
    if runs < 1:
        raise ValueError(f"an accuracy needs at least one run, got {runs}")
    return test_size * runs


def first_count(percent: Exact, total: int, is_open: bool) -> int:
    """Return the smallest count of right answers out of ``total`` from ``percent`` on."""
    top, bottom = percent.as_integer_ratio()
    count, rest = divmod(top * total, bottom * 100)
    return count + 1 if rest or is_open else count


def last_count(percent: Exact, total: int, is_open: bool) -> int:
    """Return the largest count of right answers out of ``total`` up to ``percent``."""
    top, bottom = percent.as_integer_ratio()
    count, rest = divmod(top * total, bottom * 100)
    return count - 1 if is_open and not rest else count


def clamped(value: Exact) -> Fraction:
    """Return a percentage as a fraction, moved to 0 or 100 if it lies outside."""
    if value < 0:
        return Fraction(0)
    return Fraction(100) if value > 100 else Fraction(value)


def refuse_floats(*values: Exact) -> None:
    """Raise a TypeError for a float: its binary digits are not the printed ones."""
    for value in values:
        if isinstance(value, float):
            raise TypeError(f"{value!r} is a float: pass the printed digits as a Decimal")
