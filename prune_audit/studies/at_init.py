"""Pruning a network that nobody has trained: SNIP, Iterative SNIP, FORCE against random masks.

Definition: single weights of a seven-layer perceptron go before its training, by each method at the
same sparsity, and what is left is trained once. Two controls stand beside them: random masks, of
equal sparsity in every layer and of ER densities, and each method's own layer ratios with the kept
weights moved to random places (shuffled). The effective fraction is the share of the kept weights
that lie on a path from input to output. The shuffled control runs on a residual network too.
Why: at extreme sparsity a mask is worth no more than the paths that it leaves, which nominal
sparsity alone does not show. Beyond about 95 % SNIP and GraSP can be worse than random masks (de
Jorge et al. 2021). Whether the choice of weights matters or only the layer ratios depends on the
network: for SNIP, GraSP and SynFlow on the networks of Frankle et al. (2021, arXiv 2009.08576)
shuffled masks do as well or better.
Cannot detect: what a mask would be worth under weights that are scaled to it. A layer that keeps a
hundredth of its weights passes on a hundredth of the signal's variance, and where all layers do no
recipe of the dense network trains it; random masks suffer from that first.
Source: de Jorge et al. 2021 (arXiv 2006.09081).
"""

from collections import Counter
from collections.abc import Iterator

from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.run import Run
from prune_audit.studies.at_init_arms import (
    BOTH,
    CHOSEN,
    LOW,
    LOWEST,
    NARROW,
    ON_BOTH,
    RESIDUAL,
    TRAININGS,
    Series,
    arm,
    dense,
    plan,
    series,
    with_control,
    with_controls,
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

_SOURCE = "(de Jorge et al. 2021)"
AT_CHANCE = 2.4
"""Cross-entropy that ten equal chances (2.303) do not reach."""


def _connected(run: Run) -> float:
    return 100 * (run.connected or 0.0)


def _named(method: str, control: str) -> str:
    return f"{method} {control}".strip()


def _rows(lab: Lab) -> Iterator[tuple[Cell, ...]]:
    yield "dense", 100.0, Spread(lab.accuracies(dense())), None
    for (method, control), rates in series():
        for kept in rates:
            yield _row(lab, _named(method, control), kept, arm(method, kept, control))


def _row(lab: Lab, name: str, kept: float, one: Experiment) -> tuple[Cell, ...]:
    return name, 100 * kept, Spread(lab.accuracies(one)), Spread(lab.each(one, _connected))


def _cut_off(lab: Lab) -> Iterator[tuple[Cell, ...]]:
    """Yield the layers that no path goes through, with the seeds on which they are the same."""
    for (method, control), rates in series():
        for kept in rates:
            runs = lab.every(arm(method, kept, control))
            found = Counter(run.cut_off for run in runs if run.cut_off)
            for layers, seeds in found.items():
                yield _named(method, control), 100 * kept, seeds, ", ".join(layers)


def _lost(lab: Lab, method: str, network: str) -> tuple[float, ...]:
    """Return by how much shuffling lowers the accuracy of a network."""
    return lab.gap(*with_control(method, BOTH, network))


def _signs(lab: Lab) -> Iterator[Sign]:
    for kept in LOWEST:
        for better, worse in (("force", "iter-snip"), ("force", "snip"), ("iter-snip", "snip")):
            yield positive(
                f"{better} above {worse} at {100 * kept:g} % kept "
                + (_SOURCE if worse == "snip" else "(seen in an earlier small experiment)"),
                lab.gap(arm(better, kept), arm(worse, kept)),
            )
    for method in ("snip", "grasp"):
        yield positive(
            f"random masks (ER) above {method} at {100 * LOW:g} % kept (de Jorge et al. 2021: in "
            "many cases beyond about 95 % sparsity)",
            lab.gap(arm("er", LOW), arm(method, LOW)),
        )
    for method in ("iter-snip", "force"):
        yield from (_on_paths(lab, method, kept) for kept in LOWEST)
    yield from _shuffling(lab)


def _on_paths(lab: Lab, method: str, kept: float) -> Sign:
    return positive(
        f"over 95 % of the weights that {method} keeps lie on a path at {100 * kept:g} % kept "
        "(seen in an earlier small experiment)",
        [one - 95 for one in lab.each(arm(method, kept), _connected)], "points above 95 %",
    )  # fmt: skip


def _shuffling(lab: Lab) -> Iterator[Sign]:
    where = f"at {100 * BOTH:g} % kept"
    for method in ON_BOTH:
        narrow, residual = (_lost(lab, method, network) for network in (NARROW, RESIDUAL))
        yield positive(
            f"known counter-example: on a narrow network without shortcuts {method} loses by "
            f"shuffling {where} (Frankle et al. 2021, of SNIP on larger networks: it does not)",
            narrow,
        )
        yield positive(
            f"shuffling costs {method} less on {RESIDUAL}, which has shortcuts and batch norm, "
            f"{where} (Frankle et al. 2021, of SNIP on larger networks: nothing)",
            minus(narrow, residual),
        )


def _thrown(lab: Lab) -> str:
    """Say which runs the common LR threw off: no LR was searched for any method."""
    found = Counter(
        method
        for (method, control), rates in series()
        for kept in rates
        for run in lab.every(arm(method, kept, control))
        if not control and run.history[0].train_loss > AT_CHANCE and run.final.percent < 15
    )
    named = ", ".join(f"{count} of {method}" for method, count in found.items()) or "none"
    return (
        "One LR for all: of runs whose loss rose above that of chance in their first epoch, and "
        f"whose accuracy never left chance, there are {named}. A smaller LR might train those."
    )


def _curve(lab: Lab, one: Series, rates: tuple[float, ...], of_paths: bool) -> Curve:
    points = []
    for kept in rates[::-1]:
        pruned = arm(one[0], kept, one[1])
        values = lab.each(pruned, _connected) if of_paths else lab.accuracies(pruned)
        points.append(Point(100 * kept, values))
    return Curve(_named(*one), tuple(points))


def _panels(lab: Lab) -> Iterator[Panel]:
    """Yield the methods, their paths, and those with a control beside it."""
    accuracy, x = "test accuracy (%)", "weights kept (%)"
    plain = [(one, rates) for one, rates in series() if not one[1]]
    both = [(one, rates) for one, rates in series() if one[0] in CHOSEN]
    for title, shown in (("Methods", plain), ("Shuffled controls", both)):
        curves = tuple(_curve(lab, one, rates, False) for one, rates in shown)
        yield Panel(title, x, accuracy, curves, log_x=True)
    paths = tuple(_curve(lab, one, rates, True) for one, rates in plain)
    yield Panel("Paths", x, "kept weights on a path (%)", paths, log_x=True)


def _residual(lab: Lab) -> Iterator[tuple[Cell, ...]]:
    for method in ON_BOTH:
        for control in ("", "shuffled"):
            yield _row(lab, _named(method, control), BOTH, arm(method, BOTH, control, RESIDUAL))


def _conclude(lab: Lab) -> Outcome:
    columns = (
        Column("method"), Column("kept", "%", 0), Column("test accuracy", "%"),
        Column("effective", "% of kept", 1),
    )  # fmt: skip
    cut = (Column("method"), Column("kept", "%", 0), Column("seeds"), Column("layers"))
    narrow, residual = TRAININGS[NARROW], TRAININGS[RESIDUAL]
    return Outcome(
        STUDY.name, STUDY.title, STUDY.source,
        (f"MLP with six hidden layers of 100 on the digits as they are, {narrow.epochs} epochs, "
         f"LR {narrow.lr}, batches of {narrow.batch_size}, weight decay {narrow.weight_decay:g}, "
         f"{len(lab.seeds)} seeds; no network was trained before.",
         f"{RESIDUAL} with the customary random shifts, {residual.epochs} epochs, LR "
         f"{residual.lr}, batches of {residual.batch_size}.",
         acted(lab, with_controls())),
        (Table(f"{NARROW}: accuracy after training, and kept weights on a path",
               columns, tuple(_rows(lab))),
         Table(f"{NARROW}: layers that no path goes through", cut, tuple(_cut_off(lab)),
               "Layers of arms that are not listed all have a path, on every seed."),
         Table(f"{RESIDUAL}: the shuffled control where there are shortcuts",
               columns, tuple(_residual(lab)))),
        tuple(_signs(lab)), tuple(_panels(lab)),
        ("The initial weights of every arm are those of the dense network: random masks of a tenth "
         "and less pass on little of the signal, and how far they come depends on LR and epochs. "
         "Where an arm stays at chance (about 10 %), a sign that sets another beside it says that "
         "this recipe did not train it, and nothing about its mask.",
         _thrown(lab),
         "The study began with three seeds, which left nine of its signs unresolved."),
    )  # fmt: skip


STUDY = Study(
    "at-init", "pruning at initialisation and its controls",
    "de Jorge et al. 2021 (arXiv 2006.09081)", plan, _conclude, seeds=(0, 1, 2, 3, 4),
)  # fmt: skip
