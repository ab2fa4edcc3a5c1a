"""The arms of a rerun: under which recipe each row is retrained.

Every arm is a function of the rows that can be rerun, the pairs that the claims compare, the
request, and the runs known so far; arms that search (``convergence``, ``tuned``) plan their next
round from these. Each yields planned rows, and a refusal where a row has no recipe under the arm.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePath

from prune_audit.claim import Result
from prune_audit.reruns.convergence import next_extension
from prune_audit.reruns.experiment import Training
from prune_audit.reruns.planned import RETRAINED, Arm, PlannedRow, Refusal
from prune_audit.reruns.planning.common import (
    budget,
    calibrated_recipe,
    common_remainder,
    grouped,
    one_base,
    owed,
    pretrained_longer,
    profile_of,
)
from prune_audit.reruns.planning.kinds_arm import retrained
from prune_audit.reruns.planning.recipes import Recipe
from prune_audit.reruns.planning.refused import CannotRerunError
from prune_audit.reruns.planning.request import Compensate, Request
from prune_audit.reruns.planning.rows import Label, Ready, planned, reported
from prune_audit.reruns.planning.tuned_arm import tuned
from prune_audit.reruns.run import Run
from prune_audit.schedules.schedule import constant

AS_REPORTED = "--as-reported tests it right after pruning"
Runs = Mapping[str, Run]
Pairs = Sequence[tuple[Result, Result]]
Planned = Iterator[PlannedRow | Refusal]


def as_reported(rows: Sequence[Ready], pairs: Pairs, request: Request, runs: Runs) -> Planned:
    """Every row with its own recipe, as the claim states it."""
    for row in rows:
        yield from _attempt(row, partial(_own, row, request, Label(Arm.REPORTED)))


def _own(row: Ready, request: Request, label: Label) -> PlannedRow:
    return planned(row, reported(row), label, request)


def _attempt(row: Ready, plan: Callable[[], PlannedRow]) -> Planned:
    try:
        yield plan()
    except CannotRerunError as error:
        yield error.of(row.result)


def calibrated(rows: Sequence[Ready], pairs: Pairs, request: Request, runs: Runs) -> Planned:
    """All rows of a group under one calibrated recipe, from one base model: setup S3.2.

    Rows that are trained from scratch get the same total epochs (SX-A) under a calibrated schedule
    from the initial LR of the pretraining.
    """
    for group in grouped(rows, pairs):
        try:
            yield from _calibrated_group(group, request)
        except CannotRerunError as error:
            yield from (error.of(row.result) for row in group)


def _calibrated_group(group: Sequence[Ready], request: Request) -> Planned:
    share = one_base(group)
    spent = budget(share, request)
    rest = common_remainder(share)
    profile = profile_of(share[0])
    based = next((row.base for row in share if isinstance(row.base, Training)), None)
    for row in share:
        if row.base is None:
            if based is None:
                raise CannotRerunError(
                    "how the base model was trained is not known, and so not how long to train "
                    "from scratch",
                    "use --as-reported",
                )
            total, lr = based.epochs + spent.epochs, based.schedule.initial
            found = calibrated_recipe(rest, total, lr, profile)
            yield planned(row, found, Label(Arm.CALIBRATED, "SX-A"), request)
            continue
        late = owed(row, share)
        longer = late if request.compensate is Compensate.POST else 0
        if request.compensate is Compensate.PRE:
            row = pretrained_longer(row, late)
        found = calibrated_recipe(rest, spent.epochs + longer, spent.lr, profile)
        origin = Recipe(found.training, (*spent.assumed, *found.assumed))
        yield planned(row, origin, Label(Arm.CALIBRATED), request)


def crossed(rows: Sequence[Ready], pairs: Pairs, request: Request, runs: Runs) -> Planned:
    """Both rows of every compared pair under both recipes, from the base model of the first.

    Wang et al. 2023, section 5: A+FT_A, A+FT_B, B+FT_A, B+FT_B, each with the whole recipe.
    """
    known = {id(row.result): row for row in rows if row.base is not None}
    taken: dict[tuple[str, str, str, str], PlannedRow] = {}
    for ours, other in pairs:
        left, right = known.get(id(ours)), known.get(id(other))
        if left is None or right is None:
            continue
        for one in _cells(left, right, request):
            if isinstance(one, Refusal) or taken.setdefault(one.key, one) is one:
                yield one
            elif taken[one.key].experiments != one.experiments:
                reason = "it is crossed already with a row of another base model"
                yield Refusal(one.result, reason, "ask for one of the two pairs alone")


def _cells(left: Ready, right: Ready, request: Request) -> Planned:
    for row in (left, replace(right, base=left.base, file=left.file)):
        for owner in (left, right):
            name = owner.result.name
            if left.result.name == right.result.name:  # of two files
                name = f"{PurePath(owner.result.file).stem}#{name}"
            label = Label(Arm.CROSSED, f"FT of {name}")
            yield from _attempt(row, partial(_with, row, owner, label, request))


def _with(row: Ready, owner: Ready, label: Label, request: Request) -> PlannedRow:
    return planned(row, reported(owner), label, request)


def convergence(rows: Sequence[Ready], pairs: Pairs, request: Request, runs: Runs) -> Planned:
    """Each row's own recipe, its first LR stage longer and longer until nothing is gained.

    The extensions are 1, 3, 7, 15 ... times the first stage; a row stops when the last one gained
    nothing beyond noise (``reruns.convergence``) or after ``extensions`` rounds.
    """
    for row in rows:
        for one in _attempt(row, partial(_own, row, request, Label(Arm.CONVERGENCE, "+0"))):
            yield one
            if isinstance(one, PlannedRow):
                yield from _extended(row, one, request, runs)


def _extended(row: Ready, first: PlannedRow, request: Request, runs: Runs) -> Planned:
    own = reported(row)
    stages = own.training.schedule.stages()
    if own.training.epochs == 0:
        yield Refusal(row.result, "it is not retrained: no LR stage could be longer", AS_REPORTED)
        return
    if stages is None:
        yield Refusal(
            row.result, "its LR has no stages that could be longer", "a step schedule has"
        )
        return
    length = int(stages[1].start) if len(stages) > 1 else own.training.epochs
    done = [first]
    for round_ in range(1, request.extensions + 1):
        if not next_extension(done, runs):
            return
        added = length * (2**round_ - 1)
        training = _longer(own.training, added)
        label = Label(Arm.CONVERGENCE, f"+{added}")
        done.append(planned(row, own._replace(training=training), label, request))
        yield done[-1]


def _longer(training: Training, added: int) -> Training:
    """Return a step-schedule training with epochs added to its first LR stage."""
    schedule = training.schedule
    longer = constant(added, schedule.initial).then(schedule)
    return replace(training, epochs=training.epochs + added, lr=str(longer))


ARMS: Mapping[Arm, Callable[[Sequence[Ready], Pairs, Request, Runs], Planned]] = {
    Arm.REPORTED: as_reported,
    Arm.CALIBRATED: calibrated,
    Arm.CROSSED: crossed,
    Arm.CONVERGENCE: convergence,
    Arm.TUNED: tuned,
    **{arm: partial(retrained, kind) for kind, arm in RETRAINED.items()},
}
