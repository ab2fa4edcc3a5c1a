"""What a study is: experiments to run, things to measure on them, and a conclusion."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from prune_audit.reruns.experiment import ENGINE, Experiment, plain
from prune_audit.reruns.run import Run
from prune_audit.studies.outcome import Outcome
from prune_audit.studies.signs import minus

Seeds = tuple[int, ...]


@dataclass(frozen=True)
class Measure:
    """Something measured on a network beside its run: a key of ``pipeline.measures.MEASURES``.

    ``of`` is an experiment of the study; the measure's code says whether it looks at the network
    that its training begins with or at the final one. ``settings`` are sorted by name.
    """

    kind: str
    of: Experiment
    settings: tuple[tuple[str, float | str], ...] = ()

    @property
    def id(self) -> str:
        """Twenty hex digits that stand for everything above and for the engine's version."""
        content = [ENGINE, self.kind, plain(self.of), dict(self.settings)]
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Lab:
    """What a study concludes from: every run and every measurement that it planned."""

    seeds: Seeds
    runs: Mapping[str, Run]
    measurements: Mapping[str, Any]

    def run(self, one: Experiment) -> Run:
        """Return the run of an experiment that was planned."""
        return self.runs[one.id]

    def every(self, one: Experiment) -> tuple[Run, ...]:
        """Return the runs of an experiment, one per seed; its own seed is ignored."""
        return tuple(self.run(one.seeded(seed)) for seed in self.seeds)

    def each(self, one: Experiment, value: Callable[[Run], float]) -> tuple[float, ...]:
        """Return a value of the runs of an experiment, one per seed."""
        return tuple(map(value, self.every(one)))

    def accuracies(self, one: Experiment) -> tuple[float, ...]:
        """Return the final test accuracies of an experiment in percent, one per seed."""
        return self.each(one, lambda run: run.final.percent)

    def before(self, one: Experiment) -> tuple[float, ...]:
        """Return the test accuracies right after pruning in percent, one per seed."""
        return self.each(one, lambda run: run.begun.percent)

    def gap(self, ours: Experiment, other: Experiment) -> tuple[float, ...]:
        """Return how far final test accuracies lie above others in points, one per seed."""
        return minus(self.accuracies(ours), self.accuracies(other))

    def measured(self, measure: Measure) -> Any:
        """Return what was measured."""
        return self.measurements[measure.id]


def nothing(_: Seeds) -> tuple[Measure, ...]:
    """Measure nothing beside the runs."""
    return ()


@dataclass(frozen=True)
class Study:
    """A study under a name; its manual page is the docstring of its module in ``studies``.

    ``plan`` returns the experiments for some seeds, without those that they start from;
    ``measures`` what is measured on them; ``conclude`` what came of both. ``seeds`` are those
    that the study takes unless told otherwise.
    """

    name: str
    title: str
    source: str
    plan: Callable[[Seeds], tuple[Experiment, ...]]
    conclude: Callable[[Lab], Outcome]
    measures: Callable[[Seeds], tuple[Measure, ...]] = nothing
    seeds: Seeds = (0, 1, 2)
