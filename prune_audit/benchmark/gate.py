"""Submissions against a benchmark: everything read, judged and put into one report."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from prune_audit.audit import Report, Submitted, audit
from prune_audit.benchmark.around import Around
from prune_audit.benchmark.definition import Benchmark
from prune_audit.benchmark.enter import entrants
from prune_audit.benchmark.files import same_ids, submission_files
from prune_audit.benchmark.problems import ineffective_waiver
from prune_audit.benchmark.read import LoadedBenchmark
from prune_audit.claim import Claim
from prune_audit.corpus import gather
from prune_audit.evidence.check import Check, Status, What
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


def gate(
    submissions: Sequence[Loaded],
    loaded: LoadedBenchmark,
    there: Around,
    rules: Sequence[Rule],
    settings: Settings,
    opened: Opener,
    today: date,
) -> Report:
    """Judge submissions; waivers are not applied here, but those without effect are reported."""
    corpus = gather(submissions)
    claims = tuple(corpus.claims)
    evidence = tuple(_prescribed(one, loaded) for one in opened(claims))
    problems = [
        *same_ids(claims, there.accepted),
        *_waivers(loaded.definition, claims, rules, today),
    ]
    entered = tuple(entrants(evidence, loaded, there.standing, settings))
    return audit(corpus, rules, settings, Submitted(evidence, entered, tuple(problems)))


def _prescribed(evidence: Evidence, loaded: LoadedBenchmark) -> Evidence:
    """Where a track prescribes the schedule, when it falls is no choice of the submission."""
    track = loaded.definition.tracks.get(evidence.submission.track.text)
    if track is None or track.retraining is None:
        return evidence
    checks = (_only_told(check) if check.what is What.DECAY else check for check in evidence.checks)
    return replace(evidence, checks=tuple(checks))


def _only_told(check: Check) -> Check:
    if check.status is not Status.CONTRADICTED:
        return check
    message = f"{check.message}; the track prescribes the schedule"
    return check._replace(status=Status.NOT_VERIFIED, message=message, fix="")


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
