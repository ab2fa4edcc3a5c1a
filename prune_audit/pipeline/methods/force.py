"""Single weights go and may come back, by what they would do in the network that is left (FORCE).

Definition: in round t of T = 60 the fraction of weights that stays is k^(t/T), with k that of the
end. Each round takes a fresh batch of 128 training images and scores every weight, gone or not, by
|w dL/dw|: w is its value in the dense network, the gradient is taken in the network as pruned so
far and is not masked. Of all weights of all layers the lowest are gone after the round, so a weight
that went can come back. Batch norm uses the statistics of the batch, dropout is off, as for snip.
Why: it looks for the mask under which the kept weights together are most sensitive, where SNIP
looks at a network that will not exist. Published to stay trainable with up to 99.5 percent removed.
Cannot detect: a collapse while it happens. With too few rounds (see ``iter_snip``) whole layers
empty; a weight beside an empty layer has no gradient, so nothing brings that layer back, all scores
become equal, and the first weights go. Masks need not settle: the last rounds still exchange
weights, and other batches give another mask. Batch norm exaggerates what an empty filter would do:
its outputs do not vary, so gradients are divided by the root of the batch norm's epsilon, 0.003,
and such filters come back with many weights unless a ReLU follows at once. In small residual
networks last layers then keep more weights than with iter-snip, some of them on no path; look at
the effective sparsity. The authors' code scores in training mode too. The search costs T forward
and backward passes, which belong to the budget. On narrow networks without shortcuts its masks with
shuffled places lose much of their accuracy, so its layer ratios alone are not what works there; run
the control.
Source: de Jorge et al. 2021 (arXiv 2006.09081).
"""

from torch import Tensor

from prune_audit.pipeline.methods.iter_snip import ROUNDS, Places, in_rounds, without
from prune_audit.pipeline.methods.scorer import Scoring
from prune_audit.pipeline.methods.snip import dense, gradients, sensitivities


def force(scoring: Scoring, ratio: float) -> Places:
    """Return which weights go: the lowest |w dL/dw|, dense w, gradient of the pruned network.

    Args:
        scoring: the layers and the training images; the network stays as it is.
        ratio: fraction of all weights of the layers that go, from 0 to below 1.

    Raises:
        ValueError: there are no training images, or a score is not a finite number.
    """
    return in_rounds(scoring.layers, ratio, ROUNDS, lambda gone: foresight(scoring, gone))


def foresight(scoring: Scoring, gone: Places) -> dict[str, Tensor]:
    """Return the scores of all weights, of the shape of each, in the network without some."""
    weights = dense(scoring.layers)
    return sensitivities(weights, gradients(scoring, without(weights, gone)))
