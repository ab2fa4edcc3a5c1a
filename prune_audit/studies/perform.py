"""Doing a study: run what it plans, measure what it asks for, conclude."""

from dataclasses import dataclass

from prune_audit.reruns.execute import execute
from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.jobs import with_sources
from prune_audit.reruns.planning.estimate import Cost, cost_of
from prune_audit.reruns.probes import known_speeds, speeds
from prune_audit.reruns.progress import counting, watching
from prune_audit.reruns.store import Store
from prune_audit.reruns.watch import Outcome as Ending
from prune_audit.reruns.watch import Settings, title
from prune_audit.studies.measuring import measured
from prune_audit.studies.outcome import Outcome
from prune_audit.studies.study import Lab, Seeds, Study


class StudyError(Exception):
    """A study cannot be concluded; the message says what is missing and why."""


@dataclass(frozen=True)
class Planned:
    """A study for some seeds, with what the store holds of it."""

    study: Study
    seeds: Seeds
    experiments: tuple[Experiment, ...]
    lacking: tuple[Experiment, ...]

    def costs(self, store: Store, device: str, *, measure: bool = False) -> tuple[Cost, Cost]:
        """Return the cost of all runs and of those that are lacking.

        Time is known where the speed of the networks is; ``measure`` measures it.
        """
        if measure:
            known = speeds(self.experiments, store, None, device)
        else:
            known = known_speeds(store, device)
        return cost_of(self.experiments, known, None), cost_of(self.lacking, known, None)


def planned(study: Study, seeds: Seeds, store: Store, *, weights: bool) -> Planned:
    """Return what a study would run; with ``weights`` runs count only if theirs are kept."""
    experiments = with_sources(study.plan(seeds))
    runs = store.runs(one.id for one in experiments)
    there = {name for name, run in runs.items() if not weights or store.whole(run)}
    lacking = tuple(one for one in experiments if one.id not in there)
    return Planned(study, seeds, experiments, lacking)


def perform(found: Planned, store: Store, settings: Settings) -> Outcome:
    """Run what is lacking, measure, and conclude.

    Raises:
        KeyboardInterrupt: it was interrupted; what is done is kept.
        StudyError: a run failed. MeasureError: a measurement did.
    """
    if found.lacking:
        with watching(found.lacking) as watch:
            _check(execute(found.lacking, store, settings, watch))
    wanted = found.study.measures(found.seeds)
    with counting("measuring", len(wanted)) as advance:
        values = measured(wanted, store, settings, advance)
    runs = store.runs(one.id for one in found.experiments)
    return found.study.conclude(Lab(found.seeds, runs, values))


def _check(ending: Ending) -> None:
    if ending.interrupted:
        raise KeyboardInterrupt
    if ending.halted:
        raise StudyError(ending.halted)
    if ending.failures:
        first = ending.failures[0]
        raise StudyError(f"run {first.experiment.id} ({title(first.experiment)}): {first.reason}")
