"""Filters or single weights with the smallest magnitude go, pushed out by a growing penalty.

Definition: what goes is chosen once, before the pruning stage: in every layer the filters with the
smallest L1-norm, or the weights with the smallest absolute value. In the stage the gradient of each
chosen weight gets 'penalty x weight', on top of the weight decay. The penalty is raised by delta
(1e-4) every K_u (10) steps, from zero on. It stops, for all layers at once, when in every layer the
moving average (0.9 old, 0.1 new) of the ratio of mean magnitudes, kept to chosen, has reached 1000;
or when it is above its ceiling (1.0). Single weights know the ceiling only. From then on it stays
as it is until the stage ends; then what was chosen is set to zero, taken away, and the rest
retrained. Every number is a setting of the pruning: delta, every, ceiling, ratio, memory.
Why: the weights of a network that still works take over from those that are to go, little by
little, before these are gone. The stage costs epochs, which the cost of a rerun counts: 110,000
steps with the numbers for CIFAR if the ceiling ends the growth, some 21,000 at least if the ratio
does. The figures of a run say which it was, how far the penalty came, and how much smaller the
chosen weights were at the end. Batch norm makes a filter's output independent of the size of its
weights; their gradient grows as they shrink, which can hold them up.
Cannot detect: that the choice is that of plain L1 pruning; only the weights differ. How much of a
gain is due to the stage's epochs alone: 'rerun --compensate pre' and 'post' give them to the other
side. In a stage that is shorter than the paper's the penalty has to grow faster (a rerun says by
how much), and then the paper's numbers say nothing about it.
The pruner of the same name in torch-pruning is another method: it penalises all filters by how
unimportant they are, raises the penalty by the epoch, and has no fixed choice and no ceiling. In
the authors' code the layers are tested one by one, so that the ratio ends the growth of all but the
last layer one raise later than here.
Source: Wang et al. 2021 (arXiv 2012.09243), section 3 and the authors' code.
"""

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from prune_audit.pipeline.stages.growing import RATIO, Growing
from prune_audit.reruns.experiment import Pruning


class GReg1(Growing):
    """GReg-1; ``average`` holds the moving average of each layer's ratio."""

    def __init__(self, net: nn.Module, pruning: Pruning, network: str, example: Tensor) -> None:
        super().__init__(net, pruning, network, example)
        self.average: dict[str, float] = {}

    def measure(self, name: str) -> None:
        """Move the average of a layer's ratio on."""
        if "ratio" not in self.numbers:
            return
        now, memory = self.ratio(name), self.numbers["memory"]
        before = self.average.get(name, now)
        self.average[name] = memory * before + (1 - memory) * now

    def over(self, name: str) -> str:
        """Return what ends the growth: the ratio, in every layer, or the ceiling."""
        if all(map(self.reached, self.site.layers)):
            return RATIO
        return super().over(name)

    def reached(self, name: str) -> bool:
        """Whether the average ratio of a layer is as large as it has to be."""
        limit = self.numbers.get("ratio")
        return limit is not None and self.average.get(name, 0.0) >= limit

    def state_dict(self) -> dict[str, Any]:
        """Return what the next steps depend on."""
        return {**super().state_dict(), "average": dict(self.average)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a state."""
        super().load_state_dict(state)
        self.average = dict(state["average"])
