"""Options of ``prune-audit import`` for tables, and how their texts are read."""

import re
from pathlib import Path
from typing import Annotated

import typer

from prune_audit.console import USAGE, stop

Force = Annotated[bool, typer.Option("--force", help="Replace files that are there.")]


File = Annotated[Path, typer.Argument(help="The file with the table.", show_default=False)]
Maps = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="KEY=COLUMN",
        help="What a column holds: top1='Acc. (%)', method=#1; two numbers in a cell: "
        "top1,delta=#3. Keys of a row, and pruning.KEY, retraining.KEY, base.KEY.",
    ),
]
Ignores = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="COLUMN", help="A column to leave out: Venue, or '#5'."),
]
Units = Annotated[
    list[str] | None,
    typer.Option("--unit", metavar="KEY=UNIT", help="Unit of bare numbers: macs=G, sparsity=%."),
]
Common = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="A fact of all rows: runs=3, retraining.epochs=90."
    ),
]
Section = Annotated[
    str, typer.Option(help="What headings inside the table name: network, dataset or note.")
]
BaseRow = Annotated[
    list[str] | None,
    typer.Option("--base-row", metavar="METHOD", help="A row that is the dense network."),
]


def text_option(words: str) -> object:
    """Return an option that is a text, empty where it is not given."""
    return typer.Option(help=words, show_default=False)


def pairs(option: str, texts: list[str] | None) -> dict[str, str]:
    """Read texts such as ``runs=3``; the last of several wins."""
    found: dict[str, str] = {}
    for text in texts or ():
        key, mark, value = text.partition("=")
        if not (key and mark and value):
            stop(f"{option} expects KEY=VALUE, got {text!r}", USAGE)
        found[key.strip()] = value
    return found


def units_by_key(texts: list[str] | None) -> dict[str, str]:
    """Read texts such as ``macs=G`` and ``sparsity=%``."""
    from prune_audit.importers.targets import targets
    from prune_audit.importers.values import UNITS

    units = pairs("--unit", texts)
    for key, unit in units.items():
        if key not in targets() or not UNITS.fullmatch(unit):
            stop(f"--unit expects a key and %, x, k, M, G, B, T or e8, got {key}={unit}", USAGE)
    return units


def section_key(name: str) -> str:
    """Read what the headings inside a table name."""
    if name not in ("network", "dataset", "note"):
        stop(f"--section expects network, dataset or note, got {name!r}", USAGE)
    return name


def delimiter_of(text: str) -> str:
    """Read the delimiter of a CSV file; empty where it is to be found out."""
    delimiter = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if len(delimiter) > 1 or re.fullmatch(r"[\r\n\"]", delimiter):
        stop(f"--delimiter expects one character, got {text!r}", USAGE)
    return delimiter
