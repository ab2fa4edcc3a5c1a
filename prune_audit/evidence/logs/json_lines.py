"""Logs with one JSON object per line; inner keys are joined with dots, as in ``test.acc``."""

import json
from collections.abc import Iterator
from typing import Any

from prune_audit.evidence.logs.rows import Columns, LogError, Row, decoded

_DEEPEST = 8
_MOST_KEYS = 2000
_LONGEST = 1 << 20
"""Characters of a line: what stands in brackets takes up to forty times as much memory."""


def rows(data: bytes, columns: Columns) -> Iterator[Row]:
    """Yield the lines of a .jsonl log; those without an epoch are events of another kind.

    Numbers keep their digits.

    Raises:
        LogError: a line that is no JSON object.
    """
    for number, line in enumerate(decoded(data).split("\n"), 1):
        if line.strip():
            yield Row(number, dict(flat(_object(line, number))))


def _object(line: str, number: int) -> dict[str, Any]:
    if len(line) > _LONGEST:
        raise LogError(f"this line is longer than {_LONGEST:,} characters", number)
    try:
        # numbers stay texts: their digits say how they were rounded
        found = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise LogError("this line is no JSON", number, "write one JSON object per line") from error
    if not isinstance(found, dict) or len(found) > _MOST_KEYS:
        raise LogError("this line is no JSON object", number, "write one JSON object per line")
    return found


def flat(item: dict[str, Any], prefix: str = "", depth: int = 1) -> Iterator[tuple[str, str]]:
    """Yield the keys of a tree of mappings, joined with dots, and their values as texts."""
    for key, value in item.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            if depth < _DEEPEST:
                yield from flat(value, f"{name}.", depth + 1)
        elif value is not None and not isinstance(value, list):
            yield name, str(value)
