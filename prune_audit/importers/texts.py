"""Bytes of a file -> its text, or why it cannot be read."""

from pathlib import Path

from prune_audit.paths import printable

MOST_BYTES = 4 << 20


class ImportFailedError(ValueError):
    """A source that cannot be turned into a claim file; the message has one line per reason."""


def read_source(path: Path) -> str:
    """Return the text of a file, UTF-8 with or without a byte order mark.

    Raises:
        ImportFailedError: missing, no regular file, larger than 4 MiB, not UTF-8, or with NUL.
    """
    name = printable(str(path))
    try:
        if not path.is_file():
            raise ImportFailedError(f"{name}: {_instead(path)}")
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise ImportFailedError(f"{name}: cannot be read: {error.strerror or error}") from error
    return _decoded(data, name)


def _decoded(data: bytes, name: str) -> str:
    if len(data) > MOST_BYTES:
        raise ImportFailedError(f"{name}: is larger than {MOST_BYTES >> 20} MiB, the limit")
    if b"\0" in data:
        raise ImportFailedError(f"{name}: holds a NUL byte, so it is no text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ImportFailedError(f"{name}:{line}: is not UTF-8 text; save it as UTF-8") from error


def _instead(path: Path) -> str:
    if path.is_dir():
        return "is a directory, expected a file"
    return "is no regular file" if path.exists() else "there is no such file"
