"""Dense arms that a claim does not have: the pruned structure trained from scratch.

Every gain of a pruning method over random weights of the same structure shows against these
(Liu et al. 2019, arXiv 1810.05270). Their budgets are named, since two papers mean two things by
Scratch-B.
"""

from collections.abc import Mapping
from dataclasses import replace

from prune_audit.claim import Result
from prune_audit.reruns.experiment import Training
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.planned import Arm, Assumption, PlannedRow, Refusal
from prune_audit.reruns.planning.bases import customary
from prune_audit.reruns.planning.recipes import Recipe, recipe
from prune_audit.reruns.planning.refused import CannotRerunError
from prune_audit.reruns.planning.request import Budget, Request, ScratchArm
from prune_audit.reruns.planning.rows import Label, Ready, planned, reported
from prune_audit.reruns.planning.standin import stretched, whole
from prune_audit.reruns.planning.structures import pruned_cost


def scratch_arm(
    row: Ready, arm: ScratchArm, rivals: Mapping[int, Result], request: Request
) -> PlannedRow | Refusal:
    """Return a scratch arm of a pruned row; ``rivals`` are scratch rows compared with it, by id.

    Its LR schedule is that of the scratch row which the claim compares it with, else that of the
    customary training from scratch, stretched to the budget.
    """
    try:
        return _planned(row, arm, rivals.get(id(row.result)), request)
    except CannotRerunError as error:
        return error.of(row.result)


def _planned(row: Ready, arm: ScratchArm, rival: Result | None, request: Request) -> PlannedRow:
    if row.chain is not None:
        raise CannotRerunError(
            "what its pipeline leaves of each layer is known once it has run",
            "leave the row out of --scratch-arm",
        )
    if not METHODS[row.pruning.method].shrinks:
        raise CannotRerunError(
            "a scratch arm needs a really smaller network; single weights and bits leave none",
            "leave the row out of --scratch-arm",
        )
    if not isinstance(row.base, Training):
        raise CannotRerunError(
            "how long its base model was trained is not known, and so not the scratch budget",
            "state its pretraining",
        )
    k1, k2 = row.base.epochs, reported(row).training.epochs
    epochs = scratch_epochs(arm.budget, k1, k2, _speedup(row))
    like = _recipe(row, rival)
    training = stretched(like.training, epochs / like.training.epochs)
    why = f"{arm.budget}: {_formula(arm.budget, k1, k2, _speedup(row))}"
    found = Recipe(training, (*like.assumed, Assumption("scratch epochs", str(epochs), why)))
    fresh = replace(row, pruning=replace(row.pruning, fresh=True), base=None, file=None)
    return planned(fresh, found, Label(Arm.SCRATCH, f"Scratch-{arm.budget}"), request)


def _speedup(row: Ready) -> float:
    try:
        return pruned_cost(None, row.site) / pruned_cost(row.pruning, row.site)
    except ValueError as error:
        raise CannotRerunError(
            f"the FLOPs of pruned {row.site.network.name} are not known before it is built",
            "ask for the scratch budget E",
        ) from error


def scratch_epochs(budget: Budget, k1: int, k2: int, speedup: float) -> int:
    """Return the epochs of a budget; K1, K2: those of pretraining and retraining."""
    match budget:
        case Budget.E:
            return k1
        case Budget.B_LIU2019:
            return whole(k1 * speedup)
        case Budget.B_WANG2023:
            return whole(k1 * speedup + k2)


def _formula(budget: Budget, k1: int, k2: int, speedup: float) -> str:
    match budget:
        case Budget.E:
            return f"K1 = {k1}"
        case Budget.B_LIU2019:
            return f"K1*F1/F2 = {k1} x {speedup:.2f}"
        case Budget.B_WANG2023:
            return f"K1*F1/F2 + K2 = {k1} x {speedup:.2f} + {k2}"


def _recipe(row: Ready, rival: Result | None) -> Recipe:
    if rival is not None and rival.scratch is not None:
        return recipe(rival.scratch, row.usual, "training from scratch")
    return customary(row.usual, "training from scratch")
