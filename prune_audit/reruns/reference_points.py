"""Reference retraining points: what one method, recipe and rate give here, run by run.

They come from the finished runs of a store, each with its id; none is typed in. The idea is that
of the reference convergence points of MLPerf Training (mlcommons/logging): keep every run, and
hold a submission against their distribution.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from prune_audit.answers import Answer, answer
from prune_audit.registry import same_weights
from prune_audit.reruns.experiment import ENGINE, Data, Experiment, Pruning, Training, Weights
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.run import Count, Run
from prune_audit.reruns.scores import Scores
from prune_audit.reruns.store import Store, StoreError
from prune_audit.schedules.pieces import ScheduleError
from prune_audit.schedules.schedule import equal

Base = Training | Weights


class ReferenceRun(NamedTuple):
    """One finished run: experiment id, seed, right answers after the last and the best epoch."""

    id: str
    seed: int
    last: Count
    best: Count


class Diverged(NamedTuple):
    """A run whose loss was no number any more, from an epoch (counted from 0) on."""

    id: str
    seed: int
    epoch: int


class Origin(NamedTuple):
    """Where points come from: the folder of the store, and the engine that trained them."""

    folder: str
    engine: int


@dataclass(frozen=True)
class Point:
    """The runs of one setting, by seed; they differ in nothing else.

    ``speedup`` is dense over pruned MACs, the mean over the runs; ``sparsity`` the fraction of
    zero weights under a mask, 0 for filters. ``recipe`` is the retraining.
    """

    data: Data
    network: str
    base: Base
    pruning: Pruning
    recipe: Training
    runs: tuple[ReferenceRun, ...]
    diverged: tuple[Diverged, ...]
    speedup: float
    sparsity: float
    origin: Origin

    @property
    def scores(self) -> Scores:
        """Right answers after the last epoch; diverged runs are not among them."""
        return Scores.of({run.seed: run.last for run in self.runs})

    @property
    def best(self) -> Scores:
        """Right answers after each run's best epoch: biased upwards, an upper bound."""
        return Scores.of({run.seed: run.best for run in self.runs})

    @property
    def masked(self) -> bool:
        """Whether single weights are masked, so that sparsity is the rate and not speedup."""
        return METHODS[self.pruning.method].masked

    @property
    def rate(self) -> float:
        """Dense over kept, in times: MACs, or weights where single ones are masked."""
        return 1 / (1 - self.sparsity) if self.masked else self.speedup

    @property
    def shown_rate(self) -> str:
        """The rate in the words of the field."""
        return f"{100 * self.sparsity:.4g} % sparsity" if self.masked else f"{self.speedup:.4g}x"

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the experiments behind the mean."""
        return tuple(run.id for run in self.runs)


class References(NamedTuple):
    """The points of a store, and what could not be read or does not count, for the user."""

    points: tuple[Point, ...]
    notices: tuple[str, ...] = ()


def references_of(folder: Path) -> References:
    """Return the reference retraining points of a store, which is left as it is.

    No run is a reference that was tested on a held-out split, trained from scratch, not pruned, or
    made by another version of the engine.
    """
    store = Store(folder, read_only=True)
    usable: list[tuple[str, Run]] = []
    notices: list[str] = []
    try:
        for run_id in store.run_ids():
            run, notice = _read(store, run_id)
            notices += [notice] if notice else []
            usable += [(run_id, run)] if run else []
    except StoreError as error:
        notices.append(str(error))
    points = points_of((run for _, run in usable), str(folder))
    return References(points, (*notices, *store.notices))


def _read(store: Store, run_id: str) -> tuple[Run | None, str]:
    """Return a run, or None and why it is none that counts (empty where that goes without saying).

    A damaged file is told about by the store itself.
    """
    try:
        run = store.find(run_id)
    except StoreError as error:
        return None, str(error)
    if run is None or not _is_reference(run.experiment):
        return None, ""
    problem = _problem(run_id, run)
    return (None, f"run {run_id} is no reference: {problem}") if problem else (run, "")


def _is_reference(one: Experiment) -> bool:
    pruned = one.pruning is not None and not (one.pruning.fresh or one.pruning.control)
    if one.pruning is not None and one.pruning.method in METHODS:
        pruned = pruned and not METHODS[one.pruning.method].bits
    plainly = isinstance(one.base, Training | Weights) and not one.during and one.rewind is None
    return pruned and plainly and not one.data.held_out


def _problem(run_id: str, run: Run) -> str:
    """Return why a run that was read cannot be trusted or grouped; empty where it can."""
    one = run.experiment
    if one.id != run_id:
        return f"made by another version of the engine than {ENGINE}"
    if one.pruning is None or one.pruning.method not in METHODS:
        return "an unknown method"
    try:
        schedules = [one.training.schedule]
        schedules += [one.base.schedule] if isinstance(one.base, Training) else []
    except (ScheduleError, ValueError, TypeError) as error:
        return f"its LR schedule: {error}"
    if run.macs <= 0 or run.dense_macs <= 0 or not 0 <= run.sparsity < 1:
        return "its MACs or its sparsity are impossible"
    if run.diverged is not None:
        return ""
    untrained = [run.before] if run.before is not None and one.training.epochs == 0 else []
    counts = [epoch.test for epoch in run.history] or untrained
    sound = counts and all(count.n > 0 and 0 <= count.k <= count.n for count in counts)
    return "" if sound else "its right answers are impossible"


def points_of(runs: Iterable[Run], folder: str = "") -> tuple[Point, ...]:
    """Group the runs of pruned and retrained networks into points, in a fixed order.

    Two trainings are one where their LRs are the same function of the epoch, however written. Of
    two runs of one seed, which then are repetitions and no two draws, the first by id is taken.
    """
    groups: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: run.experiment.id):
        home = next((group for group in groups if _alike(group[0], run)), None)
        if home is None:
            groups.append([run])
        elif all(run.experiment.seed != other.experiment.seed for other in home):
            home.append(run)
    points = (_point(group, Origin(folder, ENGINE)) for group in groups)
    return tuple(sorted(points, key=_order))


def _alike(a: Run, b: Run) -> bool:
    one, other = a.experiment, b.experiment
    if (one.data, one.network, one.pruning) != (other.data, other.network, other.pruning):
        return False
    assert isinstance(one.base, Training | Weights)
    assert isinstance(other.base, Training | Weights)
    same = same_base(one.base, other.base) is Answer.SAME
    return same and same_recipe(one.training, other.training)


def _point(group: list[Run], origin: Origin) -> Point:
    group = sorted(group, key=lambda run: run.experiment.seed)
    one = group[0].experiment
    assert one.pruning is not None
    assert isinstance(one.base, Training | Weights)
    finished = [run for run in group if run.diverged is None]
    return Point(
        one.data, one.network, one.base, one.pruning, one.training,
        tuple(
            ReferenceRun(run.experiment.id, run.experiment.seed, run.final, run.best)
            for run in finished
        ),
        tuple(_diverged(group)),
        _mean([run.speedup for run in finished or group]),
        _mean([run.sparsity for run in finished or group]),
        origin,
    )  # fmt: skip


def _diverged(group: list[Run]) -> Iterator[Diverged]:
    for run in group:
        if run.diverged is not None:
            yield Diverged(run.experiment.id, run.experiment.seed, run.diverged)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _order(point: Point) -> tuple[object, ...]:
    return (
        point.data.name, point.data.content, point.network, str(point.base), point.pruning.method,
        point.pruning.scope, point.pruning.spared, str(point.recipe), point.rate,
        point.pruning.ratios,
    )  # fmt: skip


def same_recipe(a: Training, b: Training) -> bool:
    """Whether two trainings are one: the LR compared as a function, all else as values."""
    return replace(a, lr=b.lr) == b and equal(a.schedule, b.schedule)


def same_base(a: Base, b: Base) -> Answer:
    """Compare base models: by how they were trained, or by the identity of loaded weights.

    Two trainings by one recipe count as the same base model here: the runs of a reference have one
    each, by seed, so that their spread holds that of the base models.
    """
    if isinstance(a, Training) and isinstance(b, Training):
        return answer(same_recipe(a, b))
    if isinstance(a, Training) or isinstance(b, Training):
        return Answer.UNKNOWN
    answers = {same_weights(one, other) for one in _tags(a) for other in _tags(b)}
    for found in (Answer.SAME, Answer.DIFFERENT):
        if found in answers:
            return found
    return Answer.UNKNOWN


def _tags(weights: Weights) -> list[str]:
    digest = f"sha256:{weights.sha256}" if weights.sha256 else ""
    return [tag for tag in (weights.tag, digest) if tag]
