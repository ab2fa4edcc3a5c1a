"""Text -> calls: the form of a pipeline, before anybody asks what the words mean."""

import re
from typing import NamedTuple

from prune_audit.problems import shown

LONGEST_TEXT = 10_000
DEEPEST = 4
MOST_STEPS = 1000

_SPACE = re.compile(r"\s*")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_KEY = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)\s*=\s*")
_WHOLE = re.compile(r"[0-9]+")
_BARE = re.compile(r"[^,()\[\]'\">=]+")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_LIST = re.compile(r"\[([^\[\]()'\">=]*)\]")


class GrammarError(ValueError):
    """A text is no pipeline, or one that cannot run; ``column`` counts from 1, in its text."""

    def __init__(self, column: int, reason: str) -> None:
        super().__init__(f"column {column}: {reason}")
        self.column = column
        self.reason = reason


class Word(NamedTuple):
    """A value as written; ``listed`` where it stands in brackets."""

    text: str
    column: int
    listed: bool = False


class Call(NamedTuple):
    """A name with its values: those in order, those by name."""

    name: str
    column: int
    values: tuple[Word, ...] = ()
    named: tuple[tuple[Word, Word], ...] = ()
    closed: int = 0
    """Column of the closing parenthesis, or of what follows a bare name."""


class Group(NamedTuple):
    """What stands in parentheses, several times over."""

    body: "tuple[Call | Group, ...]"
    times: int
    column: int

    @property
    def size(self) -> int:
        """Its steps, written out."""
        return self.times * sum(one.size if isinstance(one, Group) else 1 for one in self.body)


def calls(text: str) -> tuple[Call | Group, ...]:
    """Read the form of a pipeline.

    Raises:
        GrammarError: something is missing, or stands where nothing of its kind may.
    """
    if len(text) > LONGEST_TEXT:
        raise GrammarError(1, f"expected at most {LONGEST_TEXT} characters")
    reading = _Reading(text)
    found = reading.chain(0)
    if not reading.done:
        raise reading.wrong("'>' and the next step, or the end")
    if Group(found, 1, 1).size > MOST_STEPS:
        raise GrammarError(1, f"expected at most {MOST_STEPS} steps, repetitions written out")
    return found


class _Reading:
    """A text and how far it is read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._skip()

    @property
    def column(self) -> int:
        return self.at + 1

    @property
    def done(self) -> bool:
        return self.at == len(self.text)

    def wrong(self, expected: str) -> GrammarError:
        rest = self.text[self.at :].split("\n")[0][:20]
        got = shown(rest) if rest else "the end"
        return GrammarError(self.column, f"expected {expected}, got {got}")

    def chain(self, depth: int) -> tuple[Call | Group, ...]:
        found = [self._one(depth)]
        while self._take(">"):
            found.append(self._one(depth))
        return tuple(found)

    def _one(self, depth: int) -> Call | Group:
        column = self.column
        if self._take("("):
            if depth == DEEPEST:
                raise GrammarError(column, f"expected at most {DEEPEST} repetitions in each other")
            body = self.chain(depth + 1)
            self._need(")", "'>' and the next step, or ')'")
            self._need("*", "'*' and how many times, as in (...) * 5")
            return Group(body, self._times(), column)
        name = self._match(_NAME)
        if name is None:
            raise self.wrong("a step such as train(20), or a repetition (...) * 5")
        return self._call(name[0], column)

    def _times(self) -> int:
        column, found = self.column, self._match(_WHOLE)
        if found is None or not 1 <= int(found[0][:9]) <= MOST_STEPS:
            self.at = column - 1
            raise self.wrong(f"a whole number of times from 1 to {MOST_STEPS}")
        return int(found[0])

    def _call(self, name: str, column: int) -> Call:
        values: list[Word] = []
        named: list[tuple[Word, Word]] = []
        if not self._take("("):
            return Call(name, column, closed=self.column)
        while not (values or named) or self._take(","):
            start, key = self.column, self._match(_KEY)
            if key:
                named.append((Word(key[1], start), self._value()))
            elif named:
                raise self.wrong("name=value (an LR schedule with a comma stands in quotes)")
            else:
                values.append(self._value())
        closed = self.column
        self._need(")", "',' or ')'")
        return Call(name, column, tuple(values), tuple(named), closed)

    def _value(self) -> Word:
        column = self.column
        if quoted := self._match(_QUOTED):
            return Word(quoted[1] if quoted[1] is not None else quoted[2], column)
        if listed := self._match(_LIST):
            return Word(listed[1], column, True)
        bare = self._match(_BARE)
        if bare is None or not bare[0].strip():
            raise self.wrong("a value")
        return Word(bare[0].strip(), column)

    def _need(self, sign: str, expected: str) -> None:
        if not self._take(sign):
            raise self.wrong(expected)

    def _take(self, sign: str) -> bool:
        if not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        self._skip()
        return True

    def _match(self, form: re.Pattern[str]) -> re.Match[str] | None:
        found = form.match(self.text, self.at)
        if found:
            self.at = found.end()
            self._skip()
        return found

    def _skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
