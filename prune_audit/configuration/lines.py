"""Line of a key in TOML text, which the parser does not tell.

The parser itself is asked: the line of a key is the first one that names it and behind which a
part of the text, read from the start, has the key, while the part before it has not.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from prune_audit.configuration.errors import ConfigurationError
from prune_audit.configuration.source import parsed

Path = Sequence[str | int]
"""Keys from the outermost table to the one looked for; a number counts the tables of a list."""
_MOST_LINES = 500
"""Lines of one value that are looked at, at most."""


def line_of(text: str, path: Path) -> int:
    """Return the 1-based line of a key; that of what is around it where it cannot be seen."""
    lines = [f"{line}\n" for line in text.split("\n")]
    for length in range(len(path), 0, -1):
        for number in _naming(lines, path[:length]):
            if _begins(lines, number, path[:length]):
                return number
    return 1


def lines_of_tables(text: str, path: Path, count: int) -> tuple[int, ...]:
    """Return the lines of the tables ``[[path]]`` of a list, of which there are ``count``."""
    header = re.compile(rf"[ \t]*\[\[[^\[\]]*\b{re.escape(str(path[-1]))}[^\[\]]*\]\]")
    found = [number for number, line in enumerate(text.split("\n"), 1) if header.match(line)]
    if len(found) == count:
        return tuple(found)
    return tuple(line_of(text, (*path, index)) for index in range(count))


def _naming(lines: Sequence[str], path: Path) -> Iterator[int]:
    """Yield the lines that hold the last word of a path."""
    word = next(str(part) for part in reversed(path) if isinstance(part, str))
    pattern = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
    listed = isinstance(path[-1], int)
    for number, line in enumerate(lines, 1):
        if pattern.search(line) or (listed and "{" in line):
            yield number


def _begins(lines: Sequence[str], number: int, path: Path) -> bool:
    before = _read("".join(lines[: number - 1]))
    if before is None or _has(before, path):
        return False
    for end in range(number, min(len(lines), number + _MOST_LINES) + 1):
        behind = _read("".join(lines[:end]))
        if behind is not None:
            return _has(behind, path)
    return False


def _read(text: str) -> dict[str, Any] | None:
    """Parse the beginning of a file, also where it ends inside a list."""
    for end in ("", "]"):
        try:
            return parsed(text + end, "")
        except ConfigurationError:
            continue
    return None


def _has(data: Any, path: Path) -> bool:
    for part in path:
        if isinstance(part, int):
            there = isinstance(data, list) and part < len(data)
        else:
            there = isinstance(data, dict) and part in data
        if not there:
            return False
        data = data[part]
    return True
