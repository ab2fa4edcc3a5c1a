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
    ``keeps`` are the ids of those whose final weights other runs start from.
    """

    experiments: tuple[Experiment, ...]
    keeps: frozenset[str] = frozenset()

    @property
    def longest(self) -> Experiment:
        """The experiment that contains the others."""
        return self.experiments[-1]

    @property
    def id(self) -> str:
        """The id of the longest experiment: its lock is the job's."""
        return self.longest.id

    @property
    def needs(self) -> frozenset[str]:
        """The ids of the runs whose weights the job starts from."""
        return frozenset(one.id for one in self.longest.sources)

    @property
    def weight(self) -> float:
        """Roughly how long it takes, in epochs of the dense network; for ordering only."""
        return self.longest.training.epochs * share(
            None if self.longest.during else self.longest.pruning
        )


def share(pruning: Pruning | None) -> float:
    """Return roughly which share of the dense cost per epoch is left after a pruning."""
    if pruning is None:
        return 1.0
    ratios = one_or_list(pruning.ratios)
    mean = ratios if isinstance(ratios, float | int) else sum(ratios) / len(ratios)
    return 1.0 - 0.6 * mean


def jobs(experiments: Iterable[Experiment]) -> tuple[Job, ...]:
    """Return the jobs of all experiments and of the runs that they start from.

    First come those with the longest way to the end, by way of what starts from them.
    Base models are among them also where their runs are finished already: whether their weights
    are still there only the process that runs the job can tell, and it does nothing if they are.
    """
    every = with_sources(experiments)
    keeps = frozenset(source.id for one in every for source in one.sources)
    dense = [one for one in every if one.pruning is None and one.base is None]
    rest = [(one,) for one in every if one not in dict.fromkeys(dense)]
    found = [
        Job(group, keeps & {one.id for one in group}) for group in [*_trajectories(dense), *rest]
    ]
    ways = _ways(found)
    return tuple(sorted(found, key=lambda job: ways[job.id], reverse=True))


def with_sources(experiments: Iterable[Experiment]) -> tuple[Experiment, ...]:
    """Return experiments and all that they start from, each once and after its sources."""
    found: dict[Experiment, None] = {}
    for one in experiments:
        for link in one.chain:
            found |= dict.fromkeys(link.sources)
            found[link] = None
    return tuple(found)


def _ways(found: Sequence[Job]) -> dict[str, float]:
    """Return the epochs from the beginning of each job to the end of what starts from it, by id.

    Jobs come in the order of their sources: what starts from a job comes after it.
    """
    after: dict[str, float] = {}
    ways = {}
    for job in reversed(_in_order(found)):
        ways[job.id] = job.weight + max(after.get(one.id, 0.0) for one in job.experiments)
        after |= {need: max(ways[job.id], after.get(need, 0.0)) for need in job.needs}
    return ways


def _in_order(found: Sequence[Job]) -> list[Job]:
    """Return jobs by the length of their chain: sources first."""
    return sorted(found, key=lambda job: len(job.longest.chain))


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
