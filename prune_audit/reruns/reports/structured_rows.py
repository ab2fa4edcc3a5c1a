"""Rows of a rerun as JSON data, with the counts of every seed."""

from typing import Any

from prune_audit.reruns.correct import Correction, Gap, StandInRow
from prune_audit.reruns.ledger import Ledger
from prune_audit.reruns.measured import Measured
from prune_audit.reruns.planned import Arm, PlannedRow
from prune_audit.reruns.reports.plain import interval, rounded, row_name
from prune_audit.reruns.run import Count, Run


def row_data(row: Correction | StandInRow) -> dict[str, Any]:
    """Return one row with all its runs; a stand-in has no difference from the claim at all."""
    found = row.measured
    data = {
        **row_name(found.planned.result),
        "arm": found.planned.arm,
        "label": found.planned.label,
        "claimed": _claimed(found.planned),
        "stand_in": isinstance(row, StandInRow),
        "on_validation": found.on_validation,
        **_numbers(found),
        "assumed": [vars(one) for one in found.planned.assumed],
        "runs": [_run(run) for run in (*found.runs, *found.diverged)],
        "experiments": [one.id for one in found.planned.experiments],
    }
    if isinstance(row, Correction):
        data["difference"] = _gap(row.gap)
    return data


def _numbers(row: Measured) -> dict[str, Any]:
    return {
        "mean": rounded(row.scores.mean),
        "std": rounded(row.scores.std),
        "n": row.scores.n,
        "few": row.few,
        "planned": len(row.planned.experiments),
        "missing_seeds": list(row.missing),
        "diverged_seeds": [run.experiment.seed for run in row.diverged],
        "before_retraining": rounded(row.before),
        "ta_test": rounded(row.ta_test),
        "ta_train": rounded(row.ta_train),
        "best_epoch_extra": rounded(row.best),
        "macs": row.macs,
        "params": row.params,
        "sparsity": rounded(row.sparsity),
        "connected": rounded(row.connected),
        "cut_off_layers": list(row.cut_off),
        "speedup": rounded(row.speedup),
        "seconds": rounded(row.seconds),
        "ledger": _ledger(row.ledger),
        "stage": {name: rounded(value) for name, value in row.stage.items()},
    }


def _claimed(planned: PlannedRow) -> dict[str, str | None]:
    """Return what the row prints; of a dense control beside it nothing is claimed."""
    result, claims = planned.result, planned.arm is not Arm.DENSE
    stated = (
        ("top1", result.top1), ("ta", result.ta), ("speedup", result.speedup),
        ("macs", result.macs), ("params", result.params),
        ("before_retraining", result.before_retraining),
    )  # fmt: skip
    return {key: entry.text if entry.known and claims else None for key, entry in stated}


def _run(run: Run) -> dict[str, Any]:
    done = run.diverged is None
    return {
        "id": run.experiment.id,
        "seed": run.experiment.seed,
        "final": _count(run.final) if done else None,
        "before": _count(run.before),
        "epochs": len(run.history),
        "diverged_in_epoch": run.diverged,
        "kept": run.kept,
        "weights": run.weights,
        "figures": {key: rounded(value) for key, value in run.figures.items()},
        "seconds": rounded(run.seconds),
        "machine": dict(run.machine),
    }


def _count(count: Count | None) -> dict[str, int] | None:
    return None if count is None else {"k": count.k, "n": count.n}


def _gap(gap: Gap | None) -> dict[str, Any] | None:
    if gap is None:
        return None
    return {
        "points": rounded(gap.difference),
        "ci95": interval(gap.interval),
        "beyond_noise": gap.resolved,
        "assumed": list(gap.assumed),
    }


def _ledger(found: Ledger | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "stages": [stage._asdict() for stage in found.stages],
        "epochs": found.epochs,
        "flops": found.flops,
        "complete": found.complete,
    }
