"""The arms of the study of pruning at initialisation: methods, random masks, shuffled controls."""

from collections.abc import Iterator

from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.reruns.methods import METHODS
from prune_audit.studies.study import Seeds

KEPT = (0.1, 0.05, 0.02, 0.01)
"""Fractions of the weights that stay."""
SHUFFLED = (0.1, 0.05, 0.02)
RANDOM = ("random-weights", "er")
CHOSEN = ("snip", "iter-snip", "force")
OTHERS = ("grasp", "synflow")
NARROW, RESIDUAL = "mlp-6x100", "resnet8"
TRAININGS = {
    NARROW: Training(60, "0:1e-2,3:3e-2,45:1e-2,54:1e-3", 32, 1e-5, augmentation="none"),
    RESIDUAL: Training(11, "0:1e-1,6:1e-2,9:1e-3", 32, 1e-4),
}
LOW = 0.02
LOWEST = (LOW, 0.01)
"""Where the methods come apart."""
BOTH = 0.05
"""Kept on both networks, where the shuffled control is compared."""
ON_BOTH = ("snip", "force")
DATA = Data("digits")

Series = tuple[str, str]
"""A method and its control."""


def arm(method: str, kept: float, control: str = "", network: str = NARROW) -> Experiment:
    """Return a training of a network of which a method keeps a fraction of the weights."""
    cut = Pruning(method, (round(1 - kept, 6),), scope=METHODS[method].scope, control=control)
    return Experiment(DATA, network, 0, TRAININGS[network], cut)


def dense(network: str = NARROW) -> Experiment:
    """Return the training of a whole network."""
    return Experiment(DATA, network, 0, TRAININGS[network])


def series() -> tuple[tuple[Series, tuple[float, ...]], ...]:
    """Return every method and control with the fractions that it keeps."""
    plain = tuple(((method, ""), KEPT) for method in (*RANDOM, *CHOSEN, *OTHERS))
    return (*plain, *(((method, "shuffled"), SHUFFLED) for method in CHOSEN))


def _arms() -> Iterator[Experiment]:
    yield dense()
    for (method, control), rates in series():
        yield from (arm(method, kept, control) for kept in rates)
    for method in ON_BOTH:
        yield from with_control(method, BOTH, RESIDUAL)


def with_control(method: str, kept: float, network: str) -> tuple[Experiment, Experiment]:
    """Return an arm and its shuffled control."""
    return arm(method, kept, "", network), arm(method, kept, "shuffled", network)


def with_controls() -> Iterator[tuple[Experiment, Experiment]]:
    """Yield every arm that has a shuffled control, with that."""
    yield from (with_control(method, kept, NARROW) for method in CHOSEN for kept in SHUFFLED)
    yield from (with_control(method, BOTH, RESIDUAL) for method in ON_BOTH)


def plan(seeds: Seeds) -> tuple[Experiment, ...]:
    """Return every arm, once per seed."""
    return tuple(one.seeded(seed) for seed in seeds for one in _arms())
