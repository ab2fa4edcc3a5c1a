"""What is heard of runs while they run, and how they are asked to stop."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from prune_audit.reruns.experiment import Experiment


class Settings(NamedTuple):
    """How runs are made; none of it decides their outcome on one kind of machine.

    ``data`` is the folder of the data sets; ``files`` maps the SHA-256 of loaded base models to
    their files. A checkpoint is written when ``checkpoint_seconds`` have passed since the last one.
    ``keep_weights`` keeps the final weights of every run, not only those of dense networks.
    """

    workers: int = 1
    device: str = "cpu"
    data: Path | None = None
    files: Mapping[str, Path] = {}
    checkpoint_seconds: float = 10.0
    keep_weights: bool = False


class Beat(NamedTuple):
    """One epoch of one run is over: epochs done of all, LR, test accuracy in percent, seconds."""

    experiment: Experiment
    done: int
    lr: float
    accuracy: float
    seconds: float


class Watch(Protocol):
    """Hears about runs."""

    def beat(self, beat: Beat) -> None:
        """Take note of an epoch that is over."""

    def finished(self, experiments: tuple[Experiment, ...]) -> None:
        """Take note of runs that are in the store now."""


@dataclass(frozen=True)
class Failure:
    """A run that could not be made, and why."""

    experiment: Experiment
    reason: str

    def __str__(self) -> str:
        one = self.experiment
        pruning = f"{one.pruning.method} {one.pruning.ratios}" if one.pruning else "dense"
        what = f"{one.network} on {one.data.name}, {pruning}, seed {one.seed}"
        return f"run {one.id} ({what}): {self.reason}"


@dataclass(frozen=True)
class Outcome:
    """How a set of runs ended."""

    failures: tuple[Failure, ...] = ()
    interrupted: bool = False
    notices: tuple[str, ...] = field(default=())
