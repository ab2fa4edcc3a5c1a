"""``prune-audit prune-limit``: how sparse a checkpoint gets in one shot, without retraining."""

import math
from collections.abc import Mapping
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

if TYPE_CHECKING:
    from prune_audit.limits.report import Examined
    from prune_audit.pipeline.limits.examine import Effort
    from prune_audit.pipeline.limits.of_file import Opened


class LimitFormat(StrEnum):
    """The formats of limits.report.FORMATS."""

    TEXT = "text"
    JSON = "json"


def prune_limit(
    checkpoint: Checkpoint,
    network: NetworkName,
    data: DataName,
    data_folder: DataFolder = None,
    batch_size: Annotated[
        int, typer.Option(min=1, help="Batch size of its training; the loss limit depends on it.")
    ] = 128,
    l1: Annotated[
        float, typer.Option(min=0, help="Factor of the L1 penalty of its training, if any.")
    ] = 0.0,
    tolerance: Annotated[
        float, typer.Option(min=0, help="Points of accuracy that may be lost.")
    ] = 0.5,
    images: Annotated[
        int,
        typer.Option(min=2, help="Training images, drawn anew for each probe, and test images."),
    ] = 5000,
    probes: Annotated[
        int, typer.Option(min=2, help="Random vectors; more of them make the error smaller.")
    ] = 3,
    steps: Annotated[
        int, typer.Option(min=2, help="Lanczos steps; each keeps one vector in memory.")
    ] = 128,
    points: Annotated[int, typer.Option(min=2, help="Sparsities that are measured.")] = 200,
    seed: Seed = 0,
    device: Device = "cpu",
    form: Annotated[LimitFormat, typer.Option("--format", help="How to print it.")] = (
        LimitFormat.TEXT
    ),
    output: Output = None,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw loss and accuracy: FILE.svg or FILE.png."),
    ] = None,
) -> None:
    """Say how many weights of a network can go in one shot, without retraining.

    The limit is predicted from the curvature of the loss and the sizes of the weights, and
    measured: on the training loss, and on the test accuracy.
    """
    known, place, where = (
        network_named(network), dataset_named(data, data_folder), device_named(device)
    )  # fmt: skip
    _check_finite({"--l1": l1, "--tolerance": tolerance})
    check_plot(plot)
    check_writable(output)
    check_torch()
    from prune_audit.pipeline.limits.examine import Effort

    effort = Effort(batch_size, images, probes, steps, points, tolerance, l1)
    opened = opened_file(checkpoint, known, place, data_folder, where)
    found = _examined(opened, effort, seed, (checkpoint.name, known, place))
    _show(found, form, output, plot)


def _check_finite(numbers: Mapping[str, float]) -> None:
    for option, number in numbers.items():
        if not math.isfinite(number):
            stop(f"{option} expects a finite number from 0 on, got {number:g}", USAGE)


def _examined(
    opened: "Opened", effort: "Effort", seed: int, names: tuple[str, str, str]
) -> "Examined":
    from prune_audit.limits.report import Examined
    from prune_audit.pipeline.limits.examine import PARTS, LimitError, examine
    from prune_audit.pipeline.streams import stream
    from prune_audit.reruns.progress import counting

    try:
        with counting("examining", effort.probes + PARTS) as advance:
            found = examine(opened.net, opened.sets, effort, stream(seed, "limits"), advance)
    except LimitError as error:
        stop(str(error), USAGE)
    return Examined(*names, found)


def _show(found: "Examined", form: LimitFormat, output: Path | None, plot: Path | None) -> None:
    from prune_audit.limits.plot import draw
    from prune_audit.limits.report import FORMATS

    drawn(lambda path: draw(found, path), plot)
    write(FORMATS[form](found, look(output, False)), output)
