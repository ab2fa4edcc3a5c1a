"""Where a row of a claim is rerun: its data set and network, or those that stand in for them."""

from typing import NamedTuple

from prune_audit.claim import Result
from prune_audit.registry import Network
from prune_audit.registry import dataset as known_dataset
from prune_audit.registry import network as registered_network
from prune_audit.reruns import datasets
from prune_audit.reruns.experiment import Data
from prune_audit.reruns.networks import BUILT
from prune_audit.reruns.planning.refused import CannotRerunError
from prune_audit.reruns.planning.request import Request
from prune_audit.reruns.planning.standin import DATA, NETWORK


class Site(NamedTuple):
    """Where pruning takes place: a registered network; the data set's classes, side, channels."""

    network: Network
    classes: int
    side: int
    channels: int


def place_of(row: Result, request: Request) -> tuple[Data, Site]:
    """Return the data set and the network that a row is rerun on, a stand-in's where asked for.

    Raises:
        CannotRerunError: one of them is not known here, or its images are not at hand.
    """
    if request.on_digits:
        network = registered_network(NETWORK)
        assert network is not None, "the registry holds the stand-in network"
        sizes = datasets.sizes(DATA, None)
        return Data(DATA), Site(network, sizes.classes, sizes.side, sizes.channels)
    name = _dataset(row, request)
    problem = datasets.missing(name, request.folder)
    if problem:
        raise CannotRerunError(f"its data set {datasets.title(name)} is not at hand", problem)
    sizes = datasets.sizes(name, request.folder)
    site = Site(_network(row, name), sizes.classes, sizes.side, sizes.channels)
    return Data(name, datasets.content(name, request.folder)), site


def _dataset(row: Result, request: Request) -> str:
    """Return the id of the row's data set; ``folder`` means any images in class folders."""
    stated = row.dataset.value or ""
    known = known_dataset(stated)
    if known is None and stated != "folder":
        raise CannotRerunError(
            "its data set is not known here", "--stand-in digits", str(row.dataset)
        )
    name = known.id if known else stated
    _check_stand_in(name, request)
    return name


def _check_stand_in(dataset: str, request: Request) -> None:
    """ImageNet-100 is any draw of 100 classes: on a list of the user's own it is a stand-in."""
    own_list = dataset == "imagenet100"
    if own_list and not request.stand_in:
        raise CannotRerunError(
            "the class list of its ImageNet-100 is not published",
            "--stand-in imagenet100 runs on a list of your own, --stand-in digits on digits",
        )
    if request.stand_in and not own_list:
        raise CannotRerunError(
            "a class list of your own stands in for ImageNet-100 only", "leave --stand-in out"
        )


def _network(row: Result, dataset: str) -> Network:
    """Return the registered network of a row, preferring the variant for its data set."""
    name = row.network.value or ""
    found = registered_network(name, dataset) or registered_network(name)
    if found is None or found.id not in BUILT:
        raise CannotRerunError(
            "its network is not built here",
            f"networks here: {', '.join(sorted(BUILT))}",
            str(row.network),
        )
    return found
