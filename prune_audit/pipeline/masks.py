"""Unstructured pruning: single weights are held at zero by masks; nothing gets faster."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import inf

import torch
from torch import Tensor, nn

from prune_audit.pipeline.controls import controlled
from prune_audit.pipeline.methods import Layer, Scoring, selector_of
from prune_audit.pipeline.methods.scorer import Images
from prune_audit.pipeline.networks import initialise
from prune_audit.pipeline.scores import layer_of, lowest, scores
from prune_audit.registry import removed
from prune_audit.reruns.experiment import Pruning
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.ratios import check_ratios


class MaskError(RuntimeError):
    """A weight that was pruned is not zero any more."""


@dataclass(frozen=True)
class Masks:
    """Which weights are gone: per layer name, booleans of the shape of its weight."""

    gone: Mapping[str, Tensor]

    def apply(self, net: nn.Module) -> None:
        """Set the pruned weights of the network to zero: after every step of the optimizer."""
        with torch.no_grad():
            for name, gone in self.gone.items():
                layer_of(net, name).weight.masked_fill_(gone, 0.0)

    def verify(self, net: nn.Module) -> None:
        """Check that every pruned weight is zero.

        Raises:
            MaskError: some are not; the message names the layer and how many.
        """
        for name, gone in self.gone.items():
            back = int(layer_of(net, name).weight.detach()[gone].count_nonzero())
            if back:
                raise MaskError(f"{back} pruned weights of {name} are not zero any more")

    def to(self, device: str | torch.device) -> "Masks":
        """Return the same masks on a device."""
        return Masks({name: gone.to(device) for name, gone in self.gone.items()})

    @property
    def sparsity(self) -> float:
        """Fraction (0 to 1) of the weights of all masked layers that are gone."""
        counts = [int(gone.sum()) for gone in self.gone.values()]
        return sum(counts) / sum(gone.numel() for gone in self.gone.values())

    @property
    def digest(self) -> str:
        """Twenty hex digits that stand for which weights are gone."""
        found = sha256()
        for name, gone in sorted(self.gone.items()):
            found.update(f"{name} {list(gone.shape)}\n".encode())
            found.update(gone.to("cpu", torch.uint8).contiguous().numpy().tobytes())
        return found.hexdigest()[:20]


def prune(
    net: nn.Module,
    pruning: Pruning,
    generator: torch.Generator,
    network: str | None = None,
    images: Images | None = None,
    earlier: Masks | None = None,
) -> Masks:
    """Set the lowest-scoring weights of a network to zero, in place, and return where they are.

    All convolution and linear weights take part, first convolution and classifier included (Han et
    al. 2015, arXiv 1506.02626); biases and batch norm do not. ``registry.removed`` says how many
    go: of each layer where ``pruning.scope`` is ``layerwise``, of all together where it is
    ``global``. At least one weight of every layer stays: where a global threshold would take a
    whole layer, its best weight is left, and sparsity is that much lower. With ``pruning.fresh``
    the whole network then gets new weights under these masks, which is the scratch arm of single
    weights (Wang et al. 2023, section 2.2).

    Args:
        net: the network, pruned where its weights are.
        pruning: method, one ratio, scope.
        generator: the source of randomness of the method, then of fresh weights.
        network: id of the registry under which it was built; needed for fresh weights only.
        images: training images, for methods that look at some.
        earlier: weights that are gone already and stay so; the ratio is of those that are left.

    Raises:
        ValueError: no method for single weights, a method or a control that cannot go on from a
            pruned network, more than one ratio, a scope or spared places that
            have no meaning here, no id where one is needed, or weights that are no numbers.
    """
    ratio = ratio_of(pruning)
    layers = dict(layers_of(net))
    gone = _chosen(Scoring(net, layers, generator, images), pruning, ratio, earlier)
    if pruning.control:
        gone = controlled(pruning.control, gone, generator)
    masks = Masks({name: gone[name].to(layer.weight.device) for name, layer in layers.items()})
    if pruning.fresh:
        initialise(network or "", net, generator)
    masks.apply(net)
    return masks


def zeros(net: nn.Module) -> Masks:
    """Return the masks under which those weights are gone that are zero already."""
    return Masks({name: layer.weight.detach() == 0 for name, layer in layers_of(net)})


def _chosen(
    scoring: Scoring, pruning: Pruning, ratio: float, earlier: Masks | None
) -> dict[str, Tensor]:
    """Return the weights that a method lets go, by layer; at least one of each layer stays."""
    select = selector_of(pruning.method) if pruning.method in METHODS else None
    if earlier is not None and (select or pruning.control):
        what = pruning.control or pruning.method
        raise ValueError(f"{what} chooses among all weights and cannot go on from a pruned network")
    if select is not None:
        return spared(select(scoring, ratio), scoring.layers)
    found = scores(pruning.method, "weight", scoring)
    if earlier is not None:  # what is gone goes first
        found = {name: score.masked_fill(earlier.gone[name], -inf) for name, score in found.items()}
    return lowest_of(found, ratio, pruning.scope)


def lowest_of(scores: Mapping[str, Tensor], ratio: float, scope: str) -> dict[str, Tensor]:
    """Return which weights have the lowest scores, of each layer or of all; one of each stays."""
    choose = _globally if scope == "global" else _layerwise
    return dict(choose(scores, ratio))


def spared(gone: Mapping[str, Tensor], layers: Mapping[str, Layer]) -> dict[str, Tensor]:
    """Return what goes, but for the largest weight of a layer that would go as a whole.

    Raises:
        ValueError: a layer is missing, or its booleans have not the shape of its weight.
    """
    kept = {}
    for name, layer in layers.items():
        if name not in gone or gone[name].shape != layer.weight.shape:
            raise ValueError(f"the method does not say which weights of {name} go")
        whole = bool(gone[name].all())
        size = layer.weight.numel()
        kept[name] = lowest(layer.weight.detach().abs(), size - 1) if whole else gone[name]
    return kept


def ratio_of(pruning: Pruning) -> float:
    """Return the one ratio of a pruning of single weights; refuse what such a pruning has not.

    Raises:
        ValueError: more than one ratio, an unknown scope, or spared places.
    """
    check_ratios(pruning.ratios)
    if len(pruning.ratios) > 1:
        raise ValueError(f"expected one ratio for all weights, got {list(pruning.ratios)}")
    if pruning.scope not in ("layerwise", "global"):
        raise ValueError(f"expected the scope layerwise or global, got {pruning.scope!r}")
    if pruning.spared:
        raise ValueError(f"all layers take part, none can be spared: {', '.join(pruning.spared)}")
    return pruning.ratios[0]


def layers_of(net: nn.Module) -> Iterator[tuple[str, Layer]]:
    """Yield the layers whose weights can be masked, by name."""
    for name, module in net.named_modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            yield name, module


def _layerwise(scores: Mapping[str, Tensor], ratio: float) -> Iterator[tuple[str, Tensor]]:
    for name, score in scores.items():
        yield name, lowest(score, _gone_after(ratio, score))


def _gone_after(ratio: float, scores: Tensor) -> int:
    """Return how many are gone after a pruning of what is left; gone ones score minus infinity."""
    gone = int((scores == -inf).sum())
    return gone + removed(ratio, scores.numel() - gone)


def _globally(scores: Mapping[str, Tensor], ratio: float) -> Iterator[tuple[str, Tensor]]:
    everything = torch.cat([score.flatten() for score in scores.values()])
    gone = lowest(everything, _gone_after(ratio, everything))
    parts = gone.split_with_sizes([score.numel() for score in scores.values()])
    for (name, score), part in zip(scores.items(), parts, strict=True):
        whole = bool(part.all())
        yield name, lowest(score, score.numel() - 1) if whole else part.view_as(score)
