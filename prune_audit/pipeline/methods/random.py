"""Filters go at random, as many per layer as the ratio says.

Definition: each filter gets a score drawn from the generator.
Why: a method that does not beat it owes its result to the ratios of the layers or to retraining.
With the layer ratios of another method it is that method's control.
Cannot detect: anything; it looks at no weight.
Source: Mittal et al. 2018 (arXiv 1801.10447); as a control with good retraining LRs Le & Hua 2021
(arXiv 2105.03193).
"""

import torch
from torch import Tensor

from prune_audit.pipeline.methods.scorer import Scoring


def random(scoring: Scoring) -> dict[str, Tensor]:
    """Score each filter by a number drawn from the generator, on its device."""
    source = scoring.generator
    return {
        name: torch.rand(len(layer.weight), generator=source, device=source.device)
        for name, layer in scoring.layers.items()
    }
