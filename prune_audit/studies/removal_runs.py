"""What the study ``removal-curves`` runs and measures, and what it reads from that."""

from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.studies.signs import interval, minus
from prune_audit.studies.study import Lab, Measure, Seeds


class Criterion(NamedTuple):
    """A method, and from how many orders its Shapley values are estimated (0: it has none)."""

    method: str
    orders: int = 0

    def __str__(self) -> str:
        return f"{self.method}, {self.orders} orders" if self.orders else self.method


class Subject(NamedTuple):
    """A network, its training, its layers that can lose filters, and what scores these.

    ``orders`` are the numbers of orders for Shapley values, most last.
    """

    network: str
    training: Training
    layers: tuple[str, ...]
    criteria: tuple[str, ...]
    orders: tuple[int, ...]

    @property
    def every(self) -> tuple[Criterion, ...]:
        """All criteria; Shapley values with each payoff and number of orders."""
        plain = tuple(Criterion(method) for method in ("random", *self.criteria))
        return (*plain, *(Criterion(one, many) for one in PAYOFFS for many in self.orders))


DATA = Data("digits")
PAYOFFS = ("shapley", "shapley-error")
PLAIN = ("l1", "fpgm", "taylor", "apoz", "leave-one-out")
PERCEPTRON = Subject(
    "mlp-128-64", Training(40, "0:1e-1,20:1e-2,30:1e-3", 64, 5e-4), ("hidden.0", "hidden.1"),
    PLAIN, (5, 20, 50),
)  # fmt: skip
RESNET = Subject(
    "resnet8", Training(20, "0:1e-1,10:1e-2,15:1e-3", 64, 5e-4),
    ("layer1.0.conv1", "layer2.0.conv1", "layer3.0.conv1"), (*PLAIN, "bn-scale"), (10,),
)  # fmt: skip
SUBJECTS = (PERCEPTRON, RESNET)
FRACTIONS = tuple(range(10, 100, 10))
"""Of a layer's filters, in percent, as ``pipeline.removal`` removes them."""
DRAWS = 5
"""Random choices of each base, of which the mean is taken."""
RATIOS = (0.5, 0.8)
RETRAINING = {
    "short": Training(5, "constant 1e-2", 64, 5e-4),
    "long": Training(20, "0:1e-1,10:1e-2,15:1e-3", 64, 5e-4),
}
NONE = "none"
STAGES = (NONE, *RETRAINING)
RETRAINED = (*PLAIN, *PAYOFFS)


def dense(subject: Subject, seed: int = 0) -> Experiment:
    """Return the training of a network that is then taken apart."""
    return Experiment(DATA, subject.network, seed, subject.training)


def wanted(subject: Subject, one: Criterion, seed: int) -> tuple[Measure, ...]:
    """Return the removal curves of a criterion, of random ones several."""
    base = dense(subject, seed)
    method = ("method", one.method)
    if one.method == "random":
        return tuple(Measure("removal", base, (("draw", draw), method)) for draw in range(DRAWS))
    orders = (("permutations", one.orders),) if one.orders else ()
    return (Measure("removal", base, (method, *orders)),)


def pruned(
    method: str, ratio: float, seed: int = 0, draw: int = 0, retraining: str = "short"
) -> Experiment:
    """Return a retraining of the perceptron, of which each hidden layer lost filters."""
    settings = (("draw", draw),) if method == "random" else ()
    cut = Pruning(method, (ratio,), settings=settings)
    training = RETRAINING[retraining]
    return Experiment(DATA, PERCEPTRON.network, seed, training, cut, PERCEPTRON.training)


def draws(method: str) -> range:
    """Return the numbers of the choices that a method makes on one base."""
    return range(DRAWS if method == "random" else 1)


def plan(seeds: Seeds) -> tuple[Experiment, ...]:
    """Return the dense trainings, and the retrainings of the second part."""
    return (
        *(dense(subject, seed) for subject in SUBJECTS for seed in seeds),
        *(
            pruned(method, ratio, seed, draw, retraining)
            for seed in seeds
            for ratio in RATIOS
            for retraining in RETRAINING
            for method in ("random", *RETRAINED)
            for draw in draws(method)
        ),
    )


def measures(seeds: Seeds) -> tuple[Measure, ...]:
    """Return all removal curves."""
    return tuple(
        measure
        for subject in SUBJECTS
        for one in subject.every
        for seed in seeds
        for measure in wanted(subject, one, seed)
    )


def curve(lab: Lab, subject: Subject, one: Criterion, layer: str, seed: int) -> list[float]:
    """Return the test accuracies of a removal curve in percent, one per fraction."""
    found = [lab.measured(measure)[layer]["accuracy"] for measure in wanted(subject, one, seed)]
    return [fmean(point) for point in zip(*found, strict=True)]


def means(lab: Lab, subject: Subject, one: Criterion, layer: str = "") -> tuple[float, ...]:
    """Return the mean accuracy over the removals, one per seed; of all layers without a name."""
    layers = (layer,) if layer else subject.layers
    return tuple(
        fmean(fmean(curve(lab, subject, one, name, seed)) for name in layers) for seed in lab.seeds
    )


def ranks(series: Sequence[Sequence[float]]) -> list[str]:
    """Return the rank of every series of values, one value per seed; as a range where tied.

    A series stands above another if their paired 95 % interval says so. The range goes from one
    more than the number of those above it to the number of all but those below it.
    """
    low = [[interval(minus(one, other))[0] > 0 for other in series] for one in series]
    found = []
    for index in range(len(series)):
        first = 1 + sum(row[index] for row in low)
        last = len(series) - sum(low[index])
        found.append(f"{first}" if first == last else f"{first}-{last}")
    return found


def after(lab: Lab, method: str, ratio: float, stage: str) -> tuple[float, ...]:
    """Return the test accuracy after a pruning of all layers in percent, one per seed.

    ``stage`` is one of ``STAGES``: right after it, or after a retraining.
    """
    name = next(iter(RETRAINING)) if stage == NONE else stage
    runs = [
        [lab.run(pruned(method, ratio, seed, draw, name)) for draw in draws(method)]
        for seed in lab.seeds
    ]
    if stage == NONE:
        return tuple(fmean(run.begun.percent for run in some) for some in runs)
    return tuple(fmean(run.final.percent for run in some) for some in runs)


def gaps(lab: Lab, ratio: float, stage: str) -> tuple[float, ...]:
    """Return how far the best criterion lies above random, one per seed; the best by mean."""
    best = max((after(lab, method, ratio, stage) for method in RETRAINED), key=fmean)
    return minus(best, after(lab, "random", ratio, stage))


def spreads(lab: Lab, ratio: float, stage: str) -> tuple[float, ...]:
    """Return best minus worst criterion, random among them, one per seed."""
    every = [after(lab, method, ratio, stage) for method in ("random", *RETRAINED)]
    return tuple(max(one) - min(one) for one in zip(*every, strict=True))
