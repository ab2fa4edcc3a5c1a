"""Magnitude of single weights: Han et al. 2015 (arXiv 1506.02626)."""

from torch import Tensor

from prune_audit.pipeline.methods.scorer import Scoring


def magnitude(scoring: Scoring) -> dict[str, Tensor]:
    """Score a weight by its absolute value."""
    return {name: layer.weight.detach().abs() for name, layer in scoring.layers.items()}
