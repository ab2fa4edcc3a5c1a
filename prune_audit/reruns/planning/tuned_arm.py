"""The arm that searches the initial LR of every row, on images held out of the training set."""

from collections.abc import Iterator, Mapping, Sequence

from prune_audit.claim import Result
from prune_audit.reruns.planned import Arm, Assumption, PlannedRow, Refusal
from prune_audit.reruns.planning.common import (
    budget,
    calibrated_recipe,
    common_remainder,
    grouped,
    one_base,
    profile_of,
)
from prune_audit.reruns.planning.recipes import Recipe
from prune_audit.reruns.planning.refused import CannotRerunError
from prune_audit.reruns.planning.request import HELD_OUT, Request
from prune_audit.reruns.planning.rows import Label, Ready, planned
from prune_audit.reruns.run import Run
from prune_audit.schedules.pieces import format_lr


def tuned(
    rows: Sequence[Ready],
    pairs: Sequence[tuple[Result, Result]],
    request: Request,
    runs: Mapping[str, Run],
) -> Iterator[PlannedRow | Refusal]:
    """The best of the same initial LRs for every row, chosen on held-out training images.

    Each candidate is a calibrated schedule over the group's epochs. The winner, by mean accuracy
    over the seeds on the held-out images, is retrained on the whole training set.
    """
    for group in grouped([row for row in rows if row.base is not None], pairs):
        try:
            share = one_base(group)
            recipes = _candidates(share, request)
        except CannotRerunError as error:
            yield from (error.of(row.result) for row in group)
            continue
        for row in share:
            yield from _search(row, recipes, request, runs)


def _candidates(share: Sequence[Ready], request: Request) -> dict[float, Recipe]:
    spent, rest, profile = budget(share, request), common_remainder(share), profile_of(share[0])
    found = {}
    for lr in request.candidates:
        try:
            found[lr] = calibrated_recipe(rest, spent.epochs, lr, profile)
        except CannotRerunError:
            continue
    if not found:
        raise CannotRerunError("none of the candidate LRs can be calibrated", "give --epochs")
    return found


def _search(
    row: Ready, recipes: Mapping[float, Recipe], request: Request, runs: Mapping[str, Run]
) -> Iterator[PlannedRow]:
    trials = {
        lr: planned(row, one, Label(Arm.TUNED, f"try {format_lr(lr)}"), request, HELD_OUT)
        for lr, one in recipes.items()
    }
    yield from trials.values()
    scores = {lr: _mean_accuracy(trial, runs) for lr, trial in trials.items()}
    if any(score is None for score in scores.values()):
        return
    best = max(scores, key=lambda lr: (scores[lr] or 0.0, lr))
    why = f"best of {len(trials)} on {HELD_OUT:.0%} of the training images, held out"
    found = recipes[best]
    chosen = Recipe(
        found.training, (*found.assumed, Assumption("initial LR", format_lr(best), why))
    )
    yield planned(row, chosen, Label(Arm.TUNED, f"{format_lr(best)} chosen"), request)


def _mean_accuracy(row: PlannedRow, runs: Mapping[str, Run]) -> float | None:
    """Return the mean final accuracy in percent, 0 for diverged runs; None while one is missing."""
    found = [runs.get(one.id) for one in row.experiments]
    if None in found:
        return None
    finals = [0.0 if run.diverged is not None else run.final.percent for run in found if run]
    return sum(finals) / len(finals)
