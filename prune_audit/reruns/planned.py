"""What a plan holds: rows that will be rerun, rows that will not, and everything assumed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from prune_audit.claim import BaseModel, Claim, Comparison, Result
from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.jobs import with_sources
from prune_audit.schedules.kinds import Kind


class Arm(StrEnum):
    """Under which recipe a row is rerun."""

    REPORTED = "as reported"
    CALIBRATED = "calibrated"
    CROSSED = "crossed"
    CONVERGENCE = "convergence"
    TUNED = "tuned"
    SCRATCH = "scratch arm"
    DENSE = "dense control"
    CLR = "retraining clr"
    SLR = "retraining slr"
    LLR = "retraining llr"
    ALLR = "retraining allr"
    LRW = "retraining lrw"
    WEIGHT_REWINDING = "retraining weight-rewinding"
    CONSTANT = "retraining constant"


RETRAINED: Mapping[Kind, Arm] = MappingProxyType(
    {
        Kind.CLR: Arm.CLR,
        Kind.SLR: Arm.SLR,
        Kind.LLR: Arm.LLR,
        Kind.ALLR: Arm.ALLR,
        Kind.LRW: Arm.LRW,
        Kind.WEIGHT_REWINDING: Arm.WEIGHT_REWINDING,
        Kind.CONSTANT: Arm.CONSTANT,
    }
)
"""The arm of each retraining kind, by how large an LR it has for how long."""


@dataclass(frozen=True)
class Assumption:
    """A value that a claim does not state and a rerun needs: what, the value taken, and why."""

    what: str
    value: str
    why: str

    def __str__(self) -> str:
        return f"{self.what}: {self.value} ({self.why})"


@dataclass(frozen=True)
class PlannedRow:
    """A row of a claim under one recipe, once per seed.

    ``label`` tells arms of one row apart where there are several: the recipe's owner when crossed
    (``FT of l1-2x``), the added epochs (``+30``), the budget of a scratch arm (``Scratch-B``), the
    arm of the row that a dense control stands beside; else empty. ``experiments`` differ in their
    seed only.
    """

    result: Result
    arm: Arm
    experiments: tuple[Experiment, ...]
    label: str = ""
    assumed: tuple[Assumption, ...] = ()

    @property
    def key(self) -> tuple[str, str, str, str]:
        """File, row, arm and label: what tells this planned row from every other."""
        return (self.result.file, self.result.name, str(self.arm), self.label)

    @property
    def under(self) -> str:
        """The arm with its label."""
        return f"{self.arm}, {self.label}" if self.label else str(self.arm)


@dataclass(frozen=True)
class Refusal:
    """A row that cannot be rerun here: why not, and what would make it runnable.

    ``detail`` is what differs among rows with one reason, such as the name of the method.
    """

    result: Result
    reason: str
    remedy: str
    detail: str = ""


@dataclass(frozen=True)
class StandIn:
    """A data set in place of the claim's own: never a correction of the claim's number.

    Every epoch count and milestone is multiplied by ``scale``; ``rules`` say in words what else is
    replaced by what.
    """

    data: str
    network: str
    scale: float
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Compared:
    """A comparison of a claim whose rows are planned: pairs of rows, ours first."""

    claim: Claim
    comparison: Comparison
    pairs: tuple[tuple[Result, Result], ...]


@dataclass(frozen=True)
class Plan:
    """Everything that a rerun will do, known before anything is paid for.

    ``files`` are those of base models that are loaded, by SHA-256; ``claimed`` is what claims say
    that they are.
    """

    rows: tuple[PlannedRow, ...]
    refused: tuple[Refusal, ...] = ()
    compared: tuple[Compared, ...] = ()
    stand_in: StandIn | None = None
    files: Mapping[str, Path] = field(default_factory=dict)
    claimed: Mapping[str, tuple[BaseModel, ...]] = field(default_factory=dict)

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """Every experiment once, what others start from first."""
        return with_sources(one for row in self.rows for one in row.experiments)
