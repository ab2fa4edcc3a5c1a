"""Whole files or none: reading, and writing that a crash at any moment cannot tear.

A file is written under another name (``.NAME.RANDOM.partial``) in the folder where it belongs,
forced to the disk, and only then given its name. Its writer keeps the partial file locked, so a
partial file that nobody has locked was left by a writer that is gone, and can be removed.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from prune_audit.reruns.failures import explained
from prune_audit.reruns.locks import open_locked, take

PARTIAL = ".partial"
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)


def read(path: Path) -> bytes | None:
    """Return what a file holds; None where there is none.

    Raises:
        StoreError: there is one and it cannot be read.
    """
    with explained("read", path):
        try:
            with open(path, "rb", buffering=0) as stream:
                return stream.readall()
        except FileNotFoundError:
            return None


def names(folder: Path) -> list[str]:
    """Return the sorted names of what lies in a folder; none where there is no folder.

    Raises:
        StoreError: there is one and it cannot be listed.
    """
    with explained("list", folder):
        try:
            return sorted(os.listdir(folder))
        except FileNotFoundError:
            return []


def write_new(path: Path, data: bytes) -> bool:
    """Write a file that must not exist yet; False where there is one, which then stays.

    Raises:
        StoreError: it cannot be written.
    """
    with explained("write", path):
        with _partial(path, data) as partial:
            if not _named(partial, path):
                return False
        _sync(path.parent)
    return True


def replace(path: Path, data: bytes) -> None:
    """Write a file, in place of an older one if there is one.

    Raises:
        StoreError: it cannot be written; then the older one stays.
    """
    with explained("write", path):
        with _partial(path, data) as partial:
            os.replace(partial, path)
        _sync(path.parent)


def move(path: Path, target: Path) -> None:
    """Give a file another name on the same disk.

    Raises:
        StoreError: it cannot be moved.
    """
    with explained("move", path):
        os.rename(path, target)
        _sync(target.parent)
        _sync(path.parent)


def remove(path: Path) -> None:
    """Remove a file if it is there.

    Raises:
        StoreError: it cannot be removed.
    """
    with explained("remove", path), suppress(FileNotFoundError):
        os.unlink(path)


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, where it is missing.

    Raises:
        StoreError: it cannot be made.
    """
    if os.path.isdir(path):
        return
    if path.parent != path:
        make_folder(path.parent)
    with explained("make the folder", path):
        try:
            os.mkdir(path)
        except FileExistsError:  # another process was faster, or this is a file
            os.scandir(path).close()
        _sync(path.parent)


def remove_partial(folder: Path) -> None:
    """Remove the partial files of writers that are gone; a living writer's stay."""
    for name in names(folder):
        if name.endswith(PARTIAL):
            with suppress(OSError):  # it was finished meanwhile, or is another user's
                _remove_abandoned(folder / name)


def _remove_abandoned(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        if take(descriptor):
            os.unlink(path)
    finally:
        os.close(descriptor)


@contextmanager
def _partial(path: Path, data: bytes) -> Iterator[Path]:
    """Yield the name of a locked partial file that holds the data, safe on the disk."""
    partial, descriptor = _open_partial(path)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
        yield partial
    finally:
        with suppress(OSError):  # it has its final name by now, or cannot be helped
            os.unlink(partial)
        os.close(descriptor)


def _open_partial(path: Path) -> tuple[Path, int]:
    while True:
        partial = path.with_name(f".{path.name}.{os.urandom(6).hex()}{PARTIAL}")
        descriptor = open_locked(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        if descriptor is not None:
            return partial, descriptor
        # it looked abandoned in the moment before it was locked, and is being removed


def _named(partial: Path, path: Path) -> bool:
    """Give a partial file its name unless that is taken."""
    try:
        os.link(partial, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # a disk without hard links (exFAT, some shares): the run's lock keeps others away
        if os.path.lexists(path):
            return False
        os.rename(partial, path)
    return True


def _sync(folder: Path) -> None:
    """Force the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some shares know no such thing; the file itself is safe
            raise
    finally:
        os.close(descriptor)
