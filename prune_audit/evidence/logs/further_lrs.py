"""The LRs of an epoch that has several rows: its lowest and its highest."""

import math
from typing import NamedTuple

from prune_audit.evidence.logs.curve import Further
from prune_audit.evidence.logs.rows import LogError
from prune_audit.evidence.logs.values import learning_rate
from prune_audit.numbers import Printed

_LONGEST = 40


class Seen(NamedTuple):
    """An LR as it stands in a row."""

    value: float
    text: str
    line: int


class Ends(NamedTuple):
    """The lowest and the highest LR of the rows of one epoch."""

    low: Seen
    high: Seen


def widened(held: Ends | None, text: str, line: int) -> Ends | None:
    """Take in the LR of one more row.

    What is no number, and an LR of 0, is passed over: rows of a test carry them.
    """
    if held and text in (held.low.text, held.high.text):
        return held
    value = _positive(text)
    if value is None:
        return held
    seen = Seen(value, text, line)
    if held is None:
        return Ends(seen, seen)
    return Ends(min(held.low, seen, key=_value), max(held.high, seen, key=_value))


def further(held: Ends | None, first: Printed | None) -> tuple[Further, ...]:
    """Return those of the two that are another LR than the first one of the epoch."""
    if held is None or first is None:
        return ()
    others = [seen for seen in dict.fromkeys(held) if seen.value != float(first.value)]
    return tuple(one for seen in others if (one := _read(seen)))


def _positive(text: str) -> float | None:
    """Read an LR fast: a log may have a row for each of millions of batches."""
    try:
        value = float(text) if len(text) <= _LONGEST else 0.0
    except ValueError:
        return None
    return value if value > 0 and math.isfinite(value) else None


def _value(seen: Seen) -> float:
    return seen.value


def _read(seen: Seen) -> Further | None:
    try:
        return Further(learning_rate(seen.text, seen.line), seen.line)
    except LogError:
        return None
