"""Filters whose removal, each alone, raises the training loss least go (the loss oracle).

Definition: the score of a filter is what the mean cross-entropy on training images rises by when
its output, behind batch norm, is zero; in every layer the lowest go. This takes a pass over the
images for each filter of all layers.
Why: what Taylor and other criteria approximate, measured instead.
Cannot detect: what filters do together: of two that do the same either looks superfluous, and both
go. What retraining makes up for: the training loss right after pruning says little about the
accuracy after retraining (Feng et al. 2024, arXiv 2412.00143, from ResNet-56 on CIFAR-10 on).
Source: Molchanov et al. 2017 (arXiv 1611.06440), the oracle with its sign: a filter whose removal
lowers the loss goes first. An oracle without the sign, by the size of the change, is another one.
"""

import torch
from torch import Tensor, nn

from prune_audit.pipeline.methods.scorer import Scoring
from prune_audit.pipeline.units import Sample, harms, outputs

IMAGES = 256


def leave_one_out(scoring: Scoring) -> dict[str, Tensor]:
    """Score a filter by what the mean cross-entropy rises by when its output is zero.

    Scores (outputs,) in double precision, on ``IMAGES`` training images in evaluation mode.

    Raises:
        ValueError: there are no images, or the network does not use a layer.
    """
    sample = scoring.sample(IMAGES)
    units = outputs(scoring.network, scoring.layers, sample[0])
    return {
        name: _rises(scoring.network, units[name], len(layer.weight), sample)
        for name, layer in scoring.layers.items()
    }


def _rises(net: nn.Module, output: nn.Module, units: int, sample: Sample) -> Tensor:
    each = torch.eye(units, dtype=torch.bool)
    with harms(net, output, sample) as harm:
        whole = harm(torch.zeros(units, dtype=torch.bool))
        return torch.tensor([harm(gone) - whole for gone in each], dtype=torch.float64)
