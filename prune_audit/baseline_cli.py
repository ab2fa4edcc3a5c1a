"""The commands ``baseline write`` and ``baseline prune``."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from prune_audit.audit import Report
from prune_audit.check_cli import audited
from prune_audit.config_cli import selected, settled, tolerance_of
from prune_audit.console import USAGE, stop, write
from prune_audit.options import (
    Config,
    Ignore,
    Isolated,
    Output,
    Required,
    Ruleset,
    Select,
    Tolerance,
)
from prune_audit.paths import claim_files
from prune_audit.reports.words import plural
from prune_audit.waivers.baseline import BaselineError, looks_like_one, read_baseline, rendered
from prune_audit.waivers.gather import waived
from prune_audit.waivers.known import recordable, recorded, resolved

app = typer.Typer(
    help="Findings that were there before: write them to a file, drop those that are gone.",
    no_args_is_help=True,
)
Paths = Annotated[list[str], typer.Argument(help="Claim files, folders or patterns.")]


@app.command("write")
def write_baseline(
    paths: Paths,
    output: Output = None,
    select: Select = None,
    ignore: Ignore = None,
    ruleset: Ruleset = None,
    require: Required = None,
    tolerance: Tolerance = None,
    config: Config = None,
    isolated: Isolated = False,
) -> None:
    """Write all findings that count today to a baseline, which then lets a check pass."""
    given = {
        "select": select, "ignore": ignore, "ruleset": ruleset, "require": require,
        "tolerance": tolerance_of(tolerance), "baseline": output,
    }  # fmt: skip
    report, target = _checked(paths, config, isolated, given)
    if target is None:
        stop("name the baseline with --output FILE, or as baseline in the configuration", USAGE)
    if not looks_like_one(target):
        stop(f"{target} exists and is no baseline; name another file with --output", USAGE)
    counts = recorded(report, target)
    write(rendered(counts), target)
    typer.echo(_told(report, counts.total()), err=True)


@app.command("prune")
def prune_baseline(
    paths: Paths,
    file: Annotated[Path, typer.Argument(help="The baseline.")],
    select: Select = None,
    ignore: Ignore = None,
    ruleset: Ruleset = None,
    require: Required = None,
    tolerance: Tolerance = None,
    config: Config = None,
    isolated: Isolated = False,
) -> None:
    """Drop what no longer occurs from a baseline; nothing is ever added."""
    try:
        counts = read_baseline(file)
    except BaselineError as error:
        stop(str(error), USAGE)
    given = {
        "select": select, "ignore": ignore, "ruleset": ruleset, "require": require,
        "tolerance": tolerance_of(tolerance),
    }  # fmt: skip
    report, _ = _checked(paths, config, isolated, given)
    gone = resolved(report, counts, file)
    if gone:
        write(rendered(counts - gone), file)
    typer.echo(f"{gone.total()} resolved, {(counts - gone).total()} left", err=True)


def _checked(
    paths: list[str], config: Path | None, isolated: bool, given: Mapping[str, object]
) -> tuple[Report, Path | None]:
    """Check the files as ``check`` does without a baseline; return the baseline's path too."""
    files = claim_files(paths)
    options = settled(files, config, isolated, given)
    report = audited(paths, files, selected(options), options.options.settings)
    return waived(report, options.suppressions, None, date.today()), options.options.baseline


def _told(report: Report, written: int) -> str:
    """Say how much was written, and what cannot be."""
    left = sorted({finding.code for finding in report.findings} - _codes(report))
    rest = f"; still to be mended, which nothing suppresses: {', '.join(left)}" if left else ""
    return f"{plural(written, 'finding')} in the baseline{rest}"


def _codes(report: Report) -> set[str]:
    return {finding.code for finding in recordable(report)}
