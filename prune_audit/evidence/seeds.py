"""Runs, their number, their seeds, and logs or curves that are copies of each other."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from prune_audit.evidence import repeated
from prune_audit.evidence.case import Case, RunEvidence
from prune_audit.evidence.check import Check, Status, What

_FIX = "run every seed once, and give each run its own log"


def checks(case: Case) -> Iterator[Check]:
    """Yield a check of the number of runs and, of several runs, one of their seeds."""
    yield from _number(case)
    if len(case.runs) > 1:
        clashes = [*_reused(case), *_copied(case), *repeated.within(case)]
        yield from clashes or _distinct(case)


def _number(case: Case) -> Iterator[Check]:
    stated, given = case.result.runs, len(case.runs)
    if stated.value is None:
        return
    logged = sum(1 for run in case.runs if run.curve)
    found, anchors = f"{given} given, {logged} with a log", (stated.place, case.submission.place)
    if given == 0:
        message = "no runs are given"
        fix = "list the runs with their logs"
        yield Check(What.RUNS, Status.NOT_VERIFIED, stated.text, "none", message, anchors, "", fix)
    elif not stated.value.hull.holds(Decimal(given)):
        message = f"the row states {stated.text} runs, the submission gives {given}"
        fix = "give every run that the row averages, and no other"
        yield Check(What.RUNS, Status.CONTRADICTED, stated.text, found, message, anchors, "", fix)
    elif logged < given:
        message = f"{logged} of {given} runs have a log that can be read"
        fix = "give the log of every run"
        yield Check(What.RUNS, Status.NOT_VERIFIED, stated.text, found, message, anchors, "", fix)
    else:
        message = f"{given} runs with a log each"
        yield Check(What.RUNS, Status.VERIFIED, stated.text, found, message, anchors)


def _reused(case: Case) -> Iterator[Check]:
    first: dict[Decimal, str] = {}
    for number, run in enumerate(case.runs, 1):
        seed = run.run.seed.value
        if seed is None or not seed.exact:
            continue
        if seed.value in first:
            message = f"runs {first[seed.value]} and {number} share the seed {seed}"
            anchors = (run.run.seed.place,)
            yield Check(
                What.SEEDS, Status.CONTRADICTED, f"{len(case.runs)} seeds", f"{seed} twice",
                message, anchors, run.label, _FIX,
            )  # fmt: skip
        first.setdefault(seed.value, str(number))


def _copied(case: Case) -> Iterator[Check]:
    first: dict[str, RunEvidence] = {}
    for run in case.runs:
        one = first.setdefault(run.digest, run) if run.digest else run
        if one is not run:
            message = f"the logs of {one.label} and {run.label} are the same file"
            anchors = (run.place, one.place)
            yield Check(
                What.SEEDS, Status.CONTRADICTED, "own log", "a copy", message, anchors,
                run.label, _FIX,
            )  # fmt: skip


def _distinct(case: Case) -> Iterator[Check]:
    seeds = [run.run.seed for run in case.runs]
    anchors = (case.submission.place, *(seed.place for seed in seeds))
    claimed = ", ".join(seed.text or "?" for seed in seeds)
    if all(run.digest for run in case.runs) and all(seed.value for seed in seeds):
        message = "the seeds differ, and so do the logs"
        yield Check(What.SEEDS, Status.VERIFIED, claimed, "all differ", message, anchors)
    else:
        message = "not every run has a seed and a log"
        fix = "state the seed of every run and give its log"
        yield Check(What.SEEDS, Status.NOT_VERIFIED, claimed, "", message, anchors, "", fix)


def shared_between(cases: Sequence[Case]) -> list[list[Check]]:
    """Return, for each submission, the checks of its logs and curves that another one has too.

    Both are named: which of the two the log belongs to cannot be seen.
    """
    owners: dict[str, dict[int, RunEvidence]] = {}
    for index, case in enumerate(cases):
        for run in case.runs:
            if run.digest:
                owners.setdefault(run.digest, {}).setdefault(index, run)
    curves = repeated.between(cases)
    return [[*_shared(cases, index, owners), *curves[index]] for index in range(len(cases))]


def _shared(
    cases: Sequence[Case], index: int, owners: Mapping[str, Mapping[int, RunEvidence]]
) -> Iterator[Check]:
    for run in cases[index].runs:
        others = {at: one for at, one in owners.get(run.digest, {}).items() if at != index}
        if others:
            at, other = next(iter(others.items()))
            name = cases[at].submission.id.value or cases[at].claim.file
            message = f"the log of {run.label} is also that of the submission {name}"
            anchors = (run.place, other.place)
            yield Check(
                What.SEEDS, Status.CONTRADICTED, "own log", f"log of {name}", message, anchors,
                run.label, _FIX,
            )  # fmt: skip
