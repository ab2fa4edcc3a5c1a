"""What commands check that rank the results of files."""

import os
from collections.abc import Sequence
from pathlib import Path

from prune_audit.console import NOTHING, USAGE, stop
from prune_audit.paths import missing, printable


def check_ranked(paths: Sequence[str], files: Sequence[str], output: Path | None) -> None:
    """Exit where there is nothing to rank, no such file, or one would be overwritten."""
    if not files:
        stop(f"nothing to rank: no .yaml or .yml file at {', '.join(paths)}", NOTHING)
    if set(files) <= set(gone := missing(paths)):
        stop(f"no such file: {', '.join(map(printable, gone))}", USAGE)
    if output and any(os.path.realpath(file) == os.path.realpath(output) for file in files):
        stop(f"--output {output} is one of the files to read; name another file", USAGE)
