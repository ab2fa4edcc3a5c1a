"""Filters that lie nearest to all others of their layer go (FPGM).

Definition: the score of a filter is the sum of the Euclidean distances between its weights and
those of every other filter of the layer; in every layer the lowest go. Such a filter is near the
geometric median of the layer, and the others can stand in for it.
Why: a filter with small weights need not be superfluous; one that is much like others is, however
large its weights.
Cannot detect: scale and shift of the batch norm behind the filter, and what the data make of it.
Where the filters are spread like a cloud around zero, those near the median are those with small
norms, and the choice is nearly that of a norm. In a layer of two filters both score the same. The
paper ranks anew after every epoch of training, sets the whole share that is to go to zero each time
and cuts it out at the end; here the filters are ranked and cut once. Its FPGM-mix lets some go by
norm and some by distance; this is FPGM-only.
Source: He et al. 2019 (arXiv 1811.00250), equation 4.
"""

import torch
from torch import Tensor

from prune_audit.pipeline.methods.scorer import Scoring


def fpgm(scoring: Scoring) -> dict[str, Tensor]:
    """Score a filter by the sum of its distances to all other filters of its layer.

    Weights of shape (outputs, ...) are flattened, biases left out; scores (outputs,) in double
    precision. Takes no images.
    """
    return {name: _distances(layer.weight.detach()) for name, layer in scoring.layers.items()}


def _distances(weight: Tensor) -> Tensor:
    filters = weight.flatten(1).double()
    # The shortcut through matrix products is not exact: equal filters would lie apart.
    exact = "donot_use_mm_for_euclid_dist"
    return torch.cdist(filters, filters, compute_mode=exact).sum(1)
