"""The command line. Only this module, ``rerun_cli`` and ``console`` print or exit."""

import gc
import json
import os
import sys
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from prune_audit import reports
from prune_audit.audit import Report, audit
from prune_audit.console import (
    FINDINGS,
    INTERNAL,
    NOTHING,
    USAGE,
    close_output,
    look,
    stop,
    write,
)
from prune_audit.corpus import gather
from prune_audit.manual import page
from prune_audit.options import (
    FailOn,
    Format,
    Ignore,
    Output,
    Profile,
    Require,
    Required,
    Select,
    Tolerance,
)
from prune_audit.paths import STDIN, claim_files, missing, printable, read_claims
from prune_audit.remembered import with_reruns
from prune_audit.rerun_cli import STORE, rerun
from prune_audit.rules import RULES, Rule
from prune_audit.schedules.calibrate import PROFILES, calibrate
from prune_audit.schedules.schedule import ScheduleError
from prune_audit.schema import json_schema
from prune_audit.selection import UnknownCodeError, chosen, fails
from prune_audit.settings import Settings
from prune_audit.skeleton import SKELETON

app = typer.Typer(
    name="prune-audit",
    help="Audit neural-network pruning papers: arithmetic, fairness of comparisons, statements.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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
        list[str], typer.Argument(help="Claim files, folders or patterns; - is standard input.")
    ],
    form: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TEXT,
    fail_on: Annotated[
        FailOn, typer.Option(help="Exit with 1 on findings of at least this severity.")
    ] = FailOn.ERROR,
    select: Select = None,
    ignore: Ignore = None,
    require: Required = Require.S32,
    tolerance: Tolerance = "5%",
    output: Output = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show every warning and note in text.")
    ] = False,
    store: Annotated[
        Path, typer.Option(help="Folder of reruns, whose results are shown beside the findings.")
    ] = STORE,
) -> None:
    """Check claim files: what their numbers say, and which comparisons are fair."""
    files = claim_files(paths)
    _spare(files, output)
    report = _audit(paths, files, _rules(select, ignore), _settings(require, tolerance))
    report, unread = with_reruns(report, store)
    for line in unread:
        typer.echo(f"prune-audit: {line}", err=True)
    write(reports.FORMATS[form](report, look(output, verbose)), output)
    if fails(report.findings, fail_on):
        raise typer.Exit(FINDINGS)


app.command()(rerun)


@app.command()
def classify(
    ours: Annotated[str, typer.Argument(help="A result: claims/foo.yaml#row or row@label.")],
    other: Annotated[str, typer.Argument(help="The result to set against it.")],
    require: Required = Require.S32,
    tolerance: Tolerance = "5%",
) -> None:
    """Explain one pair of results fact by fact: where it stands on the ladder, and why."""
    # here and below: rich and tabulate take 30 ms to import, which check need not pay
    from prune_audit.explained import UnknownResultError, explained, find_pair

    try:
        pair = find_pair(ours, other, _settings(require, tolerance))
    except UnknownResultError as error:
        stop(str(error), USAGE)
    write(explained(pair, _settings(require, tolerance), look(None, False)), None)


@app.command()
def schedule(
    epochs: Annotated[int, typer.Argument(help="Retraining epochs.")],
    initial_lr: Annotated[str, typer.Argument(help="Initial LR, such as 1e-2.")],
    profile: Annotated[Profile, typer.Option(help="Data set of the recipe.")] = Profile.IMAGENET,
) -> None:
    """Print the calibrated retraining schedule (arXiv 2301.05219, Appendix A) and its rules."""
    from prune_audit.listings import calibration

    try:
        lr = float(initial_lr)
        found = calibrate(epochs, lr, PROFILES[profile])
    except ScheduleError as error:
        stop(str(error), USAGE)
    except ValueError:
        stop(f"the initial LR must be a number such as 1e-2, got {initial_lr!r}", USAGE)
    write(calibration(found, PROFILES[profile]), None)


@app.command()
def rules(select: Select = None, ignore: Ignore = None) -> None:
    """List the rules: code, name, severity, tier, what each finds."""
    from prune_audit.listings import rule_list

    write(rule_list(_rules(select, ignore), look(None, False)), None)


@app.command()
def explain(
    code: Annotated[str, typer.Argument(help="A rule's code or name, or a family: PA101, PA1.")],
) -> None:
    """Print the manual page of a rule: definition, why, fix, what it cannot detect, source."""
    from prune_audit.listings import family_list

    found = [rule for rule in RULES if code == rule.name or rule.code.startswith(code.upper())]
    if not found:
        known = [*(r.code for r in RULES), *(r.name for r in RULES)]
        near = get_close_matches(code, known, 1, cutoff=0.75)
        hint = f"; did you mean {near[0]}? See" if near else "; see"
        stop(f"no rule is called {code!r}{hint} prune-audit rules", USAGE)
    write(page(found[0]) if len(found) == 1 else family_list(found, look(None, False)), None)


@app.command()
def schema(output: Output = None) -> None:
    """Print the JSON Schema of claim files, for editors."""
    write(json.dumps(json_schema(), indent=2, ensure_ascii=False), output)


@app.command()
def init(
    file: Annotated[Path, typer.Argument(help="The claim file to write; it must not exist.")],
) -> None:
    """Write a commented skeleton of a claim file."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(SKELETON)
    except FileExistsError:
        stop(f"{file} exists already and is left as it is; name another file", USAGE)
    except OSError as error:
        stop(f"cannot write {file}: {error.strerror or error}", USAGE)
    typer.echo(f"wrote {file}; replace every TODO, then run: prune-audit check {file}", err=True)


def _rules(select: list[str] | None, ignore: list[str] | None) -> tuple[Rule, ...]:
    try:
        return chosen(RULES, select or (), ignore or ())
    except UnknownCodeError as error:
        stop(f"{error}; see prune-audit rules", USAGE)


def _settings(require: str, tolerance: str) -> Settings:
    return Settings(require=str(require), tolerance=_share(tolerance))


def _share(text: str) -> Decimal:
    """Read ``5%`` or ``0.05``."""
    try:
        share = Decimal(text.rstrip("% ")) / (100 if text.rstrip().endswith("%") else 1)
    except InvalidOperation:
        share = Decimal(-1)
    if not (share.is_finite() and 0 <= share < 1):
        stop(f"--tolerance expects a share such as 5% or 0.05 below 100 %, got {text!r}", USAGE)
    return share


def _audit(
    paths: list[str], files: list[str], rules: tuple[Rule, ...], settings: Settings
) -> Report:
    if not files:
        stop(f"nothing to check: no .yaml or .yml file at {', '.join(paths)}", NOTHING)
    if set(files) <= set(gone := missing(paths)):
        stop(f"no such file: {', '.join(map(printable, gone))}", USAGE)
    if files.count(STDIN) and sys.stdin.isatty():
        typer.echo("prune-audit: reading a claim file from the terminal, end with Ctrl-D", err=True)
    return audit(gather(read_claims(files)), rules, settings)


def _spare(files: list[str], output: Path | None) -> None:
    """Refuse to write the report over a file that is to be checked."""
    if output and any(os.path.realpath(file) == os.path.realpath(output) for file in files):
        stop(f"--output {output} is one of the files to check; name another file", USAGE)


def main() -> None:
    """Run the command line; an unexpected error is reported as such, never as a finding."""
    # claims are trees without cycles: walking them for garbage takes a quarter of the time
    gc.disable()
    try:
        app()
    except BrokenPipeError:
        close_output()  # the reader of our pipe is gone
        sys.exit(0)
    except Exception as error:
        if os.environ.get("PRUNE_AUDIT_DEBUG"):
            raise
        message = f"internal error: {type(error).__name__}: {error}"
        typer.echo(
            f"prune-audit: {message}\nThis is a bug; PRUNE_AUDIT_DEBUG=1 shows where.", err=True
        )
        sys.exit(INTERNAL)
