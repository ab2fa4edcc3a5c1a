"""How far a logged LR may be from the one that was used, by the way in which it was printed."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from prune_audit.numbers import Printed

TIGHT = 1e-6
"""Relative: LRs this close are one LR, computed in two ways or kept in single precision."""

_SCIENTIFIC = re.compile(r"[+-]?[0-9](?:\.([0-9]*))?[eE].*")
_SIGNIFICANT = 6
"""Digits that ``%g`` and the usual conversions to text keep."""


class Slack(NamedTuple):
    """How far the true LR may lie below and above the printed one."""

    below: float
    above: float


def slacks(lrs: Iterable[Printed]) -> list[Slack]:
    """Return, for each LR of a log, by how much the true value may differ from it.

    A log with one fixed number of decimals (``0.0100``, ``1.00e-02``) rounds or truncates to them.
    One whose numbers of decimals vary prints six significant digits or more.
    """
    printed = list(lrs)
    exponents = {_exponent(lr.step) for lr in printed}
    mantissas = {_mantissa(lr.text) for lr in printed}
    if len(mantissas) == 1 and (None not in mantissas or len(exponents) == 1):
        return [_slack(float(lr.step), lr) for lr in printed]
    return [_slack(float(abs(lr.value)) * 10.0 ** (1 - _SIGNIFICANT), lr) for lr in printed]


def own_slack(lr: Printed) -> Slack:
    """Return by how much an LR may be off if it was rounded or truncated to its own last digit."""
    return _slack(float(lr.step), lr)


def _slack(step: float, lr: Printed) -> Slack:
    near = TIGHT * float(abs(lr.value))
    return Slack(step / 2 + near, step + near)


def _exponent(step: Decimal) -> int:
    exponent = step.as_tuple().exponent
    assert isinstance(exponent, int)  # logs hold finite numbers only
    return exponent


def _mantissa(text: str) -> int | None:
    """Return the decimals of a number in scientific notation, None for one without exponent."""
    found = _SCIENTIFIC.fullmatch(text)
    return len(found[1] or "") if found else None
