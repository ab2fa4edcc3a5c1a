"""Weights on paths from inputs to outputs, compared with a graph that is searched by hand."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise, product
from typing import NamedTuple

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from prune_audit.pipeline.connected import Connection, Counts, connected, connection, disconnected
from prune_audit.pipeline.masks import Masks
from prune_audit.pipeline.networks import build

Node = tuple[str, int, int, int]
"""Map, channel, row, column."""


class Edge(NamedTuple):
    start: Node
    end: Node
    weight: tuple[str, tuple[int, ...]] | None = None
    """Layer and place of the weight; none of what cannot be pruned."""


def on_paths(edges: list[Edge], first: str, last: str) -> set[tuple[str, tuple[int, ...]]]:
    """Return the weights on paths from the first map to the last."""
    forth = reached({edge.start for edge in edges if edge.start[0] == first}, edges)
    turned = [Edge(edge.end, edge.start) for edge in edges]
    back = reached({edge.end for edge in edges if edge.end[0] == last}, turned)
    return {edge.weight for edge in edges if edge.weight and edge.start in forth
            and edge.end in back}  # fmt: skip


def reached(nodes: set[Node], edges: list[Edge]) -> set[Node]:
    after = defaultdict(list)
    for edge in edges:
        after[edge.start].append(edge.end)
    found, waiting = set(nodes), list(nodes)
    while waiting:
        new = set(after[waiting.pop()]) - found
        found |= new
        waiting += new
    return found


def convolved(
    layer: str, gone: Tensor, ends: tuple[str, str], side: int, stride: int, padding: int
) -> Iterator[Edge]:
    outputs, inputs, size, _ = gone.shape
    smaller = (side + 2 * padding - size) // stride + 1
    spots = product(range(outputs), range(inputs), range(size), range(size))
    for place in spots:
        if gone[place]:
            continue
        out, inside, down, right = place
        for row, column in product(range(smaller), repeat=2):
            y, x = row * stride + down - padding, column * stride + right - padding
            if 0 <= y < side and 0 <= x < side:
                yield Edge((ends[0], inside, y, x), (ends[1], out, row, column), (layer, place))


def masks(net: nn.Module, *drawn: float, seed: int) -> Masks:
    """Return masks that take weights with these chances, layer by layer."""
    source = torch.Generator().manual_seed(seed)
    layers = {
        name: module.weight
        for name, module in net.named_modules()
        if isinstance(module, nn.Conv2d | nn.Linear)
    }
    return Masks(
        {
            name: torch.rand(weight.shape, generator=source) < chance
            for (name, weight), chance in zip(layers.items(), drawn, strict=True)
        }
    )


def places(found: dict[str, Tensor]) -> set[tuple[str, tuple[int, ...]]]:
    return {(name, tuple(at)) for name, on in found.items() for at in on.nonzero().tolist()}


def dense_mlp(*widths: int) -> nn.Sequential:
    layers = [nn.Linear(a, b) for a, b in pairwise(widths)]
    return nn.Sequential(*(part for layer in layers for part in (layer, nn.ReLU())))[:-1]


chances = st.floats(0.2, 0.95)
seeds = st.integers(0, 10_000)


@settings(max_examples=60, deadline=None)
@given(drawn=st.lists(chances, min_size=4, max_size=4), seed=seeds)
def test_in_an_mlp_the_weights_on_paths_are_those_of_the_graph(
    drawn: list[float], seed: int
) -> None:
    net = dense_mlp(3, 5, 4, 5, 2)
    cut = masks(net, *drawn, seed=seed)
    edges = [
        Edge((f"{at}", inside, 0, 0), (f"{at + 2}", out, 0, 0), (name, (out, inside)))
        for at, (name, gone) in zip(range(0, 8, 2), cut.gone.items(), strict=True)
        for out, inside in (~gone).nonzero().tolist()
    ]
    assert places(connected(cut, net, torch.zeros(1, 3))) == on_paths(edges, "0", "8")


class Tiny(nn.Module):
    """A convolution, a strided one beside a shortcut, max pooling, a linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3, padding=1)
        self.bn = nn.BatchNorm2d(2)
        self.conv2 = nn.Conv2d(2, 2, 3, stride=2, padding=1, bias=False)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(8, 2)

    def forward(self, images: Tensor) -> Tensor:
        maps = F.relu(self.bn(self.conv1(images)), inplace=True)
        maps = F.relu(self.conv2(maps) + F.pad(maps[:, :1, ::2, ::2], (0, 0, 0, 0, 1, 0)))
        logits: Tensor = self.fc(self.pool(maps).flatten(1))
        return logits


SIDE = 7
"""Of the images; 4 behind the stride, 2 behind the pooling."""


def tiny_edges(gone: dict[str, Tensor]) -> Iterator[Edge]:
    yield from convolved("conv1", gone["conv1"], ("in", "a"), SIDE, 1, 1)
    yield from convolved("conv2", gone["conv2"], ("a", "b"), SIDE, 2, 1)
    for row, column in product(range(4), repeat=2):
        yield Edge(("a", 0, 2 * row, 2 * column), ("b", 1, row, column))
        for channel in range(2):
            end = ("pooled", 4 * channel + 2 * (row // 2) + column // 2, 0, 0)
            yield Edge(("b", channel, row, column), end)
    for out, inside in (~gone["fc"]).nonzero().tolist():
        yield Edge(("pooled", inside, 0, 0), ("out", out, 0, 0), ("fc", (out, inside)))


@settings(max_examples=80, deadline=None)
@given(drawn=st.lists(st.floats(0.3, 1), min_size=3, max_size=3), seed=seeds)
def test_in_a_convolutional_network_with_a_shortcut_too(drawn: list[float], seed: int) -> None:
    net = Tiny()
    cut = masks(net, *drawn, seed=seed)
    expected = on_paths([*tiny_edges(dict(cut.gone))], "in", "out")
    assert places(connected(cut, net, torch.zeros(1, 1, SIDE, SIDE))) == expected


def test_nothing_is_missed_or_invented_where_nothing_is_pruned() -> None:
    net = build("resnet8", 10, 1, torch.Generator().manual_seed(0))
    found = connection(masks(net, *[0.0] * 10, seed=0), net, torch.zeros(1, 1, 16, 16))
    assert found.realised_sparsity == found.effective_sparsity == 0
    assert found.effective_fraction == 1
    assert found.disconnected == ()


def test_a_kernel_larger_than_its_map_has_weights_that_see_padding_only() -> None:
    net = build("resnet8", 10, 1, torch.Generator().manual_seed(0))
    counts = connection(masks(net, *[0.0] * 10, seed=0), net, torch.zeros(1, 1, 4, 4)).layers
    assert counts["layer3.0.conv1"].connected == 4 * 32 * 64
    assert counts["layer3.0.conv2"].connected == 64 * 64
    assert counts["layer2.0.conv2"].connected == 9 * 32 * 32


def test_layers_through_which_nothing_flows_are_named() -> None:
    net = Tiny()
    cut = masks(net, 0.0, 0.0, 0.0, seed=0)
    cut.gone["conv2"].fill_(True)
    assert disconnected(cut, net, torch.zeros(1, 1, SIDE, SIDE)) == ("conv2",)
    cut.gone["fc"][:, 4:] = True
    assert disconnected(cut, net, torch.zeros(1, 1, SIDE, SIDE)) == ("conv1", "conv2", "fc")
    assert connection(cut, net, torch.zeros(1, 1, SIDE, SIDE)).effective_sparsity == 1


def test_sparsities_are_fractions_of_all_weights() -> None:
    found = Connection({"a": Counts(60, 30, 20), "b": Counts(40, 10, 0)})
    assert found.total == (100, 40, 20)
    assert found.realised_sparsity == pytest.approx(0.6)
    assert found.effective_sparsity == pytest.approx(0.8)
    assert found.effective_fraction == pytest.approx(0.5)
    assert found.disconnected == ("b",)
    assert Connection({"a": Counts(60, 0, 0)}).effective_fraction == 0


def test_a_layer_without_a_mask_is_dense() -> None:
    net = dense_mlp(3, 4, 2)
    gone = torch.ones(4, 3, dtype=torch.bool)
    gone[2, 1] = False
    found = connected(Masks({"0": gone}), net, torch.zeros(1, 3))
    assert found["0"].nonzero().tolist() == [[2, 1]]


def test_depth_neither_overflows_nor_vanishes() -> None:
    net = dense_mlp(50, *[50] * 400, 3)
    cut = masks(net, *[0.9] * 401, seed=0)
    found = connection(cut, net, torch.zeros(1, 50))
    assert found.disconnected == ()
    assert found.effective_fraction > 0.9
    thin = Masks({name: torch.eye(*gone.shape) == 0 for name, gone in cut.gone.items()})
    assert connection(thin, net, torch.zeros(1, 50)).total.connected == 401 * 3


def test_depth_with_shortcuts_neither_overflows_nor_vanishes() -> None:
    net = build("resnet110", 10, 3, torch.Generator().manual_seed(0))
    names = [n for n, m in net.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    found = connection(masks(net, *[0.5] * len(names), seed=0), net, torch.zeros(1, 3, 8, 8))
    assert len(found.layers) == 110
    assert found.disconnected == ()


def test_values_and_modes_of_the_network_play_no_part_and_stay() -> None:
    net = build("resnet8", 10, 1, torch.Generator().manual_seed(0))
    cut = masks(net, *[0.97] * 10, seed=0)
    one = connection(cut, net, torch.zeros(1, 1, 8, 8))
    for parameter in net.parameters():
        parameter.data.fill_(-7.0)
    net.eval().requires_grad_(False)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    with torch.no_grad():
        assert connection(cut, net, torch.full((1, 1, 8, 8), torch.nan)) == one
    assert 0 < one.effective_fraction < 1
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert not any(module.training or module._forward_hooks for module in net.modules())
    assert not any(parameter.requires_grad for parameter in net.parameters())


def test_masks_of_another_network_and_dilated_pooling_are_refused() -> None:
    net = dense_mlp(3, 4, 2)
    with pytest.raises(ValueError, match=r"mask of 0 is \(4, 2\), not \(4, 3\)"):
        connection(Masks({"0": torch.zeros(4, 2).bool()}), net, torch.zeros(1, 3))
    with pytest.raises(ValueError, match="no convolution or linear layer '9'"):
        connection(Masks({"9": torch.zeros(4, 2).bool()}), net, torch.zeros(1, 3))
    dilated = nn.Sequential(nn.Conv2d(1, 1, 1), nn.MaxPool2d(2, dilation=2))
    with pytest.raises(ValueError, match="dilated max pooling"):
        connection(Masks({"0": torch.zeros(1, 1, 1, 1).bool()}), dilated, torch.zeros(1, 1, 4, 4))
