"""Progress bars on stderr: the grid, and each run that is on its way; nothing in a pipe."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.jobs import Job, jobs
from prune_audit.reruns.watch import Beat, Watch, pruning_of
from prune_audit.schedules.pieces import format_lr

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Silent:
    """Hears and says nothing."""

    def beat(self, job: Job, beat: Beat) -> None:
        """Say nothing of an epoch."""

    def over(self, job: Job) -> None:
        """Say nothing of a job."""

    def stopping(self) -> None:
        """Say nothing of what is to come."""


@contextmanager
def watching(experiments: tuple[Experiment, ...]) -> Iterator[Watch]:
    """Show the progress of some experiments while the block runs, where stderr is a terminal."""
    if not _moves():
        yield Silent()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.table import Column

    columns = (
        TextColumn("{task.description}", table_column=Column(no_wrap=True, ratio=1)),
        BarColumn(16),
        TextColumn("{task.fields[state]}", table_column=Column(no_wrap=True)),
        TimeRemainingColumn(compact=True, table_column=Column(no_wrap=True)),
        TextColumn("left", table_column=Column(no_wrap=True)),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield _Bars(bars, experiments)


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Say what is done while the block runs, where stderr is a terminal."""
    if not _moves():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


@contextmanager
def counting(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Show how many of some things are done while the block runs; it calls what it is given."""
    if not total or not _moves():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


def _moves() -> bool:
    """Whether stderr is a terminal whose lines can be overwritten."""
    still = ("", "dumb", "unknown")
    return sys.stderr.isatty() and os.environ.get("TERM", "") not in still


class _Bars:
    """One bar for the grid and one per run on its way."""

    def __init__(self, bars: "Progress", experiments: tuple[Experiment, ...]) -> None:
        self.bars = bars
        self.lacking = dict.fromkeys(one.id for one in experiments)
        self.runs = len(experiments)
        total = sum(job.weight for job in jobs(experiments))
        self.grid = bars.add_task("all runs", total=total, state=self._counted())
        self.tasks: dict[str, TaskID] = {}
        self.shares: dict[str, float] = {}

    def beat(self, job: Job, beat: Beat) -> None:
        """Move the bar of a job; a first beat makes one."""
        epochs = beat.experiment.training.epochs
        if job.id not in self.tasks:
            self.tasks[job.id] = self.bars.add_task(
                _name(beat.experiment), total=epochs, completed=beat.done - 1, state=""
            )
        state = f"epoch {beat.done}/{epochs}  LR {format_lr(beat.lr)}  {beat.accuracy:.2f} %"
        self.bars.update(self.tasks[job.id], completed=beat.done, state=state)
        self._stored(job, beat.done, job.weight * beat.done / epochs)

    def over(self, job: Job) -> None:
        """Take the bar of a job away."""
        if job.id in self.tasks:
            self.bars.remove_task(self.tasks.pop(job.id))
        self._stored(job, job.longest.training.epochs, job.weight)

    def stopping(self) -> None:
        """Say what is waited for."""
        self.bars.update(self.grid, description="finishing the epoch; Ctrl-C ends at once")

    def _stored(self, job: Job, epochs: int, share: float) -> None:
        for one in job.experiments:
            if one.training.epochs <= epochs:
                self.lacking.pop(one.id, None)
        self.shares[job.id] = share
        done = sum(self.shares.values())
        self.bars.update(self.grid, completed=done, state=self._counted())

    def _counted(self) -> str:
        return f"{self.runs - len(self.lacking)} of {self.runs}"


def _name(one: Experiment) -> str:
    return f"{one.network} {pruning_of(one)}, seed {one.seed}"
