"""Opens the files that a submission names, and nothing outside its folder.

A path is followed part by part without links, the opened file must be the one that was looked at,
a regular file of limited size, and no archive. Nothing is unpacked or executed.
"""

import hashlib
import os
import stat
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from prune_audit.evidence.problems import (
    READABLE,
    UNPACKED,
    EvidenceError,
    evidence_outside,
    evidence_unreadable,
)
from prune_audit.places import Entry, Place

LOG_BYTES = 64 << 20
ALL_LOG_BYTES = 256 << 20
"""Of all runs of a submission together; a log that two runs name counts twice."""
CONFIG_BYTES = 1 << 20
CHECKPOINT_BYTES = 8 << 30

_HEAD = 265
_CHUNK = 1 << 20
_POINTER = b"version https://git-lfs.github.com/spec/"
_ARCHIVES = (
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "a zip archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
)
# a pipe would wait for a writer for ever
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class Inside:
    """The folder of one submission; ``shown`` is how its files are called in messages.

    Every method that takes an entry (a path in the claim file) raises EvidenceError with the
    problem to report.
    """

    def __init__(self, folder: Path, shown: str | None = None) -> None:
        self.folder = folder
        self._shown = str(folder) if shown is None else shown

    def place(self, entry: Entry[str], line: int = 1) -> Place:
        """Return a place in the named file."""
        name = str(PurePosixPath(self._shown) / (entry.value or ""))
        return Place(name, line)

    def anchors(self, entry: Entry[str], line: int = 1) -> tuple[Place, Place]:
        """Return where the claim file names a file, and a place in that file."""
        return entry.place, self.place(entry, line)

    def open(self, entry: Entry[str], limit: int, *, archives: bool = False) -> BinaryIO:
        """Open a named file for reading; ``limit`` in bytes.

        ``archives`` admits zip and others, for checkpoints, which torch saves as zip files.
        """
        path = self.path(entry)
        try:
            stream = os.fdopen(os.open(path, _FLAGS), "rb")
        except OSError as error:
            raise self._unopened(entry, f"cannot be read: {error.strerror or error}") from error
        try:
            self._check_open(stream, path, entry, limit)
            self._check_head(stream, entry, archives=archives)
        except BaseException:
            stream.close()
            raise
        return stream

    def read(self, entry: Entry[str], limit: int) -> bytes:
        """Return the bytes of a named file that is no archive."""
        with self.open(entry, limit) as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:  # it grew while it was read
            raise self._too_large(entry, limit)
        return data

    def size(self, entry: Entry[str]) -> int:
        """Return the bytes of a named file, 0 where it cannot be opened anyway."""
        try:
            return self.path(entry).lstat().st_size
        except (EvidenceError, OSError):
            return 0

    def sha256(self, entry: Entry[str], limit: int, *, archives: bool = False) -> str:
        """Return the SHA-256 of a named file as 64 hex digits, read in pieces."""
        digest = hashlib.sha256()
        with self.open(entry, limit, archives=archives) as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    def path(self, entry: Entry[str]) -> Path:
        """Return the path of a named file after looking at every part of it; open it at once."""
        parts = PurePosixPath(entry.value or "").parts
        if not parts or parts[0] == "/" or ".." in parts:
            raise self._outside(entry, "leads out of the submission's folder")
        path = self.folder
        for number, part in enumerate(parts, 1):
            path = path / part
            self._check_part(path, entry, last=number == len(parts))
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise self._outside(entry, "leads out of the submission's folder")
        return path

    def _check_part(self, path: Path, entry: Entry[str], *, last: bool) -> None:
        try:
            mode = os.lstat(path).st_mode
        except FileNotFoundError as error:
            raise self._unopened(entry, "there is no such file") from error
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise self._unopened(entry, f"cannot be read: {reason}") from error
        if stat.S_ISLNK(mode):
            raise self._outside(entry, f"{path.name!r} is a symbolic link, which is not followed")
        if last and stat.S_ISDIR(mode):
            raise self._unopened(entry, "this is a folder, expected a file")
        if last and not stat.S_ISREG(mode):
            raise self._outside(entry, "this is no regular file")
        if not last and not stat.S_ISDIR(mode):
            raise self._unopened(entry, f"{path.name!r} is no folder")

    def _check_open(self, stream: BinaryIO, path: Path, entry: Entry[str], limit: int) -> None:
        """The opened file must be the one that was looked at, so that none is swapped in."""
        found, looked = os.fstat(stream.fileno()), os.lstat(path)
        if (found.st_dev, found.st_ino) != (looked.st_dev, looked.st_ino):
            raise self._outside(entry, "was replaced while it was opened")
        if not stat.S_ISREG(found.st_mode):
            raise self._outside(entry, "this is no regular file")
        if found.st_size > limit:
            raise self._too_large(entry, limit)
        if found.st_size == 0:
            raise self._unreadable(entry, "is empty")

    def _check_head(self, stream: BinaryIO, entry: Entry[str], *, archives: bool) -> None:
        head = stream.read(_HEAD)
        stream.seek(0)
        if head.startswith(_POINTER):
            fix = "fetch the file itself: git lfs pull"
            raise self._unreadable(entry, "is a pointer of Git LFS, not the file itself", fix)
        kind = next((kind for magic, kind in _ARCHIVES if head.startswith(magic)), "")
        if not kind and head[257:262] == b"ustar":
            kind = "a tar archive"
        if kind and not archives:
            raise self._outside(entry, f"is {kind}, which is not opened", "unpack it")

    def _too_large(self, entry: Entry[str], limit: int) -> EvidenceError:
        return self._unreadable(entry, f"is larger than {size(limit)}, the limit")

    def _unopened(self, entry: Entry[str], reason: str) -> EvidenceError:
        """A file that is not there has no line to point to."""
        return EvidenceError(evidence_unreadable((entry.place,), f"{entry.value}: {reason}"))

    def _unreadable(self, entry: Entry[str], reason: str, fix: str = READABLE) -> EvidenceError:
        told = f"{entry.value}: {reason}"
        return EvidenceError(evidence_unreadable(self.anchors(entry), told, fix))

    def _outside(self, entry: Entry[str], reason: str, fix: str = UNPACKED) -> EvidenceError:
        return EvidenceError(evidence_outside((entry.place,), f"{entry.value}: {reason}", fix))


def size(limit: int) -> str:
    """Return a number of bytes in words: 64 MiB."""
    for unit, power in (("GiB", 30), ("MiB", 20), ("KiB", 10)):
        if limit >= 1 << power and limit % (1 << power) == 0:
            return f"{limit >> power} {unit}"
    return f"{limit:,} bytes"
