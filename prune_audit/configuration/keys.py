"""The keys of a configuration: what each expects, and how its value is read.

The command line reads its options with the same readers, so the two cannot disagree.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NoReturn

from prune_audit.configuration.source import near
from prune_audit.options import FailOn, Format, Require
from prune_audit.rules import RULES, RULESET
from prune_audit.selection import UnknownCodeError, UnknownRulesetError, chosen

_LARGEST_GAP = 100


@dataclass(frozen=True)
class ConfigurationKey:
    """A key: what it means, what it expects, how a value of it is read.

    ``read`` takes a value and the folder that paths are relative to; it raises ValueError.
    """

    meaning: str
    expects: str
    read: Callable[[Any, Path], Any]


def share(value: Any) -> Decimal:
    """Read ``"5%"``, ``"0.05"`` or ``0.05`` as a fraction below 1.

    Raises:
        ValueError: no such share.
    """
    percent = isinstance(value, str) and value.rstrip().endswith("%")
    text = value.rstrip("% ") if isinstance(value, str) else value
    number = _number(text) / (100 if percent else 1)
    if not 0 <= number < 1:
        raise ValueError("out of range")
    return number


def _number(value: Any) -> Decimal:
    """Read a finite number, exactly."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("no number")
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise ValueError("no number") from error
    if not number.is_finite():
        raise ValueError("not finite")
    return number


def _share(value: Any, folder: Path) -> Decimal:
    return share(value)


def _gap(value: Any, folder: Path) -> Decimal:
    number = _number(value) if not isinstance(value, str) else _refuse()
    return number if 0 <= number <= _LARGEST_GAP else _refuse()


def _alpha(value: Any, folder: Path) -> float:
    number = _number(value) if not isinstance(value, str) else _refuse()
    return float(number) if 0 < float(number) < 1 else _refuse()


def _refuse() -> NoReturn:
    raise ValueError("not what is expected")


def _one_of(words: Iterable[str]) -> Callable[[Any, Path], str]:
    known = tuple(map(str, words))

    def read(value: Any, folder: Path) -> str:
        return value if isinstance(value, str) and value in known else _refuse()

    return read


def _codes(value: Any, folder: Path) -> tuple[str, ...]:
    words = texts(value)
    try:
        chosen(RULES, words, ())
    except UnknownCodeError as error:
        raise ValueError(str(error)) from error
    return words


def texts(value: Any) -> tuple[str, ...]:
    """Read one text or a list of texts, none of them empty.

    Raises:
        ValueError: anything else.
    """
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) and item for item in items):
        _refuse()
    return tuple(items)


def _ruleset(value: Any, folder: Path) -> int:
    if type(value) is not int:
        _refuse()
    try:
        chosen((), (), (), value)
    except UnknownRulesetError as error:
        raise ValueError(str(error)) from error
    return value


def _path(value: Any, folder: Path) -> Path:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        _refuse()
    return near(folder / value)


def _words(words: Iterable[str]) -> str:
    return "one of " + ", ".join(f'"{word}"' for word in words)


_RULES = 'a list of codes, families or names of rules such as ["PA1", "PA301"]'

KEYS: Mapping[str, ConfigurationKey] = {
    "require": ConfigurationKey(
        "weakest setup that counts as fair", _words(Require), _one_of(Require)
    ),
    "tolerance": ConfigurationKey(
        "largest gap of two rates that count as the same",
        'a share below 1 such as "5%" or 0.05',
        _share,
    ),
    "base-gap": ConfigurationKey(
        "accuracy points that re-evaluating one checkpoint may explain",
        f"a number of points from 0 to {_LARGEST_GAP} such as 0.5",
        _gap,
    ),
    "alpha": ConfigurationKey(
        "level of significance", "a number between 0 and 1 such as 0.05", _alpha
    ),
    "fail-on": ConfigurationKey(
        "least severity that makes a check fail", _words(FailOn), _one_of(FailOn)
    ),
    "format": ConfigurationKey("how the report is printed", _words(Format), _one_of(Format)),
    "select": ConfigurationKey("only these rules", _RULES, _codes),
    "ignore": ConfigurationKey("not these rules", _RULES, _codes),
    "ruleset": ConfigurationKey(
        "newest set of rules that is used", f"a whole number from 1 to {RULESET}", _ruleset
    ),
    "store": ConfigurationKey("folder of reruns", 'a path such as ".prune-audit"', _path),
    "baseline": ConfigurationKey(
        "findings that were there before", 'a path such as "baseline.json"', _path
    ),
}
SUPPRESS = "suppress"
