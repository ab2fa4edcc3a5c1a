"""L1-norm of filters: Li et al. 2017 (arXiv 1608.08710)."""

import torch
from torch import Tensor

from prune_audit.pipeline.methods.scorer import Scoring


def l1(scoring: Scoring) -> dict[str, Tensor]:
    """Score a filter by the sum of the absolute values of its weights, without its bias.

    Summed in double precision, so that the order of summation decides no more than exact ties.
    """
    return {name: _norms(layer.weight.detach()) for name, layer in scoring.layers.items()}


def _norms(weight: Tensor) -> Tensor:
    return weight.abs().flatten(1).sum(1, dtype=torch.float64)
