"""Filters whose removal changes the loss least, by first order, go (Taylor-FO).

Definition: put a factor of 1 (a gate) on the output of a filter, behind its batch norm; the score
is the square of the derivative of a batch's mean cross-entropy by the gate, averaged over batches.
With batch norm this is (g_gamma gamma + g_beta beta)^2, else the square of the sum of g w over
weights and bias of the filter: the paper's squared sum over the group of parameters that goes.
Why: one backward pass estimates for all filters at once what leaving each out would cost.
Cannot detect: what two filters do together, and anything beyond first order: zeroing is no small
step. Signs are lost, and a filter whose removal would help much scores as high as one whose removal
harms much. The sum over the convolution's own weights in front of a batch norm in training mode is
zero but for rounding, because their scale does not matter to it; so it is not what is squared here,
and the network is in evaluation mode. The authors' code takes larger batches (256 on ImageNet) in
training mode, ranks the filters of all layers together, with a running average, and lets a few go
at a time while it trains; here every layer has its ratio, and filters are ranked once.
Source: Molchanov et al. 2019 (arXiv 1906.10771), with gates behind batch norm (Taylor-FO-BN).
"""

import torch
from torch import Tensor

from prune_audit.pipeline.methods.scorer import Scoring
from prune_audit.pipeline.units import gate_gradients, outputs

IMAGES = 256
BATCH = 32
"""Images whose mean loss is derived before squaring: in a large batch signs cancel."""


def taylor(scoring: Scoring) -> dict[str, Tensor]:
    """Score a filter by the squared derivative of the mean loss by its gate, averaged over batches.

    Scores (outputs,) in double precision, on ``IMAGES`` training images in batches of ``BATCH``.

    Raises:
        ValueError: there are no images, or the network does not use a layer.
    """
    images, labels = scoring.sample(IMAGES)
    units = outputs(scoring.network, scoring.layers, images)
    found = gate_gradients(scoring.network, units, (images, labels))
    return {name: _mean_square(gates) for name, gates in found.items()}


def _mean_square(gates: Tensor) -> Tensor:
    """Return the mean over batches of the squared mean of each: (N, outputs) to (outputs,)."""
    return torch.stack([batch.mean(0).square() for batch in torch.split(gates, BATCH)]).mean(0)
