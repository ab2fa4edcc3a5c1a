"""The ladder of comparison setups (Wang et al. 2023, Table 2) as data, and how a pair climbs it."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from prune_audit.answers import Answer


class FactName(StrEnum):
    """One question about a pair of results."""

    DATASET = "data set"
    NETWORK = "network"
    METRIC = "metric"
    RATE = "rate"
    GRANULARITY = "granularity"
    BASE = "base model"
    EPOCHS = "retraining epochs"
    SCHEDULE = "retraining LR schedule"
    PRUNING_EPOCHS = "pruning-stage epochs"
    PRUNING_SCHEDULE = "pruning-stage LR schedule"


class Setup(StrEnum):
    """How much two results share, weakest first."""

    BELOW_S1 = "below S1"
    S1 = "S1"
    S2 = "S2"
    S31 = "S3.1"
    S32 = "S3.2"
    S41 = "S4.1"
    S42 = "S4.2"

    @property
    def rank(self) -> int:
        """0 for below S1, 6 for S4.2."""
        return RANKS[self]


RANKS = {setup: rank for rank, setup in enumerate(Setup)}

TABLE_2: tuple[tuple[Setup, tuple[FactName, ...]], ...] = (
    # metric and granularity are this tool's addition to the paper's S1
    (
        Setup.S1,
        (FactName.DATASET, FactName.NETWORK, FactName.METRIC, FactName.RATE, FactName.GRANULARITY),
    ),
    (Setup.S2, (FactName.BASE,)),
    (Setup.S31, (FactName.EPOCHS,)),
    (Setup.S32, (FactName.SCHEDULE,)),
    (Setup.S41, (FactName.PRUNING_EPOCHS,)),
    (Setup.S42, (FactName.PRUNING_SCHEDULE,)),
)
"""Each setup and the facts it adds to the one before."""


class Climb(NamedTuple):
    """Where a pair stands: surely reached, still possible, and the facts in the way.

    ``stop`` is the first fact that differs; ``missing`` are the unknown facts below it, in the
    order of the ladder.
    """

    floor: Setup
    ceiling: Setup
    stop: FactName | None
    missing: tuple[FactName, ...]


def climb(answers: Mapping[FactName, Answer]) -> Climb:
    """Climb the ladder while facts are same; different stops, unknown stops the floor only."""
    floor = ceiling = Setup.BELOW_S1
    missing: list[FactName] = []
    for setup, names in TABLE_2:
        for name in names:
            if answers[name] is Answer.DIFFERENT:
                return Climb(floor, ceiling, name, tuple(missing))
            if answers[name] is Answer.UNKNOWN:
                missing.append(name)
        ceiling = setup
        if not missing:
            floor = setup
    return Climb(floor, ceiling, None, tuple(missing))


@cache
def names_up_to(setup: Setup) -> tuple[FactName, ...]:
    """Return the facts that a setup asks for, in the order of the ladder."""
    return tuple(name for reached, names in TABLE_2 if reached.rank <= setup.rank for name in names)
