"""What makes two findings of different days the same one: what is said, never on which line."""

import hashlib
import json
import os
import re
from pathlib import Path, PurePath
from typing import NamedTuple

from prune_audit.findings import Finding

_INDEX = re.compile(r"\[\d+\]")
_WHERE = re.compile(r"\blines? \d+(?:(?:, (?:and )?| and | to )\d+(?!\.?\d))*|\bin the folder \S+")
_VALUE = re.compile(r"""(?<!\w)'[^']*'(?!\w)|"[^"]*"|\S*\d\S*""")
_AROUND = "()[]{},.;:?!"


class Key(NamedTuple):
    """What a finding is known by: no line and no column, so that text may move.

    ``pointers`` are those of all anchors, without the numbers of list items. ``values`` are the
    quoted words and the numbers of the message in their order, without the numbers of lines.
    """

    code: str
    file: str
    pointers: tuple[str, ...]
    values: tuple[str, ...]


def key(finding: Finding, root: Path | None = None) -> Key:
    """Return what a finding is known by; its file is named from the folder ``root``, if given."""
    pointers = tuple(_INDEX.sub("[]", place.pointer) for place in finding.anchors)
    return Key(finding.code, named(finding.place.file, root), pointers, _values(finding.message))


def fingerprint(finding: Finding, root: Path | None = None) -> str:
    """Return a hexadecimal digest of a finding's key."""
    text = json.dumps(key(finding, root), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def named(file: str, root: Path | None) -> str:
    """Return the name of a file as seen from a folder, with forward slashes."""
    if root is None or file.startswith("<"):
        return PurePath(file).as_posix()
    return PurePath(os.path.relpath(file, root)).as_posix()


def _values(message: str) -> tuple[str, ...]:
    found = _VALUE.findall(_WHERE.sub(" ", message))
    return tuple(value.strip(_AROUND) for value in found)
