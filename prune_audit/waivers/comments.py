"""Text of a YAML file -> its comments for prune-audit, never a ``#`` inside a value."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import yaml

MARK = "prune-audit"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_COMMENT = re.compile("(?:^|(?<=[ \t\n\r\x85\u2028\u2029]))#[^\n\r\x85\u2028\u2029]*")
_OURS = re.compile(rf"#+[ \t]*{MARK}[ \t]*(?::[ \t]*|[ \t]+(?=ignore\b))(?P<rest>.*)", re.I)


class Comment(NamedTuple):
    """A comment for prune-audit.

    ``text`` is what stands behind ``prune-audit:``. ``target`` is the line that it speaks of: its
    own behind a value, else the next line that holds more than a comment; 0 where there is none.
    ``leading`` says that nothing but comments stands above it, ``colon`` that it has its colon.
    """

    text: str
    line: int
    column: int
    target: int
    leading: bool
    colon: bool


def comments(text: str) -> tuple[Comment, ...]:
    """Return the comments for prune-audit, none where the text is no YAML."""
    if MARK not in text.lower():
        return ()
    plain = text.removeprefix("\ufeff")
    try:
        values = list(_values(plain))
    except (yaml.YAMLError, ValueError):
        return ()
    return tuple(_found(plain, values))


def _values(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each scalar begins and ends; the head line of a block text is outside of it."""
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.ScalarEvent):
            mark: Any = event.start_mark
            end: Any = event.end_mark
            start = mark.index
            if event.style in ("|", ">"):
                head = _BREAK.search(text, start, end.index)
                start = head.end() if head else end.index
            yield start, end.index


def _found(text: str, values: list[tuple[int, int]]) -> Iterator[Comment]:
    starts = [0, *(match.end() for match in _BREAK.finditer(text))]
    spots = [(match, bisect_right(starts, match.start())) for match in _outside(text, values)]
    alone = {line for match, line in spots if not text[starts[line - 1] : match.start()].strip()}
    filled = [line for line in _filled(text, starts) if line not in alone]
    for match, line in spots:
        if ours := _OURS.match(match[0]):
            behind = bisect_right(filled, line)
            following = filled[behind] if behind < len(filled) else 0
            yield Comment(
                ours["rest"].strip(),
                line,
                match.start() - starts[line - 1] + 1,
                following if line in alone else line,
                line in alone and not behind,
                ":" in match[0][: ours.start("rest")],
            )


def _filled(text: str, starts: list[int]) -> Iterator[int]:
    """Yield the lines that hold something; the mark of a document's start is nothing."""
    for line, (start, end) in enumerate(pairwise([*starts, len(text)]), 1):
        if text[start:end].strip() not in ("", "---"):
            yield line


def _outside(text: str, values: list[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """Yield the comments between values."""
    behind = 0
    for start, end in [*values, (len(text), len(text))]:
        yield from _COMMENT.finditer(text, behind, max(start, behind))
        behind = max(end, behind)
