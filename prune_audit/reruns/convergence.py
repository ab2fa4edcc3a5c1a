"""Does more retraining help? Rows whose first LR stage was made longer, step by step.

Source: Wang et al. 2023, section 5 and Table 5: added epochs go to the first LR stage, and a gain
from them shows that its LR decayed too early. A series stops at the first extension whose gain is
within noise; tests in a fixed order that stop there need no correction for their number.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from prune_audit.reruns.experiment import Training
from prune_audit.reruns.measured import Measured, measured
from prune_audit.reruns.planned import Arm, PlannedRow
from prune_audit.reruns.run import Run
from prune_audit.reruns.scores import Scores
from prune_audit.statistics import Welch, welch

ALPHA = 0.05


class Progress(StrEnum):
    """Where a series stands."""

    CONVERGED = "converged"
    GAINING = "still gaining"
    OPEN = "open"


@dataclass(frozen=True)
class Series:
    """One row with its first LR stage longer and longer, the shortest first.

    ``rival`` is a row of the same base model and pruning that has the epochs of the shortest one
    and a larger initial LR: the arm whose lead added epochs may close. None where there is none.
    """

    rows: tuple[Measured, ...]
    rival: Measured | None = None
    alpha: float = ALPHA

    @property
    def added(self) -> tuple[int, ...]:
        """Epochs that each row adds to the shortest one."""
        epochs = [_training(row).epochs for row in self.rows]
        return tuple(count - epochs[0] for count in epochs)

    @property
    def gains(self) -> tuple[Welch | None, ...]:
        """Each extension against the one before, in points; None where runs are missing."""
        return tuple(_test(longer, shorter) for shorter, longer in pairwise(self.rows))

    @property
    def gaps(self) -> tuple[Welch | None, ...]:
        """The rival's lead over each row, in points; empty without a rival."""
        rival = self.rival
        return tuple(_test(rival, row) for row in self.rows) if rival else ()

    @property
    def progress(self) -> Progress:
        """Whether the last extension still gained something beyond noise."""
        last = self.gains[-1] if self.gains else None
        if last is None or any(row.few for row in self.rows[-2:]):
            return Progress.OPEN
        return Progress.GAINING if _gained(last, self.alpha) else Progress.CONVERGED

    @property
    def premature_decay(self) -> bool:
        """Whether the first extension gains: the first stage ended before it had converged."""
        first = self.gains[0] if self.gains else None
        few = any(row.few for row in self.rows[:2])
        return first is not None and not few and _gained(first, self.alpha)


def _gained(gain: Welch, alpha: float) -> bool:
    return gain.p < alpha and gain.difference > 0


def _test(a: Measured, b: Measured) -> Welch | None:
    return _welch(a.scores, b.scores)


def _welch(a: Scores, b: Scores) -> Welch | None:
    left, right = a.sample, b.sample
    return welch(left, right) if left and right else None


def next_extension(
    rows: Sequence[PlannedRow], runs: Mapping[str, Run], alpha: float = ALPHA
) -> bool:
    """Whether another round of added epochs is needed after those of ``rows``, the shortest first.

    The first extension always is. After that: while the last one gained more than noise. Where
    runs of it are missing or too few nothing can be decided, and no further round is planned.
    """
    if len(rows) < 2:
        return True
    last = Series(tuple(measured(row, runs) for row in rows[-2:]), alpha=alpha)
    complete = not any(row.missing for row in last.rows)
    return complete and last.progress is Progress.GAINING


def series(rows: Iterable[Measured], alpha: float = ALPHA) -> tuple[Series, ...]:
    """Find the rows that differ in the length of the first LR stage only.

    Of the convergence arm those are rows of one name; as reported, rows of one table, as the
    extensions of Table 5 in Wang et al. 2023 are.
    """
    groups: dict[Hashable, list[Measured]] = {}
    for row in rows:
        if row.planned.arm in (Arm.REPORTED, Arm.CONVERGENCE) and not row.on_validation:
            groups.setdefault(_task(row), []).append(row)
    return tuple(found for group in groups.values() for found in _series_of(group, alpha))


def _series_of(group: Sequence[Measured], alpha: float) -> Iterator[Series]:
    alike: dict[Hashable, dict[int, Measured]] = {}
    for row in group:
        shape = _shape(_training(row))
        if shape is not None:
            alike.setdefault(shape, {}).setdefault(_training(row).epochs, row)
    for rows in alike.values():
        if len(rows) > 1:
            ordered = tuple(rows[epochs] for epochs in sorted(rows))
            yield Series(ordered, _rival(ordered[0], group), alpha)


def _task(row: Measured) -> Hashable:
    """Return what rows of a series share beside the shape of their training."""
    result, first = row.planned.result, row.planned.experiments[0]
    own = result.name if row.planned.arm is Arm.CONVERGENCE else (result.source.value or ("",))[0]
    return (
        result.file, row.planned.arm, own, first.data, first.network, first.base, first.pruning,
    )  # fmt: skip


def _shape(training: Training) -> Hashable | None:
    """Return a training without the length of its first stage; None where it has none."""
    stages = training.schedule.stages()
    if not stages:
        return None
    left = tuple((training.epochs - stage.start, stage.lr) for stage in stages[1:])
    return (stages[0].lr, left, replace(training, epochs=0, lr=""))


def _rival(shortest: Measured, group: Iterable[Measured]) -> Measured | None:
    """Return the row of as many epochs with the next larger initial LR."""
    own = _training(shortest)
    larger = [
        row for row in group
        if _training(row).epochs == own.epochs
        and _training(row).schedule.initial > own.schedule.initial
    ]  # fmt: skip
    return min(larger, key=lambda row: _training(row).schedule.initial, default=None)


def _training(row: Measured) -> Training:
    return row.planned.experiments[0].training
