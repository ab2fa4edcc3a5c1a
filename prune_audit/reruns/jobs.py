"""Experiments -> jobs: what one process runs in one go, and which run it needs first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from prune_audit.reruns.experiment import Experiment, Pruning
from prune_audit.reruns.ratios import one_or_list


@dataclass(frozen=True)
class Job:
    """Experiments that are one training: each begins as the longest one does, shortest first.

    Most jobs hold one experiment. Dense networks of one seed that are trained for 15, 30, 45 ...
    epochs of one schedule are one trajectory: the network is trained once and kept on its way.
    ``needs`` is the run whose weights the job starts from.
    """

    experiments: tuple[Experiment, ...]

    @property
    def longest(self) -> Experiment:
        """The experiment that contains the others."""
        return self.experiments[-1]

    @property
    def id(self) -> str:
        """The id of the longest experiment: its lock is the job's."""
        return self.longest.id

    @property
    def needs(self) -> str | None:
        """The id of the base model's run, None where nothing is trained first."""
        base = self.longest.base_experiment
        return base.id if base else None

    @property
    def weight(self) -> float:
        """Roughly how long it takes, in epochs of the dense network; for ordering only."""
        return self.longest.training.epochs * share(self.longest.pruning)


def share(pruning: Pruning | None) -> float:
    """Return roughly which share of the dense cost per epoch is left after a pruning."""
    if pruning is None:
        return 1.0
    ratios = one_or_list(pruning.ratios)
    mean = ratios if isinstance(ratios, float | int) else sum(ratios) / len(ratios)
    return 1.0 - 0.6 * mean


def jobs(experiments: Iterable[Experiment]) -> tuple[Job, ...]:
    """Return the jobs of all experiments and of the base models under them.

    First come those with the longest way to the end, which for base models holds the longest row
    that starts from them.
    Base models are among them also where their runs are finished already: whether their weights
    are still there only the process that runs the job can tell, and it does nothing if they are.
    """
    wanted = dict.fromkeys(experiments)
    bases = [base for one in wanted if (base := one.base_experiment)]
    every = dict.fromkeys([*bases, *wanted])
    dense = [one for one in every if one.pruning is None and one.base is None]
    rest = [Job((one,)) for one in every if one not in dict.fromkeys(dense)]
    found = [*map(Job, _trajectories(dense)), *rest]
    after: dict[str | None, float] = {}
    for job in found:
        after[job.needs] = max(job.weight, after.get(job.needs, 0.0))

    def way(job: Job) -> float:
        return job.weight + max(after.get(one.id, 0.0) for one in job.experiments)

    return tuple(sorted(found, key=way, reverse=True))


def _trajectories(dense: Sequence[Experiment]) -> list[tuple[Experiment, ...]]:
    """Group trainings of which the shorter is the beginning of the longer, shortest first."""
    found: list[list[Experiment]] = []
    for one in sorted(dense, key=lambda one: -one.training.epochs):
        home = next((group for group in found if _begins(one, group[0])), None)
        if home is None:
            found.append([one])
        else:
            home.append(one)
    return [tuple(reversed(group)) for group in found]


def _begins(short: Experiment, long: Experiment) -> bool:
    """Whether one training goes through the other, bit by bit.

    Schedules that count as equal may differ by a rounding error, with which training comes out
    differently.
    """
    ours, theirs = short.training, long.training
    if replace(short, training=theirs) != long or not ours.begins(theirs):
        return False
    return all(ours.schedule.at(e) == theirs.schedule.at(e) for e in range(ours.epochs))
