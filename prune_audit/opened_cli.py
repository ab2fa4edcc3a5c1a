"""What commands share that open a checkpoint of a known network on its data set."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from prune_audit.console import USAGE, stop
from prune_audit.reports.lines import clean

if TYPE_CHECKING:
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


def check_plot(path: Path | None) -> None:
    """Exit where a plot cannot be drawn into that file."""
    from prune_audit.quantisation.plot import PlotError, check

    if path is None:
        return
    try:
        check(path)
    except PlotError as error:
        stop(str(error), USAGE)


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
