"""What a user names on the command line -> the claim files to check."""

import glob
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from prune_audit.filetext import MAX_BYTES, RefusedError, decode
from prune_audit.load import Loaded, load_file, load_text
from prune_audit.submission import FILE_NAME

STDIN = "-"
SUFFIXES = (".yaml", ".yml")


def claim_files(arguments: Iterable[str]) -> list[str]:
    """Return the files that arguments name, in a fixed order, each once.

    A folder stands for every ``.yaml`` and ``.yml`` below it that is not hidden, without folders of
    submissions; a pattern for what matches it. A plain name is kept even where no such file exists,
    so that it is reported.
    """
    named = (file for argument in arguments for file in _files(argument))
    first: dict[str, str] = {}
    for file in named:
        first.setdefault(os.path.normpath(file), file)
    return list(first.values())


def missing(arguments: Iterable[str]) -> list[str]:
    """Return the plain names, not patterns, at which there is nothing."""
    return [name for name in arguments if name != STDIN and not _there(name)]


def _there(name: str) -> bool:
    return os.path.lexists(name) or glob.has_magic(name)


def _files(argument: str) -> Iterator[str]:
    if argument == STDIN:
        yield argument
    elif os.path.isdir(argument):
        yield from _below(Path(argument))
    elif os.path.lexists(argument) or not glob.has_magic(argument):
        yield argument
    else:
        for match in sorted(glob.glob(argument, recursive=True)):
            yield from _below(Path(match)) if os.path.isdir(match) else [match]


def _below(folder: Path) -> list[str]:
    # what is no regular file, and a folder that cannot be listed, is kept, so that it is reported
    # and not skipped in silence
    found: list[str] = []
    unlisted: list[OSError] = []
    for inner, folders, files in os.walk(folder, onerror=unlisted.append):
        if FILE_NAME in files:  # a submission is no claim of ours, and its other files are none
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [
            os.path.join(inner, name)
            for name in files
            if not name.startswith(".") and os.path.splitext(name)[1] in SUFFIXES
        ]
    return sorted([*found, *(str(error.filename or folder) for error in unlisted)])


def read_claims(files: Iterable[str]) -> Iterator[Loaded]:
    """Read claim files; a bad one becomes problems and does not stop the others."""
    for file in files:
        yield _read_stdin() if file == STDIN else load_file(Path(file), printable(file))


def printable(file: str) -> str:
    """Return a file's name as it can be printed, also where its bytes are no UTF-8."""
    return file.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _read_stdin() -> Loaded:
    try:
        return load_text(decode(sys.stdin.buffer.read(MAX_BYTES + 1), "<stdin>"), "<stdin>")
    except RefusedError as refused:
        return Loaded("<stdin>", "", None, (refused.problem,))
