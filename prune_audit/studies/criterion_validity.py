"""Whether the loss right after pruning says what comes of retraining: the oracle criterion tested.

Definition: one trained network is pruned many times at one ratio, filters at random, every cut
retrained alike. Two numbers compare the training loss right after pruning, over all training
images, with the final test accuracy: Kendall's tau (tau-b: -1 where a lower loss always means a
higher accuracy, 0 where it says nothing), and the anomaly ratio, the fraction of all cuts whose
final accuracy is above that of the cut with the lowest loss, which the oracle would choose.
Why: most criteria are made to keep the loss right after pruning low. Where tau is near 0 and the
anomaly ratio high after retraining, that is no reason to expect a better network.
Cannot detect: whether a criterion is good for another reason. The oracle here is the best of the
cuts that were drawn, not of all there are. Small networks and easy data favour the oracle: on
LeNet-5 and MNIST the paper finds a correlation too, from ResNet-56 and CIFAR-10 on hardly any.
Source: Feng et al. 2024 (arXiv 2412.00143); the anomaly ratio as in the authors' analysis script,
which counts cuts strictly above the oracle and divides by all cuts. The paper averages the cut's
accuracy over repeated retrainings; here every cut is retrained once.
"""

from collections.abc import Iterator, Sequence

from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.statistics import kendall
from prune_audit.studies.outcome import Column, Curve, Outcome, Panel, Point, Sign, Spread, Table
from prune_audit.studies.signs import minus, positive
from prune_audit.studies.study import Lab, Measure, Seeds, Study

DATA = Data("digits")
NETWORK = "mlp-3x32"
BASE = Training(40, "0:1e-1,20:1e-2,30:1e-3", 64, 5e-4)
RATIOS = (0.25, 0.5)
DRAWS = 40
RETRAINING = {
    "short, small LR": Training(3, "constant 1e-3", 64, 5e-4),
    "long, large LR": Training(20, "0:1e-1,10:1e-2,15:1e-3", 64, 5e-4),
}
SHORT, LONG = RETRAINING
NONE = "none"
STAGES = (NONE, SHORT, LONG)
LEAST = 0.02
"""Least standard deviation of tau between seeds: seeds that agree do not show there is no noise."""


def cut(ratio: float, draw: int, retraining: str = LONG, seed: int = 0) -> Experiment:
    """Return the retraining of one random cut of the base of a seed."""
    pruning = Pruning("random", (ratio,), settings=(("draw", draw),))
    return Experiment(DATA, NETWORK, seed, RETRAINING[retraining], pruning, BASE)


def loss_of(ratio: float, draw: int, seed: int) -> Measure:
    """Return the measurement of the training loss right after a cut."""
    return Measure("pruned-loss", cut(ratio, draw, LONG, seed))


def anomaly_ratio(losses: Sequence[float], accuracies: Sequence[float]) -> float:
    """Return the fraction (0 to 1) of all cuts that end above the cut of the lowest loss.

    Of cuts with equal lowest losses the first one is the oracle's choice.

    Raises:
        ValueError: there is no cut, or not one accuracy per loss.
    """
    cuts = list(zip(losses, accuracies, strict=True))
    _, chosen = min(cuts, key=lambda one: one[0])
    return sum(accuracy > chosen for _, accuracy in cuts) / len(cuts)


def _plan(seeds: Seeds) -> tuple[Experiment, ...]:
    return tuple(
        cut(ratio, draw, retraining, seed)
        for seed in seeds
        for ratio in RATIOS
        for draw in range(DRAWS)
        for retraining in RETRAINING
    )


def _measures(seeds: Seeds) -> tuple[Measure, ...]:
    return tuple(
        loss_of(ratio, draw, seed) for seed in seeds for ratio in RATIOS for draw in range(DRAWS)
    )


def losses(lab: Lab, ratio: float, seed: int) -> list[float]:
    """Return the training loss right after each cut of a base."""
    return [lab.measured(loss_of(ratio, draw, seed)) for draw in range(DRAWS)]


def accuracies(lab: Lab, ratio: float, stage: str, seed: int) -> list[float]:
    """Return the test accuracy of each cut of a base in percent, after one of ``STAGES``."""
    name = LONG if stage == NONE else stage
    runs = [lab.run(cut(ratio, draw, name, seed)) for draw in range(DRAWS)]
    if stage == NONE:
        return [run.begun.percent for run in runs]
    return [run.final.percent for run in runs]


def _taus(lab: Lab, ratio: float, stage: str) -> tuple[float, ...]:
    """Return tau per seed; 0 where one side orders nothing."""
    return tuple(
        kendall(losses(lab, ratio, seed), accuracies(lab, ratio, stage, seed)) or 0.0
        for seed in lab.seeds
    )


def _anomalies(lab: Lab, ratio: float, stage: str) -> tuple[float, ...]:
    return tuple(
        anomaly_ratio(losses(lab, ratio, seed), accuracies(lab, ratio, stage, seed))
        for seed in lab.seeds
    )


def _rows(lab: Lab) -> Iterator[tuple[float | str | Spread, ...]]:
    for ratio in RATIOS:
        for stage in STAGES:
            every = [accuracies(lab, ratio, stage, seed) for seed in lab.seeds]
            yield (
                100 * ratio, stage, Spread(_taus(lab, ratio, stage)),
                Spread(_anomalies(lab, ratio, stage)),
                Spread(tuple(sum(one) / DRAWS for one in every)),
                Spread(tuple(max(one) - min(one) for one in every)),
            )  # fmt: skip


def _signs(lab: Lab) -> Iterator[Sign]:
    for ratio in RATIOS:
        taus = {stage: _taus(lab, ratio, stage) for stage in STAGES}
        off = {stage: _anomalies(lab, ratio, stage) for stage in STAGES}
        where = f"at {100 * ratio:g} % removed"
        yield positive(
            f"before retraining a lower loss means a higher accuracy {where}: tau below 0",
            [-one for one in taus[NONE]], "below 0", LEAST,
        )  # fmt: skip
        yield positive(
            f"retraining moves tau towards 0 {where}: long, large LR against none "
            "(Feng et al. 2024)",
            minus([-one for one in taus[NONE]], [abs(one) for one in taus[LONG]]), "of tau", LEAST,
        )  # fmt: skip
        yield positive(
            f"the anomaly ratio rises with retraining {where}: long, large LR against none "
            "(the measure is that of Feng et al. 2024)",
            minus(off[LONG], off[NONE]), "of all cuts", LEAST,
        )  # fmt: skip
        yield positive(
            f"after long retraining at a large LR |tau| is below 0.2, hardly any correlation, "
            f"{where} (Feng et al. 2024: from ResNet-56 on CIFAR-10 on; the 0.2 is ours)",
            [0.2 - abs(one) for one in taus[LONG]], "below 0.2", LEAST,
        )  # fmt: skip


def _panel(lab: Lab, ratio: float) -> Panel:
    seed = lab.seeds[0]
    found = losses(lab, ratio, seed)
    curves = []
    for stage in STAGES:
        cuts = sorted(zip(found, accuracies(lab, ratio, stage, seed), strict=True))
        points = tuple(Point(loss, (accuracy,)) for loss, accuracy in cuts)
        curves.append(Curve(stage, points, joined=False))
    return Panel(
        f"{100 * ratio:g} % of the filters removed, base of seed {seed}",
        "training loss right after pruning", "test accuracy (%)", tuple(curves),
    )  # fmt: skip


def _conclude(lab: Lab) -> Outcome:
    columns = (
        Column("removed", "%", 0), Column("retraining"), Column("tau"), Column("anomaly ratio"),
        Column("test accuracy", "%"), Column("best minus worst cut", "points", 1),
    )  # fmt: skip
    recipes = "; ".join(f"{name}: {one.epochs} epochs, LR {one.lr}" for name, one in
                        RETRAINING.items())  # fmt: skip
    return Outcome(
        STUDY.name, STUDY.title, STUDY.source,
        (f"{NETWORK} on the digits, {BASE.epochs} epochs, LR {BASE.lr}, {len(lab.seeds)} seeds; "
         f"{DRAWS} random cuts of each base at each ratio, the same share of every hidden layer. "
         f"Retraining: {recipes}.",),
        (Table("Loss right after pruning against test accuracy, over random cuts of one base",
               columns, tuple(_rows(lab)),
               "tau is negative where a lower loss goes with a higher accuracy."),),
        tuple(_signs(lab)), tuple(_panel(lab, ratio) for ratio in RATIOS),
        ("The oracle here is the best of the drawn cuts; each is retrained once, so that part of "
         "what moves tau is the noise of one retraining. The digits are an easy task and the "
         "network is small: the paper finds correlations there too.",),
    )  # fmt: skip


STUDY = Study(
    "criterion-validity", "does the loss right after pruning predict what retraining brings",
    "Feng et al. 2024 (arXiv 2412.00143)", _plan, _conclude, _measures, (0, 1, 2, 3, 4),
)  # fmt: skip
