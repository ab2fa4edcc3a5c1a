"""Removal curves of a user's checkpoint, criterion by criterion."""

from collections.abc import Callable, Sequence
from statistics import fmean
from typing import NamedTuple

from prune_audit.pipeline.limits.of_file import Opened
from prune_audit.pipeline.modes import inspected
from prune_audit.pipeline.removal import (
    FRACTIONS,
    PAYOFFS,
    Curve,
    curves,
    harmed_images,
    layers_of,
    scoring_of,
)
from prune_audit.pipeline.units import errors, mean_loss
from prune_audit.removal_report import LayerHarm, Removals


class Asked(NamedTuple):
    """What is measured: criteria for filters, layers (none for all), how many test images.

    ``orders`` are for Shapley values, ``draws`` for random choices.
    """

    criteria: tuple[str, ...]
    layers: tuple[str, ...]
    images: int
    orders: int
    draws: int
    seed: int

    def drawn(self, method: str) -> range:
        """Return the numbers of the choices of a method."""
        return range(self.draws if method == "random" else 1)

    @property
    def passes(self) -> int:
        """How many times filters are scored and removed."""
        return sum(len(self.drawn(method)) for method in self.criteria)


def removals(
    opened: Opened, asked: Asked, names: tuple[str, str, str], done: Callable[[], None]
) -> Removals:
    """Score and remove filters by each criterion; ``done`` is called after each pass.

    Args:
        opened: the network and its images.
        asked: what is measured.
        names: of the file, the network (id of the registry) and the data set.
        done: tells of progress.

    Raises:
        ValueError: nothing is known about which filters of the network can go, there is no such
            layer, or a criterion does not fit the network.
    """
    net, sets = opened
    layers = layers_of(net, names[1], asked.layers)
    images = harmed_images(sets, asked.images)
    with inspected(net):
        whole = 1 - mean_loss(net, images, errors)
    found: dict[str, dict[str, LayerHarm]] = {}
    for method in asked.criteria:
        made = []
        for draw in asked.drawn(method):
            scoring = scoring_of(net, layers, sets, asked.seed, draw)
            made.append(curves(scoring, method, images, asked.orders))
            done()
        found[method] = {name: _harm([one[name] for one in made]) for name in layers}
    orders = asked.orders if PAYOFFS.keys() & set(asked.criteria) else 0
    return Removals(
        *names, len(images[1]), 100 * whole, FRACTIONS, found, asked.draws, orders
    )  # fmt: skip


def _harm(made: Sequence[Curve]) -> LayerHarm:
    points = list(zip(*(curve.points for curve in made), strict=True))
    estimate = made[0].estimate
    return LayerHarm(
        made[0].units,
        tuple(100 * fmean(one.accuracy for one in some) for some in points),
        tuple(fmean(one.loss for one in some) for some in points),
        estimate.relative_error if estimate else None,
        estimate.told_apart if estimate else None,
    )
