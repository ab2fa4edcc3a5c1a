"""Removal curves of a whole network: every layer that can lose filters, one at a time."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn

from prune_audit.pipeline.data import Sets
from prune_audit.pipeline.harm import Harm, removal_curve
from prune_audit.pipeline.methods.scorer import Layer, Scoring
from prune_audit.pipeline.methods.shapley import PERMUTATIONS, Estimate, estimates
from prune_audit.pipeline.prunable import filter_ratios
from prune_audit.pipeline.scores import layer_of, scores
from prune_audit.pipeline.streams import stream
from prune_audit.pipeline.units import Payoff, Sample, errors, losses

FRACTIONS = tuple(tenth / 10 for tenth in range(1, 10))
"""Of a layer's filters, removed lowest first."""
PAYOFFS: Mapping[str, Payoff] = {"shapley": losses, "shapley-error": errors}


class Curve(NamedTuple):
    """What a layer of so many filters loses; ``estimate`` holds its Shapley values, if any."""

    units: int
    points: list[Harm]
    estimate: Estimate | None = None


def layers_of(net: nn.Module, network: str, wanted: Collection[str] = ()) -> dict[str, Layer]:
    """Return the layers that can lose filters by name, all of them or those that are wanted.

    Raises:
        ValueError: nothing is known about the network, or it has no such layer that can.
    """
    names = list(filter_ratios(network, net, 0.0))
    strange = [name for name in wanted if name not in names]
    if strange:
        raise ValueError(
            f"{network} has no layer {strange[0]!r} that can lose filters; "
            f"there are {', '.join(names)}"
        )
    return {name: layer_of(net, name) for name in names if not wanted or name in wanted}


def scoring_of(
    net: nn.Module, layers: Mapping[str, Layer], sets: Sets, seed: int, draw: int
) -> Scoring:
    """Return what a criterion may look at; everything random depends on seed and draw alone."""
    generator, images = (stream(seed, purpose, draw) for purpose in ("removal", "images"))
    return Scoring(
        net, layers, generator, lambda count: next(iter(sets.train.batches(count, images)))
    )


def harmed_images(sets: Sets, count: int = 0) -> Sample:
    """Return all test images, or so many drawn at random, always the same ones."""
    generator = torch.Generator().manual_seed(0) if 0 < count < sets.test.size else None
    return next(iter(sets.test.batches(count if generator else sets.test.size, generator)))


def curves(
    scoring: Scoring, method: str, images: Sample, permutations: int = PERMUTATIONS
) -> dict[str, Curve]:
    """Score filters by a method for filters, and remove the lowest of each layer alone.

    Args:
        scoring: network, layers and training images.
        method: a key of ``reruns.methods.METHODS``.
        images: what harm is measured on.
        permutations: orders for Shapley values.

    Raises:
        ValueError: there is no such method for filters, or the network has not what it looks at.
    """
    made: Mapping[str, Estimate] = {}
    if method in PAYOFFS:
        made = estimates(scoring, PAYOFFS[method], permutations)
    found = {name: one.values for name, one in made.items()} or scores(method, "filter", scoring)
    return {
        name: Curve(len(found[name]), _points(scoring, name, found[name], images), made.get(name))
        for name in scoring.layers
    }


def _points(scoring: Scoring, name: str, found: Tensor, images: Sample) -> list[Harm]:
    return removal_curve(scoring.network, name, found, images, FRACTIONS)
