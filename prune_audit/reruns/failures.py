"""What goes wrong with files, in words that name the file, the reason and the way out."""

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType


class StoreError(Exception):
    """The store cannot be read or written; the message says which file, why, and what to do."""


class DamagedError(ValueError):
    """A file does not hold what was written; the message says how that shows."""


_AGAIN = "then run the same command again: finished runs are kept"
_ROOM = f"make room, {_AGAIN}"
_RIGHTS = "allow writing there, or choose another folder for the store"
_IN_THE_WAY = "move away what is there, or choose another folder for the store"
_LOCKS = "choose a folder for the store whose file system has locks (flock), such as a local disk"

_REASONS: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        errno.ENOSPC: ("the disk is full", _ROOM),
        errno.EDQUOT: ("the disk quota is used up", _ROOM),
        errno.EFBIG: ("the file is larger than allowed", f"raise the limit (ulimit -f), {_AGAIN}"),
        errno.EROFS: ("the file system is read-only", _RIGHTS),
        errno.EACCES: ("permission denied", _RIGHTS),
        errno.EPERM: ("not permitted", _RIGHTS),
        errno.ENOTDIR: ("a file lies where a folder is needed", _IN_THE_WAY),
        errno.EEXIST: ("something lies in the way", _IN_THE_WAY),
        errno.EISDIR: ("a folder lies where a file is needed", _IN_THE_WAY),
        errno.ENOLCK: ("the file system has no locks", _LOCKS),
        errno.ENOSYS: ("the file system has no locks", _LOCKS),
        errno.ENOTSUP: ("the file system has no locks", _LOCKS),
    }
)


def failed(doing: str, path: Path, error: OSError) -> StoreError:
    """Return the error for the user: ``doing`` is the verb ("read", "write", "lock")."""
    unknown = (error.strerror or str(error), f"check the disk and its folder, {_AGAIN}")
    reason, remedy = _REASONS.get(error.errno or 0, unknown)
    return StoreError(f"cannot {doing} {path}: {reason}; {remedy}")


@contextmanager
def explained(doing: str, path: Path) -> Iterator[None]:
    """Turn what the operating system reports into a StoreError."""
    try:
        yield
    except OSError as error:
        raise failed(doing, path, error) from error
