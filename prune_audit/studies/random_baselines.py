"""The baselines that every claim must beat: random masks, shuffled ratios, scratch, L1 tuned well.

Definition: two parts. Perceptrons of three hidden layers, from narrow to wide, lose nine tenths of
their weights at random before training: the same share of every layer (uniform), or more of the
larger ones (ER). A residual network, once trained, is pruned by a criterion and by all its floors
at the same ratio. Of single weights: by magnitude, by the layer ratios of that with shuffled
places, at random (uniform, ER, ERK), and magnitude's mask under fresh weights. Of filters: by L1
norm, at random at the same counts, each retrained at the last LR and on the cyclic schedule of Le
and Hua; and the same structure from scratch, for as many epochs as the pretraining (Scratch-E) or
for the FLOPs of all stages (Scratch-B, K1*F1/F2 + K2 of Wang et al. 2023, arXiv 2301.05219).
Why: a criterion that does not beat these has not shown that its choice matters; what looks like its
gain may be one of layer ratios, of epochs, or of a learning rate.
Cannot detect: how the floors stand on data and networks where the dense network is far from
perfect. On a perceptron ERK is ER, since there are no kernels.
Source: Liu et al. 2022 (arXiv 2202.02643); Le and Hua 2021 (arXiv 2105.03193); Liu et al. 2019
(arXiv 1810.05270); Su et al. 2020 (arXiv 2009.11094).
"""

from collections.abc import Iterator

from prune_audit.studies.baseline_arms import (
    AT_INIT,
    CLR,
    FLOORS,
    LAST,
    NETWORK,
    PRETRAINING,
    WIDTHS,
    arms,
    at_init,
    plan,
    pruned,
    scratch,
    scratch_b,
    speedup,
)
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
from prune_audit.studies.study import Lab, Study


def _width_signs(lab: Lab) -> Iterator[Sign]:
    source = "(Liu et al. 2022)"
    yield positive(
        f"the gap between dense and ER shrinks from width {WIDTHS[0]} to {WIDTHS[-1]} {source}",
        minus(_lost(lab, WIDTHS[0]), _lost(lab, WIDTHS[-1])),
    )
    for width in WIDTHS[1:]:
        yield positive(
            f"ER above uniform at width {width} (Liu et al. 2022, of ERK on convolutions)",
            _er_gain(lab, width),
        )
    yield positive(
        f"known counter-example: ER below uniform at width {WIDTHS[0]} (seen on other data)",
        [-gain for gain in _er_gain(lab, WIDTHS[0])],
    )


def _lost(lab: Lab, width: int) -> tuple[float, ...]:
    return lab.gap(at_init(width), at_init(width, "er"))


def _er_gain(lab: Lab, width: int) -> tuple[float, ...]:
    return lab.gap(at_init(width, "er"), at_init(width, "random-weights"))


def _signs(lab: Lab) -> Iterator[Sign]:
    yield from _width_signs(lab)
    compared = (
        (
            "ERK above uniform in a trained network (Liu et al. 2022, before any training)",
            pruned("erk"), pruned("random-weights"),
        ),
        (
            "the weights that magnitude chooses above random ones at its layer ratios",
            pruned("magnitude"), pruned("magnitude", control="shuffled"),
        ),
        (
            "L1 above random filters, both on the cyclic schedule (Li et al. 2017, at a small LR)",
            pruned("l1"), pruned("random"),
        ),
        (
            "random filters on the cyclic schedule above L1 at the last LR (Le and Hua 2021)",
            pruned("random"), pruned("l1", LAST),
        ),
        (
            "Scratch-B above L1 on the cyclic schedule (Liu et al. 2019, retraining at a small LR)",
            scratch(scratch_b()), pruned("l1"),
        ),
        (
            "L1 on the cyclic schedule above Scratch-E", pruned("l1"), scratch(PRETRAINING.epochs),
        ),
    )  # fmt: skip
    for expected, one, other in compared:
        yield positive(expected, lab.gap(one, other))


def _width_rows(lab: Lab) -> Iterator[tuple[Cell, ...]]:
    for width in WIDTHS:
        accuracies = (Spread(lab.accuracies(at_init(width, one))) for one in (None, *FLOORS))
        gap = Spread(_lost(lab, width))
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
         acted(lab, [(pruned("magnitude"), pruned("magnitude", control="shuffled"))])),
        (Table("Random masks at initialisation, by width", widths, tuple(_width_rows(lab))),
         Table(f"The mandatory baselines on {NETWORK}", columns, tuple(_rows(lab)),
               "Single weights are masked: nothing gets faster.")),
        tuple(_signs(lab)), _panels(lab),
        ("Where arms lie within a point of each other the digits are too easy to tell them apart; "
         "an interval that holds zero is no proof that they are equal. Arms have unequal epochs in "
         "all: the table has them.",),
    )  # fmt: skip


STUDY = Study(
    "random-baselines", "the baselines that every claim must beat",
    "Liu et al. 2022 (arXiv 2202.02643); Le & Hua 2021 (arXiv 2105.03193)",
    plan, _conclude, seeds=(0, 1, 2, 3, 4),
)  # fmt: skip
