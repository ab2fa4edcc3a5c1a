"""Problems of a file itself (family PA0): each function makes one, its docstring is the manual.

The reader and the loader call these; the rule registry lists them beside the other rules.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice
from typing import NamedTuple

from prune_audit.places import Place

MOST_PROBLEMS = 1000
_MOST_COMPARED = 300
_MOST_NAMED = 12
_MOST_TODO = 40
MEND = "mend the syntax; quote texts that hold ': ' or ' #', indent with spaces and not with tabs"
_QUOTE = 'quote the value before it, it holds a comma: {lr: "0:1e-1,30:1e-2"}'


class Problem(NamedTuple):
    """A finding about a file, before the registry adds severity and tier."""

    code: str
    message: str
    anchors: tuple[Place, ...]
    fix: str = ""


def shown(text: str) -> str:
    """Return a text in quotes for a message, cut where it is long."""
    return repr(cut(text))


def cut(text: str) -> str:
    """Return a text for a message, cut where it is long."""
    return text if len(text) <= 60 else f"{text[:57]}..."


class TooManyError(Exception):
    """A file has so many problems that reading on is of no use."""


class Collector:
    """The problems of one file, each once, in the order in which they are found.

    Adding one more than `MOST_PROBLEMS` raises TooManyError.
    """

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}
        self._todo: dict[Place, None] = {}

    def add(self, problem: Problem) -> None:
        """Take in a problem, unless it is known."""
        if problem not in self._found and len(self._found) >= MOST_PROBLEMS:
            raise TooManyError
        self._found[problem] = None

    def add_todo(self, place: Place) -> None:
        """Take in the place of a value that is still to be written; they make one problem."""
        self._todo[place] = None

    def extend(self, problems: Iterable[Problem]) -> None:
        """Take in several problems."""
        for problem in problems:
            self.add(problem)

    def all(self) -> tuple[Problem, ...]:
        """Return what was found."""
        return (*self._found, *([_still_todo(list(self._todo))] if self._todo else []))


def unreadable(place: Place, reason: str) -> Problem:
    """The file cannot be read.

    Definition: the path is missing, is no regular file, cannot be opened, is larger than 1 MiB, is
    not UTF-8, or holds NUL bytes. Other files are still checked.
    Why: a file that is skipped silently looks as if it had passed.
    Fix: give the path of a YAML claim file, saved as UTF-8.
    Cannot detect: a readable file that is the wrong one.
    """
    return Problem("PA001", reason, (place,), "give the path of a YAML claim file in UTF-8")


def yaml_syntax(place: Place, reason: str, fix: str = MEND) -> Problem:
    """The file is not the YAML that claim files use.

    Definition: the YAML parser refuses it, it is empty, nested deeper than 32 levels, holds more
    than 200,000 keys and values, an invisible control character, a text of more than 10,000 or a
    key of more than 200 characters.
    Why: nothing behind the place can be trusted.
    Fix: mend the syntax at the place; quote texts that hold ``: `` or ``#``.
    Cannot detect: a file that is valid YAML with another meaning than was intended.
    """
    return Problem("PA002", f"not readable as YAML: {reason}", (place,), fix)


def forbidden_yaml(place: Place, what: str, instead: str) -> Problem:
    """The file uses YAML indirection that claim files do not allow.

    Definition: anchors, aliases, tags, merge keys or several documents.
    Why: a value must stand where it is read, so that a finding can point at it; aliases can also
    grow without bound.
    Fix: write the value out, or name a stage under ``recipes:`` and refer to it.
    Cannot detect: nothing else is indirect in a claim file.
    """
    return Problem("PA003", f"claim files do not use YAML's {what}", (place,), instead)


def duplicate_key(place: Place, key: str, first: Place) -> Problem:
    """A key stands twice in one mapping.

    Definition: the same key twice; the first one is used, both places are shown.
    Why: most YAML readers silently keep the last one.
    Fix: delete or rename one of them.
    Cannot detect: two different keys that mean the same.
    """
    return Problem(
        "PA004", f"the key {key!r} stands twice, first in line {first.line}", (place, first),
        "delete or rename one of the two",
    )  # fmt: skip


def unknown_key(
    place: Place, key: str, known: Iterable[str], what: str, *, absent: bool = False
) -> Problem:
    """A key that claim files do not know.

    Definition: a key outside the documented ones; the nearest known key is suggested. A word inside
    braces without a value is mostly the rest of a text with a comma that lacks its quotes.
    Why: a misspelt key would silently be a missing value.
    Fix: use the suggested key, or put free text under ``note``.
    Cannot detect: a known key used for the wrong thing.
    """
    suggested = _QUOTE if absent else suggestion(key, known, "free text goes under note")
    return Problem("PA005", f"{what} has no key {key!r}", (place,), suggested)


def missing_key(place: Place, key: str, what: str, expected: str) -> Problem:
    """A required key is missing.

    Definition: a key that a verdict needs is not in the file. ``unreported`` (the source was read
    and does not say) and ``unverified`` (nobody has read it) are values and always allowed where a
    fact is asked for.
    Why: a forgotten key must not look like something that a paper hides.
    Fix: add the key, with ``unreported`` or ``unverified`` where there is no value.
    Cannot detect: whether ``unreported`` is true of the source.
    """
    return Problem("PA006", f"{what} lacks the key {key!r}", (place,), f"add it: {expected}")


def wrong_value(place: Place, key: str, reason: str, fix: str = "") -> Problem:
    """A value is not what its key expects.

    Definition: no number of the declared unit, not one of the allowed words, a list where one
    value is expected, a schedule that cannot be read, a value that is still TODO.
    Why: units and words are declared by the key, never guessed from the size of a number.
    Fix: write what the message says; use ``unreported`` or ``unverified`` where there is no value.
    Cannot detect: a number of the right form that was copied wrongly.
    """
    return Problem("PA007", f"{key}: {reason}", (place,), fix)


def broken_reference(
    place: Place, name: str, known: Iterable[str], what: str, where: str = ""
) -> Problem:
    """A name refers to nothing.

    Definition: a base model, recipe, result or other claim file that does not exist where the
    name points: in this file, or beside it for ``file#result``.
    Why: a comparison with a row that is not there cannot be judged.
    Fix: use the suggested name, or add what is missing. A file name is letters, digits, ``.``,
    ``_`` and ``-`` only, without ``.yaml``, and the file stands in the same folder.
    Cannot detect: a name that exists but means another row.
    """
    return Problem(
        "PA008",
        f"there is no {what} {shown(name)}{where}",
        (place,),
        suggestion(name, known, "name one that is there"),
    )


def ill_matched(place: Place, reason: str, fix: str) -> Problem:
    """Keys of one entry do not go together.

    Definition: lists of a sweep of different lengths, MACs and FLOPs for the same cost, a scratch
    stage beside a pruning stage, ``ours`` among the rows it is compared with, a row twice there.
    Why: one of the two would have to be ignored.
    Fix: keep one, or make the lists equally long.
    Cannot detect: keys that go together in form and not in fact.
    """
    return Problem("PA009", reason, (place,), fix)


def too_many(place: Place) -> Problem:
    """Return the last problem of a file that has too many."""
    reason = f"more than {MOST_PROBLEMS:,} problems, the others are not listed"
    return wrong_value(place, "claim file", reason, "mend the listed ones first")


def is_todo(text: str) -> bool:
    """Whether a value is one of the skeleton that nobody has filled in."""
    return text.split(maxsplit=1)[:1] in (["TODO"], ["TODO:"])


def _still_todo(places: list[Place]) -> Problem:
    lines = sorted({place.line for place in places})
    named = ", ".join(map(str, lines[:_MOST_TODO])) + (", ..." if len(lines) > _MOST_TODO else "")
    values = "1 value is" if len(places) == 1 else f"{len(places):,} values are"
    reason = f"{values} still TODO: line{'s' if len(lines) > 1 else ''} {named}"
    fix = "write the values, or unreported / unverified where there is none"
    return wrong_value(min(places, key=lambda place: place.line), "claim file", reason, fix)


def suggestion(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return the nearest known name as a question, else those that are known."""
    names = sorted(islice(known, _MOST_COMPARED))
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    listed = ", ".join(names[:_MOST_NAMED]) + (", ..." if len(names) > _MOST_NAMED else "")
    tail = f"; {otherwise}" if otherwise else ""
    return f"known here: {listed}{tail}" if listed else otherwise
