"""Structural pruning: filters go, and a really smaller dense network remains.

Which filters go is up to a method (``methods``), how many to ``registry.removed``, and what else
has to shrink with them (batch norm, inputs of the next layer, depthwise convolutions, inputs of a
linear layer behind a flattened map) to the dependency graph of torch-pruning (Fang et al. 2023,
arXiv 2301.12900).
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType
from typing import NamedTuple

import torch
import torch_pruning
from torch import Tensor, nn

from prune_audit.pipeline.methods import Layer, Scoring
from prune_audit.pipeline.methods.scorer import Images
from prune_audit.pipeline.modes import inspected
from prune_audit.pipeline.networks import build, initialise
from prune_audit.pipeline.prunable import filter_ratios
from prune_audit.pipeline.scores import layer_of, lowest, scorer, scores
from prune_audit.registry import removed
from prune_audit.reruns.experiment import Pruning
from prune_audit.reruns.ratios import check_ratios, one_or_list

SMALL = 32
"""Side of an image that every network takes, in pixels."""

_CUT = MappingProxyType(
    {
        nn.Conv2d: torch_pruning.prune_conv_out_channels,
        nn.Linear: torch_pruning.prune_linear_out_channels,
    }
)


Kept = Mapping[str, Sequence[int]]
"""Indices of filters (from 0, ascending) that stay, per layer that can lose some."""


class Pruned(NamedTuple):
    """What stayed."""

    kept: dict[str, tuple[int, ...]]
    digest: str


def prune(
    net: nn.Module,
    pruning: Pruning,
    network: str,
    example: Tensor,
    generator: torch.Generator,
    images: Images | None = None,
) -> Pruned:
    """Cut filters out of a network, in place; with ``pruning.fresh``, give it new weights then.

    Training mode and ``requires_grad`` stay as they are; parameters are replaced, so an optimizer
    is made afterwards. Where the weights are thrown away the first filters stay, whatever the
    method: only their number matters.

    Args:
        net: the whole network built as ``network``.
        pruning: method, ratios, spared places.
        network: id of the registry.
        example: an image as a batch of one, on the device of the network; its values do not matter.
        generator: the source of randomness of the method, then of fresh weights.
        images: training images, for methods that look at some.

    Raises:
        ValueError: no method for filters, ratios or spared places that do not fit the network, or
            weights that are no numbers.
    """
    layers, counts = removals(net, pruning, network)
    if pruning.fresh:
        kept = first(layers, counts)
    else:
        found = scores(pruning.method, "filter", Scoring(net, layers, generator, images))
        kept = {name: _indices(~lowest(found[name], count)) for name, count in counts.items()}
    cut(net, kept, example)
    if pruning.fresh:
        initialise(network, net, generator)
    return Pruned(kept, digest(kept))


def removals(
    net: nn.Module, pruning: Pruning, network: str
) -> tuple[dict[str, Layer], dict[str, int]]:
    """Return the layers that can lose filters, and how many each loses, by name.

    Raises:
        ValueError: no method for filters, or ratios or spared places that do not fit the network.
    """
    scorer(pruning.method, "filter")
    check_ratios(pruning.ratios)
    ratios = filter_ratios(network, net, one_or_list(pruning.ratios), pruning.spared)
    layers = {name: layer_of(net, name) for name in ratios}
    counts = {name: removed(ratio, len(layers[name].weight)) for name, ratio in ratios.items()}
    return layers, counts


def cut(net: nn.Module, kept: Kept, example: Tensor) -> None:
    """Remove all filters but the kept ones from the named layers, in place.

    Raises:
        ValueError: there is no such layer, or it has not those filters.
    """
    gone = {name: _others(net, name, indices) for name, indices in kept.items()}
    with inspected(net), torch.enable_grad():
        # In a list: of a bare tensor torch-pruning would first try the images one by one.
        graph = torch_pruning.DependencyGraph().build_dependency(net, [example], verbose=False)
        for name, indices in gone.items():
            if indices:
                layer = layer_of(net, name)
                graph.get_pruning_group(layer, _CUT[type(layer)], indices).prune()


def silence(net: nn.Module, gone: Mapping[str, Tensor], example: Tensor) -> None:
    """Set to zero what a cut of filters would take, in place: the network computes what it then
    would.

    That is their weights and biases, and scale and shift of every batch norm and depthwise
    convolution that they reach. The inputs of the next layer stay: zero comes in.

    Args:
        net: the network.
        gone: which filters go, booleans (filters,), by layer.
        example: as in ``prune``.
    """
    with inspected(net), torch.enable_grad():
        graph = torch_pruning.DependencyGraph().build_dependency(net, [example], verbose=False)
        for name, places in gone.items():
            if places.any():
                layer = layer_of(net, name)
                _zero(graph, graph.get_pruning_group(layer, _CUT[type(layer)], _indices(places)))


def _zero(graph: torch_pruning.DependencyGraph, group: torch_pruning.dependency.Group) -> None:
    with torch.no_grad():
        for item in group:
            module = item.dep.target.module
            if not graph.is_out_channel_pruning_fn(item.dep.handler):
                continue
            for parameter in module.parameters(recurse=False):
                parameter[item.idxs] = 0.0


def rebuild(
    network: str, classes: int, channels: int, kept: Mapping[str, Sequence[int]]
) -> nn.Module:
    """Return a network of that structure with weights of no meaning, to load a state into.

    Raises:
        ValueError: the network is not known, or has no such layers or filters.
    """
    net = build(network, classes, channels, torch.Generator().manual_seed(0))
    cut(net, kept, example(channels))
    return net


def shrink(net: nn.Module, network: str, state: Mapping[str, Tensor], example: Tensor) -> None:
    """Cut a whole network down to the widths of a state, in place, to load that into it.

    Which filters go does not matter. A layer that the state does not have stays whole; loading
    then says so.

    Raises:
        ValueError: nothing is known about what can be cut of the network.
    """
    widths = {
        name: len(state[f"{name}.weight"])
        for name in filter_ratios(network, net, 0.0)
        if f"{name}.weight" in state
    }
    cut(net, {name: range(width) for name, width in widths.items()}, example)


def example(channels: int, side: int = SMALL, device: str | torch.device = "cpu") -> Tensor:
    """Return a black image as a batch of one: (1, channels, side, side)."""
    return torch.zeros(1, channels, side, side, device=device)


def first(layers: Mapping[str, Layer], counts: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    """Return the first filters of every layer, without as many at the end as ``counts`` say."""
    return {name: tuple(range(len(layers[name].weight) - count)) for name, count in counts.items()}


def digest(kept: Mapping[str, Sequence[int]]) -> str:
    """Return twenty hex digits that stand for which filters stayed."""
    text = json.dumps({name: list(indices) for name, indices in kept.items()}, sort_keys=True)
    return sha256(text.encode()).hexdigest()[:20]


def _indices(stays: Tensor) -> tuple[int, ...]:
    return tuple(stays.nonzero().flatten().tolist())


def _others(net: nn.Module, name: str, kept: Sequence[int]) -> list[int]:
    """Return the filters of a layer that are not kept."""
    filters = range(len(layer_of(net, name).weight))
    if not kept or not set(kept) <= set(filters):
        raise ValueError(
            f"expected some of the filters 0 to {filters[-1]} of {name}, got {list(kept)}"
        )
    return sorted(set(filters) - set(kept))
