"""Numbers of a log with the digits in which they were written."""

import re
from decimal import Decimal

from prune_audit.evidence.logs.rows import malformed
from prune_audit.numbers import Printed

_LONGEST = 40
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_HIGHEST_LR = 10**6
_FRACTION = "an accuracy from 0 to 1, as unit: fraction says"
_PERCENT_FIX = "write unit: percent under logs, if the log is in percent"
_SLACK = Decimal("0.001")
"""Points by which an average in single precision may lie above 100 or below 0."""


def number(text: str, what: str, line: int) -> Printed:
    """Read a finite number.

    Raises:
        LogError: it is none, infinite, or of more than 40 characters.
    """
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        raise malformed(what, text, line)
    value = Decimal(text)
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)  # the pattern admits finite numbers only
    return Printed(text, value, Decimal(1).scaleb(exponent))


def whole(text: str, what: str, line: int) -> int:
    """Read a whole number from 0 on; ``12.0`` is one.

    Raises:
        LogError: it is none.
    """
    value = number(text, what, line).value
    if not 0 <= value < 1 << 31 or value != value.to_integral_value():
        raise malformed(what, text, line)
    return int(value)


def percent(text: str, unit: str, what: str, line: int) -> Printed:
    """Read an accuracy into percent; ``unit`` is that of the log, a per cent sign overrules it.

    Raises:
        LogError: it is no finite number from 0 to 100 %.
    """
    bare = text.removesuffix("%").rstrip()
    found = number(bare, what, line)
    if unit == "fraction" and bare == text:
        if 1 + _SLACK < found.value <= 100 + _SLACK:
            raise malformed(_FRACTION, text, line, _PERCENT_FIX)
        found = Printed(text, found.value.scaleb(2), found.step.scaleb(2))
    if not -_SLACK <= found.value <= 100 + _SLACK:
        raise malformed(what, text, line)
    return found


def learning_rate(text: str, line: int) -> Printed:
    """Read an LR.

    Raises:
        LogError: it is no finite number from 0 on.
    """
    found = number(text, "an LR", line)
    if not 0 <= found.value < _HIGHEST_LR:
        raise malformed("an LR from 0 on", text, line)
    return found
