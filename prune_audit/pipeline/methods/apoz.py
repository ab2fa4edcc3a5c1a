"""Filters whose outputs are most often zero behind the ReLU go (APoZ).

Definition: the score of a filter is 1 - APoZ, the fraction of its outputs, over training images and
pixels, that are above zero behind batch norm and thus not zero behind the ReLU; the lowest go.
Why: a filter that hardly ever fires tells the next layer hardly anything.
Cannot detect: how large an output is when it is there, and which class it decides: a rare output
may be the one that matters. A filter that is always on scores highest although it may be constant.
Without a ReLU behind it (GELU, none) the count means nothing. The paper trims and retrains in
turns, so that a later count is of a network that is smaller already; here it is made once.
Source: Hu et al. 2016 (arXiv 1607.03250).
"""

from torch import Tensor

from prune_audit.pipeline.methods.scorer import Scoring
from prune_audit.pipeline.units import outputs, positive

IMAGES = 256


def apoz(scoring: Scoring) -> dict[str, Tensor]:
    """Score a filter by the fraction of its outputs above zero on ``IMAGES`` training images.

    Scores (outputs,) from 0 to 1 in double precision; the network is in evaluation mode.

    Raises:
        ValueError: there are no images, or the network does not use a layer.
    """
    images, _ = scoring.sample(IMAGES)
    units = outputs(scoring.network, scoring.layers, images)
    return positive(scoring.network, units, images)
