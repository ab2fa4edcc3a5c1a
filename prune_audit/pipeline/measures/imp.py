"""Iterative magnitude pruning as a plain loop: what the chain of a pipeline is held against."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import torch
from torch import nn

from prune_audit.pipeline.base import whole
from prune_audit.pipeline.data import Sets
from prune_audit.pipeline.masks import Masks, layers_of
from prune_audit.pipeline.run import Bench
from prune_audit.pipeline.sgd import SGD
from prune_audit.pipeline.streams import stream
from prune_audit.pipeline.train import test, train_epoch
from prune_audit.registry import removed
from prune_audit.reruns.experiment import Experiment


class _Level(NamedTuple):
    """What a level ends with: digest of its mask, right answers on the test set."""

    mask: str
    right: int


def imp_by_hand(
    one: Experiment, settings: Mapping[str, float | str], bench: Bench
) -> dict[str, Any]:
    """Train; then again and again take the smallest weights, go back to the initial ones, train.

    Data, network, seed and recipe are those of the experiment, of whose run nothing is used.
    ``ratio`` of the weights that are left go at each of ``levels`` levels, of all layers together.

    Returns:
        ``masks``, a digest per level, and ``right``, right answers per level; the first of both
        are those of the dense network.
    """
    ratio, levels = float(settings["ratio"]), int(settings["levels"])
    found = list(_levels(one, bench.load(one.data), ratio, levels))
    return {"masks": [level.mask for level in found], "right": [level.right for level in found]}


def _levels(one: Experiment, sets: Sets, ratio: float, levels: int) -> Iterator[_Level]:
    net = whole(one, sets)
    initial = {name: value.clone() for name, value in net.state_dict().items()}
    masks = Masks(
        {name: torch.zeros_like(x.weight, dtype=torch.bool) for name, x in layers_of(net)}
    )
    for level in range(levels + 1):
        if level > 0:
            masks = _next(net, masks, ratio)
            net.load_state_dict(initial)
            masks.apply(net)
        _train(net, one, sets, masks, level)
        yield _Level(masks.digest if level else "", test(net, sets.test).right.k)


def _next(net: nn.Module, masks: Masks, ratio: float) -> Masks:
    """Return masks that take the smallest weights of those that are left."""
    layers = dict(layers_of(net))
    gone = torch.cat([masks.gone[name].flatten() for name in layers])
    size = torch.cat([layer.weight.detach().abs().flatten() for layer in layers.values()])
    alive = (~gone).nonzero().flatten()
    smallest = size[alive].argsort(stable=True)[: removed(ratio, len(alive))]
    gone[alive[smallest]] = True
    parts = gone.split_with_sizes([layer.weight.numel() for layer in layers.values()])
    both = zip(layers.items(), parts, strict=True)
    return Masks({name: part.view_as(layer.weight) for (name, layer), part in both})


def _train(net: nn.Module, one: Experiment, sets: Sets, masks: Masks, level: int) -> None:
    """Train for a level; each sees the images in an order of its own, as the runs of a chain do."""
    purpose = (("training",), ("retraining",), ("retraining", level))[min(level, 2)]
    optimizer = SGD(net, one.training)
    for epoch in range(one.training.epochs):
        generator = stream(one.seed, *purpose, epoch)
        train_epoch(net, optimizer, sets.train, one.training, epoch, generator, masks)
