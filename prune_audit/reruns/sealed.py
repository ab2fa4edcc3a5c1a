"""JSON files that notice a truncation or an edit: what they are, a version, and a SHA-256.

    {"version": 1, "kind": "run", "name": "0f3b...", "sha256": "...",
    "body": {...}}

The first line is the seal: it says what the file holds and gives the digest of the body's bytes. A
file is sound only if sealing its body again gives the same bytes. Numbers that are no numbers (a
loss that diverged) are written ``NaN`` and ``Infinity``, as Python's json module reads them.
"""

import json
import re
from hashlib import sha256
from typing import Any

from prune_audit.reruns.failures import DamagedError

VERSION = 1
_VERSION = re.compile(rb'\{"version": ([0-9]{1,9}),')
_BODY = b',\n"body": '
_END = b"}\n"


class NewerError(ValueError):
    """A file was written by a newer version: whole, perhaps, but not ours to read or move."""


def seal(kind: str, name: str, content: Any) -> bytes:
    """Return the file that holds JSON data.

    Raises:
        TypeError, ValueError: the content is no JSON data.
    """
    return _sealed(kind, name, json.dumps(content, separators=(",", ":")).encode())


def unseal(kind: str, name: str, data: bytes) -> Any:
    """Return the JSON data of a file.

    Raises:
        NewerError: a newer version wrote it; DamagedError: it is not what was written.
    """
    version = _VERSION.match(data)
    if version and int(version[1]) > VERSION:
        raise NewerError(f"format version {int(version[1])}, this program knows up to {VERSION}")
    if not data.strip(b"\0"):
        raise DamagedError("the file is empty or all zero bytes")
    body = data.partition(_BODY)[2].removesuffix(_END)
    if _sealed(kind, name, body) != data:
        raise DamagedError("it was truncated or edited: its bytes do not match its SHA-256")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"its body is no JSON: {error}") from error


def _sealed(kind: str, name: str, body: bytes) -> bytes:
    head = {"version": VERSION, "kind": kind, "name": name, "sha256": sha256(body).hexdigest()}
    return json.dumps(head).removesuffix("}").encode() + _BODY + body + _END
