"""Filters or single weights go that a penalty on all of them makes smallest, then are pushed out.

Definition: first comes picking. A penalty on all weights of the layers that lose something is
raised by 1e-5 (pick_delta) every K_u (10) steps until it is 0.01 (pick_ceiling). Then the filters
with the smallest L1-norm, or the weights with the smallest absolute value, are chosen. Their
penalty goes on from 0.01, raised by delta (1e-4) every K_u steps; what stays gets a constant
penalty of -1e-4 (kept), which undoes part of the weight decay. The growth of a layer's penalty
stops when its own moving average (0.9 old, 0.1 new) of the ratio of mean magnitudes has reached
1000, or when it is above its ceiling (1.0); of single weights at the ceiling only. The rest is as
in GReg-1 ('prune-audit explain greg-1'). Settings: those of GReg-1, and pick_delta, pick_ceiling,
kept.
Why: an equal penalty on all weights sets apart those that the loss holds on to from those that it
lets go; magnitudes then tell more than before.
Cannot detect: how much the penalty on what stays matters: a comment in the authors' code doubts
that a negative one helps. Picking takes 1000 raises of the penalty, 10,000 steps with the numbers
for CIFAR, which cost epochs too. The figures of a run say which share of the choice L1 would have
chosen at the beginning of the stage.
Source: Wang et al. 2021 (arXiv 2012.09243), section 3 and the authors' code.
"""

from collections.abc import Mapping
from math import ceil
from typing import Any

from torch import Tensor, nn

from prune_audit.pipeline.stages.greg_1 import GReg1
from prune_audit.pipeline.stages.growing import RATIO, Growing
from prune_audit.reruns.experiment import Pruning


class GReg2(GReg1):
    """GReg-2; ``picked_at`` is the step at which the choice was made, -1 while there is none.

    All layers are picked at one time. While there is no choice, ``gone`` is what would be chosen.
    """

    def __init__(self, net: nn.Module, pruning: Pruning, network: str, example: Tensor) -> None:
        super().__init__(net, pruning, network, example)
        self.picked_at = -1
        self.in_common = 1.0
        self.first_choice = dict(self.gone)

    @property
    def picks(self) -> int:
        """Raises after which the choice is made."""
        raises = self.numbers["pick_ceiling"] / self.numbers["pick_delta"]
        return ceil(raises * (1 - 1e-9))

    def update(self) -> None:
        """Raise the penalties; choose as soon as they have come far enough."""
        if self.picked_at < 0:
            self.gone = self.site.smallest()
        super().update()
        if self.picked_at < 0 and all(count >= self.picks for count in self.raised.values()):
            self.picked_at = self.steps
            self.in_common = _in_common(self.gone, self.first_choice)

    def level(self, name: str) -> float:
        """Return the penalty of a layer after as many raises, of picking first."""
        picking = min(self.raised[name], self.picks) * self.numbers["pick_delta"]
        return picking + max(0, self.raised[name] - self.picks) * self.numbers["delta"]

    def over(self, name: str) -> str:
        """Return what ends the growth of this layer's penalty; nothing while it is picked."""
        if self.picked_at < 0:
            return ""
        return RATIO if self.reached(name) else Growing.over(self, name)

    def factors(self, name: str) -> Tensor:
        """Return the penalty: on all weights while picking, then another on what stays."""
        if self.raised[name] <= self.picks:  # what stays is let go at the first raise after that
            return self.site.layers[name].weight.new_tensor(self.penalty[name])
        gone = self.gone[name]
        return gone * self.penalty[name] + ~gone * self.numbers["kept"]

    def finish(self) -> None:
        """Choose by the last weights if there is no choice yet; then end the stage."""
        if self.picked_at < 0:
            self.gone = self.site.smallest()
        super().finish()

    def figures(self) -> Mapping[str, float]:
        """Return what the stage says of itself, of picking too."""
        picked = {"picked_at": self.picked_at, "share_as_l1": self.in_common}
        return {**super().figures(), **(picked if self.picked_at >= 0 else {})}

    def state_dict(self) -> dict[str, Any]:
        """Return what the next steps depend on."""
        picked = {"picked_at": self.picked_at, "in_common": self.in_common}
        return {**super().state_dict(), **picked, "first_choice": dict(self.first_choice)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a state."""
        super().load_state_dict(state)
        self.picked_at, self.in_common = state["picked_at"], state["in_common"]
        self.first_choice = dict(state["first_choice"])


def _in_common(ours: Mapping[str, Tensor], others: Mapping[str, Tensor]) -> float:
    """Return which share of one choice another choice makes too."""
    both = sum(int((ours[name] & others[name]).sum()) for name in ours)
    return both / max(1, sum(int(places.sum()) for places in ours.values()))
