"""The command line: the only module that prints or exits.

Exit codes: 0 clean, 1 findings at or above --fail-on, 2 usage, 3 internal error, 4 nothing to check.
"""

import os
import sys
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from prune_audit import reports
from prune_audit.audit import Report, audit
from prune_audit.corpus import gather
from prune_audit.paths import STDIN, claim_files, read_claims
from prune_audit.rules import RULES, Rule
from prune_audit.selection import UnknownCodeError, chosen, fails
from prune_audit.settings import Settings
from prune_audit.setups import Setup

FINDINGS, USAGE, INTERNAL, NOTHING = 1, 2, 3, 4

app = typer.Typer(
    name="prune-audit",
    help="Audit neural-network pruning papers: arithmetic, fairness of comparisons, statements.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Format = StrEnum("Format", {name: name for name in reports.FORMATS})  # type: ignore[misc]
FailOn = StrEnum("FailOn", {name: name for name in ("error", "warning", "note", "never")})
Require = StrEnum("Require", {name: name for name in Setup if name != Setup.BELOW_S1})  # type: ignore[misc]


def _stop(message: str, code: int) -> NoReturn:
    typer.echo(f"prune-audit: {message}", err=True)
    raise typer.Exit(code)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"prune-audit {version('prune-audit')}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Audit neural-network pruning papers: arithmetic, fairness of comparisons, statements."""


@app.command()
def check(
    paths: Annotated[
        list[str], typer.Argument(help="Claim files, folders or patterns; - is stdin.")
    ],
    format: Annotated[Format, typer.Option(help="How to print the report.")] = Format("text"),  # noqa: A002
    fail_on: Annotated[
        FailOn, typer.Option(help="Gravest finding that still passes is below this.")
    ] = FailOn("error"),
    select: Annotated[
        list[str] | None, typer.Option(help="Only these codes, prefixes or names.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(help="Not these codes, prefixes or names.")
    ] = None,
    require: Annotated[Require, typer.Option(help="Weakest setup that counts as fair.")] = Require(
        "S3.2"
    ),
    tolerance: Annotated[
        str, typer.Option(help="Largest gap of two rates that count as the same.")
    ] = "5%",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the report to a file.")
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show every note in text.")
    ] = False,
) -> None:
    """Check claim files: what their numbers say, and which comparisons are fair."""
    report = _audit(paths, _rules(select, ignore), _settings(require, tolerance))
    _write(reports.FORMATS[format](report, _look(output, verbose)), output)
    if fails(report.findings, fail_on):
        raise typer.Exit(FINDINGS)


def _rules(select: list[str] | None, ignore: list[str] | None) -> tuple[Rule, ...]:
    try:
        return chosen(RULES, select or (), ignore or ())
    except UnknownCodeError as error:
        _stop(f"{error}; see prune-audit rules", USAGE)


def _settings(require: str, tolerance: str) -> Settings:
    return Settings(require=str(require), tolerance=_share(tolerance))


def _share(text: str) -> Decimal:
    """Read ``5%`` or ``0.05``."""
    try:
        share = Decimal(text.rstrip("% ")) / (100 if text.rstrip().endswith("%") else 1)
    except InvalidOperation:
        share = Decimal(-1)
    if not 0 <= share < 1:
        _stop(f"--tolerance expects a share such as 5% or 0.05 below 100 %, got {text!r}", USAGE)
    return share


def _audit(paths: list[str], rules: tuple[Rule, ...], settings: Settings) -> Report:
    files = claim_files(paths)
    if not files:
        _stop(f"nothing to check: no .yaml or .yml file at {', '.join(paths)}", NOTHING)
    if files.count(STDIN) and sys.stdin.isatty():
        typer.echo("prune-audit: reading a claim file from the terminal, end with Ctrl-D", err=True)
    return audit(gather(read_claims(files)), rules, settings)


def _look(output: Path | None, verbose: bool) -> reports.Look:
    """Colours and width fit the terminal; a pipe or file gets plain text of fixed width."""
    terminal = output is None and sys.stdout.isatty()
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return reports.Look(_width(terminal), terminal and not plain, verbose)


def _width(terminal: bool) -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) >= 40:
        return int(columns)
    return os.get_terminal_size().columns if terminal else 100


def _write(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text, nl=not text.endswith("\n"))
        return
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")
    except OSError as error:
        _stop(f"cannot write {output}: {error.strerror or error}", USAGE)


def main() -> None:
    """Run the command line; an unexpected error is reported as such, never as a finding."""
    try:
        app()
    except BrokenPipeError:
        # the reader of our pipe is gone; leave without a second error at interpreter exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("PRUNE_AUDIT_DEBUG"):
            raise
        message = f"internal error: {type(error).__name__}: {error}"
        typer.echo(
            f"prune-audit: {message}\nThis is a bug; PRUNE_AUDIT_DEBUG=1 shows where.", err=True
        )
        sys.exit(INTERNAL)
