"""The conclusions of a rerun as versioned JSON, with the counts of every seed."""

import json
from typing import Any

from prune_audit.reports.look import Look
from prune_audit.reruns.conclusions import Conclusions, Provenance
from prune_audit.reruns.ledger import CONVENTION
from prune_audit.reruns.reports.plain import rounded, row_name
from prune_audit.reruns.reports.structured_pairs import (
    crossing_data,
    ruled_data,
    ruling_data,
    series_data,
)
from prune_audit.reruns.reports.structured_rows import row_data
from prune_audit.reruns.tables import Matrix, TaTable

VERSION = 1


def render(conclusions: Conclusions, look: Look) -> str:
    """Return the conclusions as JSON; keys are only ever added within one version."""
    return json.dumps(document(conclusions), indent=2, ensure_ascii=False, allow_nan=False)


def document(conclusions: Conclusions) -> dict[str, Any]:
    """Return the conclusions as plain data; accuracies in percent, differences in points."""
    stand_in = conclusions.plan.stand_in
    return {
        "version": VERSION,
        "kind": "stand-in" if stand_in else "rerun",
        "stand_in": None if stand_in is None else {
            "data": stand_in.data, "network": stand_in.network, "scale": stand_in.scale,
            "rules": list(stand_in.rules),
        },
        "alpha": conclusions.alpha,
        "flops_convention": CONVENTION,
        "rows": [row_data(row) for row in conclusions.rows],
        "comparisons": [ruled_data(one, conclusions.stand_in) for one in conclusions.compared],
        "scratch_arms": [
            ruling_data(one, conclusions.stand_in)
            for one in conclusions.beside
            if not one.on_dense_control
        ],
        "dense_controls": [
            ruling_data(one, conclusions.stand_in)
            for one in conclusions.beside
            if one.on_dense_control
        ],
        "crossed": [crossing_data(one, conclusions.stand_in) for one in conclusions.crossings],
        "added_epochs": [series_data(one) for one in conclusions.series],
        "tables": [_matrix(one) for one in conclusions.matrices],
        "trainability": [_ta_table(one) for one in conclusions.ta_tables],
        "refused": [
            {
                **row_name(one.result),
                "reason": one.reason,
                "detail": one.detail or None,
                "remedy": one.remedy,
            }
            for one in conclusions.plan.refused
        ],
        "provenance": _provenance(conclusions.provenance),
    }  # fmt: skip


def _matrix(matrix: Matrix) -> dict[str, Any]:
    return {
        "file": matrix.file,
        "title": matrix.title,
        "arm": matrix.arm,
        "labels": list(matrix.labels),
        "rows": [
            {"name": one.name, "setups": list(one.setups), "claimed": [
                one.rows[label].planned.result.top1.text
                if one.claimed and label in one.rows else None for label in matrix.labels
            ], "rerun": [
                rounded(one.rows[label].scores.mean) if label in one.rows else None
                for label in matrix.labels
            ]}
            for one in matrix.families
        ],
        "columns": [
            {"label": one.label, "n": one.n, "pearson": rounded(one.pearson),
             "spearman": rounded(one.spearman), "ta_order": rounded(one.ta_order),
             "told_apart_in_print": one.order._asdict()}
            for one in matrix.columns
        ],
    }  # fmt: skip


def _ta_table(table: TaTable) -> dict[str, Any]:
    return {
        "file": table.file,
        "title": table.title,
        "arm": table.arm,
        "rows": [row.planned.result.name for row in table.rows],
        "order_claimed": rounded(table.order_claimed),
        "order_ta_test": rounded(table.order_test),
        "order_ta_train": rounded(table.order_train),
    }


def _provenance(found: Provenance) -> dict[str, Any]:
    return {
        "runs": found.done,
        "planned": found.planned,
        "machines": [{"runs": runs, **dict(machine)} for machine, runs in found.machines],
        "epochs": found.spent.epochs,
        "flops": found.spent.flops,
        "seconds": rounded(found.spent.seconds),
    }
