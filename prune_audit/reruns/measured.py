"""What the runs of one planned row show."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean

from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.jobs import with_sources
from prune_audit.reruns.ledger import Ledger, ledger, mean_ledger
from prune_audit.reruns.planned import Plan, PlannedRow
from prune_audit.reruns.run import Count, Run
from prune_audit.reruns.scores import ENOUGH, Scores


@dataclass(frozen=True)
class Measured:
    """The finished runs of a planned row, by seed; diverged ones are named and never averaged in.

    Where a run that it starts from diverged, so that its own cannot be made, that one is named.
    ``ledger`` is None without a finished run. ``stage`` holds the means of what a pruning stage
    says of itself; empty where there is none.
    """

    planned: PlannedRow
    runs: tuple[Run, ...]
    diverged: tuple[Run, ...]
    ledger: Ledger | None
    stage: Mapping[str, float] = field(default_factory=dict)

    @property
    def scores(self) -> Scores:
        """Right answers after the last epoch, by seed."""
        return Scores.of({run.experiment.seed: run.final for run in self.runs})

    @property
    def missing(self) -> tuple[int, ...]:
        """Seeds that are planned and have not been run."""
        found = {run.experiment.seed for run in (*self.runs, *self.diverged)}
        return tuple(one.seed for one in self.planned.experiments if one.seed not in found)

    @property
    def few(self) -> bool:
        """Whether the mean is one of fewer than three seeds."""
        return len(self.runs) < ENOUGH

    @property
    def on_validation(self) -> bool:
        """Whether accuracies are those of a validation split, by which settings are chosen."""
        return any(one.data.held_out for one in self.planned.experiments)

    @property
    def before(self) -> float | None:
        """Mean accuracy right after pruning, before any retraining, percent."""
        return self._mean(lambda run: _percent(run.before))

    @property
    def best(self) -> float | None:
        """Mean accuracy of each run's best epoch on the test set, percent: biased upwards.

        None where nothing was trained.
        """
        return self._mean(lambda run: run.best.percent if run.history else None)

    @property
    def retrained(self) -> bool:
        """Whether anything was to be trained after pruning; else accuracy is that before it."""
        return any(one.training.epochs for one in self.planned.experiments)

    @property
    def ta_test(self) -> float | None:
        """Mean trainability accuracy on the test set, percent."""
        return self._mean(lambda run: run.ta("test"))

    @property
    def ta_train(self) -> float | None:
        """Mean trainability accuracy on the training set, percent."""
        return self._mean(lambda run: run.ta("train"))

    @property
    def macs(self) -> float | None:
        """MACs of the network as it runs; the mean where seeds differ."""
        return self._mean(lambda run: run.macs)

    @property
    def params(self) -> float | None:
        """Parameters of the network as it runs; the mean where seeds differ."""
        return self._mean(lambda run: run.params)

    @property
    def speedup(self) -> float | None:
        """Dense MACs over MACs as it runs."""
        return self._mean(lambda run: run.speedup)

    @property
    def sparsity(self) -> float | None:
        """Fraction of prunable weights that are zero under a mask."""
        return self._mean(lambda run: run.sparsity)

    @property
    def connected(self) -> float | None:
        """Fraction of the kept weights that lie on a path; None without masks."""
        return self._mean(lambda run: run.connected)

    @property
    def cut_off(self) -> tuple[str, ...]:
        """Layers that no path crosses in some run."""
        return tuple(dict.fromkeys(name for run in self.runs for name in run.cut_off))

    @property
    def seconds(self) -> float | None:
        """Wall time of one run without its base model, seconds."""
        return self._mean(lambda run: run.seconds)

    def _mean(self, value: Callable[[Run], float | None]) -> float | None:
        """Return the mean over seeds; None where a run has no such value."""
        values = [value(run) for run in self.runs]
        known = [one for one in values if one is not None]
        return fmean(known) if known and len(known) == len(values) else None


def _percent(count: Count | None) -> float | None:
    return None if count is None else count.percent


def measured(planned: PlannedRow, runs: Mapping[str, Run]) -> Measured:
    """Return what the runs of a planned row show; runs that are not there are missing."""
    found = [runs[one.id] for one in planned.experiments if one.id in runs]
    found.sort(key=lambda run: run.experiment.seed)
    finished = tuple(run for run in found if run.finished)
    ends = (_diverged(one, runs) for one in planned.experiments)
    diverged = tuple(sorted(filter(None, ends), key=lambda run: run.experiment.seed))
    costs = mean_ledger(ledger(run, runs) for run in finished)
    return Measured(planned, finished, diverged, costs, _stage(finished, runs))


def _diverged(one: Experiment, runs: Mapping[str, Run]) -> Run | None:
    """Return the first run on the way to an experiment that diverged; None where it is there."""
    if one.id in runs and runs[one.id].diverged is None:
        return None
    way = (runs[link.id] for link in with_sources([one]) if link.id in runs)
    return next((run for run in way if run.diverged is not None), None)


def _stage(finished: Iterable[Run], runs: Mapping[str, Run]) -> dict[str, float]:
    """Return the mean figures of the last pruning stage that each run goes back to."""
    found: dict[str, list[float]] = {}
    for run in finished:
        stages = [one.id for one in run.experiment.chain if one.during and one.id in runs]
        for name, value in (runs[stages[-1]].figures if stages else {}).items():
            found.setdefault(name, []).append(value)
    return {name: fmean(values) for name, values in found.items()}


def measured_rows(plan: Plan, runs: Mapping[str, Run]) -> tuple[Measured, ...]:
    """Return what the runs of every planned row show, in the order of the plan."""
    return tuple(measured(planned, runs) for planned in plan.rows)
