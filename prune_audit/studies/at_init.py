"""Pruning a network that nobody has trained: SNIP, Iterative SNIP, FORCE against random masks.

Definition: single weights of a seven-layer perceptron go before its training, by each method at the
same sparsity, and what is left is trained once. Two controls stand beside them: random masks, of
equal sparsity in every layer and of ER densities, and each method's own layer ratios with the kept
weights moved to random places (shuffled). The effective fraction is the share of the kept weights
that lie on a path from input to output.
Why: at extreme sparsity a mask is worth as much as the paths that it leaves; papers that print
nominal sparsity alone hide that (de Jorge et al. 2021). Whether the choice of weights matters or
only the layer ratios has been answered both ways: on wide residual networks shuffled masks do as
well (Frankle et al. 2021, arXiv 2009.08576).
Cannot detect: what happens on wide networks or with shortcuts, where most weights stay connected
whatever the method.
Source: de Jorge et al. 2021 (arXiv 2006.09081).
"""

from collections.abc import Iterator

from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.run import Run
from prune_audit.studies.outcome import (
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

KEPT = (0.1, 0.05, 0.02, 0.01)
"""Fractions of the weights that stay."""
RANDOM = ("random-weights", "er")
CHOSEN = ("snip", "iter-snip", "force")
TRAINING = Training(40, "0:1e-1,20:1e-2,30:1e-3", 64, 5e-4)
LOW = 0.02
DATA = Data("digits")


def arm(method: str, kept: float, control: str = "", seed: int = 0) -> Experiment:
    """Return a training of the network of which a method keeps a fraction of the weights."""
    cut = Pruning(method, (round(1 - kept, 6),), scope=METHODS[method].scope, control=control)
    return Experiment(DATA, "mlp-6x100", seed, TRAINING, cut)


def _arms(seed: int) -> Iterator[Experiment]:
    for kept in KEPT:
        yield from (arm(method, kept, "", seed) for method in (*RANDOM, *CHOSEN))
        yield from (arm(method, kept, "shuffled", seed) for method in CHOSEN)


def _plan(seeds: Seeds) -> tuple[Experiment, ...]:
    return tuple(one for seed in seeds for one in _arms(seed))


def _connected(run: Run) -> float:
    return 100 * (run.connected or 0.0)


def _rows(lab: Lab) -> Iterator[tuple[float | str | Spread, ...]]:
    for method, control in _series():
        for kept in KEPT:
            one = arm(method, kept, control)
            name = f"{method} {control}".strip()
            yield (
                name, 100 * kept, Spread(lab.accuracies(one)), Spread(lab.each(one, _connected)),
            )  # fmt: skip


def _series() -> tuple[tuple[str, str], ...]:
    plain = tuple((method, "") for method in (*RANDOM, *CHOSEN))
    return (*plain, *((method, "shuffled") for method in CHOSEN))


def _curve(lab: Lab, method: str, control: str, of_paths: bool) -> Curve:
    points = []
    for kept in KEPT[::-1]:
        one = arm(method, kept, control)
        values = lab.each(one, _connected) if of_paths else lab.accuracies(one)
        points.append(Point(100 * kept, values))
    return Curve(f"{method} {control}".strip(), tuple(points))


def _signs(lab: Lab) -> Iterator[Sign]:
    def gap(method: str, other: str, kept: float = LOW, control: str = "") -> tuple[float, ...]:
        ours, others = arm(method, kept), arm(other, kept, control)
        return minus(lab.accuracies(ours), lab.accuracies(others))

    where = f"at {100 * LOW:g} % kept"
    yield positive(f"FORCE above SNIP {where} (de Jorge et al. 2021)", gap("force", "snip"))
    yield positive(
        f"Iterative SNIP above SNIP {where} (de Jorge et al. 2021)", gap("iter-snip", "snip")
    )
    yield positive(f"SNIP above uniform random {where}", gap("snip", "random-weights"))
    yield positive(
        "known counter-example: on a narrow network without shortcuts a shuffled FORCE mask loses "
        "(on wide ones shuffling does not matter, Frankle et al. 2021)",
        gap("force", "force", KEPT[0], "shuffled"),
    )
    paths = lab.each(arm("force", LOW), _connected)
    yield positive(
        f"over 95 % of the weights that FORCE keeps lie on a path {where}",
        [one - 95 for one in paths], "points above 95 %",
    )  # fmt: skip


def _conclude(lab: Lab) -> Outcome:
    columns = (
        Column("method"), Column("kept", "%", 0), Column("test accuracy", "%"),
        Column("effective", "% of kept", 1),
    )  # fmt: skip
    accuracy = Panel(
        "Accuracy", "weights kept (%)", "test accuracy (%)",
        tuple(_curve(lab, *one, False) for one in _series()), log_x=True,
    )  # fmt: skip
    paths = Panel(
        "Paths", "weights kept (%)", "kept weights on a path (%)",
        tuple(_curve(lab, *one, True) for one in _series()), log_x=True,
    )  # fmt: skip
    return Outcome(
        STUDY.name, STUDY.title, STUDY.source,
        (f"MLP with six hidden layers of 100 on the digits, {TRAINING.epochs} epochs, "
         f"LR {TRAINING.lr}, {len(lab.seeds)} seeds; no network was trained before.",),
        (Table("Accuracy after training, and the kept weights that lie on a path",
               columns, tuple(_rows(lab))),),
        tuple(_signs(lab)), (accuracy, paths),
    )  # fmt: skip


STUDY = Study(
    "at-init", "pruning at initialisation and its controls",
    "de Jorge et al. 2021 (arXiv 2006.09081)", _plan, _conclude,
)  # fmt: skip
