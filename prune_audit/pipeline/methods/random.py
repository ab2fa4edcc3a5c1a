"""Filters at random: the control of Mittal et al. 2018 (arXiv 1801.10447)."""

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
