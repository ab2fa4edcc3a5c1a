"""The whole leaderboard as versioned JSON."""

import json
from typing import Any

from prune_audit.facts import Fact
from prune_audit.leaderboard.apart import Apart, Unit
from prune_audit.leaderboard.board import Board, Division, Group
from prune_audit.leaderboard.candidates import Candidate, reference
from prune_audit.leaderboard.ranking import Ranked
from prune_audit.leaderboard.reports.cells import shown_rate, times
from prune_audit.leaderboard.reports.sheet import group_id
from prune_audit.reports.look import Look

VERSION = 1


def render(board: Board, look: Look) -> str:
    """Return the board as JSON; keys are only ever added within one version."""
    return json.dumps(document(board), indent=1, ensure_ascii=False)


def document(board: Board) -> dict[str, Any]:
    """Return the board as plain data: every group, and why the rest is apart."""
    settings = board.settings
    return {
        "version": VERSION,
        "settings": {
            "require": settings.require,
            "tolerance": float(settings.tolerance),
            "base_gap": float(settings.base_gap),
            "alpha": settings.alpha,
        },
        "files": [loaded.name for loaded in board.files],
        "unread": [loaded.name for loaded in board.files if loaded.claim is None],
        "divisions": [_division(division) for division in board.divisions],
        "outside": [one.ref for one in board.outside],
    }


def _division(division: Division) -> dict[str, Any]:
    band = division.band
    return {
        "dataset": division.dataset or None,
        "network": division.network or None,
        "network_registered": not division.open_name,
        "track": band.name if band else None,
        "band": {"kind": band.kind, "from": float(band.low), "to": _finite(float(band.high))}
        if band
        else None,
        "complete": division.complete,
        "results": [_result(one) for one in division.candidates],
        "groups": [
            _group(group, apart, division)
            for group, apart in zip(division.groups, division.joins, strict=True)
        ],
        "ungrouped": [_apart(apart, division) for apart in division.loners],
    }


def _finite(value: float) -> float | None:
    return None if value == float("inf") else value


def _result(one: Candidate) -> dict[str, Any]:
    row, paper, submitted = one.result, one.claim.paper, one.claim.submission
    top1 = row.top1.value
    return {
        "result": one.ref,
        "file": row.file,
        "row": row.name,
        "line": row.place.line,
        "submission": submitted.id.value if submitted else None,
        "method": row.method.value,
        "from_scratch": row.is_scratch,
        "base": row.base_model.weights.text if row.base_model else row.base.text,
        "paper": paper.title.value,
        "venue": paper.venue.value,
        "year": paper.year.value,
        "top1": float(top1.value) if top1 and top1.exact else None,
        "top1_printed": row.top1.text,
        "spread": float(top1.spread.value) if top1 and top1.spread else None,
        "runs": row.runs.text or None,
        "selection": row.selection.value,
        "drop": None if one.drop is None else float(one.drop),
        "quoted_by": [
            {"result": reference(quote), "top1_printed": quote.top1.text} for quote in one.quoted_by
        ],
    }


def _group(group: Group, apart: Apart, division: Division) -> dict[str, Any]:
    return {
        "id": group_id(division, group.name),
        "name": group.name,
        "setup": group.reached,
        "rate_kinds": list(group.kinds),
        "marks": list(group.marks),
        "ranking": [_ranked(line, group) for line in group.lines],
        "apart": _apart(apart, division),
    }


def _ranked(line: Ranked, group: Group) -> dict[str, Any]:
    own = shown_rate(line.candidate.result, group.kinds)
    return {
        "rank": line.rank,
        "result": line.candidate.ref,
        "rate": times(own) if own else None,
        "rate_printed": own.entry.text if own else None,
        "conclusive": line.conclusive,
        "tests": list(line.tests),
        "assumed": list(line.assumed),
        "also_in": list(group.also.get(line.candidate, ())),
    }


def _unit(unit: Unit | None, division: Division) -> dict[str, Any] | None:
    """Return a group, or a result in none; a group's results stand in its ranking."""
    if unit is None:
        return None
    if unit.group:
        return {"group": group_id(division, unit.group), "result": None}
    return {"group": None, "result": division.candidates[unit.members[0]].ref}


def _apart(apart: Apart, division: Division) -> dict[str, Any]:
    return {
        "unit": _unit(apart.unit, division),
        "nearest": _unit(apart.nearest, division),
        "missing": list(apart.missing),
        "differs": apart.fact.name if apart.fact and not apart.missing else None,
        "example": _example(apart),
        "would_join": [
            {"missing": list(names), "units": count} for names, count in apart.open.most_common()
        ],
        "kept_from": [
            {"differs": name, "units": count} for name, count in apart.closed.most_common()
        ],
    }


def _example(apart: Apart) -> dict[str, Any] | None:
    if apart.fact is None or apart.pair is None:
        return None
    return {"results": [one.ref for one in apart.pair], **_fact(apart.fact)}


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "fact": fact.name,
        "answer": fact.answer,
        "why": fact.why,
        "sides": [
            {"text": str(side), "file": side.place.file, "line": side.place.line}
            for side in (fact.left, fact.right)
        ],
    }
