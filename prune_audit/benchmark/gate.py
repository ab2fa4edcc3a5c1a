"""Submissions against a benchmark: everything read, judged and put into one report."""

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

from prune_audit.audit import Report, Submitted, audit
from prune_audit.benchmark.definition import Benchmark
from prune_audit.benchmark.enter import Standing, entrants
from prune_audit.benchmark.files import read_submissions, same_ids, submission_files
from prune_audit.benchmark.problems import ineffective_waiver
from prune_audit.benchmark.read import LoadedBenchmark
from prune_audit.claim import Claim
from prune_audit.corpus import gather
from prune_audit.evidence.evidence import Evidence
from prune_audit.load import Loaded
from prune_audit.problems import Problem
from prune_audit.rules.rule import Rule
from prune_audit.settings import Settings

Opener = Callable[[Sequence[Claim]], Iterable[Evidence]]
"""What reads the evidence of submissions."""


def standing_files(loaded: LoadedBenchmark) -> tuple[str, ...]:
    """Return the files of the baselines and of the accepted submissions."""
    rows = (track.baseline.text for track in loaded.definition.tracks.values())
    stems = dict.fromkeys(row.partition("#")[0] for row in rows if row)
    named = loaded.definition.accepted.value
    accepted = submission_files([str(loaded.folder / named)]) if named else []
    return (*(str(loaded.folder / f"{stem}.yaml") for stem in stems), *accepted)


def accepted_claims(loaded: LoadedBenchmark, checked: Sequence[str]) -> tuple[Claim, ...]:
    """Return the accepted submissions, without those that are being checked."""
    named = loaded.definition.accepted.value
    if named is None:
        return ()
    seen = {os.path.realpath(file) for file in checked}
    files = submission_files([str(loaded.folder / named)])
    others = [file for file in files if os.path.realpath(file) not in seen]
    return tuple(found.claim for found in read_submissions(others) if found.claim)


def gate(
    submissions: Sequence[Loaded],
    loaded: LoadedBenchmark,
    there: Standing,
    accepted: Sequence[Claim],
    rules: Sequence[Rule],
    settings: Settings,
    opened: Opener,
    today: date,
) -> Report:
    """Judge submissions; waivers are not applied here, but those without effect are reported."""
    corpus = gather(submissions)
    claims = tuple(corpus.claims)
    evidence = tuple(opened(claims))
    problems = [*same_ids(claims, accepted), *_waivers(loaded.definition, claims, rules, today)]
    entered = tuple(entrants(evidence, loaded, there, settings))
    return audit(corpus, rules, settings, Submitted(evidence, entered, tuple(problems)))


def _waivers(
    benchmark: Benchmark, claims: Iterable[Claim], rules: Sequence[Rule], today: date
) -> Iterable[Problem]:
    """Find waivers without effect for what is checked; those for others are others' business."""
    known = {rule.code for rule in rules}
    ids = {claim.submission.id.text for claim in claims if claim.submission}
    for waiver in (one for one in benchmark.waivers if one.submission.text in ids):
        if waiver.until.value and date.fromisoformat(waiver.until.value) < today:
            reason = f"the waiver for {waiver.submission} ended on {waiver.until}"
            yield ineffective_waiver(waiver.until.place, reason, "renew or delete it")
        for code, place in zip(waiver.codes.value or (), waiver.codes.places, strict=True):
            if code not in known:
                reason = f"a waiver names {code}, which no rule of this ruleset has"
                yield ineffective_waiver(place, reason, "see prune-audit rules")


def references_folder(loaded: LoadedBenchmark) -> Path | None:
    """Return the folder of the reference retraining points."""
    named = loaded.definition.references.value
    return loaded.folder / named if named else None
