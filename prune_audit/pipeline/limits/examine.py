"""The pruning limits of a network: what is drawn, multiplied and removed to find them."""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import nn

from prune_audit.limits.found import Limits, Probe
from prune_audit.pipeline.data.sets import Sets
from prune_audit.pipeline.limits.hessian import drawn, flat, hessian, weights_of
from prune_audit.pipeline.limits.lanczos import lanczos, probe
from prune_audit.pipeline.limits.removal import losses, removal, smallest_first

PARTS = 2
"""What is removed: by size, and at random; both are steps of their own beside the probes."""


class Effort(NamedTuple):
    """How limits are looked for.

    ``images``: training images per probe, each probe with a draw of its own, and test images; all
    of a smaller set. ``probes``: random vectors, two or more for an error bar. ``steps``: of
    Lanczos, each a pass forth and twice back. ``points``: sparsities above 0 that are measured.
    """

    batch_size: int
    images: int = 5000
    probes: int = 3
    steps: int = 128
    points: int = 200
    tolerance: float = 0.5
    l1: float = 0.0


class LimitError(ValueError):
    """A network whose limits mean nothing; the message says why."""


def examine(
    net: nn.Module,
    sets: Sets,
    effort: Effort,
    generator: torch.Generator,
    done: Callable[[], None] | None = None,
) -> Limits:
    """Find the limits of a trained network, which stays as it is.

    ``done`` is called after each probe and each of the ``PARTS``.

    Raises:
        LimitError: its loss is no number, or the same for every image, so that nothing may rise.
    """
    net.eval()
    train, test = (drawn(half, effort.images, generator) for half in (sets.train, sets.test))
    deviation = float(losses(net, train).std())
    if not (math.isfinite(deviation) and deviation > 0):
        raise LimitError(
            "the loss of the network is no number, or is the same for every training image: is it "
            "trained, and on this data set?"
        )
    weights = flat(net)
    at_random = torch.randperm(len(weights), generator=generator).to(weights.device)
    curves = []
    for order in (smallest_first(weights), at_random):
        curves.append(removal(net, order, effort.points, train, test))
        _tell(done)
    probes = []
    for _ in range(effort.probes):
        probes.append(_probe(net, sets, effort, generator))
        _tell(done)
    return Limits(
        len(train[1]), len(test[1]), effort.batch_size, deviation, effort.steps, effort.l1,
        effort.tolerance, tuple(probes), *curves,
    )  # fmt: skip


def _probe(net: nn.Module, sets: Sets, effort: Effort, generator: torch.Generator) -> Probe:
    weights = weights_of(net)
    size = sum(weight.numel() for weight in weights)
    batch = drawn(sets.train, effort.images, generator)
    found = lanczos(hessian(net, batch), probe(size, generator).to(weights[0]), effort.steps)
    return Probe(found.spectrum(), found.head(max(1, effort.steps // 2)).spectrum())


def _tell(done: Callable[[], None] | None) -> None:
    if done is not None:
        done()
