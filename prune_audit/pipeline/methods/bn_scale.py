"""Filters whose batch norm scales them least go (network slimming).

Definition: the score of a filter is the absolute value of the scale (gamma) that the batch norm
behind its layer gives it; in every layer the lowest go.
Why: the scale is a switch per filter that training itself turns, and costs nothing to read.
Cannot detect: the shift (beta): a filter with scale zero may still add a constant. Weights of the
next layer, which can make up for any scale. In the paper an L1 penalty on the scales drives some
towards zero during training; after a training without it the ranking is not the paper's method.
The threshold of the paper and its code is one for all layers together; here every layer has its
ratio. Scales start equal (at one here, at a half in the authors' code), so a network that is not
trained yet cannot be ranked. A layer without batch norm cannot be scored.
Source: Liu et al. 2017 (arXiv 1708.06519).
"""

from torch import Tensor

from prune_audit.pipeline.methods.scorer import Scoring
from prune_audit.pipeline.units import Norm, norms


def bn_scale(scoring: Scoring) -> dict[str, Tensor]:
    """Score a filter by the absolute scale of the batch norm that reads its output: (outputs,).

    One training image shows which batch norm that is; its values do not matter.

    Raises:
        ValueError: a layer has no batch norm with scales behind it (it is named), or there are no
            images.
    """
    images, _ = scoring.sample(1)
    found = norms(scoring.network, scoring.layers, images)
    return {name: _scales(name, norm) for name, norm in found.items()}


def _scales(name: str, norm: Norm | None) -> Tensor:
    if norm is None:
        raise ValueError(f"no batch norm reads the outputs of {name}: bn_scale cannot score it")
    if not norm.affine:
        raise ValueError(f"the batch norm behind {name} has no scales: bn_scale cannot score it")
    return norm.weight.detach().abs()
