"""A file on disk, or its bytes -> its text, or the reason why it is no claim file."""

import os
from pathlib import Path

from prune_audit import problems
from prune_audit.places import Place
from prune_audit.problems import Problem

MAX_BYTES = 1 << 20


class RefusedError(Exception):
    """A file that cannot be read as a claim file; carries the problem to report."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read_text(path: Path, name: str) -> str:
    """Read a claim file as UTF-8 text.

    Raises:
        RefusedError: missing, no regular file, too large, not UTF-8, or with NUL bytes.
    """
    try:
        if not path.is_file():
            raise _unreadable(Place(name), f"{_kind(path)}, expected a claim file")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _unreadable(Place(name), f"cannot be read: {reason}") from error
    return decode(data, name)


def _kind(path: Path) -> str:
    """Say what a path is that is no file; only files are opened, as a pipe would wait for ever."""
    if path.is_dir():
        os.scandir(path).close()  # a folder that cannot be listed says why by itself
        return "this is a directory"
    return "this is no regular file" if path.exists() else "there is no such file"


def decode(data: bytes, name: str) -> str:
    """Decode the bytes of a claim file; a byte order mark is dropped.

    Raises:
        RefusedError: too large, not UTF-8, or with NUL bytes.
    """
    if len(data) > MAX_BYTES:
        raise _unreadable(Place(name), "is larger than 1 MiB, the limit")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _unreadable(Place(name), "is UTF-16 text, expected UTF-8")
    nul = data.find(b"\0")
    if nul >= 0:
        raise _unreadable(_place_of_byte(data, nul, name), "holds a NUL byte")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # the position counts from behind a byte order mark
        start = error.start + len(data) - len(error.object)
        raise _unreadable(_place_of_byte(data, start, name), "is not UTF-8 text") from error


def place_behind(before: str, name: str) -> Place:
    """Return the place of the first character behind a text."""
    return Place(name, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _place_of_byte(data: bytes, offset: int, name: str) -> Place:
    return place_behind(data[:offset].decode("utf-8-sig", "replace"), name)


def _unreadable(place: Place, reason: str) -> RefusedError:
    return RefusedError(problems.unreadable(place, reason))
