"""Single weights go at random, more of them from larger layers, kernels counted (ERK).

Definition: as er, but the density of a convolution is proportional to
(c_in + c_out + k_h + k_w) / (c_in * c_out * k_h * k_w); of a linear layer it is that of er.
Why: the floor that random pruning is usually compared by. On CIFAR-10 at 90 % sparsity a ResNet-20
has about 88 with ERK and 86 with equal densities, against 92 dense; a ResNet-110 about 92, 91 and
93 (read off a figure of Liu et al. 2022). The gap to dense shrinks with depth, and with width.
Cannot detect: which variant a paper means. ERK+ keeps the last linear layer dense, and there is
uniform+ with a dense first convolution and at least a fifth of the last layer; neither is this one.
The code of Evci et al. can also raise the densities to a power, which is 1 unless it is set. The
operations that stay are not those of equal densities at the same sparsity. As with er, equal
densities can be better on narrow networks.
Source: Evci et al. 2020 (arXiv 1911.11134); as a floor Liu et al. 2022 (arXiv 2202.02643).
"""

from torch import Tensor

from prune_audit.pipeline import densities
from prune_audit.pipeline.methods.er import at_random
from prune_audit.pipeline.methods.scorer import Scoring


def erk(scoring: Scoring, ratio: float) -> dict[str, Tensor]:
    """Let weights go at random, at the layer densities of ERK (``densities.erk``).

    Raises:
        ValueError: fewer weights would stay than there are layers.
    """
    return at_random(scoring, ratio, densities.erk)
