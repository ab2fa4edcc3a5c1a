"""MACs, speedup, parameters and sparsity against the checkpoint of a submission."""

from collections.abc import Iterator
from typing import NamedTuple

from prune_audit.evidence.case import Case
from prune_audit.evidence.check import Check, Status
from prune_audit.evidence.checkpoints import CheckpointError, Measured, cost_checks, opened
from prune_audit.evidence.checkpoints.forms import MACS, PARAMS, SPARSITY, SPEEDUP, stated
from prune_audit.evidence.inside import CHECKPOINT_BYTES
from prune_audit.evidence.problems import (
    EvidenceError,
    checkpoint_holds_code,
    evidence_unreadable,
)
from prune_audit.problems import Problem
from prune_audit.submission import CheckpointFile

_VERIFY = "give the final weights of one run under checkpoint"


class Costs(NamedTuple):
    """The checks of the costs, and what is wrong with the checkpoint."""

    checks: tuple[Check, ...]
    problems: tuple[Problem, ...] = ()


def costs(case: Case) -> Costs:
    """Open the checkpoint and compare; without one, what the row states is not verified."""
    checkpoint = case.submission.checkpoint
    if checkpoint is None or checkpoint.file.value is None:
        return Costs(tuple(_unsupported(case)))
    measured, problem = _measured(case, checkpoint)
    checks = tuple(cost_checks(checkpoint, case.result, measured))
    return Costs(checks, (problem,) if problem else ())


def _unsupported(case: Case) -> Iterator[Check]:
    for group in (MACS, SPEEDUP, PARAMS, SPARSITY):
        for form, entry, printed in stated(group, case.result):
            why = f"{form.key} {printed}: no checkpoint is given"
            yield Check(
                form.what, Status.NOT_VERIFIED, str(printed), "", why, (entry.place,), "", _VERIFY
            )


def _measured(
    case: Case, checkpoint: CheckpointFile
) -> tuple[Measured | CheckpointError, Problem | None]:
    file, inside = checkpoint.file, case.inside
    try:
        inside.open(file, CHECKPOINT_BYTES, archives=True).close()
        return opened(inside.path(file), case.result), None
    except EvidenceError as error:
        return CheckpointError("cannot be used", error.problem.fix), error.problem
    except CheckpointError as error:
        reason = f"{file.value} {error.reason}"
        if error.missing:
            return error, None
        if error.code:
            return error, checkpoint_holds_code(inside.anchors(file), reason)
        return error, evidence_unreadable(inside.anchors(file), reason, error.fix)
