"""What the command line writes and how it ends: output, errors, exit codes.

Exit codes: 0 clean, 1 findings at or above --fail-on or runs that failed, 2 wrong usage or
unwritable output, 3 internal error, 4 nothing to check or to rerun, 5 interrupted. A training that
diverged is a result, not a failure.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn

import typer

from prune_audit import reports

FINDINGS, USAGE, INTERNAL, NOTHING, INTERRUPTED = 1, 2, 3, 4, 5


def stop(message: str, code: int) -> NoReturn:
    """Print an error and exit."""
    typer.echo(f"prune-audit: {message}", err=True)
    raise typer.Exit(code)


def look(output: Path | None, verbose: bool) -> reports.Look:
    """Colours and width fit the terminal; a pipe or file gets plain text of fixed width."""
    terminal = output is None and sys.stdout.isatty()
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return reports.Look(_width(terminal), terminal and not plain, verbose)


def _width(terminal: bool) -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) >= 40:
        return int(columns)
    # a terminal that does not know its width says 0
    return max(os.get_terminal_size().columns or 80, 40) if terminal else 100


def write(text: str, output: Path | None) -> None:
    """Write to a file, or to the terminal where none is named."""
    if output is None:
        _print(text)
        return
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")
    except OSError as error:
        stop(f"cannot write {output}: {error.strerror or error}", USAGE)
    typer.echo(f"wrote {output}", err=True)


def _print(text: str) -> None:
    try:
        typer.echo(text, nl=bool(text) and not text.endswith("\n"))
    except BrokenPipeError:
        raise
    except OSError as error:
        close_output()
        stop(f"cannot write the output: {error.strerror or error}", USAGE)


def close_output() -> None:
    """Let what is still to be written go nowhere, or the interpreter fails on it at its exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
