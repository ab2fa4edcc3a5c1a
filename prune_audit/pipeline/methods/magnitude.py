"""Single weights with the smallest absolute value go.

Definition: the score of a weight is its absolute value; the lowest go, in every layer or, with
scope global, of all layers together.
Why: the baseline of unstructured pruning.
Cannot detect: that a network with masks runs no faster; sparsity is no speedup.
Source: Han et al. 2015 (arXiv 1506.02626).
"""

from torch import Tensor

from prune_audit.pipeline.methods.scorer import Scoring


def magnitude(scoring: Scoring) -> dict[str, Tensor]:
    """Score a weight by its absolute value."""
    return {name: layer.weight.detach().abs() for name, layer in scoring.layers.items()}
