"""Weights in few bits, in place of fewer weights: what pruning is set against at equal bytes.

Definition: no weight goes. The weights w of each convolution and linear layer, first and last among
them, are replaced by the nearest levels k * step, k from -2^(b-1) to 2^(b-1) - 1; there is one step
per layer, that of least squared error (line search, as `prune-audit sqnr`). Retrained, the loss is
that of the quantised weights, and its gradient changes the full ones behind them, which are then
quantised again (straight-through estimator, weight decay on the full ones); the steps are searched
anew after every 16 optimizer steps. The final weights are the quantised ones. Biases, batch norm
and activations keep their precision. Without retraining it is post-training quantisation.
Why: a compression by 2, 4 or 8 against 16 bits per weight can be had by INT8, INT4 or INT2 as well
as by 50, 75 or 87.5 % sparsity, whose positions take bits of their own. A claim about storage that
has not looked at the quantised network has left out a strong competitor.
Cannot detect: what one range per output channel, learned ranges or quantised activations would
change; speed, which depends on the hardware.
Source: Kuzmin et al. 2023 (arXiv 2307.02973). Their ranges are learned while they retrain, by an
optimizer of their own, and the LR is tuned for each arm; here both arms have one recipe. The
straight-through estimator is that of Bengio et al. 2013 (arXiv 1308.3432).
"""

from collections.abc import Iterator, Mapping
from math import isinf
from statistics import fmean
from typing import Any

import torch
from torch import Tensor, nn

from prune_audit.pipeline.masks import layers_of
from prune_audit.quantisation.arms import best_steps
from prune_audit.quantisation.compare import sqnr

REFIT = 16
"""Optimizer steps between two searches for the grids."""


class Quantised:
    """A network whose weights are quantised wherever it is looked at.

    Between the backward pass and the optimizer's step the full weights take their place.
    """

    def __init__(self, net: nn.Module, bits: int) -> None:
        self.layers, self.bits = dict(layers_of(net)), bits
        self.full = {name: one.weight.detach().clone() for name, one in self.layers.items()}
        self.steps = dict.fromkeys(self.full, 0.0)
        self.taken = 0
        self._search()
        self._quantise()
        losses = [one for one in self._sqnr() if not isinf(one)]
        self.begun_with = {"sqnr_db": fmean(losses)} if losses else {}

    def press(self) -> None:
        """Put the full weights in place: they are what the step changes."""
        with torch.no_grad():
            for name, layer in self.layers.items():
                layer.weight.copy_(self.full[name])

    def stepped(self) -> None:
        """Take the full weights away and put the quantised ones in place."""
        with torch.no_grad():
            for name, layer in self.layers.items():
                self.full[name].copy_(layer.weight)
        self.taken += 1
        if self.taken % REFIT == 0:
            self._search()
        self._quantise()

    def finish(self) -> None:
        """Leave the weights as they are: quantised."""

    def figures(self) -> Mapping[str, float]:
        """Return the bits and, where anything was lost, the mean SQNR of layers at the beginning.

        Layers that the grid gives without any error are not in the mean.
        """
        return {"bits": self.bits, **self.begun_with}

    def state_dict(self) -> dict[str, Any]:
        """Return the full weights, the grids, and the steps taken."""
        return {"full": self.full, "steps": self.steps, "taken": self.taken}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a state."""
        for name, weight in self.full.items():
            weight.copy_(state["full"][name])
        self.steps, self.taken = dict(state["steps"]), state["taken"]

    def _search(self) -> None:
        for name, weight in self.full.items():
            if weight.isfinite().all():  # a training that diverges keeps the grid that it had
                row = weight.reshape(1, -1).double().cpu().numpy()
                self.steps[name] = float(best_steps(row, self.bits)[0])

    def _quantise(self) -> None:
        with torch.no_grad():
            for name, layer in self.layers.items():
                layer.weight.copy_(on_grid(self.full[name], self.steps[name], self.bits))

    def _sqnr(self) -> Iterator[float]:
        for name, layer in self.layers.items():
            full = self.full[name].double()
            error = (full - layer.weight.detach()).square().sum()
            yield sqnr(float(full.square().sum()), float(error))


def on_grid(values: Tensor, step: float, bits: int) -> Tensor:
    """Return the nearest of the levels k * step, k from -2^(bits-1) to 2^(bits-1) - 1."""
    top = 2 ** (bits - 1) - 1
    return (values / step).round().clamp(-top - 1, top) * step
