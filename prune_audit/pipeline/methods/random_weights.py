"""Single weights go at random, in every layer the same share.

Definition: each weight gets a score drawn from the generator, and the lowest go: of every layer as
many as the ratio says (uniform density), places at random.
Why: the first floor of every claim about single weights. A criterion that does not beat it by more
than the noise has not shown that it matters which weights go.
Cannot detect: whether the ratios of the layers or the choice within them made the difference. That
takes the layer ratios of the method itself at random places (control: shuffled), and the layer
ratios of er or erk. With scope global the share of a layer is only about the ratio.
Source: Liu et al. 2022 (arXiv 2202.02643), where it is called uniform.
"""

import torch
from torch import Tensor

from prune_audit.pipeline.methods.scorer import Scoring


def random_weights(scoring: Scoring) -> dict[str, Tensor]:
    """Score each weight by a number drawn from the generator, on its device.

    In double precision, as layers have more weights than single precision has random numbers.
    """
    source = scoring.generator
    return {
        name: torch.rand(
            layer.weight.shape, generator=source, device=source.device, dtype=torch.float64
        )
        for name, layer in scoring.layers.items()
    }
