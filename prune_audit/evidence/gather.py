"""Claims -> the evidence of their submissions: every check, and the problems of their files."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from prune_audit.claim import Claim
from prune_audit.evidence import (
    accuracy,
    counts,
    decay,
    epochs,
    hashes,
    other_run,
    schedule,
    seeds,
    spread,
    ta,
)
from prune_audit.evidence.case import Case, read_case
from prune_audit.evidence.check import Check
from prune_audit.evidence.costs import costs
from prune_audit.evidence.evidence import Evidence
from prune_audit.evidence.inside import LOG_BYTES

THEMES = (
    accuracy.checks,
    spread.checks,
    counts.checks,
    schedule.checks,
    epochs.checks,
    decay.checks,
    ta.checks,
    seeds.checks,
    hashes.checks,
    other_run.checks,
)


def evidence_of(claim: Claim, folder: Path | None = None) -> Evidence | None:
    """Return the evidence of one submission; None where the claim file is none.

    ``folder`` is where its files are, by default the folder of the claim file. Never raises for
    bad files.
    """
    return next(iter(evidence_of_all([claim], folder=folder)), None)


def evidence_of_all(
    claims: Iterable[Claim], *, folder: Path | None = None, log_bytes: int = LOG_BYTES
) -> tuple[Evidence, ...]:
    """Return the evidence of several submissions, which may not share a log.

    ``log_bytes`` is the size of the largest log that is read.
    """
    cases = [case for claim in claims if (case := read_case(claim, folder, log_bytes))]
    shared = seeds.shared_between(cases)
    return tuple(map(_evidence, cases, shared))


def _evidence(case: Case, shared: list[Check]) -> Evidence:
    cost = costs(case)
    checks, problems = (*_checks(case), *shared, *cost.checks), (*case.problems, *cost.problems)
    return Evidence(case.claim, case.submission, case.result, checks, problems)


def _checks(case: Case) -> Iterator[Check]:
    for theme in THEMES:
        yield from theme(case)
