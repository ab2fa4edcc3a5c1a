"""``prune-audit vet-comment``: lets a comment through that somebody else's job has written."""

from pathlib import Path
from typing import Annotated

import typer

from prune_audit.console import FINDINGS, USAGE, stop, write
from prune_audit.reports.comment import LIMIT
from prune_audit.reports.vetted import faults


def vet_comment(
    file: Annotated[Path, typer.Argument(help="A comment as check --format comment writes it.")],
) -> None:
    """Print a pull-request comment if this tool could have written it; else exit with 1."""
    try:
        with file.open("rb") as stream:
            text = stream.read(LIMIT + 1).decode("utf-8", "strict")
    except OSError as error:
        stop(f"cannot read {file}: {error.strerror or error}", USAGE)
    except UnicodeDecodeError:
        stop(f"{file} is not to be posted: it is not UTF-8", FINDINGS)
    found = faults(text)
    if found:
        stop(f"{file} is not to be posted: {found[0]}", FINDINGS)
    write(text, None)
