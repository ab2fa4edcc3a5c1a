"""Dense controls: the network of a pruned row, trained as long and alike without any pruning.

Sparse networks are held against a dense one that stopped training earlier. What the dense one gains
from the same extra epochs is no merit of the pruning (Kuznedelev et al. 2023, arXiv 2308.02060).
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.planned import Arm, PlannedRow

BESIDE = frozenset(Arm) - {Arm.CROSSED, Arm.CONVERGENCE, Arm.SCRATCH, Arm.DENSE, Arm.ALLR}
"""Arms with dense controls. ALLR has none: without pruning it has no LR of its own."""


def dense_controls(rows: Iterable[PlannedRow]) -> Iterator[PlannedRow]:
    """Yield a control for the pruned rows, once per seed; rows with the same one share it.

    It stands under the first row of which it is the control, and its label is that row's arm. Its
    retraining is the row's own, and so is all training of its pruning stage. Trials on held-out
    images, rows that are trained from scratch and rows without retraining have none.
    """
    found: dict[tuple[Experiment, ...], PlannedRow] = {}
    for row in rows:
        if row.arm in BESIDE and _is_pruned(row.experiments[0]):
            control = replace(row, arm=Arm.DENSE, experiments=unpruned(row), label=row.under)
            found.setdefault(control.experiments, control)
    yield from found.values()


def unpruned(row: PlannedRow) -> tuple[Experiment, ...]:
    """Return the experiments of a row without any pruning: those of its control."""
    return tuple(one.unpruned for one in row.experiments)


def _is_pruned(one: Experiment) -> bool:
    pruned = bool(one.cuts) and not one.cuts[-1].fresh
    return pruned and one.training.epochs > 0 and not one.data.held_out
