"""What commands share that open a checkpoint, train on a device, or draw a picture."""

import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from prune_audit.console import USAGE, stop
from prune_audit.reports.lines import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from prune_audit.pipeline.limits.of_file import Opened


def network_named(name: str) -> str:
    """Return the id of a network that can be built here, or exit."""
    from prune_audit.registry import network
    from prune_audit.reruns.networks import BUILT

    found = network(name)
    if found is None or found.id not in BUILT:
        stop(f"the network {name!r} is not built here; there are {', '.join(sorted(BUILT))}", USAGE)
    return found.id


def dataset_named(name: str, folder: Path | None) -> str:
    """Return the id of a data set that is at hand, or exit; ``folder`` is ``--data-folder``."""
    from prune_audit.registry import dataset
    from prune_audit.reruns.datasets import missing

    known = dataset(name)
    found = known.id if known else name
    problem = missing(found, folder)
    if problem:
        stop(problem.replace("--data DIR", "--data-folder DIR"), USAGE)
    return found


def device_named(name: str) -> str:
    """Return the name of a device, or exit; whether this machine has it is seen later."""
    if not re.fullmatch(r"cpu|cuda(:[0-9]{1,3})?", name):
        stop(f"--device expects cpu, cuda or cuda:N, got {name!r}", USAGE)
    return name


def check_plot(path: Path | None) -> None:
    """Exit where a plot cannot be drawn into that file."""
    from prune_audit.quantisation.plot import PlotError, check

    if path is None:
        return
    try:
        check(path)
    except PlotError as error:
        stop(clean(str(error)), USAGE)
    check_writable(path)


def check_writable(path: Path | None) -> None:
    """Exit where a file cannot be written, before what is written there is computed for long."""
    if path is None:
        return
    above = path
    while not above.exists() and above != above.parent:
        above = above.parent
    if above == path and path.is_dir():
        stop(clean(f"cannot write {path}: it is a folder; name a file"), USAGE)
    if above != path and not above.is_dir():
        stop(clean(f"cannot write {path}: {above} is no folder"), USAGE)
    if not os.access(above, os.W_OK):
        stop(clean(f"cannot write {path}: {above} is not writable"), USAGE)


def drawn(draw: "Callable[[Path], object]", path: Path | None) -> None:
    """Draw a picture into a file, if one is asked for, or exit."""
    if path is None:
        return
    try:
        draw(path)
    except OSError as error:
        stop(clean(f"cannot write {path}: {error.strerror or error}"), USAGE)
    typer.echo(f"wrote {clean(str(path))}", err=True)


def check_torch() -> None:
    """Exit where torch is not installed."""
    if find_spec("torch") is None:
        stop("torch is not installed: pip install 'prune-audit[rerun]'", USAGE)


def opened_file(file: Path, network: str, data: str, folder: Path | None, device: str) -> "Opened":
    """Return a trained network and its data set, or exit."""
    from prune_audit.pipeline.checkpoint import CheckpointError
    from prune_audit.pipeline.limits.of_file import opened
    from prune_audit.pipeline.machine import DeviceError
    from prune_audit.reruns.image_folders import DatasetError

    try:
        return opened(file, network, data, folder, device)
    except (CheckpointError, DeviceError, DatasetError) as error:
        stop(clean(str(error)), USAGE)
