"""One submission with what its files hold, before anything is compared."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from prune_audit.claim import Claim, Result, Stage
from prune_audit.evidence.configs import ConfigError, Said, read_config
from prune_audit.evidence.inside import (
    ALL_LOG_BYTES,
    CONFIG_BYTES,
    LOG_BYTES,
    Inside,
    size,
)
from prune_audit.evidence.logs import Columns, Curve, LogError, MissingExtraError, read_log
from prune_audit.evidence.problems import (
    READABLE,
    EvidenceError,
    evidence_outside,
    evidence_unreadable,
)
from prune_audit.places import Place
from prune_audit.problems import Problem
from prune_audit.registry import dataset as known_dataset
from prune_audit.submission import LogColumns, RunFiles, Submission

MOST_RUNS = 100
"""Runs of a submission whose files are read; nobody averages more."""


@dataclass(frozen=True)
class RunEvidence:
    """What one run left. ``why`` says why there is no curve, ``digest`` is the log's SHA-256."""

    run: RunFiles
    label: str
    curve: Curve | None = None
    why: str = ""
    digest: str = ""
    config: dict[str, Said] | None = None
    config_why: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def place(self) -> Place:
        """Where the claim file names the log, else where it describes the run."""
        return self.run.log.place if self.run.log.known else self.run.place


@dataclass(frozen=True)
class Case:
    """A submission, the row it submits, and what its runs left."""

    claim: Claim
    submission: Submission
    result: Result
    inside: Inside
    runs: tuple[RunEvidence, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def stage(self) -> Stage | None:
        """The stage that the logs are of: retraining, or training from scratch."""
        stage = self.result.scratch or self.result.retraining
        # a row without a retraining stage was trained while it was pruned
        return None if stage is None or (stage.epochs.value and stage.epochs.value.none) else stage

    @property
    def test_size(self) -> int | None:
        """The images that the row's accuracy was counted on, where its data set settles that."""
        on_test = self.result.evaluated_on.value != "validation"
        counted = self.result.metric.value in (None, "top1")
        name = self.result.dataset.value
        known = known_dataset(name) if name and on_test and counted else None
        return known.test_size if known and known.fixed else None

    @property
    def curves(self) -> Iterator[tuple[RunEvidence, Curve]]:
        """The runs whose logs could be read."""
        return ((run, run.curve) for run in self.runs if run.curve)


def read_case(claim: Claim, folder: Path | None = None, log_bytes: int = LOG_BYTES) -> Case | None:
    """Return what the files of a submission hold; None where the claim submits no row of its own.

    ``folder`` holds the submission, by default the folder of its claim file; ``log_bytes`` is the
    size of the largest log that is read. Never raises for bad files.
    """
    submission = claim.submission
    result = claim.results.get(submission.result.value or "") if submission else None
    if submission is None or result is None:
        return None
    shown = str(PurePath(claim.file).parent)
    inside = Inside(folder or Path(shown), shown)
    if linked := _linked(claim, inside):
        return Case(claim, submission, result, inside, (), (linked,))
    if reason := _too_much(submission.runs, inside):
        problem = evidence_unreadable((submission.place,), reason, "list the runs of one row")
        return Case(claim, submission, result, inside, (), (problem,))
    columns = columns_of(submission.logs)
    labels = _labels(submission.runs)
    runs = tuple(
        _with_config(_with_log(RunEvidence(run, label), inside, columns, log_bytes), inside)
        for run, label in zip(submission.runs, labels, strict=True)
    )
    return Case(claim, submission, result, inside, runs, tuple(p for r in runs for p in r.problems))


def _linked(claim: Claim, inside: Inside) -> Problem | None:
    own = inside.folder / PurePath(claim.file).name
    if own.is_symlink():
        reason = f"{own.name} is a symbolic link: nothing that it names is opened"
        return evidence_outside((claim.place,), reason)
    return None


def _too_much(runs: tuple[RunFiles, ...], inside: Inside) -> str:
    """Say why the runs are too many or their logs too large to be read; empty where they are not.

    One small file may be named by many runs, so that the limit of each log alone does not help.
    """
    if len(runs) > MOST_RUNS:
        return f"{len(runs)} runs are listed, more than {MOST_RUNS}: none is read"
    total = sum(inside.size(run.log) for run in runs if run.log.known)
    limit = size(ALL_LOG_BYTES)
    return f"the logs have more than {limit} together: none is read" * (total > ALL_LOG_BYTES)


def _labels(runs: tuple[RunFiles, ...]) -> list[str]:
    """Name runs by their seeds, and those that share one by their order too."""
    seeds = [run.seed.text for run in runs]
    return [
        f"seed {seed}" if seed and seeds.count(seed) == 1 else f"run {number} (seed {seed or '?'})"
        for number, seed in enumerate(seeds, 1)
    ]


def columns_of(logs: LogColumns | None) -> Columns:
    """Return the columns that a submission names, the usual names where it is silent."""
    if logs is None:
        return Columns()
    stated = {
        "epoch": logs.epoch, "lr": logs.lr, "accuracy": logs.accuracy, "correct": logs.correct,
        "total": logs.total, "train": logs.train_accuracy, "unit": logs.unit,
    }  # fmt: skip
    named = {key: entry.value for key, entry in stated.items() if entry.value}
    return Columns(**named, named=frozenset(named) - {"unit"})


def _with_log(run: RunEvidence, inside: Inside, columns: Columns, limit: int) -> RunEvidence:
    entry = run.run.log
    if entry.value is None:
        return replace(run, why="no log is given")
    try:
        data = inside.read(entry, limit)
    except EvidenceError as error:
        return replace(run, why="its log cannot be used", problems=(error.problem,))
    digest = hashlib.sha256(data).hexdigest()
    try:
        curve, flaw = read_log(data, entry.value, columns, inside.place(entry))
    except MissingExtraError as error:
        return replace(run, why=str(error), digest=digest)
    problems = (_flawed(run, inside, flaw),) if flaw else ()
    why = "" if curve else "its log cannot be read"
    return replace(run, curve=curve, why=why, digest=digest, problems=problems)


def _flawed(run: RunEvidence, inside: Inside, flaw: LogError) -> Problem:
    entry = run.run.log
    reason = f"{entry.value}: {flaw.reason}"
    return evidence_unreadable(inside.anchors(entry, flaw.line), reason, flaw.fix or READABLE)


def _with_config(run: RunEvidence, inside: Inside) -> RunEvidence:
    entry = run.run.config
    if entry.value is None:
        return replace(run, config_why="no configuration is given")
    try:
        data = inside.read(entry, CONFIG_BYTES)
        return replace(run, config=read_config(data, entry.value))
    except EvidenceError as error:
        problems = (*run.problems, error.problem)
        return replace(run, config_why="it cannot be used", problems=problems)
    except ConfigError as error:
        problem = evidence_unreadable(inside.anchors(entry), f"{entry.value}: {error}")
        told = (problem,) if error.broken else ()
        return replace(run, config_why=str(error), problems=(*run.problems, *told))
