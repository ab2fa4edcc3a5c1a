"""The baseline: findings that were there before, known by what they say and not by their lines.

The file is JSON, sorted, with one entry per line, so that changes can be read in a diff.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prune_audit.fingerprint import Key

VERSION = 1
MAX_BYTES = 16 << 20
_CODE = re.compile(r"PA[0-9]{3}")
_WRITE = "prune-audit baseline write PATHS --output FILE makes one"


class BaselineError(Exception):
    """A file that is no baseline; the message says why."""


def rendered(counts: Mapping[Key, int]) -> str:
    """Return the text of a baseline."""
    entries = sorted((key for key in counts), key=lambda key: (key.file, *key))
    lines = ",\n".join(f"    {_entry(key, counts[key])}" for key in entries)
    body = f"[\n{lines}\n  ]" if lines else "[]"
    return f'{{\n  "prune-audit baseline": {VERSION},\n  "findings": {body}\n}}\n'


def _entry(key: Key, count: int) -> str:
    entry = {
        "file": key.file,
        "code": key.code,
        "pointers": list(key.pointers),
        "values": list(key.values),
        "count": count,
    }
    return json.dumps(entry, ensure_ascii=False)


def read_baseline(path: Path) -> Counter[Key]:
    """Read a baseline: how often each finding occurs.

    Raises:
        BaselineError: a file that is missing, cannot be read, or is no baseline of this version.
    """
    try:
        return _counts(json.loads(_text(path)), path)
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"{path} is no baseline: it is not JSON ({error}); {_WRITE}") from error


def _text(path: Path) -> str:
    if not path.exists():
        raise BaselineError(f"there is no baseline {path}; {_WRITE}")
    if not path.is_file():
        raise BaselineError(f"the baseline {path} is no regular file")
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise BaselineError(f"the baseline {path} cannot be read: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise BaselineError(f"the baseline {path} is larger than {MAX_BYTES >> 20} MiB, the limit")
    return data.decode("utf-8")


def _counts(data: Any, path: Path) -> Counter[Key]:
    version = data.get("prune-audit baseline") if isinstance(data, dict) else None
    if version != VERSION:
        known = f"this version reads baselines of version {VERSION}"
        shown = "none is stated" if version is None else f"got {version!r}"
        raise BaselineError(f"{path} is no baseline that can be read: {known}, {shown}")
    entries = data.get("findings")
    if not isinstance(entries, list):
        raise BaselineError(f'{path} is no baseline: it lacks the list "findings"')
    counts: Counter[Key] = Counter()
    for number, entry in enumerate(entries, 1):
        key, count = _read_entry(entry, f"{path}, finding {number}")
        if key in counts:
            raise BaselineError(f"{path}, finding {number}: the same finding stands there before")
        counts[key] = count
    return counts


def _read_entry(entry: Any, where: str) -> tuple[Key, int]:
    if not isinstance(entry, dict):
        raise BaselineError(f"{where}: expected an object")
    file, code = (_word(entry, name, where) for name in ("file", "code"))
    if not _CODE.fullmatch(code):
        raise BaselineError(f'{where}: "code" expects the code of a rule, such as PA104')
    pointers, values = (_words(entry, name, where) for name in ("pointers", "values"))
    count = entry.get("count")
    if type(count) is not int or count < 1:
        raise BaselineError(f'{where}: "count" expects a whole number above 0')
    return Key(code, file, pointers, values), count


def _word(entry: Mapping[str, Any], name: str, where: str) -> str:
    value = entry.get(name)
    if not _is_text(value):
        raise BaselineError(f'{where}: "{name}" expects a text')
    return str(value)


def _words(entry: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    value = entry.get(name)
    if not (isinstance(value, list) and all(map(_is_text, value))):
        raise BaselineError(f'{where}: "{name}" expects a list of texts')
    return tuple(value)


def _is_text(value: Any) -> bool:
    """Whether a value is text that can be written; half of a surrogate pair cannot."""
    return isinstance(value, str) and value.encode("utf-8", "ignore").decode("utf-8") == value


def looks_like_one(path: Path) -> bool:
    """Whether a file may be written over: there is none, or it is a baseline."""
    if not path.exists():
        return True
    try:
        read_baseline(path)
    except BaselineError:
        return False
    return True
