"""The arms of the retraining kinds: one way to make an LR schedule for every row.

How a pruned network is retrained decides more than what is pruned (Le & Hua 2021,
arXiv 2105.03193), so every conclusion about pruning should hold under other kinds too.
"""

from collections.abc import Iterator, Mapping, Sequence

from prune_audit.claim import Result
from prune_audit.reruns.experiment import Training
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.planned import RETRAINED, Assumption, PlannedRow, Refusal
from prune_audit.reruns.planning.recipes import Recipe, recipe_under, stated_schedule
from prune_audit.reruns.planning.refused import CannotRerunError
from prune_audit.reruns.planning.request import Request
from prune_audit.reruns.planning.rows import Label, Ready, planned
from prune_audit.reruns.retrained import under
from prune_audit.reruns.run import Run
from prune_audit.schedules.kinds import Kind, retraining
from prune_audit.schedules.schedule import Schedule, ScheduleError


def retrained(
    kind: Kind,
    rows: Sequence[Ready],
    pairs: Sequence[tuple[Result, Result]],
    request: Request,
    runs: Mapping[str, Run],
) -> Iterator[PlannedRow | Refusal]:
    """Every row for its own epochs under an LR schedule made from its base model's pretraining.

    KIND is `constant`, `lrw`, `weight-rewinding`, `slr`, `clr`, `llr` or `allr` and may be given
    several times; the rest of the recipe is the row's own, and the LR moves with every step. A pair
    whose winner changes with the kind is recipe-dependent. `weight-rewinding` needs a base model
    that is trained here; the LR of `allr` is known once its row is pruned.
    """
    for row in rows:
        try:
            yield _planned(kind, row, request)
        except CannotRerunError as error:
            yield error.of(row.result)


def _planned(kind: Kind, row: Ready, request: Request) -> PlannedRow:
    stage = row.result.retraining
    if METHODS[row.pruning.method].bits and kind is Kind.ALLR:
        raise CannotRerunError(
            f"{row.pruning.method} removes no weights, and {kind} follows from what is removed",
            "the other kinds take it",
        )
    if row.base is None or stage is None:
        raise CannotRerunError(
            "no base model was trained whose LR schedule its retraining could be made from",
            "--as-reported runs it with its own recipe",
        )
    original, assumed = _pretraining(row)

    def over(epochs: int) -> Schedule:
        try:
            return retraining(kind, original, epochs)
        except ScheduleError as error:
            raise CannotRerunError(str(error), "--retraining slr, clr and llr take any") from error

    found = recipe_under(stage, row.usual, "retraining", over)
    training = under(kind, original, found.training)
    back = training.epochs if kind is Kind.WEIGHT_REWINDING else 0
    recipe = Recipe(training, (*assumed, *found.assumed), back)
    return planned(row, recipe, Label(RETRAINED[kind]), request)


def _pretraining(row: Ready) -> tuple[Schedule, tuple[Assumption, ...]]:
    """Return the schedule that the base model is trained under here, or was before it was saved."""
    if isinstance(row.base, Training):
        return row.base.schedule, ()  # what it assumes is already among the row's assumptions
    model = row.result.base_model
    remedy = "state epochs and lr in pretraining: of the base model"
    if model is None or model.pretraining is None:
        raise CannotRerunError("how its base model was trained is not stated", remedy)
    try:
        return stated_schedule(model.pretraining, "pretraining")
    except CannotRerunError as error:
        raise CannotRerunError(error.reason, remedy) from error
