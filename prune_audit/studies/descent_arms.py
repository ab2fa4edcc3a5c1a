"""What the study of sparse double descent trains, and what its runs hold, level by level."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from math import sqrt
from statistics import fmean, stdev
from typing import NamedTuple

from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.reruns.run import Run
from prune_audit.studies.phases import Level, steadied
from prune_audit.studies.signs import LEAST
from prune_audit.studies.study import Lab, Seeds

NETWORK = "mlp-128-64"
CLASSES = 10
CLEAN = Data("digits", few=500)
NOISY = replace(CLEAN, noise=0.2, noise_kind="symmetric")
STEPS = (0.5, 0.5, 0.5, *(0.2,) * 16)
"""Fractions of the weights left that go at each level: halves first, where little happens."""
COARSE = (0.5, 0.5, 0.5, *(0.36,) * 8)
"""The same for variants that find masks of their own: two steps of 20 % in one."""
TRAINING = Training(60, "0:5e-2,40:5e-3", 50, 0.0, augmentation="none")
FINETUNING = replace(TRAINING, lr="5e-3")

Arm = Callable[[int, int], Experiment]
"""An experiment by level (0: dense) and seed; the seed draws images and wrong labels too."""
Values = tuple[tuple[float, ...], ...]
"""By level, one value per seed."""


def rewound(data: Data, level: int, seed: int) -> Experiment:
    """Return a level of iterative pruning whose weights are rewound to their initial values."""
    one = _dense(data, seed)
    for ratio in STEPS[:level]:
        one = replace(one, pruning=_cut(ratio), base=one, rewind=0)
    return one


def reinitialised(level: int, seed: int) -> Experiment:
    """Return a level with the mask that ``rewound`` has there, and weights drawn anew."""
    if not level:
        return _dense(NOISY, seed)
    base = rewound(NOISY, level - 1, seed)
    return replace(base, pruning=_cut(STEPS[level - 1], fresh=True), base=base, rewind=None)


def in_a_row(training: Training, fresh: bool, level: int, seed: int) -> Experiment:
    """Return a coarse level that trains the weights before it on, or draws all anew."""
    one = _dense(NOISY, seed)
    for ratio in COARSE[:level]:
        one = replace(one, training=training, pruning=_cut(ratio, fresh=fresh), base=one)
    return one


def _dense(data: Data, seed: int) -> Experiment:
    return Experiment(replace(data, draw=seed), NETWORK, seed, TRAINING)


def _cut(ratio: float, *, fresh: bool = False) -> Pruning:
    return Pruning("magnitude", (ratio,), scope="global", fresh=fresh)


WITH_NOISE: Arm = partial(rewound, NOISY)
WITHOUT: Arm = partial(rewound, CLEAN)
VARIANTS: dict[str, Arm] = {
    "LR rewinding": partial(in_a_row, TRAINING, False),
    "finetuning": partial(in_a_row, FINETUNING, False),
    "scratch": partial(in_a_row, TRAINING, True),
}


def plan(seeds: Seeds) -> tuple[Experiment, ...]:
    """Return the last level of each chain, and every re-initialised one."""
    last = len(STEPS)
    found: list[Experiment] = []
    for seed in seeds:
        found += (arm(last, seed) for arm in (WITH_NOISE, WITHOUT))
        found += (reinitialised(level, seed) for level in range(1, last + 1))
        found += (arm(len(COARSE), seed) for arm in VARIANTS.values())
    return tuple(found)


class Series(NamedTuple):
    """What the runs of an arm hold: per level the sparsity in percent, the rest by seed too.

    ``last`` and ``best`` are test accuracies of the last and of the best epoch, ``train`` the
    training accuracy of the last epoch, all in percent; ``distance`` is the learning distance.
    """

    sparsity: tuple[float, ...]
    last: Values
    best: Values
    train: Values
    distance: Values

    def levels(self, tests: Values | None = None) -> tuple[Level, ...]:
        """Return means over the seeds with their standard errors: of the last epoch unless told."""
        rows = zip(self.sparsity, tests or self.last, self.train, strict=True)
        return steadied(
            [
                Level(sparsity, fmean(test), error(test), train=fmean(train))
                for sparsity, test, train in rows
            ]
        )


def error(values: Sequence[float]) -> float:
    """Return the standard error of the mean of two or more values in points."""
    return max(stdev(values), LEAST) / sqrt(len(values))


def series(lab: Lab, arm: Arm, steps: int) -> Series:
    """Return what the runs of an arm hold, from the dense network to the last of its steps."""
    runs = [[lab.run(arm(level, seed)) for seed in lab.seeds] for level in range(steps + 1)]

    def each(value: Callable[[Run], float]) -> Values:
        return tuple(tuple(map(value, row)) for row in runs)

    return Series(
        tuple(100 * fmean(run.sparsity for run in row) for row in runs),
        each(lambda run: run.final.percent),
        each(lambda run: run.best.percent),
        each(lambda run: run.final_train.percent),
        each(lambda run: run.distance or 0.0),
    )
