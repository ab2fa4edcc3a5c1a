"""``prune-audit ranks``: do methods keep their ranks over the operating points of a table."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from prune_audit.config_cli import settled, tolerance_of
from prune_audit.console import FINDINGS, NOTHING, look, stop, write
from prune_audit.load import Loaded
from prune_audit.options import Config, Isolated, Output, Tolerance
from prune_audit.paths import claim_files, read_claims
from prune_audit.ranked_cli import check_ranked


class RanksFormat(StrEnum):
    """The formats of ranking.reports.FORMATS."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def ranks(
    paths: Annotated[list[str], typer.Argument(help="Claim files, folders or patterns.")],
    tolerance: Tolerance = None,
    form: Annotated[RanksFormat, typer.Option("--format", help="How to print it.")] = (
        RanksFormat.TEXT
    ),
    config: Config = None,
    isolated: Isolated = False,
    output: Output = None,
) -> None:
    """Compare the ranks of methods over the operating points of a table (Kendall's tau).

    Rows of one base model are set side by side by their printed rate. A ranking that is to say
    something about methods needs three operating points or more, and random choice among them.
    """
    from prune_audit.ranking.reports import FORMATS
    from prune_audit.ranking.stability import stabilities

    files = claim_files(paths)
    check_ranked(paths, files, output)
    given = {"tolerance": tolerance_of(tolerance)}
    settings = settled(files, config, isolated, given).options.settings
    loaded = tuple(read_claims(files))
    claims = [one.claim for one in loaded if one.claim]
    found = list(stabilities(claims, settings))
    if not found and claims:
        stop("nothing to rank: no base model has two methods at one operating point", NOTHING)
    if found:
        write(FORMATS[form](found, look(output, False)), output)
    _report_unread(loaded)


def _report_unread(loaded: Sequence[Loaded]) -> None:
    unread = [one for one in loaded if one.claim is None]
    for one in unread:
        first = one.problems[0]
        typer.echo(
            f"prune-audit: {one.name} was not read: {first.anchors[0]}: {first.message}; "
            f"run prune-audit check {one.name}",
            err=True,
        )
    if unread:
        raise typer.Exit(FINDINGS)
