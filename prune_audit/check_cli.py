"""The command ``check``: its options, settled with the configuration, and what it writes."""

import glob
import os
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from prune_audit import ci, config_cli, reports
from prune_audit.audit import Report, audit
from prune_audit.benchmark.files import submission_files
from prune_audit.config_cli import tolerance_of
from prune_audit.configuration.settled import COMMAND_LINE, Options, Settled
from prune_audit.console import FINDINGS, NOTHING, USAGE, look, stop, write
from prune_audit.corpus import gather
from prune_audit.options import (
    STORE,
    Config,
    FailOn,
    Format,
    Ignore,
    Isolated,
    Output,
    Required,
    Ruleset,
    Select,
    Tolerance,
)
from prune_audit.paths import STDIN, claim_files, missing, printable, read_claims
from prune_audit.remembered import with_reruns
from prune_audit.rules import Rule
from prune_audit.selection import fails
from prune_audit.settings import Settings
from prune_audit.waivers.baseline import BaselineError
from prune_audit.waivers.gather import Baseline, opened, waived


def check(
    paths: Annotated[
        list[str], typer.Argument(help="Claim files, folders or patterns; - is standard input.")
    ],
    form: Annotated[
        Format | None, typer.Option("--format", help="How to print it.", show_default="text")
    ] = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            help="Exit with 1 on findings of at least this severity.", show_default="error"
        ),
    ] = None,
    select: Select = None,
    ignore: Ignore = None,
    ruleset: Ruleset = None,
    require: Required = None,
    tolerance: Tolerance = None,
    baseline: Annotated[
        Path | None, typer.Option(help="File of findings that were there before: they pass.")
    ] = None,
    no_suppress: Annotated[
        bool, typer.Option("--no-suppress", help="Let no comment, table or baseline suppress.")
    ] = False,
    benchmark: Annotated[
        Path | None,
        typer.Option(help="Check submissions against this benchmark's file, and no claims."),
    ] = None,
    config: Config = None,
    isolated: Isolated = False,
    output: Output = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show every warning and note in text.")
    ] = False,
    store: Annotated[
        Path | None,
        typer.Option(
            help="Folder of reruns, whose results are shown beside the findings.",
            show_default=str(STORE),
        ),
    ] = None,
) -> None:
    """Check claim files: what their numbers say, and which comparisons are fair."""
    given = {
        "format": form, "fail-on": fail_on, "select": select, "ignore": ignore,
        "ruleset": ruleset, "require": require, "tolerance": tolerance_of(tolerance),
        "store": store, "baseline": baseline,
    }  # fmt: skip
    if no_suppress and baseline:
        stop("--no-suppress and --baseline exclude each other", USAGE)
    if benchmark is not None:
        # reading evidence takes a while to import, which a check of claims need not pay
        from prune_audit.gate_cli import gated

        if form is Format.REVIEW:
            stop("--format review is about comparisons of a paper; use comment or markdown", USAGE)
        report, settled = gated(paths, benchmark, given, output)
        _end(report, settled.options, output, verbose)
    files = claim_files(paths)
    settled = config_cli.settled(files, config, isolated, given)
    options = settled.options
    _spare(files, settled, output)
    known = None if no_suppress else _baseline(settled)
    report = audited(paths, files, config_cli.selected(settled), options.settings)
    if not no_suppress:
        report = waived(report, settled.suppressions, known, date.today())
    report, unread = with_reruns(report, options.store)
    for line in unread:
        typer.echo(f"prune-audit: {line}", err=True)
    _end(report, options, output, verbose)


def _end(report: Report, options: Options, output: Path | None, verbose: bool) -> NoReturn:
    """Write the report and exit."""
    _write(report, Format(options.format), output, verbose)
    raise typer.Exit(FINDINGS if fails(report.findings, options.fail_on) else 0)


def _write(report: Report, form: Format, output: Path | None, verbose: bool) -> None:
    """Write the report, on GitHub Actions also as the summary of the step."""
    here = ci.resolved(form, os.environ)
    shape = replace(look(output, verbose), root=ci.root(os.environ))
    write(reports.FORMATS[here](report, shape), output)
    if here is Format.GITHUB and (warning := ci.write_step_summary(report, os.environ)):
        typer.echo(f"prune-audit: {warning}", err=True)


def _baseline(settled: Settled) -> Baseline | None:
    try:
        return opened(settled.options.baseline)
    except BaselineError as error:
        origin = settled.origin("baseline")
        where = "" if origin == COMMAND_LINE else f" (baseline: {origin})"
        stop(f"{error}{where}", USAGE)


def audited(
    paths: list[str], files: list[str], rules: tuple[Rule, ...], settings: Settings
) -> Report:
    """Audit the files that paths name, or exit where there are none."""
    if not files:
        there = submission_files(paths)
        hint = "; submissions are checked with --benchmark FILE, or by verify" if there else ""
        stop(f"nothing to check: no .yaml or .yml file at {', '.join(paths)}{hint}", NOTHING)
    if set(files) <= set(gone := missing(paths)):
        stop(f"no such file: {', '.join(printable(file) or repr(file) for file in gone)}", USAGE)
    for pattern in _unmatched(paths):
        typer.echo(f"prune-audit: nothing matches {printable(pattern)}", err=True)
    if files.count(STDIN) and sys.stdin.isatty():
        typer.echo("prune-audit: reading a claim file from the terminal, end with Ctrl-D", err=True)
    return audit(gather(read_claims(files)), rules, settings)


def _unmatched(paths: list[str]) -> list[str]:
    """Return the patterns that stand for no file."""
    patterns = (path for path in paths if glob.has_magic(path) and not os.path.lexists(path))
    return [pattern for pattern in patterns if not claim_files([pattern])]


def _spare(files: list[str], settled: Settled, output: Path | None) -> None:
    """Refuse to write the report over a file that is read."""
    configuration, baseline = settled.configuration, settled.options.baseline
    read = [*files, *([str(configuration.source.path)] if configuration else [])]
    read += [str(baseline)] if baseline else []
    if output and any(os.path.realpath(file) == os.path.realpath(output) for file in read):
        stop(f"--output {output} is one of the files to check; name another file", USAGE)
