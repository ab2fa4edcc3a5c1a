"""Single weights that carry the least flow from input to output go, without any data (SynFlow).

Definition: R is the sum of the outputs of the network for one image of ones, with all weights
replaced by their absolute values and without biases; the score of a weight is |w| dR/d|w|. In round
t of 100 the fraction of weights that stays is k^(t/100), with k that of the end; the lowest of all
layers together go, and what is gone stays gone. Batch norm is in evaluation mode and scales only:
the absolute value of its scale over the root of its running variance.
Why: in a network without shortcuts the scores of every layer sum to the same number R, so a small
layer has large scores and is not emptied while others still have weights to give (maximal critical
compression).
Cannot detect: anything about the task; two data sets with images of one size and as many classes
get the same mask. Scores sum to R over every cut of the network, so with shortcuts a layer beside
one may lose all of its weights (known of the 1x1 shortcuts of ResNet-18). The authors' code keeps
biases and running means, as absolute values; where these are 0, as at the start, that is the same.
Products over many layers overflow single precision; in double precision they stay finite for the
networks here, and it is an error where they do not. A score that underflows to zero counts as no
flow. Only the size of the images is taken from the data: in a network that flattens its maps scores
depend on it. Networks of other layers than convolutions, linear layers, batch norm, ReLU and
pooling have no such flow. The search costs 100 forward and backward passes on one image.
Source: Tanaka et al. 2020 (arXiv 2006.05467).
"""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.func import functional_call

from prune_audit.pipeline.methods.iter_snip import Places, in_rounds, last, without
from prune_audit.pipeline.methods.scorer import Scoring
from prune_audit.pipeline.methods.snip import dense, derivatives, parameters
from prune_audit.pipeline.modes import inspected

ROUNDS = 100
"""As Tanaka et al. have it; after one round alone layers are emptied as by other scores."""

_SHIFTS = ("bias", "running_mean")


def synflow(scoring: Scoring, ratio: float) -> Places:
    """Return which weights go: each round the lowest |w| dR/d|w| of those that are left.

    Args:
        scoring: the layers; of the training images only the shape is looked at.
        ratio: fraction of all weights of the layers that go, from 0 to below 1.

    Raises:
        ValueError: there are no images to take the shape of, or the flow is not a finite number.
    """
    ones = torch.ones_like(scoring.sample(1)[0][:1], dtype=torch.float64)
    return in_rounds(
        scoring.layers, ratio, ROUNDS, lambda gone: last(flows(scoring, gone, ones), gone)
    )


def flows(scoring: Scoring, gone: Mapping[str, Tensor], ones: Tensor) -> dict[str, Tensor]:
    """Return |w| dR/d|w| of every weight, in double precision, in the network without some.

    Args:
        scoring: network and layers, left as they are.
        gone: which weights are gone, by layer: booleans of the shape of each.
        ones: the input, in double precision: (1, channels, H, W).
    """
    net = scoring.network
    weights = {
        name: weight.double().abs().requires_grad_()
        for name, weight in without(dense(scoring.layers), gone).items()
    }
    slopes = derivatives(positive_sum(net, weights, ones, torch.abs), weights)
    return {name: weight.detach() * slopes[name] for name, weight in weights.items()}


def positive_sum(
    net: nn.Module,
    weights: Mapping[str, Tensor],
    ones: Tensor,
    scale: Callable[[Tensor], Tensor],
) -> Tensor:
    """Return the sum of a network's outputs with weights and scales that are not negative.

    Differentiable by the weights; in double precision, in evaluation mode, without biases, shifts
    and running means.

    Args:
        net: left as it is.
        weights: by layer, in place of its own.
        ones: the input, in double precision.
        scale: makes all other parameters and buffers (batch norm) positive.
    """
    own = parameters(weights)
    others = {name: value for name, value in net.state_dict().items() if name not in own}
    state = {
        name: torch.zeros_like(value, dtype=torch.float64)
        if _shifts(name)
        else scale(value.double())
        for name, value in others.items()
    }
    with inspected(net), torch.enable_grad():
        total: Tensor = functional_call(net, state | own, (ones,)).sum()
    return total


def _shifts(name: str) -> bool:
    return name.rpartition(".")[2] in _SHIFTS
