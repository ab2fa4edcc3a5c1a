"""Filters with the smallest L1-norm go.

Definition: the score of a filter is the sum of the absolute values of its weights, without its
bias; in every layer the lowest go, as many as the ratio says.
Why: the simple baseline of the field. With a good retraining LR it keeps up with much later methods
(Wang et al. 2023, Table 1: ResNet-50 on ImageNet).
Cannot detect: filters whose weights are small and whose batch norm scales them up.
Source: Li et al. 2017 (arXiv 1608.08710).
"""

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
