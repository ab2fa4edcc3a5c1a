"""The arms of the study of baselines: perceptrons by width, and the rows of a residual network."""

from dataclasses import replace
from typing import NamedTuple

from prune_audit.registry import cost
from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.planning.request import Budget
from prune_audit.reruns.planning.scratch_arms import scratch_epochs
from prune_audit.reruns.planning.standin import stretched
from prune_audit.studies.study import Seeds

DATA = Data("digits")
WIDTHS = (16, 32, 64, 128, 256)
FLOORS = ("random-weights", "er")
AT_INIT = Training(40, "0:1e-2,3:3e-2,28:1e-2,35:1e-3", 32, 1e-5, augmentation="none")
GONE = 0.9
"""Of the weights of a perceptron, and of the filters of the residual network."""

NETWORK = "resnet8"
WEIGHTS_GONE = 0.95
PRETRAINING = Training(12, "0:1e-1,7:1e-2,10:1e-3", 64, 1e-4)
CLR = Training(8, "cosine 1e-1 to 1e-3 warmup 10% from 1e-3", 64, 1e-4, lr_each="step")
LAST = Training(8, "constant 1e-3", 64, 1e-4)


class Arm(NamedTuple):
    """A row of the table: a name, what loses what, and its run."""

    name: str
    what: str
    run: Experiment


def at_init(width: int, method: str | None = None) -> Experiment:
    """Return the training of a perceptron of that width; pruned before it by a method."""
    cut = _cut(method, GONE) if method else None
    return Experiment(DATA, f"mlp-3x{width}", 0, AT_INIT, cut)


def pretrained() -> Experiment:
    """Return the training of the whole residual network."""
    return Experiment(DATA, NETWORK, 0, PRETRAINING)


def pruned(
    method: str, training: Training = CLR, control: str = "", *, fresh: bool = False
) -> Experiment:
    """Return the retraining of the residual network, pruned by a method."""
    cut = _cut(method, WEIGHTS_GONE if METHODS[method].masked else GONE)
    cut = replace(cut, control=control, fresh=fresh)
    return Experiment(DATA, NETWORK, 0, training, cut, PRETRAINING)


def scratch(epochs: int) -> Experiment:
    """Return the training of the small structure from fresh weights."""
    return replace(pruned("l1", _stretched(epochs), fresh=True), base=None)


def masked_scratch() -> Experiment:
    """Return the training of fresh weights under the mask that magnitude chose: as many epochs."""
    epochs = PRETRAINING.epochs + CLR.epochs
    return pruned("magnitude", _stretched(epochs), fresh=True)


def scratch_b() -> int:
    """Return the epochs of Scratch-B: K1*F1/F2 + K2 (Wang et al. 2023)."""
    return scratch_epochs(Budget.B_WANG2023, PRETRAINING.epochs, CLR.epochs, speedup())


def speedup() -> float:
    """Return the dense over the pruned MACs of the residual network."""
    dense, small = (cost(NETWORK, ratio, 10, 8, (), 1).macs for ratio in (0.0, GONE))
    return dense / small


def arms() -> tuple[Arm, ...]:
    """Return the rows of the residual network."""
    lost, filters = "95 % of weights", "90 % of filters"
    return (
        Arm("dense", "", pretrained()),
        Arm("magnitude", lost, pruned("magnitude")),
        Arm("its layer ratios, shuffled", lost, pruned("magnitude", control="shuffled")),
        Arm("random, uniform", lost, pruned("random-weights")),
        Arm("random, ER", lost, pruned("er")),
        Arm("random, ERK", lost, pruned("erk")),
        Arm("its mask, fresh weights", lost, masked_scratch()),
        Arm("L1, CLR", filters, pruned("l1")),
        Arm("L1, last LR", filters, pruned("l1", LAST)),
        Arm("random filters, CLR", filters, pruned("random")),
        Arm("random filters, last LR", filters, pruned("random", LAST)),
        Arm("Scratch-E", filters, scratch(PRETRAINING.epochs)),
        Arm("Scratch-B", filters, scratch(scratch_b())),
    )


def _cut(method: str, ratio: float) -> Pruning:
    """Return a pruning; magnitude ranks all weights together, as claims mostly have it."""
    scope = "global" if method == "magnitude" else METHODS[method].scope
    return Pruning(method, (ratio,), scope=scope)


def _stretched(epochs: int) -> Training:
    return stretched(PRETRAINING, epochs / PRETRAINING.epochs)


def plan(seeds: Seeds) -> tuple[Experiment, ...]:
    """Return the perceptrons and all rows of the residual network, once per seed."""
    perceptrons = (at_init(width, one) for width in WIDTHS for one in (None, *FLOORS))
    every = (*perceptrons, *(one.run for one in arms()))
    return tuple(one.seeded(seed) for seed in seeds for one in every)
