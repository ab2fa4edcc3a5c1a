"""What a pruning stage chooses: filters or single weights with the smallest magnitude."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from prune_audit.pipeline import masks, surgery
from prune_audit.pipeline.methods import Layer, Scoring, scorer_of
from prune_audit.pipeline.scores import lowest
from prune_audit.reruns.experiment import Pruning
from prune_audit.reruns.methods import METHODS

Gone = dict[str, Tensor]
"""Which weights go, by layer: booleans as its weight, or of shape (filters, 1, ...)."""


@dataclass(frozen=True)
class Site:
    """The network of a stage: the layers that lose something, and how many filters each loses.

    ``counts`` is empty where single weights go. ``example`` is an image as a batch of one.
    """

    net: nn.Module
    pruning: Pruning
    layers: Mapping[str, Layer]
    counts: Mapping[str, int]
    example: Tensor

    def smallest(self) -> Gone:
        """Return what goes by the weights as they are now: lowest L1-norm, or absolute value.

        The same choice as that of the method l1, or magnitude, under the same pruning.
        """
        masked = METHODS[self.pruning.method].masked
        score = scorer_of("magnitude" if masked else "l1")
        found = score(Scoring(self.net, self.layers, torch.Generator()))
        if masked:
            return masks.lowest_of(found, self.pruning.ratios[0], self.pruning.scope)
        return {
            name: lowest(found[name], count).view(-1, *[1] * (layer.weight.dim() - 1))
            for (name, layer), count in zip(self.layers.items(), self.counts.values(), strict=True)
        }

    def zero(self, gone: Mapping[str, Tensor]) -> None:
        """Set what goes to zero, so that the network computes what it does once that is cut.

        Of filters also the bias, and the scale and shift of every batch norm that they reach.
        """
        if METHODS[self.pruning.method].masked:
            masks.Masks(gone).apply(self.net)
        else:
            filters = {name: places.flatten() for name, places in gone.items()}
            surgery.silence(self.net, filters, self.example)


def site(net: nn.Module, pruning: Pruning, network: str, example: Tensor) -> Site:
    """Return where a stage acts: without the layers that lose nothing.

    Raises:
        ValueError: the ratios, the scope or the spared places do not fit.
    """
    if METHODS[pruning.method].masked:
        masks.ratio_of(pruning)
        layers = dict(masks.layers_of(net))
        return Site(net, pruning, layers, {}, example)
    layers, counts = surgery.removals(net, pruning, network)
    counts = {name: count for name, count in counts.items() if count}
    return Site(net, pruning, {name: layers[name] for name in counts}, counts, example)
