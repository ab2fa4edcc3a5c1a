"""Single weights go at random, more of them from larger layers (Erdős-Rényi, ER).

Definition: the density of a layer (the fraction of its weights that stays) is proportional to
(n_in + n_out) / (n_in * n_out), for a convolution of its channels, whatever its kernel. One scale
is common to all layers, chosen so that the ratio of all weights together goes; a layer whose
density would exceed 1 is dense, and the others share the rest. Each layer keeps at least one
weight. Places are random. Counts are exact (largest remainders), so the sparsity of the network is
the one asked for, to the weight; the code of Liu et al. draws every weight on its own, and its
sparsity varies from seed to seed.
Why: a random floor that knows what layers can bear. Where the network is wide enough, training it
from scratch at such masks comes close to dense training.
Cannot detect: how good a criterion is where the network is narrow: there ER can be worse than equal
densities (in one small experiment it was, at 16 hidden units and a tenth of the weights; in the
study random-baselines it is not), so both floors are needed. Small
layers, first convolutions above all, stay nearly dense; at the same sparsity that leaves more
operations than equal densities do.
Source: Mocanu et al. 2018 (Nature Communications 9, 2383; arXiv 1707.04780); as a floor Liu et al.
2022 (arXiv 2202.02643).
"""

import torch
from torch import Tensor

from prune_audit.pipeline import densities
from prune_audit.pipeline.methods.scorer import Scoring


def er(scoring: Scoring, ratio: float) -> dict[str, Tensor]:
    """Let weights go at random, at the layer densities of ER (``densities.er``).

    Raises:
        ValueError: fewer weights would stay than there are layers.
    """
    return at_random(scoring, ratio, densities.er)


def at_random(scoring: Scoring, ratio: float, raw: densities.Raw) -> dict[str, Tensor]:
    """Return which weights go: counts by layer from relative densities, places at random.

    Raises:
        ValueError: fewer weights would stay than there are layers.
    """
    shapes = {name: layer.weight.shape for name, layer in scoring.layers.items()}
    kept = densities.counts(shapes, densities.kept_at(ratio, shapes), raw)
    return {name: _all_but(kept[name], shapes[name], scoring.generator) for name in shapes}


def _all_but(kept: int, shape: torch.Size, source: torch.Generator) -> Tensor:
    gone = torch.ones(shape.numel(), dtype=torch.bool, device=source.device)
    gone[torch.randperm(shape.numel(), generator=source, device=source.device)[:kept]] = False
    return gone.view(shape)
