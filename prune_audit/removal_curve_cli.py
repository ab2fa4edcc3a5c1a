"""``prune-audit removal-curve``: what criteria harm in a checkpoint before any retraining."""

import math
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prune_audit.console import USAGE, look, stop, write
from prune_audit.opened_cli import (
    check_plot,
    check_torch,
    check_writable,
    dataset_named,
    device_named,
    drawn,
    network_named,
    opened_file,
)
from prune_audit.options import (
    Checkpoint,
    DataFolder,
    DataName,
    Device,
    NetworkName,
    Output,
    Seed,
)
from prune_audit.reruns.methods import METHODS

if TYPE_CHECKING:
    from prune_audit.pipeline.limits.of_file import Opened
    from prune_audit.pipeline.removal_of import Asked
    from prune_audit.removal_report import Removals

CRITERIA = tuple(name for name, method in METHODS.items() if method.shrinks and not method.trains)


class RemovalFormat(StrEnum):
    """The formats of removal_report.FORMATS."""

    TEXT = "text"
    JSON = "json"


def removal_curve(
    checkpoint: Checkpoint,
    network: NetworkName,
    data: DataName,
    data_folder: DataFolder = None,
    criteria: Annotated[
        str, typer.Option(help="Criteria for filters, as methods lists them, with commas.")
    ] = "random,l1,taylor",
    layers: Annotated[
        str, typer.Option(help="Only these layers, with commas.", show_default="all")
    ] = "",
    images: Annotated[
        int, typer.Option(min=1, help="Test images that accuracies are measured on, at most.")
    ] = 1000,
    orders: Annotated[int, typer.Option(min=2, help="Orders for Shapley values.")] = 20,
    draws: Annotated[int, typer.Option(min=1, help="Draws of random filters.")] = 5,
    seed: Seed = 0,
    device: Device = "cpu",
    form: Annotated[RemovalFormat, typer.Option("--format", help="How to print it.")] = (
        RemovalFormat.TEXT
    ),
    output: Output = None,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the curves: FILE.svg or FILE.png."),
    ] = None,
) -> None:
    """Remove filters of one layer at a time, by several criteria, and retrain nothing.

    Retraining hides how much a criterion harms; this is the harm before it.
    """
    chosen = _criteria(criteria)
    known, place = network_named(network), dataset_named(data, data_folder)
    where = device_named(device)
    check_plot(plot)
    check_writable(output)
    check_torch()
    from prune_audit.pipeline.removal_of import Asked

    opened = opened_file(checkpoint, known, place, data_folder, where)
    asked = Asked(chosen, _listed(layers), images, orders, draws, seed)
    found = _measured(opened, asked, (checkpoint.name, known, place))
    _check_losses(found)
    _show(found, form, output, plot)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in text.split(",")))))


def _criteria(text: str) -> tuple[str, ...]:
    found = _listed(text)
    strange = [name for name in found if name not in CRITERIA]
    if strange or not found:
        got = repr(strange[0]) if strange else "none"
        stop(f"expected criteria for filters ({', '.join(CRITERIA)}), got {got}", USAGE)
    return found


def _measured(opened: "Opened", asked: "Asked", names: tuple[str, str, str]) -> "Removals":
    from prune_audit.pipeline.removal_of import removals
    from prune_audit.reruns.progress import counting

    try:
        with counting("removing filters", asked.passes) as advance:
            return removals(opened, asked, names, advance)
    except ValueError as error:
        stop(str(error), USAGE)


def _check_losses(found: "Removals") -> None:
    for by_layer in found.curves.values():
        for layer, harm in by_layer.items():
            if not all(map(math.isfinite, harm.loss)):
                stop(f"with filters of {layer} removed the loss is no finite number: are the "
                     "weights those of a trained network?", USAGE)  # fmt: skip


def _show(found: "Removals", form: RemovalFormat, output: Path | None, plot: Path | None) -> None:
    from prune_audit.removal_report import FORMATS, outcome
    from prune_audit.studies.reports.plot import draw

    drawn(lambda path: draw(outcome(found), path), plot)
    write(FORMATS[form](found, look(output, False)), output)
