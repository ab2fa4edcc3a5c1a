"""Files of opaque bytes that carry their own digest in their name: ``ID-HASH.pt``.

HASH is the first 16 hex digits of the SHA-256 of the bytes, the convention of torchvision's weight
files. Checkpoints carry a number before it, ``ID-NUMBER-HASH.pt``: the highest is the newest.
"""

import re
from hashlib import sha256
from pathlib import Path

from prune_audit.reruns.failures import DamagedError
from prune_audit.reruns.files import names

_NAME = re.compile(r"(?P<id>[0-9A-Za-z]+)-(?:(?P<number>[0-9]+)-)?[0-9a-f]{16}\.pt")


def blob_name(stem: str, data: bytes) -> str:
    """Return the file name for bytes: ``stem`` is an id, or an id and a number."""
    return f"{stem}-{_digest(data)}.pt"


def intact(path: Path, data: bytes) -> bytes:
    """Return the bytes of a file if they are those that its name tells.

    Raises:
        DamagedError: they are not.
    """
    if path.stem.rpartition("-")[2] != _digest(data):
        raise DamagedError("it was truncated or edited: its bytes do not match its name's hash")
    return data


def blobs(folder: Path, stem: str = "") -> dict[Path, int]:
    """Return the files of an id (of all ids where none is told) with their numbers, oldest first.

    Raises:
        StoreError: the folder cannot be listed.
    """
    named = ((folder / name, _NAME.fullmatch(name)) for name in names(folder))
    found = {
        path: int(match["number"] or 0)
        for path, match in named
        if match and stem in ("", match["id"])
    }
    return dict(sorted(found.items(), key=lambda item: item[1]))


def owner(path: Path) -> str:
    """Return the id whose file this is."""
    return path.name.partition("-")[0]


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:16]
