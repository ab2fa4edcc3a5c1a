"""Zip archives of strangers: looked through before anything in them is read."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from prune_audit.evidence.checkpoints.errors import SAVE, CheckpointError, damaged

_MOST_ENTRIES = 100_000
_ENCRYPTED = 0x1


class Archive(NamedTuple):
    """The entries of an archive by their path below its one top folder."""

    path: Path
    entries: Mapping[str, ZipInfo]

    def read(self, name: str, most: int) -> bytes:
        """Return the content of an entry of at most that many bytes.

        Raises:
            CheckpointError: the entry is not there, larger, or damaged.
        """
        entry = self.entries.get(name)
        if entry is None:
            raise damaged(f"there is no {name} in the archive")
        if entry.file_size > most:
            raise CheckpointError(f"has a {name} of {entry.file_size:,} bytes, too many to read")
        try:
            with ZipFile(self.path) as archive:
                return archive.read(entry)
        except (BadZipFile, EOFError, OSError, ValueError, RuntimeError) as error:
            raise damaged(f"{name} cannot be read") from error


def names_in(path: Path) -> frozenset[str]:
    """Return the names in a zip archive, below its top folder.

    Raises:
        CheckpointError: no zip archive.
    """
    return frozenset(_below(entry.filename) for entry in _listed(path))


def opened_archive(path: Path) -> Archive:
    """Look through a zip archive without reading its content.

    torch writes its entries uncompressed, so together they are never larger than the file: what
    claims to be is a bomb.

    Raises:
        CheckpointError: no zip archive, compressed, encrypted, or larger than the file inside.
    """
    entries = _listed(path)
    _check(entries, path.stat().st_size)
    return Archive(path, {_below(entry.filename): entry for entry in entries})


def _listed(path: Path) -> list[ZipInfo]:
    try:
        with ZipFile(path) as archive:
            return archive.infolist()
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise damaged("its zip directory cannot be read") from error


def _check(entries: list[ZipInfo], size: int) -> None:
    if len(entries) > _MOST_ENTRIES:
        raise CheckpointError(f"is a zip archive of {len(entries):,} files")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise CheckpointError("is an encrypted zip archive")
    if any(entry.compress_type != ZIP_STORED for entry in entries):
        raise CheckpointError("is a compressed zip archive, which torch does not write", SAVE)
    if sum(entry.file_size for entry in entries) > size:
        raise CheckpointError("is a zip archive that says it is larger inside than the whole file")
    names = {_below(entry.filename) for entry in entries}
    if len(names) < len(entries):
        raise CheckpointError("is a zip archive with two files of one name")


def _below(name: str) -> str:
    """Leave out the top folder, which carries the name under which the file was first saved."""
    return name.partition("/")[2] or name
