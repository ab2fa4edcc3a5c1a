"""Progress bars on stderr: the grid, and each run that is on its way; nothing in a pipe."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.jobs import share
from prune_audit.reruns.watch import Beat, Watch
from prune_audit.schedules.pieces import format_lr


class Silent:
    """Hears and says nothing."""

    def beat(self, beat: Beat) -> None:
        """Say nothing of an epoch."""

    def finished(self, experiments: tuple[Experiment, ...]) -> None:
        """Say nothing of runs."""


def weight(experiments: tuple[Experiment, ...]) -> float:
    """Return roughly how long runs take, in epochs of the dense network."""
    return sum(one.training.epochs * share(one.pruning) for one in experiments)


@contextmanager
def watching(experiments: tuple[Experiment, ...]) -> Iterator[Watch]:
    """Show the progress of some experiments while the block runs, where stderr is a terminal."""
    if not sys.stderr.isatty():
        yield Silent()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[state]}"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield _Bars(bars, experiments)


class _Bars:
    """One bar for the grid and one per run on its way."""

    def __init__(self, bars, experiments: tuple[Experiment, ...]) -> None:  # type: ignore[no-untyped-def]
        self.bars = bars
        self.left = dict.fromkeys(experiments)
        self.runs = len(experiments)
        self.grid = bars.add_task("runs", total=weight(experiments), state=f"0/{self.runs}")
        self.tasks: dict[str, int] = {}

    def beat(self, beat: Beat) -> None:
        """Move the bar of a run; a first beat makes one."""
        one = beat.experiment
        if one.id not in self.tasks:
            self.tasks[one.id] = self.bars.add_task(_name(one), total=one.training.epochs, state="")
        state = f"epoch {beat.done}/{one.training.epochs}  LR {format_lr(beat.lr)}"
        self.bars.update(
            self.tasks[one.id], completed=beat.done, state=f"{state}  {beat.accuracy:.2f} %"
        )
        self.bars.advance(self.grid, share(one.pruning))

    def finished(self, experiments: tuple[Experiment, ...]) -> None:
        """Take the bar of a finished run away and count its runs."""
        for one in experiments:
            self.left.pop(one, None)
            if one.id in self.tasks:
                self.bars.remove_task(self.tasks.pop(one.id))
        self.bars.update(self.grid, state=f"{self.runs - len(self.left)}/{self.runs}")


def _name(one: Experiment) -> str:
    if one.pruning is None:
        return f"{one.network} dense, seed {one.seed}"
    ratios = " ".join(f"{ratio:g}" for ratio in one.pruning.ratios)
    how = "scratch" if one.pruning.fresh else one.pruning.method
    return f"{one.network} {how} {ratios}, seed {one.seed}"
