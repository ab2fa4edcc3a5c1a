"""One cell of the survey -> a text for a claim file.

The survey shows every column with a fixed number of digits (``75.00%``, ``5.000``), whatever the
paper prints. Zeros at the end are therefore no statement of a paper and are dropped: the number
then stands for the widest range that the cell allows.
"""

import re
from decimal import Decimal

_PERCENT = re.compile(r"([+-]?[0-9]{1,6}(?:\.[0-9]{1,6})?)%")
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")


def percent(cell: str) -> str | None:
    """Return the digits of ``75.20%`` as ``75.2``, None where the cell is no percentage."""
    match = _PERCENT.fullmatch(cell)
    return without_zeros(match[1]) if match else None


def complement(cell: str) -> str | None:
    """Return 100 minus an error, with as many digits: ``7.06%`` is an accuracy of ``92.94``."""
    digits = percent(cell)
    return None if digits is None else str(Decimal(100) - Decimal(digits))


def number(cell: str) -> str | None:
    """Return the digits of ``5.000`` as ``5``, None where the cell is no such number."""
    return without_zeros(cell) if _NUMBER.fullmatch(cell) else None


def without_zeros(digits: str) -> str:
    """Return a decimal number without the zeros that only fill its fixed number of places."""
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
