"""The command line of reference retraining points."""

from pathlib import Path
from typing import Annotated

import typer

from prune_audit.console import NOTHING, USAGE, look, stop, write
from prune_audit.options import Output, RerunFormat


def references(
    store: Annotated[Path, typer.Argument(help="Folder in which reruns are kept; not changed.")],
    form: Annotated[RerunFormat, typer.Option("--format", help="How to print it.")] = (
        RerunFormat.TEXT
    ),
    output: Output = None,
) -> None:
    """List reference retraining points: what a method, recipe and rate give, run by run."""
    # reruns take a while to import, which the other commands need not pay
    from prune_audit.reruns.reference_points import references_of
    from prune_audit.reruns.reports.references import FORMATS

    if not store.is_dir():
        stop(f"no such folder: {store}", USAGE)
    found = references_of(store)
    for notice in found.notices:
        typer.echo(f"prune-audit: {notice}", err=True)
    if not found.points:
        stop(
            f"no reference retraining point in {store}: it holds no finished run of a pruned "
            "network; prune-audit rerun makes them",
            NOTHING,
        )
    write(FORMATS[form](found.points, look(output, False)), output)
