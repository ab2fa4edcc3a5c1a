"""Harm before retraining: loss and accuracy of a network with more and more of one layer gone.

Retraining hides how much a criterion harmed (Ancona et al. 2020, arXiv 2006.01795); this is what it
hides. Filters are set to zero behind their batch norm, which gives the numbers of the network that
is cut, unless a depthwise convolution follows (see ``units``).
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from prune_audit.pipeline.modes import inspected
from prune_audit.pipeline.scores import layer_of, lowest
from prune_audit.pipeline.units import Sample, errors, mean_loss, outputs, silenced
from prune_audit.registry import removed


class Harm(NamedTuple):
    """A point of a removal curve."""

    fraction: float
    """Of the layer's filters, as asked for (0 to 1); ``registry.removed`` says how many go."""
    loss: float
    """Mean cross-entropy per image."""
    accuracy: float
    """Fraction of the images that are recognised (0 to 1)."""


def removal_curve(
    network: nn.Module, layer: str, scores: Tensor, images: Sample, fractions: Sequence[float]
) -> list[Harm]:
    """Zero the lowest-scoring filters of one layer, at every fraction anew, and measure.

    Args:
        network: left as it is; measured in evaluation mode.
        layer: name of a convolution or linear layer; the other layers stay whole.
        scores: of its filters, (outputs,); among equal ones the first go.
        images: with labels, on the device of the network.
        fractions: of its filters, each from 0 to 1; one filter always stays.

    Raises:
        ValueError: there is no such layer, not one score per filter, or no fraction.
    """
    found = layer_of(network, layer)
    units = len(found.weight)
    if scores.shape != (units,):
        raise ValueError(f"expected {units} scores for {layer}, got {list(scores.shape)}")
    output = outputs(network, {layer: found}, images[0])[layer]
    gone = [lowest(scores, removed(fraction, units)) for fraction in fractions]
    with inspected(network):
        return [
            Harm(fraction, *_measured(network, output, which, images))
            for fraction, which in zip(fractions, gone, strict=True)
        ]


def _measured(
    net: nn.Module, output: nn.Module, gone: Tensor, images: Sample
) -> tuple[float, float]:
    with silenced(output, gone.to(images[0].device)), torch.inference_mode():
        return mean_loss(net, images), 1 - mean_loss(net, images, errors)
