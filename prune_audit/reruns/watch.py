"""What is heard of runs while they run, and how they are asked to stop."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.jobs import Job
from prune_audit.reruns.methods import METHODS

FEW = 3
"""Ratios that a few words hold."""


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
    """Hears about jobs."""

    def beat(self, job: Job, beat: Beat) -> None:
        """Take note of an epoch that is over; runs of the job that end with it are stored."""

    def over(self, job: Job) -> None:
        """Take note of a job that is done, here or by another process, or that has failed."""

    def stopping(self) -> None:
        """Take note that workers were asked to stop after their epoch."""


@dataclass(frozen=True)
class Failure:
    """A run that could not be made, and why."""

    experiment: Experiment
    reason: str


@dataclass(frozen=True)
class Outcome:
    """How a set of runs ended; ``halted`` says why none could go on, where that is so."""

    failures: tuple[Failure, ...] = ()
    interrupted: bool = False
    notices: tuple[str, ...] = ()
    halted: str = ""


def title(one: Experiment) -> str:
    """Return what a run is, in a few words."""
    return f"{one.network} on {one.data.name}, {pruning_of(one)}, seed {one.seed}"


def pruning_of(one: Experiment) -> str:
    """Return what an experiment prunes, in a few words."""
    if one.pruning is None:
        return "dense"
    if one.pruning.method in METHODS and METHODS[one.pruning.method].bits:
        return one.pruning.method
    every = one.pruning.ratios
    few = every if len(every) <= FEW else every[: FEW - 1]
    ratios = " ".join([*(f"{ratio:g}" for ratio in few), *(["..."] if few != every else [])])
    return f"{'scratch' if one.pruning.fresh else one.pruning.method} {ratios}"
