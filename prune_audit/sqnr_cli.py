"""``prune-audit sqnr``: pruning against quantisation, tensor by tensor of a checkpoint."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prune_audit.console import NOTHING, USAGE, look, stop, write
from prune_audit.opened_cli import check_plot, check_writable
from prune_audit.options import Output
from prune_audit.reports.lines import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from prune_audit.quantisation.report import Comparison


class SqnrFormat(StrEnum):
    """The formats of quantisation.report.FORMATS."""

    TEXT = "text"
    JSON = "json"


def sqnr(
    checkpoint: Annotated[
        Path, typer.Argument(help="A state_dict, .safetensors, .onnx or torch.export file.")
    ],
    bits: Annotated[
        str, typer.Option(help="Bits per weight from 2 to 8, such as 8,4,2 or 2-8.")
    ] = "2-8",
    per_channel: Annotated[
        bool, typer.Option("--per-channel", help="Quantise with one range per output.")
    ] = False,
    form: Annotated[SqnrFormat, typer.Option("--format", help="How to print it.")] = (
        SqnrFormat.TEXT
    ),
    output: Output = None,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the tensors as points: FILE.svg or FILE.png."),
    ] = None,
) -> None:
    """Compare pruning with quantisation at equal bytes: SQNR of every weight tensor."""
    # numpy takes 100 ms to import, which the other commands need not pay
    from prune_audit.quantisation.report import FORMATS

    chosen = _widths(bits)
    check_plot(plot)
    check_writable(output)
    found = _compared(checkpoint, chosen, per_channel)
    if plot:
        _draw(found, plot)
    write(FORMATS[form](found, look(output, False)), output)


def _widths(bits: str) -> tuple[int, ...]:
    from prune_audit.quantisation.storage import WidthError, widths

    try:
        return widths(bits)
    except WidthError as error:
        stop(str(error), USAGE)


def _compared(path: Path, chosen: tuple[int, ...], per_channel: bool) -> "Comparison":
    from prune_audit.quantisation.compare import Compared, Skipped, compared
    from prune_audit.quantisation.report import Comparison

    weights = _weights(path)
    with _progress(sum(one.size for one in weights.values())) as advance:
        found: list[Compared | Skipped] = []
        for name, weight in weights.items():
            found.append(compared(_spelled(name), weight, chosen, per_channel))
            advance(weight.size)
    tensors = tuple(one for one in found if isinstance(one, Compared))
    skipped = tuple(one for one in found if isinstance(one, Skipped))
    if not tensors:
        named = f"{skipped[0].name} {skipped[0].why}" if skipped else "it has none"
        stop(clean(_spelled(f"no weights to compare in {path}: {named}")), NOTHING)
    return Comparison(_spelled(path.name), per_channel, tensors, skipped)


def _spelled(name: str) -> str:
    """Return a name that can be written as UTF-8; pickles and file systems hold others too."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _weights(path: Path) -> Mapping[str, Any]:
    from prune_audit.quantisation.tensors import CheckpointError, weights

    if not path.exists():
        stop(f"no such file: {path}", USAGE)
    try:
        return weights(path)
    except CheckpointError as error:
        stop(clean(f"{path} {error.reason}; {error.fix}"), USAGE)


def _draw(found: "Comparison", path: Path) -> None:
    from prune_audit.quantisation.plot import draw

    try:
        left_out = draw(found.tensors, found.file, path)
    except OSError as error:
        stop(f"cannot write {path}: {error.strerror or error}", USAGE)
    rest = f" without {left_out} points at which nothing is lost" if left_out else ""
    typer.echo(f"wrote {path}{rest}", err=True)


@contextmanager
def _progress(weights: int) -> "Iterator[Callable[[int], None]]":
    """Show how many weights are done, on stderr and where that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    still = not sys.stderr.isatty() or console.is_dumb_terminal
    with Progress(console=console, transient=True, disable=still) as bar:
        task = bar.add_task("comparing", total=weights)
        yield lambda done: bar.advance(task, done)
