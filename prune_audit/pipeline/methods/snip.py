"""Single weights whose removal would change the loss least, by first order, go (SNIP).

Definition: the score of a weight w is |w dL/dw|, with L the mean cross-entropy of one batch of 128
training images; the lowest of all layers together go, once. Batch norm uses the statistics of the
batch: the running ones of a network that is not trained yet are 0 and 1, so in evaluation mode
another network would be scored than the one that is trained afterwards. Dropout is off.
Why: it prunes before any training, once, from one batch and one backward pass.
Cannot detect: what many removals do together: each weight is judged as if all others stayed. The
more go, the more it empties the layers where gradients are smallest, and the more of the weights
that it keeps lie on no path from input to output: look at the effective sparsity. From about 95
percent on it can be worse than random pruning (de Jorge et al. 2021, arXiv 2006.09081). The
authors' code scores in evaluation mode, counts biases among the weights and trains other initial
weights than it scored; other codes score in training mode, or train the weights that they scored;
here it is both. These are different masks and different methods, and claims should say which.
Large networks on large images need much memory, and data with many classes a larger batch: the
batch here is fixed.
Source: Lee et al. 2019 (arXiv 1810.02340).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.functional import cross_entropy
from torch.nn.modules.batchnorm import _BatchNorm

from prune_audit.pipeline.methods.scorer import Layer, Scoring
from prune_audit.pipeline.modes import inspected

BATCH = 128
"""Images per batch, as Lee et al. have it for VGG on CIFAR: a dozen of each of ten classes."""


def snip(scoring: Scoring) -> dict[str, Tensor]:
    """Score a weight by |w dL/dw|, of the shape of the weight, in double precision.

    Raises:
        ValueError: there are no training images.
    """
    weights = dense(scoring.layers)
    return sensitivities(weights, gradients(scoring, weights))


def sensitivities(weights: Mapping[str, Tensor], slopes: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return |w g| in double precision: small gradients of deep networks do not underflow."""
    return {
        name: (weight.double() * slopes[name].double()).abs() for name, weight in weights.items()
    }


def dense(layers: Mapping[str, Layer]) -> dict[str, Tensor]:
    """Return the weights of the layers, detached from the network's graph but not copied."""
    return {name: layer.weight.detach() for name, layer in layers.items()}


def gradients(scoring: Scoring, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return dL/dw on a fresh batch, of the network as it would be with these weights.

    Of every weight, also of those that are zero in ``weights``. Zero where the network does not use
    a layer. Weights, gradients, buffers and modes of the network stay as they are.

    Raises:
        ValueError: there are no training images.
    """
    leaves = {name: weight.clone().requires_grad_() for name, weight in weights.items()}
    return derivatives(batch_loss(scoring, leaves), leaves)


def derivatives(
    of: Tensor, by: Mapping[str, Tensor], differentiable: bool = False
) -> dict[str, Tensor]:
    """Return the derivatives of a number by tensors of its graph; zero where it is not in it."""
    found = torch.autograd.grad(
        of, list(by.values()), create_graph=differentiable, materialize_grads=True
    )
    return dict(zip(by, found, strict=True))


def batch_loss(scoring: Scoring, weights: Mapping[str, Tensor]) -> Tensor:
    """Return the mean cross-entropy on a fresh batch of the network with other weights.

    Differentiable by them, twice if need be. Batch norm uses the statistics of the batch and
    updates copies of its running ones.

    Raises:
        ValueError: there are no training images.
    """
    images, labels = scoring.sample(BATCH)
    net = scoring.network
    state = {name: buffer.clone() for name, buffer in net.named_buffers()}
    state |= parameters(weights)
    with _batch_statistics(net), torch.enable_grad():
        loss: Tensor = cross_entropy(functional_call(net, state, (images,)), labels)
    return loss


def parameters(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights by the names of parameters; a network may be one layer, without a name."""
    return {f"{name}.weight".removeprefix("."): weight for name, weight in weights.items()}


@contextmanager
def _batch_statistics(net: nn.Module) -> Iterator[None]:
    """Put batch norm alone in training mode; afterwards everything is as before."""
    with inspected(net):
        for module in net.modules():
            if isinstance(module, _BatchNorm):
                module.train()
        yield
