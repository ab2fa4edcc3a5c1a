"""The command line of leaderboards: which results may be ranked against each other, and how."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Annotated

import typer

from prune_audit.benchmark.files import read_submissions, submission_files
from prune_audit.benchmark.gate import standing_files
from prune_audit.config_cli import settled, tolerance_of
from prune_audit.console import FINDINGS, NOTHING, look, stop, write
from prune_audit.corpus import gather
from prune_audit.load import Loaded
from prune_audit.options import Config, Isolated, Output, Required, Tolerance
from prune_audit.paths import STDIN, claim_files, read_claims
from prune_audit.ranked_cli import check_ranked
from prune_audit.reports.words import plural
from prune_audit.submission import FILE_NAME


class LeaderboardFormat(StrEnum):
    """The formats of leaderboard.reports.FORMATS."""

    TEXT = "text"
    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"


def leaderboard(
    paths: Annotated[
        list[str], typer.Argument(help="Claim files or submissions, folders or patterns.")
    ],
    benchmark: Annotated[
        Path | None,
        typer.Option(help="Rank submissions by the tracks of this benchmark's file."),
    ] = None,
    require: Required = None,
    tolerance: Tolerance = None,
    dataset: Annotated[str, typer.Option(help="Only results on this data set.")] = "",
    network: Annotated[str, typer.Option(help="Only results of this network.")] = "",
    form: Annotated[LeaderboardFormat, typer.Option("--format", help="How to print it.")] = (
        LeaderboardFormat.TEXT
    ),
    config: Config = None,
    isolated: Isolated = False,
    output: Output = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say of every result why it is in no group.")
    ] = False,
) -> None:
    """Rank results inside groups in which each may be compared with each.

    Two results share a group only if the setup they share is surely the required one. Ranks are
    tied where a difference is within noise. Groups are not ranked against each other.
    """
    # here: what the other commands need not pay for
    from prune_audit.gate_cli import opened_benchmark
    from prune_audit.leaderboard.bands import bands_of
    from prune_audit.leaderboard.board import leaderboard as made
    from prune_audit.leaderboard.reports import FORMATS

    against = opened_benchmark(benchmark) if benchmark else None
    files = entered_files([*paths, *(standing_files(against) if against else ())])
    check_ranked(paths, files, output)
    _announce_terminal(files)
    given = {"require": require, "tolerance": tolerance_of(tolerance)}
    settings = settled(files, config, isolated, given).options.settings
    loaded = tuple(read_entered(files))
    bands = tuple(bands_of(against.definition)) if against else ()
    board = made(gather(loaded), settings, bands, dataset, network)
    if not board.candidates and (dataset or network) and any(one.claim for one in loaded):
        named = " of ".join(filter(None, (network, dataset and f"data set {dataset}")))
        stop(f"nothing to rank: no result of {named}", NOTHING)
    write(FORMATS[form](board, look(output, verbose)), output)
    if unread := [*_unread(loaded)]:
        for line in unread:
            typer.echo(f"prune-audit: {line}", err=True)
        raise typer.Exit(FINDINGS)


def entered_files(paths: Sequence[str]) -> list[str]:
    """Return the claim files and submissions that paths name, each once.

    What lies beside a submission is its evidence and no claim.
    """
    submitted = (file for file in submission_files(paths) if _is_submission(file))
    named = {os.path.normpath(file): file for file in (*claim_files(paths), *submitted)}
    folders = {PurePath(file).parent for file in named if _is_submission(file)}
    return [
        shown
        for file, shown in named.items()
        if _is_submission(file) or folders.isdisjoint(PurePath(file).parents)
    ]


def _is_submission(file: str) -> bool:
    return PurePath(file).name == FILE_NAME


def read_entered(files: Iterable[str]) -> Iterator[Loaded]:
    """Read claim files, and submissions, in which no link is followed."""
    for file in files:
        read = read_submissions if _is_submission(file) else read_claims
        yield from read([file])


def _unread(loaded: Sequence[Loaded]) -> Iterator[str]:
    for one in loaded:
        if one.claim is None:
            first = one.problems[0]
            rest = (
                f" (and {plural(len(one.problems) - 1, 'more error')})" if one.problems[1:] else ""
            )
            yield f"{one.name} was not read: {first.anchors[0]}: {first.message}{rest}"


def _announce_terminal(files: Sequence[str]) -> None:
    if STDIN in files and sys.stdin.isatty():
        typer.echo("prune-audit: reading a claim file from the terminal, end with Ctrl-D", err=True)
