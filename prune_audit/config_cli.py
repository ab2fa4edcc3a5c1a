"""The command line of configurations: what a command settles, and the command ``config``."""

import os
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from prune_audit.configuration.configuration import Configuration, find
from prune_audit.configuration.errors import ConfigurationError
from prune_audit.configuration.keys import share
from prune_audit.configuration.settled import Settled, settle
from prune_audit.console import USAGE, look, stop, write
from prune_audit.options import Config, Isolated
from prune_audit.rules import Rule


class ConfigFormat(StrEnum):
    """How ``config`` prints."""

    TEXT = "text"
    JSON = "json"


def settled(
    files: Iterable[str], config: Path | None, isolated: bool, given: Mapping[str, Any]
) -> Settled:
    """Settle the options of a command on some files, or exit with all that is wrong."""
    return settle(_found(files, config, isolated), given)


def _found(files: Iterable[str], config: Path | None, isolated: bool) -> Configuration | None:
    try:
        return find(files, config, isolated=isolated)
    except ConfigurationError as error:
        stop_on(error)


def selected(options: Settled) -> tuple[Rule, ...]:
    """Return the rules that are selected, or exit where a word or number names none."""
    try:
        return options.rules()
    except ConfigurationError as error:
        stop_on(error)


def tolerance_of(text: str | None) -> Decimal | None:
    """Read ``5%`` or ``0.05`` from the command line, or exit."""
    try:
        return None if text is None else share(text)
    except ValueError:
        stop(f"--tolerance expects a share such as 5% or 0.05 below 100 %, got {text!r}", USAGE)


def stop_on(error: ConfigurationError) -> NoReturn:
    """Print everything that is wrong with a configuration, and exit."""
    several = ("the configuration cannot be used:", *error.messages)
    stop("\n  ".join(several) if len(error.messages) > 1 else str(error), USAGE)


def config(
    path: Annotated[
        Path, typer.Argument(help="The file or folder whose configuration is shown.")
    ] = Path(),
    form: Annotated[
        ConfigFormat, typer.Option("--format", help="How to print it.")
    ] = ConfigFormat.TEXT,
    config: Config = None,
    isolated: Isolated = False,
) -> None:
    """Show every value that a check uses, and the file and line that it comes from."""
    from prune_audit.configuration.listing import document, listed

    if not os.path.lexists(path):
        stop(f"no such file or folder: {path}", USAGE)
    # a folder is asked about the files in it
    file = path / "claim.yaml" if path.is_dir() else path
    options = settled([str(file)], config, isolated, {})
    selected(options)
    write(
        document(options) if form is ConfigFormat.JSON else listed(options, look(None, False)), None
    )
