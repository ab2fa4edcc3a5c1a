"""What a user asks a rerun for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from prune_audit.reruns.planned import Arm

SEEDS = {"digits": 5}
"""Runs per row unless told otherwise, by data set; three elsewhere."""
FEWEST_SEEDS = 3

HELD_OUT = 0.2
"""Fraction of the training set that settings are chosen on: the validation split."""


class Compensate(StrEnum):
    """How the epochs of another method's pruning stage are made up for (setup S4.1)."""

    NONE = "none"
    PRE = "pre"
    POST = "post"


class Budget(StrEnum):
    """How long a scratch arm trains; K1, K2: epochs of pretraining and retraining, F: FLOPs."""

    E = "E"
    """K1 epochs, as long as the base model was trained (Liu et al. 2019, Scratch-E)."""
    B_WANG2023 = "B-wang2023"
    """K1*F1/F2 + K2 epochs (Wang et al. 2023, SX-B)."""
    B_LIU2019 = "B-liu2019"
    """K1*F1/F2 epochs (Liu et al. 2019, Scratch-B)."""


@dataclass(frozen=True)
class ScratchArm:
    """A scratch arm to add: under which budget, and of which row (empty: of every pruned row)."""

    budget: Budget
    row: str = ""


@dataclass(frozen=True)
class Request:
    """What is asked for; ``epochs`` and ``lr`` replace those of the calibrated recipe.

    ``stand_in`` is ``digits``, ``imagenet100`` (a class list of the user's own) or empty.
    Without ``seeds`` as many are taken as is customary for the data set.
    ``dense_control`` adds the dense network, trained as long, to every pruned row.
    ``scale`` multiplies epochs on a stand-in data set. ``weights`` maps names of base models to
    files. ``candidates`` are the initial LRs that ``--tune-lr`` tries for every row.
    """

    arms: tuple[Arm, ...] = (Arm.REPORTED,)
    seeds: tuple[int, ...] = ()
    stand_in: str = ""
    scale: float = 1 / 3
    epochs: int | None = None
    lr: float | None = None
    compensate: Compensate = Compensate.NONE
    scratch_arms: tuple[ScratchArm, ...] = ()
    dense_control: bool = False
    candidates: tuple[float, ...] = (1e-1, 1e-2, 1e-3, 1e-4)
    extensions: int = 4
    folder: Path | None = None
    weights: Mapping[str, Path] = field(default_factory=dict)

    @property
    def on_digits(self) -> bool:
        """Whether everything is carried over to the digits."""
        return self.stand_in == "digits"

    @property
    def scaling(self) -> float:
        """By what epochs are multiplied: 1 on the claim's own data."""
        return self.scale if self.on_digits else 1.0

    def seeds_on(self, data: str) -> tuple[int, ...]:
        """Return the seeds of every row on a data set."""
        return self.seeds or tuple(range(SEEDS.get(data, FEWEST_SEEDS)))
