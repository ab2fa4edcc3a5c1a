"""What a track demands of a submission, and what of it is met, surely not met, or left open."""

from collections.abc import Iterator
from typing import NamedTuple

from prune_audit.answers import Answer
from prune_audit.benchmark.conditions import BAND, HARD
from prune_audit.benchmark.definition import Track
from prune_audit.benchmark.entrant import Entrant
from prune_audit.evidence.check import Status, What
from prune_audit.facts import Fact
from prune_audit.numbers import Printed
from prune_audit.places import Entry, Place
from prune_audit.setups import FactName
from prune_audit.verdict import Fairness

_COST = (What.MACS, What.SPEEDUP, What.PARAMS, What.SPARSITY)
_ACCURACY = (What.ACCURACY, What.LAST_EPOCH)
NEEDED: dict[str, tuple[tuple[What, ...], ...]] = {
    "per-run": (_ACCURACY,),
    "logs": ((What.RUN_ACCURACY,), (What.SCHEDULE,), (What.EPOCHS,)),
    "configs": ((What.CONFIG,),),
    "hashes": ((What.HASH,),),
    "checkpoint": (_COST,),
}
"""By kind of evidence, the questions that it must answer; of those in one group, any."""


def hard(entrant: Entrant, wanted: Answer) -> Iterator[Fact]:
    """Yield the conditions that make a result one of the track at all, with this answer."""
    names = {*HARD, *BAND.values()}
    return (f for f in entrant.conditions if f.name in names and f.answer is wanted)


def soft(entrant: Entrant, wanted: Answer) -> Iterator[Fact]:
    """Yield the conditions on base model and retraining with this answer."""
    names = {*HARD, *BAND.values()}
    return (f for f in entrant.conditions if f.name not in names and f.answer is wanted)


def baseline_fact(entrant: Entrant) -> Fact | None:
    """Return what keeps the pair with the baseline below the track's setup, unless it is told.

    A base model or recipe that is not the track's is mostly not the baseline's either.
    """
    if entrant.baseline is None or entrant.baseline.verdict.fairness is Fairness.FAIR:
        return None
    fact = entrant.baseline.verdict.deciding
    told = {one.name for one in entrant.conditions if one.answer is not Answer.SAME}
    if told.intersection(BAND.values()):
        told.add(FactName.RATE)
    return None if fact is None or fact.name in told else fact


def too_few_runs(entrant: Entrant, track: Track) -> Entry[Printed] | None:
    """Return what the row states of its runs where they may be fewer than the track asks for."""
    asked, stated = track.runs.value, entrant.result.runs
    if asked is None:
        return None
    own = stated.value
    sure = own is not None and (own.exact or own.bound.startswith(">"))
    return None if own and sure and own.value >= asked.value else stated


class Lack(NamedTuple):
    """Evidence that is asked for and not there: its kind, why, where, and what would help."""

    kind: str
    why: str
    place: Place
    fix: str = "add it to the submission"


def lacking(entrant: Entrant, track: Track) -> Iterator[Lack]:
    """Yield the kinds of evidence that the track asks for and that are not there."""
    for kind in track.evidence.value or ():
        absent = _absent(kind, entrant)
        unanswered = (_unanswered(kind, group, entrant) for group in NEEDED[kind])
        if found := absent or next(filter(None, unanswered), None):
            yield found


def _unanswered(kind: str, group: tuple[What, ...], entrant: Entrant) -> Lack | None:
    """Say why no question of a group is answered, or why the only one is not for every run."""
    checks = [check for check in entrant.evidence.checks if check.what in group]
    left = [check for check in checks if check.status is Status.NOT_VERIFIED]
    if not checks:
        return Lack(kind, f"nothing shows its {group[0]}", entrant.submission.place)
    answered = len(left) < len(checks) if len(group) > 1 else not left
    if answered:
        return None
    lack = Lack(kind, left[0].message, left[0].anchors[0])
    return lack._replace(fix=left[0].fix) if left[0].fix else lack


def _absent(kind: str, entrant: Entrant) -> Lack | None:
    submission = entrant.submission
    if kind == "checkpoint":
        there = submission.checkpoint and submission.checkpoint.file.known
        return None if there else Lack(kind, "no checkpoint is named", submission.place)
    if not submission.runs:
        return Lack(kind, "no runs are listed", submission.place)
    asked = {"logs": "log", "configs": "config", "hashes": "sha256", "per-run": "top1"}[kind]
    without = [run for run in submission.runs if not getattr(run, asked).known]
    if not without:
        return None
    seeds = ", ".join(run.seed.text for run in without)
    return Lack(kind, f"no {asked} of seed {seeds}", without[0].place)
