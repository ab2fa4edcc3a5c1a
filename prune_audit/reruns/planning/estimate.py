"""What a plan costs before anything is paid for: epochs, training FLOPs, and time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import NamedTuple

from prune_audit.registry import network as registered_network
from prune_audit.reruns import datasets
from prune_audit.reruns.experiment import Experiment, Pruning
from prune_audit.reruns.jobs import jobs
from prune_audit.reruns.ledger import training_flops
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.planning.site import Site
from prune_audit.reruns.planning.structures import pruned_cost

TEST_SHARE = 1 / 3
"""What testing on an image costs, of the cost of training on one: there is no backward pass."""


class Speed(NamedTuple):
    """Measured time of training on one image: ``overhead`` + ``per_mac`` x MACs, in seconds.

    ``macs`` are those of the network's forward pass.
    """

    overhead: float
    per_mac: float

    def of_image(self, macs: float) -> float:
        """Return the seconds that training on one image takes."""
        return self.overhead + self.per_mac * macs


class Cost(NamedTuple):
    """Cost of a set of experiments; ``seconds`` of one process, None where no speed was measured.

    ``open`` counts experiments whose network has no cost model: they are in ``epochs`` only.
    """

    runs: int
    epochs: int
    flops: float
    seconds: float | None
    open: int


def site_of(experiment: Experiment, folder: Path | None) -> Site:
    """Return the network of an experiment at its data set's classes and image side."""
    sizes = datasets.sizes(experiment.data.name, folder)
    network = registered_network(experiment.network)
    if network is None:
        raise LookupError(f"no network is called {experiment.network}")
    return Site(network, sizes.classes, sizes.side, sizes.channels)


def speed_key(experiment: Experiment) -> str:
    """Return under which name the speed of an experiment's network is kept in a store."""
    return "/".join((experiment.network, experiment.data.name, str(experiment.training.batch_size)))


def cost_of(
    experiments: Iterable[Experiment], speeds: Mapping[str, Speed], folder: Path | None
) -> Cost:
    """Add up what experiments cost, each counted once, and epochs that several share once too."""
    wanted = dict.fromkeys(experiments)
    total = Cost(len(wanted), 0, 0.0, 0.0, 0)
    for job in jobs(wanted):
        # the base models of runs that are all there are jobs too, and cost nothing
        if wanted.keys() & set(job.experiments):
            total = _add(total, job.longest, speeds.get(speed_key(job.longest)), folder)
    return total


def together(cuts: Sequence[Pruning]) -> Pruning | None:
    """Return the one pruning of filters that costs what several do, one after the other."""
    filters = [cut for cut in cuts if METHODS[cut.method].shrinks]
    if len(filters) <= 1:
        return filters[0] if filters else None
    columns = zip(*(cut.ratios for cut in filters), strict=True)
    left = (prod(1 - ratio for ratio in column) for column in columns)
    return replace(filters[-1], ratios=tuple(1 - share for share in left))


def _add(total: Cost, one: Experiment, speed: Speed | None, folder: Path | None) -> Cost:
    runs, epochs = total.runs, total.epochs + one.training.epochs
    sizes = datasets.sizes(one.data.name, folder)
    try:
        macs = pruned_cost(together(one.cuts), site_of(one, folder))
    except ValueError:
        macs = None
    if macs is None or sizes.train is None:
        return Cost(runs, epochs, total.flops, None, total.open + 1)
    images = one.data.few or round(sizes.train * (1 - one.data.held_out))
    flops = total.flops + training_flops(macs, images, one.training.epochs)
    seconds = None
    if speed is not None and total.seconds is not None:
        tested = (sizes.test or 0) * TEST_SHARE
        seconds = total.seconds + (images + tested) * one.training.epochs * speed.of_image(macs)
    return Cost(runs, epochs, flops, seconds, total.open)
