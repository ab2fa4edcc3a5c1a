"""ALLR: an LR that follows from what pruning took from the weights, known once it has taken it."""

from collections.abc import Mapping
from dataclasses import replace
from math import sqrt
from typing import NamedTuple

import torch
from torch import nn

from prune_audit.pipeline.masks import layers_of
from prune_audit.reruns.experiment import Training
from prune_audit.schedules.allr import allr_share, capped, relative_drop


class Size(NamedTuple):
    """Norm of all weights and biases; how many weights of convolution and linear layers are not 0.

    The norm takes in biases and batch norm, as in the published code of Zimmer et al. 2023
    (ZIB-IOL/BIMP); the share that was pruned is one of prunable weights.
    """

    norm: float
    weights: int


def size(net: nn.Module) -> Size:
    """Measure a network."""
    with torch.no_grad():
        squares = [one.double().square().sum() for one in net.parameters()]
        weights = sum(int(layer.weight.count_nonzero()) for _, layer in layers_of(net))
    return Size(sqrt(float(torch.stack(squares).sum())), weights)


def adapted(training: Training, before: Size, after: Size) -> tuple[Training, Mapping[str, float]]:
    """Return the training under the LR that ALLR gives it, and the figures that decided it.

    Args:
        training: one with ``allr``.
        before: the network before pruning.
        after: right after it; filters that were cut away are no weights any more.

    Raises:
        ValueError: nothing was pruned.
    """
    sparsity = 1 - after.weights / before.weights
    drop = relative_drop(before.norm, after.norm)
    share = allr_share(drop, sparsity, training.allr)
    schedule = capped(training.schedule, share)
    figures = {"relative_drop": drop, "step_sparsity": sparsity, "lr_share": share}
    return replace(training, lr=str(schedule), allr=0.0), figures
