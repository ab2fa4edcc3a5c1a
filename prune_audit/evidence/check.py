"""One question put to the evidence of a submission, and its answer."""

from enum import StrEnum
from typing import NamedTuple

from prune_audit.places import Place


class Status(StrEnum):
    """What the evidence says. Missing evidence is *not verified*, never *verified*."""

    VERIFIED = "verified"
    CONTRADICTED = "contradicted"
    NOT_VERIFIED = "not verified"


class What(StrEnum):
    """What is checked; a rule of the families PA4 and PA7 belongs to each."""

    ACCURACY = "accuracy"
    RUN_ACCURACY = "accuracy of a run"
    COUNT = "right answers of the test set"
    LAST_EPOCH = "last epoch"
    SCHEDULE = "LR schedule"
    EPOCHS = "epochs"
    DECAY = "decay"
    TA = "trainability accuracy"
    SPREAD = "spread"
    SEEDS = "seeds"
    CURVES = "accuracy curves"
    RUNS = "number of runs"
    HASH = "hash"
    CONFIG = "configuration"
    SCALED = "scaled keys of the configuration"
    MACS = "MACs"
    PARAMS = "parameters"
    SPARSITY = "sparsity"
    SPEEDUP = "speedup"
    BASELINE_REFERENCE = "baseline against its reference"
    RESULT_REFERENCE = "result against its reference"


class Check(NamedTuple):
    """A claimed value beside the one that the evidence shows.

    ``run`` names the run it is about (``seed 0``), empty for the row as a whole. ``message`` says
    it in one sentence. ``anchors`` are the places it rests on, the one in the claim file first,
    then the line of the log.
    """

    what: What
    status: Status
    claimed: str
    found: str
    message: str
    anchors: tuple[Place, ...]
    run: str = ""
    fix: str = ""
