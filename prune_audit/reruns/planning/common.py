"""One recipe and one base model for all rows of a group: the calibrated arm (setup S3.2)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from prune_audit.claim import Result
from prune_audit.grammar.stages import stages
from prune_audit.registry import dataset as known_dataset
from prune_audit.reruns.experiment import Training
from prune_audit.reruns.planned import Assumption
from prune_audit.reruns.planning.recipes import Recipe, Remainder, remainder
from prune_audit.reruns.planning.refused import CannotRerunError
from prune_audit.reruns.planning.request import Request
from prune_audit.reruns.planning.rows import Ready
from prune_audit.schedules.calibrate import PROFILES, Profile, calibrate
from prune_audit.schedules.schedule import ScheduleError, constant


class Budget(NamedTuple):
    """Epochs and initial LR of a calibrated recipe, and where they come from."""

    epochs: int
    lr: float
    assumed: tuple[Assumption, ...]


def grouped(rows: Sequence[Ready], pairs: Sequence[tuple[Result, Result]]) -> list[list[Ready]]:
    """Return rows in groups that share base model and recipe: those that are compared.

    Also by way of others. Only what a row is compared with matters, not what else is asked for.
    """
    home = {id(row.result): {id(row.result)} for row in rows}
    for pair in pairs:
        found = [home[id(one)] for one in pair if id(one) in home]
        if len(found) == 2 and found[0] is not found[1]:
            found[0].update(found[1])
            home |= dict.fromkeys(found[1], found[0])
    groups: dict[int, list[Ready]] = {}
    for row in rows:
        groups.setdefault(id(home[id(row.result)]), []).append(row)
    return list(groups.values())


def profile_of(row: Ready) -> Profile:
    """Return the constants of calibration for the claim's own data set."""
    known = known_dataset(row.result.dataset.value or "")
    return PROFILES.get(known.id if known else "", row.usual.profile)


def budget(rows: Sequence[Ready], request: Request) -> Budget:
    """Return the longest retraining and the largest initial LR that a row of the group states.

    Every row then gets at least what any of them got. ``--epochs`` and ``--lr`` take their place.

    Raises:
        CannotRerunError: no row states epochs, or no initial LR that can be calibrated.
    """
    stages = [row.result.retraining for row in rows if row.result.retraining]
    stated = [stage.epochs.value.exact for stage in stages if stage.epochs.value]
    epochs = request.epochs or max((int(count) for count in stated if count), default=None)
    if epochs is None and any(count == 0 for count in stated):
        raise CannotRerunError(
            "no row of the group is retrained", "--epochs retrains them all; --as-reported none"
        )
    if epochs is None:
        raise CannotRerunError("no row of the group states its retraining epochs", "give --epochs")
    lrs = [stage.lr.value.initial for stage in stages if stage.lr.value]
    wanted = [request.lr] if request.lr else sorted((lr for lr in lrs if lr), reverse=True)
    for lr in wanted:
        if _fits(epochs, lr, profile_of(rows[0])):
            return Budget(epochs, lr, _origin(epochs, lr, request))
    raise CannotRerunError(
        f"no initial LR that a row states can be calibrated over {epochs} epochs"
        if not request.lr
        else f"--lr {request.lr:g} cannot be calibrated over {epochs} epochs",
        "give --lr, a decade or more above the final LR (see prune-audit schedule)",
    )


def _fits(epochs: int, lr: float, profile: Profile) -> bool:
    try:
        calibrate(epochs, lr, profile)
    except ScheduleError:
        return False
    return True


def _origin(epochs: int, lr: float, request: Request) -> tuple[Assumption, ...]:
    return (
        Assumption(
            "calibrated epochs", str(epochs),
            "--epochs" if request.epochs else "the longest retraining of the group",
        ),
        Assumption(
            "calibrated initial LR", f"{lr:g}",
            "--lr" if request.lr else "the largest initial LR of the group",
        ),
    )  # fmt: skip


def common_remainder(rows: Sequence[Ready], name: str = "retraining") -> Remainder:
    """Return batch size, weight decay ... where all rows agree, else the customary value.

    Rows that are not retrained have no say beside others that are.
    """
    trained = [row for row in rows if not _idle(row)] or rows
    each = [remainder(row.result.retraining, rows[0].usual, name) for row in trained]
    usual = remainder(None, rows[0].usual, name)
    values = {}
    assumed = list(each[0].assumed)
    for field, customary in usual.values.items():
        found = {one.values[field] for one in each}
        values[field] = found.pop() if len(found) == 1 else customary
        if found and values[field] == customary:
            why = f"the rows differ; {rows[0].usual.source}"
            assumed.append(Assumption(f"{field.replace('_', ' ')} of {name}", str(customary), why))
    return Remainder(values, tuple(assumed))


def _idle(row: Ready) -> bool:
    stage = row.result.retraining
    return stage is not None and stage.epochs.value is not None and stage.epochs.value.none


def calibrated_recipe(rest: Remainder, epochs: int, lr: float, profile: Profile) -> Recipe:
    """Return the calibrated schedule over some epochs, with the rest of the recipe.

    Raises:
        CannotRerunError: the epochs or the LR cannot be calibrated.
    """
    try:
        found = calibrate(epochs, lr, profile)
    except ScheduleError as error:
        raise CannotRerunError(str(error), "see prune-audit schedule") from error
    notes = tuple(Assumption("calibrated schedule", str(found.schedule), n) for n in found.notes)
    return Recipe(rest.training_over(epochs, found.schedule), (*rest.assumed, *notes))


def one_base(rows: Sequence[Ready]) -> list[Ready]:
    """Give all pruned rows of a group one base model (setup S2): weights first, then the longest.

    Rows that are trained from scratch have none and stay as they are.
    """
    pruned = [row for row in rows if row.base is not None]
    if len({row.base for row in pruned}) <= 1:
        return list(rows)
    best = max(pruned, key=_trained)
    name = best.result.base_model.name if best.result.base_model else "not stated"
    why = Assumption("base model", name, "one for every row; the rows state different ones")
    return [
        row if row.base is None
        else replace(row, base=best.base, file=best.file, assumed=(*row.assumed, why))
        for row in rows
    ]  # fmt: skip


def _trained(row: Ready) -> float:
    return row.base.epochs if isinstance(row.base, Training) else float("inf")


def owed(row: Ready, rows: Sequence[Ready]) -> int:
    """Return the epochs that a row's pruning stage lacks against the longest one of the group."""
    spent = [_pruning_epochs(other) for other in rows]
    return max(spent, default=0) - _pruning_epochs(row)


def _pruning_epochs(row: Ready) -> int:
    if row.chain is not None:
        return stages(row.chain.pipeline).pruning
    if row.stage is not None:
        return row.stage.epochs
    stage = row.result.pruning
    stated = stage.epochs.value.exact if stage and stage.epochs.value else None
    return int(stated or 0)


def pretrained_longer(row: Ready, epochs: int) -> Ready:
    """Return a row whose base model is trained for more epochs at its final LR (``pre``)."""
    if not epochs or not isinstance(row.base, Training):
        return row
    schedule = row.base.schedule
    if schedule.stages() is None:
        raise CannotRerunError(
            "its pretraining LR is no step schedule, which --compensate pre would prolong",
            "use --compensate post",
        )
    longer = schedule.then(constant(epochs, schedule.final))
    why = Assumption("compensation", f"{epochs} more epochs before pruning", "--compensate pre")
    base = replace(row.base, epochs=row.base.epochs + epochs, lr=str(longer))
    return replace(row, base=base, assumed=(*row.assumed, why))
