"""The command line of importers: ``prune-audit import shrinkbench|csv|markdown|latex``."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prune_audit.console import FINDINGS, NOTHING, USAGE, stop, write
from prune_audit.import_options import (
    BaseRow,
    Common,
    File,
    Force,
    Ignores,
    Maps,
    Section,
    Units,
    delimiter_of,
    pairs,
    section_key,
    text_option,
    units_by_key,
)
from prune_audit.import_questions import asked
from prune_audit.paths import printable

if TYPE_CHECKING:
    from prune_audit.importers.facts import Facts
    from prune_audit.importers.grid import Grid
    from prune_audit.importers.mapping import Mapping, Undecided

app = typer.Typer(
    name="import",
    help="Turn a survey, or a table copied from a paper, into claim files.",
    no_args_is_help=True,
)


@app.command()
def shrinkbench(
    folder: Annotated[Path, typer.Argument(help="A copy of the repository JJGO/shrinkbench.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for the claim files, one per paper.")
    ] = Path("claims/survey"),
    force: Force = False,
) -> None:
    """Import the survey of Blalock et al. 2020 (arXiv 2003.03033): 81 papers, 551 results.

    Rows that no claim file can hold are listed on stderr, and the exit code is 1 then.
    """
    # here and below: the importers take a while to import, which check need not pay
    from prune_audit.importers.shrinkbench import imported
    from prune_audit.importers.shrinkbench.convert import summary
    from prune_audit.importers.texts import ImportFailedError

    try:
        found = imported(folder)
    except ImportFailedError as error:
        stop(str(error), USAGE)
    for line in summary(found):
        typer.echo(f"prune-audit: {line}", err=True)
    if not found.files:
        stop("nothing to import: no row of a paper", NOTHING)
    _save({output / file.name: file.text for file in found.files}, force)
    typer.echo(f"wrote {len(found.files)} files to {printable(str(output))}", err=True)
    if found.left_out:
        raise typer.Exit(FINDINGS)


def _table_command(name: str, words: str) -> None:
    """Add a command for one format of tables; they differ in how the file is read alone."""

    def command(
        file: File,
        columns: Maps = None,
        ignore: Ignores = None,
        unit: Units = None,
        common: Common = None,
        method: Annotated[str, text_option("Method of all rows.")] = "",
        network: Annotated[str, text_option("Network of all rows.")] = "",
        dataset: Annotated[str, text_option("Data set of all rows.")] = "",
        base_top1: Annotated[str, text_option("Top-1 accuracy of the dense network.")] = "",
        weights: Annotated[str, text_option("Identity of the dense network's weights.")] = "",
        base_row: BaseRow = None,
        section: Section = "note",
        title: Annotated[str, text_option("Title of the paper.")] = "",
        venue: Annotated[str, text_option("Venue of the paper.")] = "",
        year: Annotated[str, text_option("Year of the paper.")] = "",
        arxiv: Annotated[str, text_option("arXiv number of the paper.")] = "",
        table: Annotated[str, text_option("Where the table stands: 'Table 2'.")] = "",
        pick: Annotated[int, typer.Option(min=0, help="Which table of several, from 1.")] = 0,
        header_rows: Annotated[int, typer.Option(min=0, help="Rows of the header.")] = 0,
        delimiter: Annotated[str, text_option("Delimiter of a CSV file: ';' or tab.")] = "",
        no_input: Annotated[bool, typer.Option("--no-input", help="Ask nothing.")] = False,
        output: Annotated[
            Path | None, typer.Option("--output", "-o", help="Claim file; stdout if none.")
        ] = None,
        force: Force = False,
    ) -> None:
        from prune_audit.importers.facts import Facts

        stated = {
            "method": method, "network": network, "dataset": dataset, "base.top1": base_top1,
            "base.weights": weights,
        }  # fmt: skip
        facts = Facts(
            title=title, venue=venue, year=year, arxiv=arxiv, table=table,
            common={k: v for k, v in stated.items() if v} | pairs("--set", common),
            units=units_by_key(unit), section=section_key(section), base_rows=tuple(base_row or ()),
        )  # fmt: skip
        grid = _read(name, file, pick, header_rows, delimiter)
        _import(
            grid, columns or [], ignore or [], facts, not no_input and terminal(), output, force
        )

    app.command(name, help=words)(command)


_table_command("csv", "Import a table from a CSV file.")
_table_command("markdown", "Import a table from a Markdown file.")
_table_command("latex", "Import a table from a LaTeX file.")


def terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _read(name: str, file: Path, pick: int, header_rows: int, delimiter: str) -> "Grid":
    from prune_audit.importers.csv_table import read_csv
    from prune_audit.importers.grid import TableError
    from prune_audit.importers.latex.table import read_latex
    from prune_audit.importers.markdown_table import read_markdown
    from prune_audit.importers.texts import ImportFailedError, read_source

    named = printable(str(file))
    readers: dict[str, Callable[[str], Grid]] = {
        "csv": lambda text: read_csv(
            text, named, delimiter=delimiter_of(delimiter), header_rows=header_rows
        ),
        "markdown": lambda text: read_markdown(text, named, pick=pick),
        "latex": lambda text: read_latex(text, named, pick=pick, header_rows=header_rows),
    }
    try:
        return readers[name](read_source(file))
    except (ImportFailedError, TableError) as error:
        stop(str(error), USAGE)


def _import(
    grid: "Grid",
    columns: list[str],
    ignored: list[str],
    facts: "Facts",
    asking: bool,
    output: Path | None,
    force: bool,
) -> None:
    from prune_audit.importers.grid import TableError
    from prune_audit.importers.mapping import resolve
    from prune_audit.importers.table_claim import claim_text

    try:
        mapping = resolve(grid, columns, ignored)
        mapping = asked(mapping) if asking else _decided(mapping)
        _tell(grid, mapping)
        made = claim_text(grid, mapping, facts)
    except TableError as error:
        stop(str(error), USAGE)
    if made.to_do:
        typer.echo(f"prune-audit: still to be filled in: {'; '.join(made.to_do)}", err=True)
    if output is None:
        write(made.text, None)
        return
    _save({output: made.text}, force)
    typer.echo(f"wrote {made.rows} rows to {printable(str(output))}", err=True)


def _decided(mapping: "Mapping") -> "Mapping":
    """Refuse to guess: name every column that is not sure, and what would settle it."""
    if mapping.undecided:
        stop("\n".join(["these columns are not sure:", *map(_question, mapping.undecided)]), USAGE)
    return mapping


def _question(column: "Undecided") -> str:
    ways = [f"--map {key}=#{column.number}" for key in column.keys or ("note",)]
    may = f"may be {' or '.join(column.keys)}" if column.keys else "has no known key"
    return f"  {column.name} {may}: {' or '.join([*ways, f'--ignore=#{column.number}'])}"


def _tell(grid: "Grid", mapping: "Mapping") -> None:
    """Say what was read without having been asked for."""
    for number in mapping.proposed:
        header, keys = grid.columns[number - 1], ",".join(mapping.columns[number])
        typer.echo(f"prune-audit: column {number} {header!r} is read as {keys}", err=True)
    if headings := dict.fromkeys(row.section for row in grid.rows if row.section):
        named = "; ".join(repr(heading) for heading in headings)
        typer.echo(f"prune-audit: headings of the rows below them: {named}", err=True)


def _save(files: dict[Path, str], force: bool) -> None:
    from prune_audit.importers.writing import ThereAlreadyError, write_all

    try:
        write_all(files, force=force)
    except ThereAlreadyError as error:
        stop(
            f"there already, and left as it is: {printable(str(error))}; --force replaces files",
            USAGE,
        )
    except OSError as error:
        where = printable(str(error.filename or ", ".join(map(str, files))))
        stop(f"cannot write {where}: {error.strerror or error}", USAGE)
