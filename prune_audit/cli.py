"""The command line. Only this module, those called ``*_cli``, and ``console`` print or exit."""

import gc
import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from prune_audit import baseline_cli, config_cli
from prune_audit.check_cli import check
from prune_audit.config_cli import tolerance_of
from prune_audit.console import (
    INTERNAL,
    USAGE,
    close_output,
    look,
    stop,
    write,
)
from prune_audit.double_descent_cli import double_descent
from prune_audit.import_cli import app as import_app
from prune_audit.leaderboard_cli import leaderboard
from prune_audit.manual_cli import explain, methods, rules
from prune_audit.options import (
    Config,
    Isolated,
    Output,
    Required,
    SchemaKind,
    Tolerance,
)
from prune_audit.pipeline_cli import pipeline
from prune_audit.prune_limit_cli import prune_limit
from prune_audit.ranks_cli import ranks
from prune_audit.references_cli import references
from prune_audit.removal_curve_cli import removal_curve
from prune_audit.rerun_cli import rerun
from prune_audit.schedule_cli import schedule
from prune_audit.schema import benchmark_schema, json_schema
from prune_audit.skeleton import SKELETON
from prune_audit.sqnr_cli import sqnr
from prune_audit.study_cli import study
from prune_audit.verify_cli import verify
from prune_audit.vet_cli import vet_comment

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


app.command()(check)
app.command()(rerun)
app.command()(study)
app.command("double-descent")(double_descent)
app.command()(pipeline)
app.command()(rules)
app.command()(explain)
app.command()(methods)
app.command()(leaderboard)
app.command()(ranks)
app.command()(verify)
app.command()(sqnr)
app.command()(removal_curve)
app.command()(prune_limit)
app.command()(references)
app.command()(schedule)
app.command()(config_cli.config)
app.add_typer(baseline_cli.app, name="baseline")
app.add_typer(import_app)
app.command("vet-comment")(vet_comment)


@app.command()
def classify(
    ours: Annotated[str, typer.Argument(help="A result: claims/foo.yaml#row or row@label.")],
    other: Annotated[str, typer.Argument(help="The result to set against it.")],
    require: Required = None,
    tolerance: Tolerance = None,
    config: Config = None,
    isolated: Isolated = False,
) -> None:
    """Explain one pair of results fact by fact: where it stands on the ladder, and why."""
    # here and below: rich and tabulate take 30 ms to import, which check need not pay
    from prune_audit.explained import UnknownResultError, explained, find_pair

    files = [file for name in (ours, other) if (file := name.rpartition("#")[0])]
    given = {"require": require, "tolerance": tolerance_of(tolerance)}
    settings = config_cli.settled(files, config, isolated, given).options.settings
    try:
        pair = find_pair(ours, other, settings)
    except UnknownResultError as error:
        stop(str(error), USAGE)
    write(explained(pair, settings, look(None, False)), None)


@app.command()
def schema(
    kind: Annotated[
        SchemaKind, typer.Option(help="Of which file: a claim file or a benchmark's.")
    ] = SchemaKind.CLAIM,
    output: Output = None,
) -> None:
    """Print the JSON Schema of claim files, or of a benchmark's file, for editors."""
    found = json_schema() if kind is SchemaKind.CLAIM else benchmark_schema()
    write(json.dumps(found, indent=2, ensure_ascii=False), output)


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
