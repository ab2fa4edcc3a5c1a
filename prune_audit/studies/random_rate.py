"""How much may go at random before training: the train value says nothing, the paths do.

Definition: weights of the network go at random before its training, at several keep rates.
(a) A perceptron on few digits: train and test accuracy, kept weights on a path, and the paths that
are left from all pixels to each class (signal survival). (b) The setting of the theory: images of a
signal patch, which is the same in all images of a class, and a noise patch; a two-layer network
with cubed ReLUs under gradient descent on all images at once. Its survival is the number of filters
that keep the coordinate of their class's signal; one of them is live if its weight there begins
above zero, since the ReLU is silent otherwise and never learns.
Why: the theory has two results. Below a threshold the pruned network generalises, and its bound
gets better the more goes, as less of the noise can be memorised; beyond some rate no filter has the
signal left, and the network memorises the noise and is right by chance. That the dense network
memorises too is no part of it: that comes of the sizes here. The training loss goes to zero
throughout, so a train value is no evidence that pruning was harmless, and a test value without it
does not tell why.
Cannot detect: which regime other data are in: the number of images, the noise, the initial weights
and the length of training decide it, and all are fixed here. Where runs end in one of two ways a
mean describes none of them: the points are shown.
Source: Yang et al. 2023 (arXiv 2301.00335).
"""

from collections.abc import Iterator, Mapping

from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.reruns.run import Run
from prune_audit.studies import signal_patches
from prune_audit.studies.outcome import (
    Cell,
    Column,
    Curve,
    Outcome,
    Panel,
    Point,
    Sign,
    Spread,
    Table,
)
from prune_audit.studies.signal_patches import SOURCE
from prune_audit.studies.signs import minus, positive
from prune_audit.studies.study import Lab, Measure, Seeds, Study

NETWORK, IMAGES = "mlp-128-64", 40
RATES = (1.0, 0.5, 0.3, 0.2, 0.1, 0.07, 0.05, 0.03)
TRAINING = Training(300, "0:1e-2,10:3e-2,240:3e-3", 10, 1e-5, augmentation="none")


def arm(keep: float, seed: int) -> Experiment:
    """Return the training of a perceptron at a keep rate; each seed draws its own images."""
    cut = None if keep == 1 else Pruning("random-weights", (round(1 - keep, 6),))
    return Experiment(Data("digits", few=IMAGES, draw=seed), NETWORK, seed, TRAINING, cut)


def paths(keep: float, seed: int) -> Measure:
    """Return the measurement of the paths that are left on the digits."""
    return Measure("survival", arm(keep, seed))


def _plan(seeds: Seeds) -> tuple[Experiment, ...]:
    return tuple(arm(keep, seed) for seed in seeds for keep in RATES)


def patches(keep: float, seed: int) -> Measure:
    """Return the training on patches; of the experiment only the seed matters."""
    return Measure("patches", arm(1.0, seed), signal_patches.settings(keep))


def _measures(seeds: Seeds) -> tuple[Measure, ...]:
    digits = (paths(keep, seed) for seed in seeds for keep in RATES)
    rates = signal_patches.RATES
    return (*digits, *(patches(keep, seed) for seed in seeds for keep in rates))


def _swept(lab: Lab) -> signal_patches.Swept:
    return {
        keep: tuple(signal_patches.patch_run(lab.measured(patches(keep, one))) for one in lab.seeds)
        for keep in signal_patches.RATES
    }


def _runs(lab: Lab, keep: float) -> tuple[Run, ...]:
    return tuple(lab.run(arm(keep, seed)) for seed in lab.seeds)


def _tested(lab: Lab, keep: float) -> tuple[float, ...]:
    return tuple(run.final.percent for run in _runs(lab, keep))


def _trained(lab: Lab, keep: float) -> tuple[float, ...]:
    return tuple(run.final_train.percent for run in _runs(lab, keep))


def _connected(lab: Lab, keep: float) -> tuple[float, ...]:
    found = (run.connected for run in _runs(lab, keep))
    return tuple(100.0 if one is None else 100 * one for one in found)


def _survival(lab: Lab, keep: float) -> tuple[Mapping[str, list[int]], ...]:
    return tuple(lab.measured(paths(keep, seed)) for seed in lab.seeds)


def _reached(lab: Lab, keep: float, ends: str) -> tuple[float, ...]:
    """Return the number of classes or pixels with a path, one per seed."""
    return tuple(sum(count > 0 for count in one[ends]) for one in _survival(lab, keep))


def _fewest(lab: Lab, keep: float) -> int:
    """Return the paths of the class that has the fewest, of all seeds."""
    return min(min(one["classes"]) for one in _survival(lab, keep))


def _rows(lab: Lab) -> Iterator[tuple[Cell, ...]]:
    for keep in RATES:
        values = (
            _trained(lab, keep), _tested(lab, keep), _connected(lab, keep),
            _reached(lab, keep, "classes"), _reached(lab, keep, "inputs"),
        )  # fmt: skip
        yield 100 * keep, *map(Spread, values), _fewest(lab, keep)


def _memorised(lab: Lab) -> float:
    """Return the lowest keep rate of the digits at which every run ends at 100 % of train."""
    return min((keep for keep in RATES if min(_trained(lab, keep)) == 100), default=1.0)


def _signs(lab: Lab) -> Iterator[Sign]:
    low = _memorised(lab)
    yield positive(
        f"digits: at the lowest keep rate with 100 % train accuracy in every run ({100 * low:g} %) "
        f"test accuracy lies below that of the dense network {SOURCE}",
        minus(_tested(lab, 1.0), _tested(lab, low)),
    )
    yield positive(
        f"digits: mild pruning ({100 * RATES[1]:g} % kept) above dense (Yang et al. 2023: the "
        "bound gets better)",
        minus(_tested(lab, RATES[1]), _tested(lab, 1.0)),
    )


def _panel(lab: Lab) -> Panel:
    values = (("test", _tested), ("train", _trained), ("kept weights on a path", _connected))
    curves = tuple(
        Curve(name, tuple(Point(100 * keep, value(lab, keep)) for keep in RATES[::-1]))
        for name, value in values
    )
    return Panel("Digits", "weights kept (%)", "%", curves, log_x=True)


def _conclude(lab: Lab) -> Outcome:
    swept = _swept(lab)
    columns = (
        Column("kept", "%", 0), Column("train", "%"), Column("test", "%"),
        Column("effective", "% of kept", 1), Column("classes", "with a path", 1),
        Column("pixels", "with a path", 1), Column("fewest paths", "of a class"),
    )  # fmt: skip
    return Outcome(
        STUDY.name, STUDY.title, STUDY.source,
        (f"Digits: {NETWORK} on {IMAGES} training images, drawn anew for each of {len(lab.seeds)} "
         f"seeds, {TRAINING.epochs} epochs in batches of {TRAINING.batch_size}, LR {TRAINING.lr}, "
         "equal shares of every layer pruned at random before training.",
         signal_patches.setup()),
        (Table("Digits", columns, tuple(_rows(lab))), signal_patches.table(swept)),
        (*_signs(lab), *signal_patches.signs(swept)),
        (_panel(lab), *signal_patches.panels(swept)),
        (signal_patches.note(swept),
         "Runs end in one of two ways, which a mean hides and the points show.",
         "Changed after first results had been seen: the training on patches is longer, and the "
         "two signs of survival take the place of one, that every run with a live filter tests "
         "above every run without.",
         "Train values of the digits are those of the last epoch, each batch before its step."),
    )  # fmt: skip


STUDY = Study(
    "random-rate", "train and test against the keep rate, and what of the signal survives",
    "Yang et al. 2023 (arXiv 2301.00335)", _plan, _conclude, _measures, tuple(range(10)),
)  # fmt: skip
