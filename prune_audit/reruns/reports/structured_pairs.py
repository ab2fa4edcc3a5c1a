"""Comparisons, crossed recipes and added epochs of a rerun as JSON data."""

from typing import Any

from prune_audit.reruns.contest import Contest, Side
from prune_audit.reruns.convergence import Series
from prune_audit.reruns.crossed import Crossing
from prune_audit.reruns.reports import words
from prune_audit.reruns.reports.plain import (
    contrast_data,
    p_value,
    rounded,
    row_name,
    welch_data,
)
from prune_audit.reruns.verdicts import Ruled, Ruling


def ruled_data(ruled: Ruled, stand_in: bool) -> dict[str, Any]:
    """Return a comparison with its pairs and rankings."""
    comparison = ruled.compared.comparison
    return {
        "file": ruled.compared.claim.file,
        "name": comparison.name.value,
        "ours": comparison.ours.value,
        "statement": comparison.statement.value,
        "stated_setup": comparison.setup.value,
        "pairs": [ruling_data(one, stand_in) for one in ruled.rulings],
        "rankings": [
            {"arm": one.arm, "claimed": [row.name for row in one.claimed],
             "rerun": [row.name for row in one.rerun]}
            for one in ruled.rankings
        ],
    }  # fmt: skip


def ruling_data(ruling: Ruling, stand_in: bool) -> dict[str, Any]:
    """Return a pair over all arms; on a stand-in the verdict is about the sign alone."""
    return {
        "ours": _side(ruling.ours),
        "other": _side(ruling.other),
        "verdict": words.verdict(ruling, stand_in),
        "stand_in": stand_in,
        "contests": [contest_data(one, stand_in) for one in ruling.contests],
        "change_from_reported": contrast_data(ruling.change),
        "crossed": ruling.crossing.outcome if ruling.crossing else None,
    }


def _side(side: Side) -> dict[str, Any]:
    return {**row_name(side.result), "what": side.what or None}


def contest_data(one: Contest, stand_in: bool) -> dict[str, Any]:
    """Return one contest; ``p_holm`` is adjusted over ``family`` tests."""
    return {
        "arm": one.arm,
        "label": one.label,
        "statement": one.statement,
        "claimed_difference": str(one.printed.difference) if one.printed else None,
        "claimed_sign": one.printed.sign if one.printed else None,
        "verdict": words.contest_verdict(one, stand_in),
        "stand_in": stand_in,
        "winner": one.winner,
        "flipped": one.flipped,
        "welch": welch_data(one.test),
        "p_holm": p_value(one.p),
        "family": one.family,
        "by_seed": _by_seed(one),
        "epochs": [side.ledger.epochs if side.ledger else None for side in (one.ours, one.other)],
        "flops": [side.ledger.flops if side.ledger else None for side in (one.ours, one.other)],
    }


def _by_seed(one: Contest) -> dict[str, Any] | None:
    found = one.by_seed
    if found is None:
        return None
    return {
        "mean": rounded(found.mean), "t": rounded(found.t), "p": p_value(found.p),
        "wins": found.wins, "ties": found.ties, "n": found.n,
    }  # fmt: skip


def crossing_data(crossing: Crossing, stand_in: bool) -> dict[str, Any]:
    """Return four cells by row and recipe, the tests between them, and the verdict."""
    return {
        "ours": _side(crossing.own.ours),
        "other": _side(crossing.own.other),
        "recipes": list(crossing.recipes),
        "cells": [
            [{"mean": rounded(side.scores.mean), "std": rounded(side.scores.std),
              "n": side.scores.n} for side in sides]
            for sides in crossing.sides
        ],
        "under": [contest_data(one, stand_in) for one in crossing.under],
        "own": contest_data(crossing.own, stand_in),
        "best": {**contest_data(crossing.best, stand_in), "recipes": list(crossing.best_recipes)},
        "interaction": contrast_data(crossing.interaction),
        "outcome": crossing.outcome,
        "sentence": crossing.sentence,
    }  # fmt: skip


def series_data(series: Series) -> dict[str, Any]:
    """Return what added epochs gained, step by step."""
    return {
        "rows": [
            {**row_name(row.planned.result), "label": row.planned.label} for row in series.rows
        ],
        "arm": series.rows[0].planned.arm,
        "added": list(series.added),
        "gains": [welch_data(gain) for gain in series.gains],
        "rival": row_name(series.rival.planned.result) if series.rival else None,
        "lead_of_rival": [welch_data(gap) for gap in series.gaps],
        "progress": series.progress,
        "premature_decay": series.premature_decay,
    }
