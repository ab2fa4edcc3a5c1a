"""Filters with the smallest L1-norm go, decorrelated from those that stay by a growing penalty.

Definition: what goes is chosen once, before the pruning stage, by L1-norm. Let W hold the filters
of a layer as rows and G = W W^T. The loss gets, per layer, 1000 (gram) x penalty x the mean square
of G - T, where T is G itself, taken as a constant, with the rows and columns of the chosen filters
set to zero. So kept filters are pulled apart from chosen ones and not from each other. On top of
the weight decay, the chosen filters' weights and biases, and the scale and shift of the batch norm
behind them, get the gradient 'penalty x value'. The penalty grows from zero by delta (1e-4) every
K_u (10) steps to its ceiling (1.0); no ratio stops it. Then the layers are zeroed one after the
other, one every 100 steps (zero_every), counted over all convolution and linear layers of the
network, and stay zero while the others train on. Every number is a setting of the pruning.
Why: a filter that stays works best without another if it never relied on it: the network remains
trainable after the cut (Wang & Fu's measure of that is dynamical isometry).
Cannot detect: how much of a gain is due to the stage's epochs: 'rerun --compensate pre' and 'post'
give them to the other side. With the numbers for CIFAR the stage takes 110,000 steps. That the
weight of the decorrelation grows with the penalty is in the authors' code; it is computed from G of
a layer's own size, so a layer of few filters is pulled much more strongly than a wide one.
Source: Wang & Fu 2023 (arXiv 2207.12534), section 3 and the authors' code.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from prune_audit.pipeline.masks import layers_of
from prune_audit.pipeline.stages.growing import Growing
from prune_audit.pipeline.units import Norm, norms
from prune_audit.reruns.experiment import Pruning


class TPP(Growing):
    """TPP; ``norms`` are the batch norms that read the layers, where there are any."""

    def __init__(self, net: nn.Module, pruning: Pruning, network: str, example: Tensor) -> None:
        super().__init__(net, pruning, network, example)
        found = norms(net, self.site.layers, example)
        self.norms: dict[str, Norm | None] = dict(found)
        self.place = {name: index for index, (name, _) in enumerate(layers_of(net), 1)}

    def level(self, name: str) -> float:
        """Return the penalty of a layer: zero at the first step."""
        return (self.raised[name] - 1) * self.numbers["delta"]

    def over(self, name: str) -> str:
        """Return what ends the growth: the ceiling, as soon as it is reached."""
        reached = self.penalty[name] >= self.numbers["ceiling"] * (1 - 1e-9)
        return "ceiling" if reached else ""

    @torch.no_grad()
    def press(self) -> None:
        """Raise the penalty where it is time, and add all gradients."""
        super().press()
        for name, layer in self.site.layers.items():
            gone, penalty = self.gone[name].flatten(), self.penalty[name]
            weight, gradient = layer.weight, layer.weight.grad
            assert gradient is not None, "a step comes after a backward pass"
            rows = weight.detach().flatten(1)
            apart = decorrelation(rows, gone) * (self.numbers["gram"] * penalty)
            gradient.add_(apart.view_as(weight))
            for parameter in self.beside(name):
                if parameter.grad is not None:
                    parameter.grad.add_(gone * parameter, alpha=penalty)

    def beside(self, name: str) -> list[nn.Parameter]:
        """Return what a layer's filters have beside their weights: (filters,) each."""
        layer, norm = self.site.layers[name], self.norms[name]
        found = (layer.bias, *((norm.weight, norm.bias) if norm else ()))
        return [parameter for parameter in found if parameter is not None]

    @torch.no_grad()
    def stepped(self) -> None:
        """Count the step; after the growth, zero the layers whose time has come."""
        since = self.steps - self.ended_at
        if not self.growing():
            for name, layer in self.site.layers.items():
                if since >= self.place[name] * self.numbers["zero_every"]:
                    gone = self.gone[name].flatten()
                    for parameter in (layer.weight, *self.beside(name)):
                        parameter[gone] = 0.0
        super().stepped()

    def figures(self) -> Mapping[str, float]:
        """Return what the stage says of itself; no ratio ends it."""
        found = dict(super().figures())
        found.pop("ended_by_ratio")
        return found


def decorrelation(rows: Tensor, gone: Tensor) -> Tensor:
    """Return the derivative by W of the mean square of W W^T - T: 4 (W W^T - T) W / n^2.

    T is W W^T with the rows and columns of chosen filters set to zero, a constant.

    Args:
        rows: W, (n filters, weights of each).
        gone: which filters are chosen, booleans (n,).
    """
    gram = rows @ rows.T
    chosen = gone[:, None] | gone[None, :]
    return gram.masked_fill(~chosen, 0.0) @ rows * (4 / gram.numel())
