"""Single weights whose removal lowers the norm of the gradient least go (GraSP).

Definition: with g the gradient of the loss L by all weights w and H its Hessian, taking away one
weight changes the squared norm of g by 2 S, S = -w (H g), to first order. The weights with the
highest S go: those whose removal raises the norm, or lowers it least. Scores here are -S = w (H g),
because the lowest scores go, of all layers together, once. L is the mean cross-entropy of one batch
of 128 training images; batch norm uses the statistics of the batch, dropout is off, as for snip.
Why: a network whose gradients are large at the start can learn; keeping the loss, as SNIP does,
means little while the loss is that of guessing.
Cannot detect: what many removals do together, as with snip: the sparser the network, the more of
the weights that it keeps lie on no path from input to output. The sign is easily lost: the authors'
code lets the highest S go, as here, but there are copies that keep the highest S, which keeps what
blocks the gradient most, and some that take |S|; ask which one a claim used. The authors' code
divides the logits by 200 before the softmax, takes equally many images of each class, and by
default scores freshly drawn weights in linear layers; the formula has none of it, nor has this. It
costs two backward passes and the memory of both.
Source: Wang et al. 2020 (arXiv 2002.07376).
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from prune_audit.pipeline.methods.scorer import Scoring
from prune_audit.pipeline.methods.snip import batch_loss, dense, derivatives


def grasp(scoring: Scoring) -> dict[str, Tensor]:
    """Score a weight by w (H g), of the shape of the weight, in double precision.

    Raises:
        ValueError: there are no training images.
    """
    weights = {name: weight.clone() for name, weight in dense(scoring.layers).items()}
    leaves = {name: weight.requires_grad_() for name, weight in weights.items()}
    return kept_flow(batch_loss(scoring, leaves), leaves)


def kept_flow(loss: Tensor, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return w (H g): half of what the squared norm of the gradient loses with each weight.

    To first order; negative where the norm would grow. H g is the derivative of the product of g
    with itself as a constant.

    Args:
        loss: a number, twice differentiable by the weights.
        weights: by layer, leaves of its graph.
    """
    slopes = derivatives(loss, weights, differentiable=True)
    with torch.enable_grad():
        flow = torch.stack([(slope.detach() * slope).sum() for slope in slopes.values()]).sum()
    curved = derivatives(flow, weights)
    return {
        name: weight.detach().double() * curved[name].double() for name, weight in weights.items()
    }
