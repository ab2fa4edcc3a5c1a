"""What a benchmark's file holds: tracks, their conditions, waivers."""

from dataclasses import dataclass

from prune_audit.claim import Stage
from prune_audit.findings import Severity
from prune_audit.forms import key
from prune_audit.numbers import Printed
from prune_audit.places import Entry, Place
from prune_audit.readers import (
    DATE,
    FRACTION,
    LR,
    NAME,
    PLAIN,
    REFERENCE,
    TEXT,
    TIMES,
    WEIGHTS,
    WHOLE,
    ListReader,
    Weights,
    choice,
)
from prune_audit.schedules.notation import LrSpec
from prune_audit.setups import Setup
from prune_audit.submission import PATH

EVIDENCE = ("per-run", "logs", "configs", "hashes", "checkpoint")
PROFILES = ("closed", "open")
STRICT = tuple(str(setup) for setup in Setup if setup.rank >= Setup.S32.rank)


@dataclass(frozen=True, slots=True)
class TrackRecipe(Stage):
    """The retraining that a track asks for; its LR is stated or calibrated."""

    lr: Entry[LrSpec] = key(LR, "LR schedule, unless it is calibrated")
    calibrated_from: Entry[Printed] = key(
        PLAIN, "initial LR of the calibrated schedule (Wang et al. 2023, Appendix A)"
    )


@dataclass(frozen=True, slots=True)
class Track:
    """The conditions under which results of one track are ranked."""

    place: Place
    name: str
    title: Entry[str] = key(TEXT, "what the track is about", silent=False)
    dataset: Entry[str] = key(TEXT, "data set", required=True, silent=False)
    network: Entry[str] = key(TEXT, "network", required=True, silent=False)
    base: Entry[Weights] = key(WEIGHTS, "weights of the base model", required=True, silent=False)
    granularity: Entry[str] = key(
        choice("filter", "channel", "weight", "n:m", "block", "layer", "group", "other"),
        "what is removed as one piece",
        required=True,
        silent=False,
    )
    speedup_from: Entry[Printed] = key(TIMES, "lowest theoretical speedup", silent=False)
    speedup_to: Entry[Printed] = key(TIMES, "highest theoretical speedup", silent=False)
    sparsity_from: Entry[Printed] = key(FRACTION, "lowest share of zero weights", silent=False)
    sparsity_to: Entry[Printed] = key(FRACTION, "highest share of zero weights", silent=False)
    retraining: TrackRecipe | None = key(TrackRecipe, "the required retraining", required=True)
    setup: Entry[str] = key(
        choice(*STRICT), "setup against the baseline; S3.2 where it is left out", silent=False
    )
    profile: Entry[str] = key(
        choice(*PROFILES), "of this track, where it is not the benchmark's", silent=False
    )
    runs: Entry[Printed] = key(WHOLE, "fewest runs behind a result", required=True, silent=False)
    evidence: Entry[tuple[str, ...]] = key(
        ListReader(choice(*EVIDENCE), "[per-run, logs]", single=True),
        "what a submission must bring",
        silent=False,
    )
    baseline: Entry[str] = key(
        REFERENCE, "the row to compare with: file#row, in a file beside the benchmark's",
        silent=False,
    )  # fmt: skip
    note: Entry[str] = key(TEXT, "free text", silent=False)


@dataclass(frozen=True, slots=True)
class Waiver:
    """What the maintainers let pass for one submission, by whom and until when."""

    place: Place
    submission: Entry[str] = key(NAME, "id of the submission", required=True, silent=False)
    codes: Entry[tuple[str, ...]] = key(
        ListReader(TEXT, "[PA806]", single=True), "codes of rules", required=True, silent=False
    )
    reason: Entry[str] = key(TEXT, "why", required=True, silent=False)
    owner: Entry[str] = key(TEXT, "who answers for it", required=True, silent=False)
    until: Entry[str] = key(DATE, "last day on which it holds", silent=False)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A benchmark: what holds for all tracks, and the tracks by name."""

    place: Place
    tracks: dict[str, Track]
    waivers: tuple[Waiver, ...]
    name: Entry[str] = key(TEXT, "name of the benchmark", required=True, silent=False)
    url: Entry[str] = key(TEXT, "where it is", silent=False)
    profile: Entry[str] = key(
        choice(*PROFILES),
        "closed: a result below the required setup is refused; open: it is reported",
        required=True,
        silent=False,
    )
    ruleset: Entry[Printed] = key(
        WHOLE, "set of rules that submissions are held to", required=True, silent=False
    )
    fail_on: Entry[str] = key(
        choice(*map(str, Severity)),
        "findings of this severity fail a submission; error if left out", silent=False,
    )  # fmt: skip
    tolerance: Entry[Printed] = key(
        FRACTION, "largest gap of two rates that count as the same; 5 % if left out", silent=False
    )
    references: Entry[str] = key(
        PATH, "folder of a rerun store with the reference retraining points", silent=False
    )
    accepted: Entry[str] = key(PATH, "folder of accepted submissions", silent=False)
    note: Entry[str] = key(TEXT, "free text", silent=False)
