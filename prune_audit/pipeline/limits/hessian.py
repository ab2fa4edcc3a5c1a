"""The Hessian of the loss in the prunable weights, by its products with vectors."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from prune_audit.pipeline.data.sets import Batch, ImageSet
from prune_audit.pipeline.limits.lanczos import Product
from prune_audit.pipeline.masks import layers_of

AT_ONCE = 1024
"""Images that are passed through a network at once, at most."""
_PIXELS = 2**18
"""Their pixels, at most: the graph of gradients is kept for them."""


def weights_of(net: nn.Module) -> list[Tensor]:
    """Return the prunable weights: those of all convolution and linear layers, without biases."""
    return [layer.weight for _, layer in layers_of(net)]


def flat(net: nn.Module) -> Tensor:
    """Return a copy of all prunable weights as one vector (float64)."""
    return torch.cat([weight.detach().flatten() for weight in weights_of(net)]).double()


def drawn(images: ImageSet, count: int, generator: torch.Generator) -> Batch:
    """Return that many images drawn without replacement, or all of a smaller set in order."""
    if count >= images.size:
        return next(iter(images.batches(images.size)))
    return next(iter(images.batches(count, generator)))


def pieces(batch: Batch) -> list[Batch]:
    """Return images in parts that are passed through a network at once."""
    images, labels = batch
    size = min(AT_ONCE, max(1, _PIXELS // images[0, 0].numel()))
    return list(zip(torch.split(images, size), torch.split(labels, size), strict=True))


def hessian(net: nn.Module, batch: Batch) -> Product:
    """Return what multiplies a vector (one entry per prunable weight) by the Hessian.

    It is that of the mean cross-entropy of the images, in evaluation mode: batch norms are fixed,
    as they are when a network is pruned and not trained on. An L1 penalty bends nothing.
    """
    net.eval()
    weights, parts = weights_of(net), pieces(batch)
    count = len(batch[1])

    def product(vector: Tensor) -> Tensor:
        shaped = _shaped(vector.to(weights[0]), weights)
        total = torch.zeros_like(vector)
        for images, labels in parts:
            loss = cross_entropy(net(images), labels, reduction="sum") / count
            slopes = torch.autograd.grad(loss, weights, create_graph=True)
            along = torch.stack([(a * b).sum() for a, b in zip(slopes, shaped, strict=True)]).sum()
            bent = torch.autograd.grad(along, weights, materialize_grads=True)
            total += torch.cat([part.flatten() for part in bent]).to(vector)
        return total

    return product


def _shaped(vector: Tensor, weights: Sequence[Tensor]) -> list[Tensor]:
    parts = torch.split(vector, [weight.numel() for weight in weights])
    return [part.view(weight.shape) for part, weight in zip(parts, weights, strict=True)]
