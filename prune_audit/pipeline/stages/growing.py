"""A penalty that grows: what GReg-1, GReg-2 and TPP share."""

from collections.abc import Mapping
from math import inf, isfinite
from typing import Any

import torch
from torch import Tensor, nn

from prune_audit.pipeline.stages.chosen import Gone, site
from prune_audit.reruns import penalties
from prune_audit.reruns.experiment import Pruning

RATIO, CEILING = "ratio", "ceiling"
"""What ended the growth of a layer's penalty."""


class Growing:
    """An L2 penalty on what was chosen, layer by layer; its gradient is penalty times weight.

    It comes on top of the weight decay. Every ``every`` steps, from the first on, the penalty of
    each layer is raised until something ends its growth (``over``); from then on it stays as it is
    until the stage ends.
    """

    def __init__(self, net: nn.Module, pruning: Pruning, network: str, example: Tensor) -> None:
        self.numbers = penalties.settings(pruning)
        self.site = site(net, pruning, network, example)
        self.gone: Gone = self.site.smallest()
        self.steps = 0
        self.raised = dict.fromkeys(self.site.layers, 0)
        self.penalty = dict.fromkeys(self.site.layers, 0.0)
        self.ended: dict[str, str] = {}
        self.ended_at = 0
        self.smallest_ratio = inf

    def press(self) -> None:
        """Raise the penalties where it is time, and add their gradients."""
        if self.growing() and self.steps % int(self.numbers["every"]) == 0:
            with torch.no_grad():
                self.update()
            if not self.growing():
                self.ended_at = self.steps
        with torch.no_grad():
            for name, layer in self.site.layers.items():
                gradient = layer.weight.grad
                assert gradient is not None, "a step comes after a backward pass"
                gradient.add_(self.factors(name) * layer.weight)

    def growing(self) -> bool:
        """Whether the penalty of any layer still grows."""
        return len(self.ended) < len(self.site.layers)

    def update(self) -> None:
        """Raise the penalties of the layers whose growth nothing has ended, then look again."""
        rising = [name for name in self.site.layers if name not in self.ended]
        for name in rising:
            self.measure(name)
            self.raised[name] += 1
            self.penalty[name] = self.level(name)
        self.ended |= {name: why for name in rising if (why := self.over(name))}

    def measure(self, name: str) -> None:
        """Look at the weights of a layer before its penalty is raised."""

    def level(self, name: str) -> float:
        """Return the penalty of a layer after as many raises."""
        return self.raised[name] * self.numbers["delta"]

    def over(self, name: str) -> str:
        """Return what ends the growth of a layer's penalty; empty while nothing does."""
        beyond = self.penalty[name] > self.numbers["ceiling"] * (1 + 1e-9)
        return CEILING if beyond else ""

    def factors(self, name: str) -> Tensor:
        """Return what the weights of a layer are multiplied by in the gradient."""
        return self.gone[name] * self.penalty[name]

    def ratio(self, name: str) -> float:
        """Return the mean magnitude of what stays in a layer over that of what goes."""
        weight = self.site.layers[name].weight.detach().abs()
        goes = self.gone[name].expand_as(weight)
        found = float(weight[~goes].mean() / weight[goes].mean())
        if isfinite(found):
            self.smallest_ratio = min(self.smallest_ratio, found)
        return found

    def stepped(self) -> None:
        """Count the step."""
        self.steps += 1

    def finish(self) -> None:
        """Measure the ratio a last time, then set to zero what was chosen."""
        self.smallest_ratio = inf
        for name in self.site.layers:
            if self.gone[name].any():
                self.ratio(name)
        self.site.zero(self.gone)

    def figures(self) -> Mapping[str, float]:
        """Return how long and how far the penalty grew, and what ended it, in layers.

        ``ratio_min`` is that of the layer whose kept weights are least above the others.
        """
        ends = list(self.ended.values())
        found = {
            "steps": self.steps,
            "growth_steps": self.ended_at if not self.growing() else self.steps,
            "penalty_max": max(self.penalty.values(), default=0.0),
            "penalty_min": min(self.penalty.values(), default=0.0),
            "ratio_min": self.smallest_ratio,
            "ended_by_ratio": ends.count(RATIO),
            "ended_by_ceiling": ends.count(CEILING),
            "still_growing": len(self.site.layers) - len(ends),
        }
        return {name: value for name, value in found.items() if isfinite(value)}

    def state_dict(self) -> dict[str, Any]:
        """Return what the next steps depend on."""
        return {
            "steps": self.steps, "raised": dict(self.raised), "penalty": dict(self.penalty),
            "ended": dict(self.ended), "ended_at": self.ended_at, "gone": dict(self.gone),
        }  # fmt: skip

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a state.

        Raises:
            KeyError, ValueError: it is of another stage.
        """
        if set(state["gone"]) != set(self.gone):
            raise ValueError("the state of a pruning stage names other layers")
        self.steps, self.ended_at = state["steps"], state["ended_at"]
        self.raised, self.penalty = dict(state["raised"]), dict(state["penalty"])
        self.ended, self.gone = dict(state["ended"]), dict(state["gone"])
