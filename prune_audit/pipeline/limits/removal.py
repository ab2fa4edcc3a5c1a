"""What a network loses while weights go, one after the other and without any retraining."""

from collections.abc import Iterator
from copy import deepcopy

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from prune_audit.limits.found import Point
from prune_audit.pipeline.data.sets import Batch
from prune_audit.pipeline.limits.hessian import flat, pieces, weights_of


def smallest_first(weights: Tensor) -> Tensor:
    """Return the order (D) of global magnitude pruning; equal weights stay in order."""
    return weights.abs().argsort(stable=True)


def removal(
    net: nn.Module, order: Tensor, points: int, train: Batch, test: Batch
) -> tuple[Point, ...]:
    """Return loss and accuracy at sparsities 0, 1/points ... 1; the network stays as it is.

    Args:
        net: a trained network.
        order: all prunable weights by their place in ``weights_of``, the first to go first (D).
        points: steps between sparsity 0 and 1, evenly spaced.
        train: images of which the mean cross-entropy is taken, in evaluation mode.
        test: images of which the accuracy is taken.
    """
    return tuple(_points(deepcopy(net).eval(), order, points, train, test))


@torch.no_grad()
def _points(
    net: nn.Module, order: Tensor, points: int, train: Batch, test: Batch
) -> Iterator[Point]:
    left, gone, moved = flat(net), 0, 0.0
    for step in range(points + 1):
        share = step / points
        going = order[gone : round(share * len(order))]
        gone += len(going)
        moved += float(left[going].square().sum())
        left[going] = 0
        _fill(net, left)
        norm = float(left.abs().sum())
        yield Point(share, float(losses(net, train).mean()), _accuracy(net, test), moved, norm)


def _fill(net: nn.Module, values: Tensor) -> None:
    weights = weights_of(net)
    parts = torch.split(values, [weight.numel() for weight in weights])
    for weight, part in zip(weights, parts, strict=True):
        weight.copy_(part.view(weight.shape))


@torch.no_grad()
def losses(net: nn.Module, batch: Batch) -> Tensor:
    """Return the cross-entropy of every image (float64); the network is in evaluation mode."""
    found = [
        cross_entropy(net(images), labels, reduction="none") for images, labels in pieces(batch)
    ]
    return torch.cat(found).double()


def _accuracy(net: nn.Module, batch: Batch) -> float:
    right = sum(
        int((net(images).argmax(1) == labels).sum()) for images, labels in pieces(batch)
    )  # fmt: skip
    return 100 * right / len(batch[1])
