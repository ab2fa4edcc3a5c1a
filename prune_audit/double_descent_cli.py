"""``prune-audit double-descent``: the phases in which printed accuracies over sparsity lie."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prune_audit.console import USAGE, look, stop, write
from prune_audit.corpus import gather
from prune_audit.load import load_file
from prune_audit.options import Output
from prune_audit.paths import printable
from prune_audit.reports.lines import clean

if TYPE_CHECKING:
    from prune_audit.claim import Result


SHOWN = 20
"""Names of results that an error message lists at most."""


class SeriesFormat(StrEnum):
    """The formats of studies.reports.printed.FORMATS."""

    TEXT = "text"
    JSON = "json"


def double_descent(
    series: Annotated[
        str, typer.Argument(help="A sweep, or rows with commas: claims/foo.yaml#sweep.")
    ],
    form: Annotated[SeriesFormat, typer.Option("--format", help="How to print it.")] = (
        SeriesFormat.TEXT
    ),
    output: Output = None,
) -> None:
    """Tell the phases of printed accuracies over sparsity: light, critical, sweet, collapsed.

    It takes ten levels or more, one of them above 90 % sparsity.

    The experiment itself: prune-audit study double-descent.
    """
    # tabulate takes a while to import, which the other commands need not pay
    from prune_audit.studies.printed import SeriesError, printed_series
    from prune_audit.studies.reports.printed import FORMATS

    try:
        found = printed_series(_rows(series))
    except SeriesError as error:
        stop(clean(f"{series}: {error}"), USAGE)
    write(FORMATS[form](found, look(output, False)), output)


def _rows(series: str) -> "tuple[Result, ...]":
    file, _, names = series.rpartition("#")
    if not file or not names:
        stop(clean(f"name a sweep as claims/foo.yaml#sweep, got {series!r}"), USAGE)
    loaded = load_file(Path(file), file)
    if loaded.claim is None:
        first = loaded.problems[0]
        advice = first.fix if first.code == "PA001" else f"run prune-audit check {printable(file)}"
        stop(clean(f"{first.anchors[0]}: {first.message}; {advice}"), USAGE)
    claim, corpus = loaded.claim, gather([loaded])
    wanted = [name.strip() for name in names.split(",")]
    for name in wanted:
        if not corpus.rows(claim, [name]):
            there = ", ".join([*claim.families, *claim.results][:SHOWN])
            stop(clean(f"there is no result {name!r} in {file}; there are {there}"), USAGE)
    return tuple(dict.fromkeys(corpus.rows(claim, wanted)))
