"""What every kind of log is read into: rows of texts, in the order of the file."""

from typing import NamedTuple

from prune_audit.problems import shown


class Row(NamedTuple):
    """One row of a log; ``line`` is its line, of an event file the number of the record."""

    line: int
    cells: dict[str, str]


class LogError(Exception):
    """A log that cannot be read on; what was read before ``line`` is sound."""

    def __init__(self, reason: str, line: int = 1, fix: str = "") -> None:
        super().__init__(reason)
        self.reason, self.line, self.fix = reason, line, fix


class MissingExtraError(Exception):
    """A library that is not installed; the message says how to install it."""


class Columns(NamedTuple):
    """Which column, key or tag holds what; empty where none is named.

    ``named`` are those that the submission names itself: they must be there.
    """

    epoch: str = "epoch"
    lr: str = "lr"
    accuracy: str = ""
    correct: str = ""
    total: str = ""
    train: str = ""
    unit: str = ""
    named: frozenset[str] = frozenset()


def decoded(data: bytes) -> str:
    """Return the text of a log.

    Raises:
        LogError: it is not UTF-8, or holds NUL bytes.
    """
    nul = data.find(b"\0")
    if nul >= 0:
        raise LogError("holds a NUL byte, expected text", data.count(b"\n", 0, nul) + 1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LogError("is not UTF-8 text", line, "save it as UTF-8") from error


def malformed(what: str, text: str, line: int, fix: str = "") -> LogError:
    """Return the error for a cell that is not what its column holds."""
    return LogError(f"expected {what}, got {shown(text)}", line, fix)
