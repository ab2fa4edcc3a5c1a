"""How one value of a claim file is read: its text -> a value, and its JSON Schema.

A reader is data: the words for what it expects, the function that reads a text, the schema. The
claim file's keys (claim.py) name their readers, so loader, schema and skeleton cannot disagree.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, Generic, TypeVar

from prune_audit.epochs import EXPECTED as EPOCHS_EXPECTED
from prune_audit.epochs import Epochs, parse_epochs
from prune_audit.grammar.nodes import Pipeline
from prune_audit.grammar.reader import read_pipeline
from prune_audit.numbers import Printed, Unit, expected, parse_number
from prune_audit.problems import cut, shown
from prune_audit.schedules.notation import LrSpec, parse_lr

T = TypeVar("T")
NUMBER_OR_TEXT = {"type": ["number", "string"]}
ONE_VALUE = {"not": {"type": ["array", "object", "null"]}}
"""The schema of a text: other YAML readers make ``yes`` a truth value and 2021-01-01 a date."""


@dataclass(frozen=True)
class Reader(Generic[T]):
    """Reads one scalar; ``parse`` raises ValueError with the reason."""

    expects: str
    parse: Callable[[str], T]
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class ListReader(Generic[T]):
    """Reads a list of scalars; one scalar counts as a list of one where ``single`` is set."""

    item: Reader[T]
    example: str
    single: bool = False

    @property
    def expects(self) -> str:
        """What the list holds, in words."""
        return f"a list such as {self.example}, of: {self.item.expects}"


def _some_text(text: str) -> str:
    if not text.strip():
        raise ValueError(f"expected some text, got {text!r}")
    return text


TEXT: Reader[str] = Reader("a text", _some_text, {**ONE_VALUE, "pattern": r"\S"})


def choice(*words: str) -> Reader[str]:
    """Return a reader that takes one of some words."""

    def parse(text: str) -> str:
        if text in words:
            return text
        near = get_close_matches(text[:60].lower(), words, n=1, cutoff=0.6)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"expected one of {', '.join(words)}, got {shown(text)}{hint}")

    return Reader(f"one of {', '.join(words)}", parse, {"enum": _words_as_read(words)})


def _words_as_read(words: tuple[str, ...]) -> list[str | bool | int]:
    """Other YAML readers see ``yes`` as true and ``1`` as a number: the schema admits both."""
    loose: dict[str, str | bool | int] = {"yes": True, "no": False}
    numbers = [int(word) for word in words if word.isdigit()]
    return [*words, *(loose[word] for word in words if word in loose), *numbers]


def number(unit: Unit) -> Reader[Printed]:
    """Return a reader for printed numbers of one unit."""
    return Reader(expected(unit), lambda text: parse_number(text, unit), NUMBER_OR_TEXT)


PERCENT = number(Unit.PERCENT)
FRACTION = number(Unit.FRACTION)
TIMES = number(Unit.TIMES)
PLAIN = number(Unit.PLAIN)
WHOLE: Reader[Printed] = Reader(
    expected(Unit.WHOLE),
    lambda text: parse_number(text, Unit.WHOLE),
    {"type": ["integer", "string"]},
)
EPOCHS: Reader[Epochs] = Reader(EPOCHS_EXPECTED, parse_epochs, NUMBER_OR_TEXT)
LR: Reader[LrSpec] = Reader(
    "a learning-rate schedule such as '0:1e-2,30:1e-3,60:1e-4' or 'cosine 1e-2 to 0'",
    parse_lr,
    NUMBER_OR_TEXT,
)
PIPELINE: Reader[Pipeline] = Reader(
    "a pipeline such as 'train(20) > (prune(magnitude, 0.2) > rewind(0) > train(20)) * 5'",
    read_pipeline,
    {**ONE_VALUE, "pattern": r"\S"},
)


def _count(text: str) -> Printed:
    printed = parse_number(text, Unit.COUNT)
    bare = cut(text.strip())
    if 0 < printed.value < 1000 and not bare[-1].isalpha():
        hint = f"{shown(text)} lacks its suffix: write {bare}G or {bare}M"
        raise ValueError(f"expected {expected(Unit.COUNT)}; {hint}")
    return printed


COUNT: Reader[Printed] = Reader(expected(Unit.COUNT), _count, NUMBER_OR_TEXT)


def _year(text: str) -> int:
    if not re.fullmatch(r"(19|20)[0-9]{2}", text):
        raise ValueError(f"expected a year such as 2021, got {shown(text)}")
    return int(text)


def _arxiv(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}\.[0-9]{4,5}(v[0-9]+)?|[a-z-]+(\.[A-Z]{2})?/[0-9]{7}", text):
        raise ValueError(f'expected an arXiv number such as "2012.09243", got {shown(text)}')
    return text


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(f"expected a date such as 2027-01-31, got {shown(text)}") from None


YEAR: Reader[int] = Reader("a year such as 2021", _year, {"type": ["integer", "string"]})
ARXIV: Reader[str] = Reader('an arXiv number such as "2012.09243"', _arxiv, NUMBER_OR_TEXT)

_NAME = r"[A-Za-z0-9][A-Za-z0-9._+-]*"
DATE: Reader[str] = Reader("a date such as 2027-01-31", _date, ONE_VALUE)
NAME_PATTERN = re.compile(_NAME)
_REFERENCE = rf"({_NAME}#)?{_NAME}(@[^\s@#/\\]+)?"


def _reference(text: str) -> str:
    if not re.fullmatch(_REFERENCE, text):
        names = "greg1-2.31x or greg2021#greg1-2.31x"
        raise ValueError(f"expected the name of a result such as {names}, got {shown(text)}")
    return text


def _name(text: str) -> str:
    if not NAME_PATTERN.fullmatch(text):
        raise ValueError(f"expected {_NAME_EXPECTED}, got {shown(text)}")
    return text


_NAME_EXPECTED = "a name of letters, digits, '.', '_', '+' and '-'"
NAME: Reader[str] = Reader(_NAME_EXPECTED, _name, {**ONE_VALUE, "pattern": r"\S"})
REFERENCE: Reader[str] = Reader(
    "the name of a result, in another file as file#result, in a sweep as result@ratio",
    _reference,
    ONE_VALUE,
)


@dataclass(frozen=True)
class Weights:
    """The identity of a base model's weights.

    ``kind`` is ``own`` (trained by authors; ``name`` says whose, a claim file's name), ``hash``
    (SHA-256, lower case hex) or ``tag`` (source/name).
    """

    kind: str
    name: str


def _weights(text: str) -> Weights:
    if text == "own" or re.fullmatch(rf"own:{_NAME}", text):
        return Weights("own", text.partition(":")[2])
    if text.lower().startswith("sha256:"):
        digest = text[7:].lower()
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise ValueError(f"expected sha256: and 64 hex digits, got {shown(text)}")
        return Weights("hash", digest)
    if re.fullmatch(r"[^\s/]+/\S+", text):
        return Weights("tag", text)
    raise ValueError(f"expected {_WEIGHTS_EXPECTED}, got {shown(text)}")


_WEIGHTS_EXPECTED = (
    "the weights' identity: source/tag such as torchvision/ResNet50_Weights.IMAGENET1K_V1, "
    "sha256:<64 hex digits>, own (trained by the authors of this paper) or own:<file of the paper>"
)
WEIGHTS: Reader[Weights] = Reader(_WEIGHTS_EXPECTED, _weights, {"type": "string"})
