"""Locks between processes, which the kernel frees when their holder ends, even by ``kill -9``.

They are those of ``flock``: Linux and macOS have them, on local disks and NFS 4; Windows does not.
A lock belongs to the open file, so two threads exclude each other as two processes do. A forked
child shares its parent's locks: start workers with ``spawn``.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from prune_audit.reruns.failures import StoreError, explained

_PAUSE = 0.02
"""Seconds between two tries: ``flock`` itself waits for ever or not at all."""


@contextmanager
def locked(path: Path, wait: float = 0.0) -> Iterator[bool]:
    """Hold the lock that a file stands for; yield False where another holder keeps it.

    ``wait`` is the longest time to wait for it, in seconds.

    Raises:
        StoreError: the file cannot be made, or there are no locks here.
    """
    with explained("lock", path):
        descriptor = _acquire(path, time.monotonic() + wait)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            with suppress(OSError):  # the file may stay: it is the lock on it that counts
                os.unlink(path)
            os.close(descriptor)


def _acquire(path: Path, deadline: float) -> int | None:
    while True:
        descriptor = open_locked(path, os.O_RDWR | os.O_CREAT)
        if descriptor is not None:
            return descriptor
        if time.monotonic() >= deadline:
            return None
        time.sleep(_PAUSE)


def open_locked(path: Path, flags: int) -> int | None:
    """Open a file and lock it, without waiting; None where it is locked or its name is gone.

    A holder removes the name while it still has the lock, so whoever gets a lock on a nameless
    file was a moment too late and would exclude nobody.
    """
    descriptor = os.open(path, flags, 0o666)
    ours = False
    try:
        ours = take(descriptor) and os.fstat(descriptor).st_nlink > 0
    finally:
        if not ours:
            os.close(descriptor)
    return descriptor if ours else None


def take(descriptor: int) -> bool:
    """Lock an open file until it is closed, without waiting; False where it is locked already."""
    try:
        import fcntl
    except ImportError as error:
        message = "this system has no file locks (flock): Windows can read a store, not write one"
        raise StoreError(f"{message}; run it in the Windows Subsystem for Linux") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
