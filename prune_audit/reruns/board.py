"""Which jobs wait, which runs are there, and what went wrong: no processes here."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from prune_audit.reruns.jobs import Job
from prune_audit.reruns.watch import Failure

LOOK_AGAIN = 0.5
"""Seconds until a job that another process is at is looked at again."""

KILLED = (
    "its process was killed, twice (by hand, or because memory ran out); the same command goes on "
    "from its last checkpoint, with fewer --workers if memory is short"
)


@dataclass
class Board:
    """The jobs of a rerun, the longest first; ``done`` are ids of runs that are in the store."""

    waiting: list[Job]
    done: set[str] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    halted: str = ""
    _killed: set[str] = field(default_factory=set)
    _not_before: dict[str, float] = field(default_factory=dict)

    def next(self, now: float) -> Job | None:
        """Take the longest job that can start; ``now`` is in seconds of a monotonic clock."""
        for job in self.waiting:
            if job.needs <= self.done and self._not_before.get(job.id, now) <= now:
                self.waiting.remove(job)
                return job
        return None

    def stored(self, job: Job, epochs: float = float("inf")) -> None:
        """Note that those runs of a job are in the store that take no more epochs than these."""
        self.done.update(one.id for one in job.experiments if one.training.epochs <= epochs)

    def postpone(self, job: Job, now: float) -> None:
        """Let a job that another process is at wait a little."""
        self._not_before[job.id] = now + LOOK_AGAIN
        self.waiting.append(job)

    def killed(self, job: Job) -> bool:
        """Note that the process of a job died: it is tried again, once; False if that was it."""
        if job.id in self._killed:
            self.fail(job, KILLED)
            return False
        self._killed.add(job.id)
        self.waiting.insert(0, job)
        return True

    def fail(self, job: Job, reason: str) -> None:
        """Note that a job cannot be done, and with it what starts from it."""
        lost = {one.id for one in job.experiments} - self.done
        self._note([job], lost, reason)
        followers = self._followers(lost)
        self.waiting = [other for other in self.waiting if other not in followers]
        each = {one.id for other in followers for one in other.experiments}
        pruned = job.longest.pruning is not None
        what = "a run that it starts from could not be made"
        what = what if pruned else "its base model could not be trained"
        self._note(followers, each, f"{what}: {reason}")

    def _followers(self, lost: set[str]) -> list[Job]:
        """Return the jobs that start from lost runs, or from others that do."""
        found: list[Job] = []
        while more := [job for job in self.waiting if job not in found and job.needs & lost]:
            found += more
            lost = lost | {one.id for job in more for one in job.experiments}
        return found

    def _note(self, jobs: Iterable[Job], lost: set[str], reason: str) -> None:
        every = (one for job in jobs for one in job.experiments)
        self.failures += (Failure(one, reason) for one in every if one.id in lost)
