"""Single weights with the smallest share in what stays of their layer go (LAMP).

Definition: sort the weights of a layer by absolute value; the score of a weight is its square over
the sum of the squares of itself and of all that come after it. The lowest go, of all layers
together. The largest weight of a layer has score 1, so no layer is emptied while there is a choice.
Among equal weights of a layer the first comes first.
Why: the layer ratios come from the weights, with nothing to tune; the scale of a layer does not
matter, which decides the layer ratios of a global magnitude threshold.
Cannot detect: anything within a layer that magnitude does not: the order there is the same, so with
scope layerwise it is magnitude pruning. What it gains is gained by layer ratios, which the control
shuffled keeps and er and erk set without weights.
Source: Lee et al. 2021 (arXiv 2010.07611).
"""

import torch
from torch import Tensor

from prune_audit.pipeline.methods.scorer import Scoring


def lamp(scoring: Scoring) -> dict[str, Tensor]:
    """Score a weight by its square over the squares of itself and all larger ones of its layer.

    From 0 to 1, in double precision; where every weight of a layer is zero, so are the scores.
    """
    return {name: _shares(layer.weight.detach()) for name, layer in scoring.layers.items()}


def _shares(weight: Tensor) -> Tensor:
    squares, order = weight.flatten().double().square().sort(stable=True)
    rest = squares.flip(0).cumsum(0).flip(0)
    shares = squares / rest.clamp_min(torch.finfo(rest.dtype).tiny)
    return torch.empty_like(shares).scatter_(0, order, shares).view_as(weight)
