"""Single weights go in many small rounds, by what the network that is left would lose (Iter-SNIP).

Definition: in round t of T = 60 the fraction of weights that stays is k^(t/T), with k that of the
end. Each round takes a fresh batch of 128 training images and scores every weight that is left by
|w dL/dw|, gradients taken in the network as pruned so far; the lowest of all layers together go.
What is gone stays gone. Batch norm uses the statistics of the batch, dropout is off, as for snip.
Why: SNIP scores weights in a network from which nothing has gone yet. Here the score of a weight
knows what has gone before, so hardly any kept weight loses its path to the output.
Cannot detect: a weight that was wrongly removed: it cannot come back; force can bring it back. With
too few rounds each one takes so much that whole layers empty, after which no gradient flows and
all scores are equal; T = 1 is SNIP. The authors advise 60 rounds, with one batch each on CIFAR-10
and 10 to 40 for data with more classes, where here it is one; the default of their code is 10
rounds. The search costs T forward and backward passes, which belong to the budget.
Source: de Jorge et al. 2021 (arXiv 2006.09081).
"""

from collections.abc import Callable, Iterator, Mapping
from math import expm1, log1p

import torch
from torch import Tensor

from prune_audit.pipeline.methods.scorer import Layer, Scoring
from prune_audit.pipeline.methods.snip import dense, gradients, sensitivities
from prune_audit.registry import removed

ROUNDS = 60
"""As the authors advise for CIFAR-10. At 1 percent kept a round takes 7 percent of what is left,
at 0.1 percent 11 percent; the default of their code, 10, takes 37 and 50 percent."""

Places = dict[str, Tensor]
"""Which weights are gone, by layer: booleans of the shape of its weight."""


def iter_snip(scoring: Scoring, ratio: float) -> Places:
    """Return which weights go: each round the lowest |w dL/dw| of those that are left.

    Args:
        scoring: the layers and the training images; the network stays as it is.
        ratio: fraction of all weights of the layers that go, from 0 to below 1.

    Raises:
        ValueError: there are no training images, or a score is not a finite number.
    """
    return in_rounds(scoring.layers, ratio, ROUNDS, lambda gone: left(scoring, gone))


def left(scoring: Scoring, gone: Places) -> dict[str, Tensor]:
    """Return the scores of all weights in the network without some, those -1, below all others."""
    weights = without(dense(scoring.layers), gone)
    return last(sensitivities(weights, gradients(scoring, weights)), gone)


def in_rounds(
    layers: Mapping[str, Layer],
    ratio: float,
    rounds: int,
    score: Callable[[Places], dict[str, Tensor]],
) -> Places:
    """Return which weights are gone after the rounds, each of which chooses among all weights anew.

    Args:
        layers: by name.
        ratio: fraction of all their weights that is gone in the end, from 0 to below 1.
        rounds: how many.
        score: returns the scores of all weights, given what is gone so far; the lowest go.

    Raises:
        ValueError: a score is not a finite number.
    """
    gone = {
        name: torch.zeros_like(layer.weight, dtype=torch.bool) for name, layer in layers.items()
    }
    total = sum(layer.weight.numel() for layer in layers.values())
    for fraction in schedule(ratio, rounds):
        gone = lowest_of_all(score(gone), removed(fraction, total))
    return gone


def schedule(ratio: float, rounds: int) -> Iterator[float]:
    """Give the fraction (0 to 1) of weights that is gone after each round.

    1 - k_t with k_t = exp(t/T log k): every round takes the same share of what is left, the "exp"
    mode of the authors' code. The last is the ratio itself, without rounding errors.
    """
    for number in range(1, rounds):
        yield -expm1(log1p(-ratio) * number / rounds)
    yield ratio


def lowest_of_all(scores: Mapping[str, Tensor], count: int) -> Places:
    """Return which ``count`` of the scores of all layers together are lowest.

    Among equal ones the first in the order of the layers.

    Raises:
        ValueError: a score is not a finite number (the layer is named).
    """
    for name, score in scores.items():
        if not score.isfinite().all():
            raise ValueError(f"a score of {name} is not a finite number: are its weights?")
    everything = torch.cat([score.flatten() for score in scores.values()])
    gone = torch.zeros_like(everything, dtype=torch.bool)
    gone[everything.argsort(stable=True)[:count]] = True
    parts = gone.split_with_sizes([score.numel() for score in scores.values()])
    return {
        name: part.view(score.shape)
        for (name, score), part in zip(scores.items(), parts, strict=True)
    }


def without(weights: Mapping[str, Tensor], gone: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return copies of the weights with zeros where they are gone."""
    return {name: weight.masked_fill(gone[name], 0.0) for name, weight in weights.items()}


def last(scores: Mapping[str, Tensor], gone: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return scores (none negative) with what is gone below all others, so that it stays gone."""
    return {name: score.masked_fill(gone[name], -1.0) for name, score in scores.items()}
