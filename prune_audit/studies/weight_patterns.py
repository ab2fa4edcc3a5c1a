"""Single weights after training: LAMP and 2:4 sparsity against plain magnitude.

Definition: a trained ResNet-8 loses single weights in one shot and is retrained under one recipe.
LAMP, global and layerwise magnitude and layerwise random weights compete at 90, 95 and 98 % of the
weights; 2:4 competes with layerwise magnitude of the same sparsity in every layer, and with the
dense network trained as long.
Why: LAMP differs from global magnitude by its layer ratios alone (within a layer both keep the
largest weights), so what it gains is the worth of the ratios. 2:4 trades freedom of choice for a
pattern that some GPUs multiply faster; its price is the gap to magnitude at the same sparsity.
Cannot detect: speed, which masks do not give; what iterative pruning adds, as in the paper of LAMP.
Source: Lee et al. 2021 (arXiv 2010.07611); Mishra et al. 2021 (arXiv 2104.08378).
"""

from collections.abc import Iterator

from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.studies.outcome import Column, Curve, Outcome, Panel, Point, Sign, Spread, Table
from prune_audit.studies.signs import positive
from prune_audit.studies.study import Lab, Seeds, Study

DATA = Data("digits")
DENSE = Training(30, "0:1e-1,15:1e-2,25:1e-3", 64, 5e-4)
RETRAINING = Training(20, "0:1e-2,10:1e-3", 64, 5e-4)
RATIOS = (0.9, 0.95, 0.98)
METHODS = (
    ("lamp", "global"), ("magnitude", "global"), ("magnitude", "layerwise"),
    ("random-weights", "layerwise"),
)  # fmt: skip
HIGH = RATIOS[-1]
HALF = 0.5


def arm(method: str, scope: str, ratio: float, seed: int = 0) -> Experiment:
    """Return the network retrained after a method took a fraction of its weights."""
    cut = Pruning(method, (ratio,), scope=scope)
    return Experiment(DATA, "resnet8", seed, RETRAINING, cut, DENSE)


def dense(seed: int = 0) -> Experiment:
    """Return the dense network trained as long."""
    return Experiment(DATA, "resnet8", seed, RETRAINING, None, DENSE)


def _pattern(seed: int = 0) -> tuple[Experiment, Experiment]:
    """Return 2:4 and plain magnitude at its sparsity."""
    return arm("2:4", "layerwise", HALF, seed), arm("magnitude", "layerwise", HALF, seed)


def _plan(seeds: Seeds) -> tuple[Experiment, ...]:
    arms = [
        arm(method, scope, ratio, seed)
        for seed in seeds for method, scope in METHODS for ratio in RATIOS
    ]  # fmt: skip
    halves = [one for seed in seeds for one in (*_pattern(seed), dense(seed))]
    return (*arms, *halves)


def _row(lab: Lab, name: str, one: Experiment) -> tuple[str | Spread | None, ...]:
    sparsity = Spread(lab.each(one, lambda run: 100 * run.sparsity))
    before = Spread(lab.before(one)) if one.pruning else None
    return (name, sparsity, before, Spread(lab.accuracies(one)))


def _rows(lab: Lab) -> Iterator[tuple[str | Spread | None, ...]]:
    for method, scope in METHODS:
        for ratio in RATIOS:
            yield _row(lab, f"{method} ({scope})", arm(method, scope, ratio))
    pattern, plain = _pattern()
    yield _row(lab, "2:4", pattern)
    yield _row(lab, "magnitude (layerwise)", plain)
    yield _row(lab, "dense, trained as long", dense())


def _signs(lab: Lab) -> Iterator[Sign]:
    lamp, plain = arm("lamp", "global", HIGH), arm("magnitude", "layerwise", HIGH)
    whole, chance = arm("magnitude", "global", HIGH), arm("random-weights", "layerwise", HIGH)
    at = f"at {100 * HIGH:g} %"
    yield positive(
        f"LAMP above layerwise magnitude {at} (Lee et al. 2021)",
        lab.gap(lamp, plain),
    )
    yield positive(
        f"LAMP above global magnitude {at} (Lee et al. 2021)",
        lab.gap(lamp, whole),
    )
    yield positive(
        f"layerwise magnitude above layerwise random weights {at}",
        lab.gap(plain, chance),
    )
    pattern, free = _pattern()
    yield positive(
        "2:4 at most one point below the dense network trained as long (Mishra et al. 2021: "
        "accuracy is maintained; the point is ours)",
        [1 + gap for gap in lab.gap(pattern, dense())],
        "points inside that margin",
    )
    yield positive(
        "2:4 at most one point below magnitude at the same sparsity",
        [1 + gap for gap in lab.gap(pattern, free)],
        "points inside that margin",
    )


def _curve(lab: Lab, method: str, scope: str) -> Curve:
    points = (Point(100 * ratio, lab.accuracies(arm(method, scope, ratio))) for ratio in RATIOS)
    return Curve(f"{method} ({scope})", tuple(points))


def _conclude(lab: Lab) -> Outcome:
    columns = (
        Column("weights that stay are chosen by"), Column("sparsity", "%", 1),
        Column("before retraining", "%"), Column("after", "%"),
    )  # fmt: skip
    panel = Panel(
        "After retraining", "weights removed (%)", "test accuracy (%)",
        tuple(_curve(lab, *one) for one in METHODS),
    )  # fmt: skip
    return Outcome(
        STUDY.name, STUDY.title, STUDY.source,
        (f"ResNet-8 on the digits, {DENSE.epochs} epochs before (LR {DENSE.lr}), "
         f"{RETRAINING.epochs} after (LR {RETRAINING.lr}), {len(lab.seeds)} seeds.",),
        (Table("Accuracy right after pruning and after retraining", columns, tuple(_rows(lab))),),
        tuple(_signs(lab)), (panel,),
        ("Layers whose inputs are not divisible by four stay dense under 2:4, so its sparsity is "
         "a little below one half.",),
    )  # fmt: skip


STUDY = Study(
    "weight-patterns", "LAMP and 2:4 against plain magnitude",
    "Lee et al. 2021 (arXiv 2010.07611); Mishra et al. 2021 (arXiv 2104.08378)",
    _plan, _conclude, seeds=(0, 1, 2, 3, 4),
)  # fmt: skip
