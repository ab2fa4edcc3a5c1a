"""The baselines that every claim must beat: random masks, shuffled ratios, scratch, L1 tuned well.

Definition: two parts. Perceptrons of three hidden layers, from narrow to wide, lose nine tenths of
their weights at random before training: the same share of every layer (uniform), or more of the
larger ones (ER). A residual network, once trained, is pruned by a criterion and by all its floors
at the same budget. Of single weights: by magnitude, by the layer ratios of that with shuffled
places, at random (uniform, ER, ERK), and magnitude's mask under fresh weights. Of filters: by L1
norm, at random at the same counts, each retrained at the last LR and on the cyclic schedule of Le
and Hua; and the same structure from scratch, for as many epochs as the pretraining (Scratch-E) or
for the FLOPs of all stages (Scratch-B, K1*F1/F2 + K2 of Wang et al. 2023, arXiv 2301.05219).
Why: a criterion that does not beat these has shown nothing; what looks like its gain is one of
layer ratios, of epochs, or of a learning rate.
Cannot detect: how the floors stand on data and networks where the dense network is far from
perfect. On a perceptron ERK is ER, since there are no kernels.
Source: Liu et al. 2022 (arXiv 2202.02643); Le and Hua 2021 (arXiv 2105.03193); Liu et al. 2019
(arXiv 1810.05270); Su et al. 2020 (arXiv 2009.11094).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from prune_audit.registry import cost
from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.planning.standin import scaled_schedule, whole
from prune_audit.reruns.run import Run
from prune_audit.studies.controls import acted
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
from prune_audit.studies.signs import minus, positive
from prune_audit.studies.study import Lab, Seeds, Study

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


def pruned(method: str, training: Training = CLR, control: str = "") -> Experiment:
    """Return the retraining of the residual network, pruned by a method."""
    ratio = WEIGHTS_GONE if METHODS[method].masked else GONE
    return Experiment(DATA, NETWORK, 0, training, _cut(method, ratio, control), PRETRAINING)


def scratch(epochs: int) -> Experiment:
    """Return the training of the small structure from fresh weights."""
    return replace(pruned("l1", _stretched(epochs)), pruning=_fresh("l1"), base=None)


def masked_scratch() -> Experiment:
    """Return the training of fresh weights under the mask that magnitude chose: as many epochs."""
    epochs = PRETRAINING.epochs + CLR.epochs
    return replace(pruned("magnitude", _stretched(epochs)), pruning=_fresh("magnitude"))


def scratch_b() -> int:
    """Return the epochs of Scratch-B: K1*F1/F2 + K2 (Wang et al. 2023)."""
    return whole(PRETRAINING.epochs * speedup() + CLR.epochs)


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


def _cut(method: str, ratio: float, control: str = "") -> Pruning:
    return Pruning(method, (ratio,), scope=_scope(method), control=control)


def _scope(method: str) -> str:
    """Return how weights are ranked: magnitude by all together, as claims mostly have it."""
    return "global" if method == "magnitude" else METHODS[method].scope


def _fresh(method: str) -> Pruning:
    ratio = WEIGHTS_GONE if METHODS[method].masked else GONE
    return replace(_cut(method, ratio), fresh=True)


def _stretched(epochs: int) -> Training:
    schedule = scaled_schedule(PRETRAINING.schedule, epochs / PRETRAINING.epochs)
    return replace(PRETRAINING, epochs=epochs, lr=str(schedule))


def _plan(seeds: Seeds) -> tuple[Experiment, ...]:
    perceptrons = (at_init(width, one) for width in WIDTHS for one in (None, *FLOORS))
    every = (*perceptrons, *(one.run for one in arms()))
    return tuple(one.seeded(seed) for seed in seeds for one in every)


def _gap(lab: Lab, one: Experiment, other: Experiment) -> tuple[float, ...]:
    return minus(lab.accuracies(one), lab.accuracies(other))


def _width_signs(lab: Lab) -> Iterator[Sign]:
    def lost(width: int) -> tuple[float, ...]:
        return _gap(lab, at_init(width), at_init(width, "er"))

    source = "(Liu et al. 2022)"
    yield positive(
        f"the gap between dense and ER shrinks from width {WIDTHS[0]} to {WIDTHS[-1]} {source}",
        minus(lost(WIDTHS[0]), lost(WIDTHS[-1])),
    )
    for width in WIDTHS[1:]:
        yield positive(f"ER above uniform at width {width} {source}", _er_gain(lab, width))
    yield positive(
        f"known counter-example: ER below uniform at width {WIDTHS[0]} (it was on other data)",
        [-gain for gain in _er_gain(lab, WIDTHS[0])],
    )


def _er_gain(lab: Lab, width: int) -> tuple[float, ...]:
    return _gap(lab, at_init(width, "er"), at_init(width, "random-weights"))


def _signs(lab: Lab) -> Iterator[Sign]:
    yield from _width_signs(lab)
    compared = (
        ("ERK above uniform (Liu et al. 2022)", pruned("erk"), pruned("random-weights")),
        (
            "the weights that magnitude chooses above random ones at its layer ratios",
            pruned("magnitude"), pruned("magnitude", control="shuffled"),
        ),
        (
            "L1 above random filters, both on the cyclic schedule (Li et al. 2017)",
            pruned("l1"), pruned("random"),
        ),
        (
            "random filters on the cyclic schedule above L1 at the last LR (Le and Hua 2021)",
            pruned("random"), pruned("l1", LAST),
        ),
        (
            "Scratch-B above L1 on the cyclic schedule (Liu et al. 2019)",
            scratch(scratch_b()), pruned("l1"),
        ),
        (
            "L1 on the cyclic schedule above Scratch-E", pruned("l1"), scratch(PRETRAINING.epochs),
        ),
    )  # fmt: skip
    for expected, one, other in compared:
        yield positive(expected, _gap(lab, one, other))


def _width_rows(lab: Lab) -> Iterator[tuple[Cell, ...]]:
    for width in WIDTHS:
        accuracies = (Spread(lab.accuracies(at_init(width, one))) for one in (None, *FLOORS))
        gap = Spread(_gap(lab, at_init(width), at_init(width, "er")))
        yield width, *accuracies, gap


def _rows(lab: Lab) -> Iterator[tuple[Cell, ...]]:
    for name, what, one in arms():
        before = PRETRAINING.epochs if one.base is not None else 0
        run = lab.run(one.seeded(lab.seeds[0]))
        yield (
            name, what, before + one.training.epochs, run.speedup, Spread(lab.accuracies(one)),
        )  # fmt: skip


def _panels(lab: Lab) -> tuple[Panel, ...]:
    curves = (
        Curve(method or "dense", tuple(
            Point(width, lab.accuracies(at_init(width, method))) for width in WIDTHS
        ))
        for method in (None, *FLOORS)
    )  # fmt: skip
    return (
        Panel("Random masks", "width of the hidden layers", "test accuracy (%)", tuple(curves),
              log_x=True),
    )  # fmt: skip


def _conclude(lab: Lab) -> Outcome:
    widths = (
        Column("width", digits=0), Column("dense", "%"), Column("uniform", "%"), Column("ER", "%"),
        Column("dense minus ER", "points"),
    )  # fmt: skip
    columns = (
        Column("arm"), Column("without"), Column("epochs", "all stages"), Column("speedup", "x"),
        Column("test accuracy", "%"),
    )  # fmt: skip
    return Outcome(
        STUDY.name, STUDY.title, STUDY.source,
        (f"Perceptrons with three hidden layers on the digits as they are, a tenth of the weights "
         f"kept from the beginning, {AT_INIT.epochs} epochs, LR {AT_INIT.lr}, {len(lab.seeds)} "
         "seeds.",
         f"{NETWORK}: pretraining of {PRETRAINING.epochs} epochs at {PRETRAINING.lr}, retraining "
         f"of {CLR.epochs} on {CLR.lr} (CLR) or at {LAST.lr} (last LR); from scratch the schedule "
         f"of the pretraining, stretched to {PRETRAINING.epochs} epochs (Scratch-E), "
         f"{scratch_b()} (Scratch-B, {PRETRAINING.epochs} x {speedup():.2f} + {CLR.epochs}).",
         acted(_shuffled(lab))),
        (Table("Random masks at initialisation, by width", widths, tuple(_width_rows(lab))),
         Table(f"The mandatory baselines on {NETWORK}", columns, tuple(_rows(lab)),
               "Single weights are masked: nothing gets faster.")),
        tuple(_signs(lab)), _panels(lab),
        ("Where arms lie within a point of each other the digits are too easy to tell them apart; "
         "an interval that holds zero is no proof that they are equal.",),
    )  # fmt: skip


def _shuffled(lab: Lab) -> Iterator[tuple[Run, Run]]:
    one, other = pruned("magnitude"), pruned("magnitude", control="shuffled")
    return ((lab.run(one.seeded(seed)), lab.run(other.seeded(seed))) for seed in lab.seeds)


STUDY = Study(
    "random-baselines", "the baselines that every claim must beat",
    "Liu et al. 2022 (arXiv 2202.02643)", _plan, _conclude, seeds=(0, 1, 2, 3, 4),
)  # fmt: skip
