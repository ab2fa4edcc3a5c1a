"""The keys that a column of a table can be read as."""

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import Any

from prune_audit.claim import BaseModel, PruningStage, Result, Stage
from prune_audit.forms import keys_of
from prune_audit.importers.grid import TableError
from prune_audit.numbers import Unit
from prune_audit.readers import (
    COUNT,
    FRACTION,
    PERCENT,
    PLAIN,
    TIMES,
    WHOLE,
    ListReader,
    Reader,
)

_UNITS: tuple[tuple[Reader[Any], Unit], ...] = (
    (PERCENT, Unit.PERCENT),
    (FRACTION, Unit.FRACTION),
    (TIMES, Unit.TIMES),
    (COUNT, Unit.COUNT),
    (PLAIN, Unit.PLAIN),
    (WHOLE, Unit.WHOLE),
)
_NEVER = ("base", "source", "bold", "spread_is", "cites")
_OF_BASE = ("top1", "top5", "macs", "flops", "params", "weights")


class Turn(StrEnum):
    """What is done to a printed number to make it what its key means; both keep every digit."""

    NOT = ""
    COMPLEMENT = "100 minus"
    NEGATIVE = "the negative of"


@dataclass(frozen=True, slots=True)
class Target:
    """A key by the name under which it is asked for, and where its value goes.

    ``name`` is the key in the claim file, ``stage.key`` or ``base.key`` inside one; ``unit`` is
    None for texts, epochs and schedules.
    """

    name: str
    reader: Reader[Any]
    unit: Unit | None
    turn: Turn = Turn.NOT


_TURNED = (
    ("top1_error", "top1", Turn.COMPLEMENT),
    ("top5_error", "top5", Turn.COMPLEMENT),
    ("base_top1_error", "base_top1", Turn.COMPLEMENT),
    ("flops_change", "flops_reduction", Turn.NEGATIVE),
    ("params_change", "params_reduction", Turn.NEGATIVE),
)
"""Names for columns that print something else than a key holds."""


class UnknownKeyError(TableError):
    """A name that no key has; ``near`` is the nearest that there is, if any."""

    def __init__(self, name: str) -> None:
        self.near = next(iter(get_close_matches(name, targets(), 1, cutoff=0.5)), "")
        self.said = f"no column can be read as {name!r}"
        hint = f"did you mean {self.near!r}?" if self.near else f"known: {', '.join(known())}"
        super().__init__(f"{self.said}; {hint}")


@cache
def targets() -> dict[str, Target]:
    """Return every key that a column can be read as, by name."""
    found = {
        **_of(Result, ""),
        **_of(PruningStage, "pruning."),
        **_of(Stage, "retraining."),
        **{name: one for name, one in _of(BaseModel, "base.").items() if name[5:] in _OF_BASE},
    }
    for name, key, turn in _TURNED:
        found[name] = Target(key, found[key].reader, found[key].unit, turn)
    found["spread"] = Target("spread", PERCENT, Unit.PERCENT)
    return {name: one for name, one in found.items() if name not in _NEVER}


def known() -> list[str]:
    """Return the names of all keys, sorted."""
    return sorted(targets())


def target(name: str) -> Target:
    """Return the key of that name.

    Raises:
        UnknownKeyError: there is no such key; the message suggests one.
    """
    if name not in targets():
        raise UnknownKeyError(name)
    return targets()[name]


def _of(form: type, prefix: str) -> dict[str, Target]:
    return {
        prefix + key.name: Target(prefix + key.name, key.reader, _unit(key.reader))
        for key in keys_of(form)
        if not key.form and not isinstance(key.reader, ListReader | type)
    }


def _unit(reader: Reader[Any]) -> Unit | None:
    return next((unit for known, unit in _UNITS if known is reader), None)
