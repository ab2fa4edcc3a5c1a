"""The arms of the study of growing penalties: what L1 gets for the epochs of a pruning stage."""

from collections.abc import Iterator
from dataclasses import replace

from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.reruns.penalties import CIFAR, fitted

DATA = Data("digits")
PLAIN, NORMED = "mlp-128-64", "resnet8"
BASE = Training(40, "0:1e-1,20:1e-2,30:1e-3", 64, 5e-4)
STAGE = Training(10, "0:5e-3", 64, 5e-4)
STEPS = STAGE.epochs * (898 // STAGE.batch_size)
RATIOS = (0.9, 0.95)
LRS = (5e-2, 5e-3, 5e-4)
LARGE, MIDDLE, SMALL = LRS
TRAINED = ("greg-1", "greg-2", "tpp")
ARMS = ("none", "pre", "post", *TRAINED)
TOTAL = "equal total"
PLACES = (*((PLAIN, ratio, LRS) for ratio in RATIOS), (NORMED, RATIOS[0], (MIDDLE,)))
"""Networks, ratios, and the LRs of retraining there."""
FEW = 5
"""Seeds of the ResNet at most."""


def retraining(lr: float, epochs: int = 10) -> Training:
    """Return a retraining: a tenth of the LR in its second half."""
    return Training(epochs, f"0:{lr:g},{epochs // 2}:{lr / 10:g}", 64, 5e-4)


def arm(name: str, ratio: float, lr: float, network: str = PLAIN, seed: int = 0) -> Experiment:
    """Return an arm: the chain from the base model through its stage to the retraining."""
    cut = Pruning("l1", (ratio,))
    epochs = 20 if name == TOTAL else 10
    last = Experiment(DATA, network, seed, retraining(lr, epochs), cut, BASE)
    if name == "pre":
        return replace(last, base=Experiment(DATA, network, seed, STAGE, None, BASE))
    if name == "post":
        return replace(last, pruning=None, base=replace(last, training=STAGE))
    if name not in TRAINED:
        return last
    numbers = tuple(sorted(fitted(name, STEPS, CIFAR).items()))
    own = Pruning(name, (ratio,), settings=numbers)
    stage = Experiment(DATA, network, seed, STAGE, own, BASE, during=True)
    return replace(last, pruning=own, base=stage)


def arms() -> Iterator[tuple[str, float, float, str]]:
    """Yield every arm: name, ratio, LR, network."""
    for network, ratio, lrs in PLACES:
        yield from ((name, ratio, lr, network) for name in ARMS for lr in lrs)
        yield from ((TOTAL, ratio, lr, network) for lr in lrs if lr == LARGE)
