"""Scores of a method, checked, and the lowest among them."""

import torch
from torch import Tensor, nn

from prune_audit.pipeline.methods import Layer, Scorer, Scoring, scorer_of
from prune_audit.reruns.methods import METHODS


def scorer(method: str, granularity: str) -> Scorer:
    """Return the code of a method that prunes at a granularity, ``filter`` or ``weight``.

    Raises:
        ValueError: there is no such method; the message lists those there are.
    """
    known = [name for name, entry in METHODS.items() if entry.granularity == granularity]
    if method not in known:
        raise ValueError(f"expected a {granularity} method ({', '.join(known)}), got {method!r}")
    return scorer_of(method)


def scores(method: str, granularity: str, scoring: Scoring) -> dict[str, Tensor]:
    """Return the scores of a method per layer: (outputs,) for filters, else as the weight.

    Raises:
        ValueError: there is no such method, or a score is not a number (the layer is named).
    """
    found = scorer(method, granularity)(scoring)
    for name, layer in scoring.layers.items():
        expected = layer.weight.shape if granularity == "weight" else layer.weight.shape[:1]
        if found[name].shape != expected:
            raise ValueError(f"{method} gives {name} scores of shape {tuple(found[name].shape)}")
        if found[name].isnan().any():
            raise ValueError(f"a {method} score of {name} is not a number: are its weights?")
    return found


def lowest(scores: Tensor, count: int) -> Tensor:
    """Return which ``count`` of the scores (any shape) are lowest, as booleans of that shape.

    Among equal scores the first ones are taken, on every machine.
    """
    flat = scores.flatten()
    if count == 0:
        return torch.zeros_like(scores, dtype=torch.bool)
    limit = flat.kthvalue(count).values
    found = flat < limit
    ties = (flat == limit).nonzero().flatten()
    found[ties[: count - int(found.sum())]] = True
    return found.view_as(scores)


def layer_of(net: nn.Module, name: str) -> Layer:
    """Return a convolution or linear layer by name.

    Raises:
        ValueError: there is no such layer.
    """
    try:
        found = net.get_submodule(name)
    except AttributeError:
        found = None
    if not isinstance(found, nn.Conv2d | nn.Linear):
        raise ValueError(f"the network has no convolution or linear layer {name!r}")
    return found
