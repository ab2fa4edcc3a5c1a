"""How sparse a network gets in one shot: the limit predicted by curvature against the measured one.

Definition: a perceptron is trained with an L1 penalty of one of several factors; then its smallest
weights go, all layers together, and nothing is retrained (L1 + one-shot). The loss may rise by eps,
its standard deviation over batches of training images. The loss limit is the largest sparsity at
which the training loss has risen by no more, the accuracy limit the largest at which no more than
half a point of test accuracy is lost. The predicted limit is the fixed point of the share of
directions along which the loss bears the removal: from the eigenvalues of the Hessian (stochastic
Lanczos quadrature) and the sum of squares of the removed weights. As a control, the same weights
are removed in random order.
Why: whether a network can be pruned without retraining is a matter of how small its smallest
weights are and how flat its loss is; an L1 penalty makes the first small, and then magnitude
pruning needs no further skill. A method that prunes without retraining has to beat that.
Cannot detect: what is possible with retraining, for which the limit does not hold. The prediction
takes the loss as quadratic out to where pruning moves the network; it uses trained weights, so that
it predicts nothing before training; it depends on the batch size through eps.
Source: Zhang et al. 2024 (arXiv 2306.05857).
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

from prune_audit.limits.found import Limits, from_plain
from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
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
from prune_audit.studies.study import Lab, Measure, Seeds, Study

PENALTIES = (0.0, 3e-4, 1e-3, 3e-3)
"""Factors of the L1 penalty; the first is none, the control."""
SPARSITIES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
NETWORK = "mlp-128-64"
EPOCHS, LR, BATCH = 60, "cosine 1e-1 to 0", 64
NEAR = 3.0
"""Points of sparsity: how far predicted and measured limit may be apart."""
MEASURED = (("points", 200.0), ("probes", 3.0), ("steps", 128.0), ("tolerance", 0.5))
SHOWN = 4
"""Every so many of the sparsities measured is drawn."""


def dense(penalty: float, seed: int = 0) -> Experiment:
    """Return a training with an L1 penalty; images are not augmented, so that its loss is known."""
    training = Training(EPOCHS, LR, BATCH, 0.0, augmentation="none", l1=penalty)
    return Experiment(Data("digits"), NETWORK, seed, training)


def pruned(penalty: float, sparsity: float, seed: int = 0) -> Experiment:
    """Return what is left of such a network without its smallest weights; nothing is retrained."""
    base = dense(penalty, seed)
    cut = Pruning("magnitude", (sparsity,), scope="global")
    return Experiment(base.data, NETWORK, seed, Training(0, "", BATCH, 0.0), cut, base.training)


def measure(penalty: float, seed: int) -> Measure:
    """Return what is measured on the dense network."""
    return Measure("prune-limit", dense(penalty, seed), MEASURED)


def _plan(seeds: Seeds) -> tuple[Experiment, ...]:
    return tuple(
        pruned(penalty, sparsity, seed)
        for seed in seeds
        for penalty in PENALTIES
        for sparsity in SPARSITIES
    )


def _measures(seeds: Seeds) -> tuple[Measure, ...]:
    return tuple(measure(penalty, seed) for seed in seeds for penalty in PENALTIES)


def _limits(lab: Lab, penalty: float) -> tuple[Limits, ...]:
    return tuple(from_plain(lab.measured(measure(penalty, seed))) for seed in lab.seeds)


def _each(lab: Lab, penalty: float, value: Callable[[Limits], float]) -> tuple[float, ...]:
    """Return a value of the dense networks under a penalty in percent, one per seed."""
    return tuple(100 * value(one) for one in _limits(lab, penalty))


def _predicted(one: Limits) -> float:
    return one.predicted.sparsity


def _at_random(one: Limits) -> float:
    return one.control.sparsity


def _loss(one: Limits) -> float:
    return one.loss_limit


def _accuracy(one: Limits) -> float:
    return one.accuracy_limit


def _factor(penalty: float) -> str:
    return f"{penalty:g}"


def _limit_rows(lab: Lab) -> Iterator[tuple[Cell, ...]]:
    columns: tuple[Callable[[Limits], float], ...] = (
        _predicted, lambda one: one.predicted.error, _loss, lambda one: one.penalised_limit,
        _accuracy, lambda one: one.removed_share, lambda one: one.flat_share,
    )  # fmt: skip
    for penalty in PENALTIES:
        found = tuple(Spread(_each(lab, penalty, value)) for value in columns)
        yield (_factor(penalty), *found)


def _control_rows(lab: Lab) -> Iterator[tuple[Cell, ...]]:
    for penalty in PENALTIES:
        yield (
            _factor(penalty),
            Spread(_each(lab, penalty, _at_random)),
            Spread(_each(lab, penalty, _loss)),
            Spread(_each(lab, penalty, lambda one: one.shuffled_limit)),
        )


def _pruned_rows(lab: Lab) -> Iterator[tuple[Cell, ...]]:
    for penalty in PENALTIES:
        after = (lab.accuracies(pruned(penalty, one)) for one in SPARSITIES)
        yield (_factor(penalty), Spread(lab.accuracies(dense(penalty))), *map(Spread, after))


def _tables(lab: Lab) -> tuple[Table, ...]:
    factor = Column("L1 factor")
    return (
        Table("Limits of pruning in one shot, without retraining", (
            factor, Column("predicted", "%", 1), Column("its error", "points", 1),
            Column("loss limit", "%", 1), Column("with the penalty", "%", 1),
            Column("accuracy limit", "%", 1), Column("removed", "% of squares", 1),
            Column("flat", "% of directions", 1),
        ), tuple(_limit_rows(lab)),
            "with the penalty: the loss limit of the loss and the L1 penalty, which falls as "
            "weights go. removed: share of the sum of squares that the removed weights hold at the "
            "predicted limit. flat: directions along which the loss bears their removal."),
        Table("Control: the same curvature, weights in random order", (
            factor, Column("predicted at random", "%", 1),
            Column("loss limit by magnitude", "%", 1), Column("loss limit at random", "%", 1),
        ), tuple(_control_rows(lab))),
        Table("Accuracy of L1 + one-shot, right after pruning", (
            factor, Column("dense", "%"),
            *(Column(f"{100 * one:g} % gone", "%") for one in SPARSITIES),
        ), tuple(_pruned_rows(lab))),
    )  # fmt: skip


def _signs(lab: Lab) -> Iterator[Sign]:
    for penalty in PENALTIES:
        yield positive(
            f"L1 factor {penalty:g}: predicted limit and loss limit less than {NEAR:g} points "
            f"apart (prediction of Zhang et al. 2024{'' if penalty else ', who always penalise'}; "
            "the threshold is ours)",
            [NEAR - apart for apart in _apart(lab, penalty, _predicted)], f"points below {NEAR:g}",
        )  # fmt: skip
    yield from _rises(lab)
    yield positive(
        "without a penalty the accuracy limit is looser than the loss limit",
        minus(_each(lab, PENALTIES[0], _accuracy), _each(lab, PENALTIES[0], _loss)),
    )
    yield positive(
        f"control: with the weights in random order, the prediction is more than {NEAR:g} points "
        f"off the loss limit at L1 factor {PENALTIES[-1]:g}",
        [apart - NEAR for apart in _apart(lab, PENALTIES[-1], _at_random)],
        f"points above {NEAR:g}",
    )


def _apart(lab: Lab, penalty: float, value: Callable[[Limits], float]) -> tuple[float, ...]:
    """Return how far a prediction lies from the loss limit, either way, in points."""
    return tuple(map(abs, minus(_each(lab, penalty, value), _each(lab, penalty, _loss))))


def _rises(lab: Lab) -> Iterator[Sign]:
    for name, value in (("predicted", _predicted), ("loss", _loss), ("accuracy", _accuracy)):
        for less, more in pairwise(PENALTIES):
            yield positive(
                f"the {name} limit rises from L1 factor {less:g} to {more:g} "
                "(after Zhang et al. 2024: the smaller the weights, the more may go)",
                minus(_each(lab, more, value), _each(lab, less, value)),
            )


def _curve(lab: Lab, penalty: float, name: str) -> Curve:
    found = [one.curve[::SHOWN] for one in _limits(lab, penalty)]
    points = (
        Point(100 * at[0].sparsity, tuple(getattr(one, name) for one in at))
        for at in zip(*found, strict=True)
    )
    return Curve(f"L1 {penalty:g}", tuple(points))


def _panels(lab: Lab) -> tuple[Panel, ...]:
    kinds = (("loss limit", _loss), ("accuracy limit", _accuracy))
    places = range(len(PENALTIES))
    named = ", ".join(f"{place}: {penalty:g}" for place, penalty in enumerate(PENALTIES))
    limits = tuple(
        Curve(name, tuple(Point(place, _each(lab, PENALTIES[place], value)) for place in places))
        for name, value in (("predicted", _predicted), *kinds)
    )
    curves = tuple(
        tuple(_curve(lab, penalty, name) for penalty in PENALTIES) for name in ("loss", "accuracy")
    )
    sparsity = "sparsity (% of the weights gone)"
    return (
        Panel("Limits", f"L1 factor ({named})", "sparsity (%)", limits),
        Panel("Training loss", sparsity, "cross-entropy", curves[0], log_y=True),
        Panel("Accuracy, nothing retrained", sparsity, "test accuracy (%)", curves[1]),
    )


def _conclude(lab: Lab) -> Outcome:
    one = _limits(lab, PENALTIES[0])[0]
    return Outcome(
        STUDY.name, STUDY.title, STUDY.source,
        (f"{NETWORK} on the digits, {EPOCHS} epochs, LR {LR}, batch {BATCH}, no weight decay, no "
         f"augmentation, {len(lab.seeds)} seeds; L1 factors "
         f"{', '.join(map(_factor, PENALTIES))}; magnitude over all layers together, no "
         "retraining.",
         f"Lanczos: {len(one.probes)} random vectors, {one.steps} steps, all {one.images} training "
         f"images; eps at batch size {one.batch_size}; {len(one.curve) - 1} sparsities above 0; "
         f"accuracy limit within {one.tolerance:g} points of the dense network's own.",),
        _tables(lab), tuple(_signs(lab)), _panels(lab),
        ("The error joins that of the mean over the random vectors and what the second half of the "
         "Lanczos steps changed; where a network fits its training set, eps is tiny and the error "
         "is large.",
         "Weights removed at random cost loss far below the limit that is predicted for them too: "
         "the prediction is for weights that go because they are small.",
         "The predicted limit and the loss limit that it is compared with are of the loss without "
         "the penalty. In an earlier small experiment (softmax regression) the accuracy limit did "
         "not rise with every factor.",
         "With retraining the limit does not apply."),
    )  # fmt: skip


STUDY = Study(
    "prune-limit", "how sparse a network gets in one shot, predicted and measured",
    "Zhang et al. 2024 (arXiv 2306.05857)", _plan, _conclude, _measures,
)  # fmt: skip
