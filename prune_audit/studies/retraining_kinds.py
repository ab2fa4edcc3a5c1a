"""How a pruned network is retrained against what was pruned, and the dense network trained as long.

Definition: 90 % of the filters go from a trained network, by L1-norm or at random, and what is left
is retrained for the same epochs under every kind of LR schedule that can be made from that of the
pretraining: constant at its last LR, LR rewinding, weight rewinding, SLR, CLR, LLR, ALLR. Beside
them, constant and CLR for longer (the convergence probe), and the dense network trained on without
pruning under the same recipes (the dense control).
Why: a criterion that wins under a small constant LR may win as the other one had not converged.
If random filters under a good schedule come out above L1 under a poor one, as Le & Hua (2021) find,
retraining matters more than the criterion. What the dense network gains from the extra epochs is no
merit of the pruning, and sparse networks may need more of them (Kuznedelev et al. 2023).
Cannot detect: what happens at lower ratios, where the LR matters less, and with networks
and data on which the last LR of the pretraining is still large.
Source: Le & Hua 2021 (arXiv 2105.03193); Renda et al. 2020 (arXiv 2003.02389); Zimmer et al. 2023
(arXiv 2111.00843); Wang et al. 2023 (arXiv 2301.05219); Kuznedelev et al. 2023 (arXiv 2308.02060).
"""

from collections.abc import Iterator
from dataclasses import replace

from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.reruns.retrained import under
from prune_audit.schedules.kinds import Kind
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
from prune_audit.studies.signs import mean_of, minus, positive
from prune_audit.studies.study import Lab, Seeds, Study

DATA, NETWORK = Data("digits"), "resnet8"
PRETRAINING = Training(40, "0:1e-1,20:1e-2,30:1e-3", 64, 5e-4)
RATIO = 0.9
EPOCHS = 20
LONGER = (40, 80)
"""Epochs of the convergence probe, beside ``EPOCHS``."""
PROBED = (Kind.CONSTANT, Kind.CLR)
LARGE = (Kind.SLR, Kind.CLR, Kind.LLR)
"""Kinds that begin at the largest LR of the pretraining, whatever the epochs."""
CRITERIA = ("l1", "random")


def arm(criterion: str, kind: Kind, epochs: int = EPOCHS, seed: int = 0) -> Experiment:
    """Return a retraining of the network of which a criterion took 90 % of the filters."""
    rewind = PRETRAINING.epochs - epochs if kind is Kind.WEIGHT_REWINDING else None
    return Experiment(
        DATA, NETWORK, seed, under(kind, PRETRAINING.schedule, replace(PRETRAINING, epochs=epochs)),
        Pruning(criterion, (RATIO,)), PRETRAINING, rewind=rewind,
    )  # fmt: skip


def base(seed: int = 0) -> Experiment:
    """Return the dense network before anything is pruned."""
    return Experiment(DATA, NETWORK, seed, PRETRAINING)


def control(kind: Kind, epochs: int = EPOCHS, seed: int = 0) -> Experiment:
    """Return the dense network trained on under the recipe of an arm."""
    return arm("l1", kind, epochs, seed).unpruned


def _arms(seed: int) -> Iterator[Experiment]:
    yield base(seed)
    for criterion in CRITERIA:
        yield from (arm(criterion, kind, EPOCHS, seed) for kind in Kind)
    for epochs in LONGER:
        yield from (arm("l1", kind, epochs, seed) for kind in PROBED)
    yield from (control(kind, EPOCHS, seed) for kind in PROBED)
    yield control(Kind.CLR, LONGER[-1], seed)


def _plan(seeds: Seeds) -> tuple[Experiment, ...]:
    return tuple(one for seed in seeds for one in _arms(seed))


def _by_kind(lab: Lab) -> Iterator[tuple[Cell, ...]]:
    for kind in Kind:
        l1, random = (arm(criterion, kind) for criterion in CRITERIA)
        lr = f"{l1.training.lr}, at most" if l1.training.allr else l1.training.lr
        yield (
            str(kind), lr, Spread(lab.accuracies(l1)), Spread(lab.accuracies(random)),
            Spread(lab.gap(l1, random)),
        )  # fmt: skip


def _by_epochs(lab: Lab) -> Iterator[tuple[Cell, ...]]:
    for epochs in (EPOCHS, *LONGER):
        constant, clr = (arm("l1", kind, epochs) for kind in PROBED)
        accuracies = (Spread(lab.accuracies(one)) for one in (constant, clr))
        yield (epochs, *accuracies, Spread(lab.gap(clr, constant)))


def _dense(lab: Lab) -> Iterator[tuple[Cell, ...]]:
    yield ("base model", 0, Spread(lab.accuracies(base())), None, None)
    for kind, epochs in ((Kind.CONSTANT, EPOCHS), (Kind.CLR, EPOCHS), (Kind.CLR, LONGER[-1])):
        dense, pruned = control(kind, epochs), arm("l1", kind, epochs)
        yield (
            f"dense, {kind}", epochs, Spread(lab.accuracies(dense)),
            Spread(lab.gap(dense, base())), Spread(lab.gap(pruned, dense)),
        )  # fmt: skip


def _signs(lab: Lab) -> Iterator[Sign]:
    constant = arm("l1", Kind.CONSTANT)
    for kind in LARGE:
        yield positive(
            f"{kind} above the constant last LR, L1 filters (SLR, CLR: Le & Hua 2021, LLR: Zimmer "
            "et al. 2023)",
            lab.gap(arm("l1", kind), constant),
        )
    yield positive(
        "LR rewinding above the constant last LR, L1 filters (Renda et al. 2020)",
        lab.gap(arm("l1", Kind.LRW), constant),
    )
    yield positive(
        "LR rewinding above weight rewinding, L1 filters (Renda et al. 2020: level or above)",
        lab.gap(arm("l1", Kind.LRW), arm("l1", Kind.WEIGHT_REWINDING)),
    )
    yield positive(
        "random filters + CLR above L1 + constant (Le & Hua 2021)",
        lab.gap(arm("random", Kind.CLR), constant),
    )
    yield positive(
        "retraining is a bigger factor than the criterion: CLR - constant, mean of both criteria, "
        "above the gap of L1 and random, mean of all kinds, either way (after Le & Hua 2021)",
        minus(_retraining_effect(lab), tuple(map(abs, _criterion_effect(lab)))),
    )
    yield from _longer_signs(lab)


def _longer_signs(lab: Lab) -> Iterator[Sign]:
    """Yield what longer retraining changes."""
    long = LONGER[-1]
    leads = [
        lab.gap(arm("l1", Kind.CLR, one), arm("l1", Kind.CONSTANT, one)) for one in (EPOCHS, long)
    ]
    yield positive(
        f"the lead of CLR over the constant LR is larger after {EPOCHS} epochs than after {long} "
        "(Wang et al. 2023: longer training bridges the gap)",
        minus(*leads),
    )
    sparse = lab.gap(arm("l1", Kind.CLR, long), arm("l1", Kind.CLR))
    dense = lab.gap(control(Kind.CLR, long), control(Kind.CLR))
    yield positive(
        f"{long} in place of {EPOCHS} epochs give the pruned network more than the dense one "
        "(Kuznedelev et al. 2023: dense recipes under-train sparse networks)",
        minus(sparse, dense),
    )


def _retraining_effect(lab: Lab) -> tuple[float, ...]:
    return mean_of(lab.gap(arm(one, Kind.CLR), arm(one, Kind.CONSTANT)) for one in CRITERIA)


def _criterion_effect(lab: Lab) -> tuple[float, ...]:
    return mean_of(lab.gap(arm("l1", kind), arm("random", kind)) for kind in Kind)


def _curves(lab: Lab) -> Iterator[Curve]:
    for kind in PROBED:
        every = (EPOCHS, *LONGER)
        points = tuple(Point(one, lab.accuracies(arm("l1", kind, one))) for one in every)
        yield Curve(f"L1, {kind}", points)
    ends = tuple(Point(one, lab.accuracies(control(Kind.CLR, one))) for one in (EPOCHS, LONGER[-1]))
    yield Curve("dense, clr", ends)


def _kinds_shown(lab: Lab) -> Iterator[Curve]:
    for place, criterion in enumerate(CRITERIA):
        points = (
            Point(number + 0.2 * place, lab.accuracies(arm(criterion, kind)))
            for number, kind in enumerate(Kind, 1)
        )
        yield Curve(f"{criterion} filters", tuple(points), joined=False)


def _notes(lab: Lab) -> Iterator[str]:
    shares = lab.each(arm("l1", Kind.ALLR), lambda run: run.figures["lr_share"])
    yield (
        f"ALLR begins at {min(shares):.3f} to {max(shares):.3f} of the largest LR here, LLR at all "
        "of it."
    )
    yield (
        "Equal epochs of retraining, one recipe beside the LR; no LR was tuned. The probe gives "
        "both kinds the same longer training, so that no arm alone is prolonged. Five seeds were "
        "planned first; four were kept for time. The dense network is near what the digits allow, "
        "so that it has little to gain from more epochs."
    )


def _conclude(lab: Lab) -> Outcome:
    kinds = ", ".join(f"{number} {kind}" for number, kind in enumerate(Kind, 1))
    top = "test accuracy", "%"
    return Outcome(
        STUDY.name, STUDY.title, STUDY.source,
        (f"ResNet-8 on the digits, pretrained {PRETRAINING.epochs} epochs under {PRETRAINING.lr}; "
         f"{RATIO:.0%} of the filters of every prunable layer removed, retrained {EPOCHS} epochs, "
         f"{len(lab.seeds)} seeds.",),
        (Table("Kinds of retraining", (
             Column("kind"), Column("LR"), Column("L1 filters", "%"), Column("random", "%"),
             Column("L1 - random", "points")), tuple(_by_kind(lab))),
         Table("Convergence probe, L1 filters", (
             Column("epochs", "", 0), Column("constant", "%"), Column("clr", "%"),
             Column("clr - constant", "points")), tuple(_by_epochs(lab))),
         Table("Dense control", (
             Column("network"), Column("extra epochs", "", 0), Column(*top),
             Column("gain over base", "points"), Column("L1 - this", "points")),
             tuple(_dense(lab)))),
        tuple(_signs(lab)),
        (Panel("Kinds", kinds, "test accuracy (%)", tuple(_kinds_shown(lab))),
         Panel("Longer", "epochs of retraining", "test accuracy (%)", tuple(_curves(lab)),
               log_x=True)),
        tuple(_notes(lab)),
    )  # fmt: skip


STUDY = Study(
    "retraining-kinds", "how a pruned network is retrained, and the dense control",
    "Le & Hua 2021 (arXiv 2105.03193)", _plan, _conclude, seeds=(0, 1, 2, 3),
)  # fmt: skip
