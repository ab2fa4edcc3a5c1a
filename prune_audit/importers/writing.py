"""Writing what was made, never over something that is there."""

import os
from collections.abc import Mapping
from pathlib import Path


class ThereAlreadyError(OSError):
    """Files that exist and may not be replaced; the message names them."""


def write_all(files: Mapping[Path, str], *, force: bool) -> None:
    """Write files, all or none where one of them is there already; folders are made.

    With ``force`` a regular file is replaced; nothing is ever written through a link.

    Raises:
        ThereAlreadyError: without ``force`` a file is there, or something that is no regular file.
        OSError: a file cannot be written.
    """
    there = [path for path in files if os.path.lexists(path)]
    kept = [path for path in there if not force or path.is_symlink() or not path.is_file()]
    if kept:
        more = f" and {len(kept) - 3} more" if len(kept) > 3 else ""
        raise ThereAlreadyError(", ".join(map(str, kept[:3])) + more)
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w" if path in there else "x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
