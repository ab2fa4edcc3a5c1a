"""Numbers of epochs as papers state them: ``90``, ``~25``, ``>0``, ``30 per layer``."""

import re
from dataclasses import dataclass
from decimal import Decimal

from prune_audit.answers import Answer
from prune_audit.intervals import INFINITY, Interval
from prune_audit.numbers import NumberError, Printed, Unit, parse_number
from prune_audit.problems import shown

EXPECTED = "a number of epochs such as 90, ~25, >0 or '30 per layer'"
_LONGEST = 100
_PER_LAYER = re.compile(
    r"(?P<count>.+?)\s*(?:x|\u00d7|per)\s*(?:number of )?layers?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Epochs:
    """How many epochs a stage runs: an interval, exact when both ends are equal.

    ``per_layer`` marks "30 per layer": the interval is then for one layer.
    """

    text: str
    interval: Interval
    per_layer: bool = False

    @property
    def exact(self) -> Decimal | None:
        """The number of epochs where it is stated exactly, else None."""
        same = self.interval.low == self.interval.high and not self.per_layer
        return self.interval.low if same else None

    @property
    def none(self) -> bool:
        """Whether the stage surely takes no epochs."""
        return self.exact == 0

    @property
    def some(self) -> bool:
        """Whether the stage surely takes more than zero epochs."""
        return Interval.point(Decimal(0)).below(self.interval)

    def total(self, layers: tuple[int, int] | None) -> Interval:
        """Return the epochs over all layers; ``layers`` bounds their number where it is known."""
        if not self.per_layer:
            return self.interval
        low, high = layers or (2, 0)
        top = Decimal(high) if high else INFINITY
        return self.interval * Interval(Decimal(low), top, False, not high)

    def __str__(self) -> str:
        return self.text


def parse_epochs(text: str) -> Epochs:
    """Read a number of epochs.

    Raises:
        NumberError: the text is no such number, or negative.
    """
    try:
        if len(text) > _LONGEST:
            raise NumberError("too long")
        per_layer = _PER_LAYER.fullmatch(text.strip())
        number = parse_number(per_layer["count"] if per_layer else text, Unit.PLAIN)
    except NumberError as error:
        raise NumberError(f"expected {EXPECTED}, got {shown(text)}") from error
    if number.value < 0 or number.spread or number.bound.startswith("<"):
        raise NumberError(f"expected {EXPECTED}, got {shown(text)}")
    return Epochs(text, _possible(number), per_layer is not None)


def _possible(number: Printed) -> Interval:
    """Return the numbers of epochs that a text may mean, none of them negative."""
    if not number.bound:
        return Interval.point(number.value)
    about = number.hull
    return about if about.low >= 0 else Interval(Decimal(0), about.high, False, about.high_open)


def same_epochs(a: Interval, b: Interval) -> Answer:
    """Say whether two numbers of epochs are equal; disjoint intervals differ."""
    if not a.meets(b):
        return Answer.DIFFERENT
    exact = a.low == a.high and b.low == b.high
    return Answer.SAME if exact else Answer.UNKNOWN
