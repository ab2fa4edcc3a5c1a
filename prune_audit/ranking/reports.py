"""The stability of ranks as text, Markdown and JSON."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from prune_audit.ranking.points import Gathered, LeftOut
from prune_audit.ranking.stability import ENOUGH, Between, Rank, Stability, Standing
from prune_audit.reports.lines import painted, wrapped
from prune_audit.reports.look import Look
from prune_audit.reports.markdown import escape
from prune_audit.reports.words import TESTS, plural
from prune_audit.statistics import Agreement

VERSION = 1
MEANING = {
    "binomial": ", the sampling of the test images alone, as no standard deviation is stated"
}
NOTHING = "-"
EXPLANATION = (
    "tau (Kendall's tau-b): 1 is the same order at both points, -1 the opposite one; - where one "
    "point orders no two of the methods. Rows are taken as the table sets them side by side; "
    "whether they may be compared is what check says. Beyond noise a pair has an order where a "
    "test of its difference shows one, not corrected for the number of pairs, and else is tied; "
    "it changes sides where it has opposite orders at two points."
)
POINT_HEADS = ("point", "methods", "first", "random's rank", "beyond noise")
PAIR_HEADS = (
    "points", "methods", "tau as printed", "same", "reversed",
    "tau beyond noise", "same", "reversed", "tied", "not known",
)  # fmt: skip


class Sheet(NamedTuple):
    """What is said of one base model; rows are texts."""

    title: str
    points: list[list[str]]
    pairs: list[list[str]]
    notes: list[str]


def text(found: Sequence[Stability], look: Look) -> str:
    """Return tables for a terminal."""
    lines: list[str] = []
    for one in found:
        sheet = _sheet(one)
        lines += [painted(sheet.title, "bold", look), *_grids(sheet, "simple")]
        lines += [line for note in sheet.notes for line in wrapped(note, look, 0)]
        lines.append("")
    if any(one.between for one in found):
        lines += wrapped(EXPLANATION, look, 0)
    return "\n".join(lines).rstrip() + "\n"


def markdown(found: Sequence[Stability], _: Look) -> str:
    """Return a section per base model."""
    lines = ["# Ranks at operating points"]
    for one in found:
        sheet = _sheet(one)
        lines += ["", f"## {escape(sheet.title)}", "", *_grids(_escaped(sheet), "github")]
        lines += [line for note in sheet.notes for line in ("", escape(note))]
    if any(one.between for one in found):
        lines += ["", escape(EXPLANATION)]
    return "\n".join(lines) + "\n"


def structured(found: Sequence[Stability], _: Look) -> str:
    """Return everything as versioned JSON."""
    document = {"version": VERSION, "kind": "ranks", "groups": [_group(one) for one in found]}
    return json.dumps(document, indent=2, ensure_ascii=False)


FORMATS: Mapping[str, Callable[[Sequence[Stability], Look], str]] = MappingProxyType(
    {"text": text, "json": structured, "markdown": markdown}
)


def _sheet(one: Stability) -> Sheet:
    return Sheet(
        title(one.gathered),
        [_point_row(each) for each in one.standings],
        [_pair_row(each) for each in one.between],
        list(notes(one)),
    )


def title(found: Gathered) -> str:
    """Return what a set of operating points is about."""
    base = f", base model {found.base}" if found.base else ", no base model stated"
    return f"{found.file}: {found.network} on {found.dataset}{base}, by {found.kind}"


def notes(one: Stability) -> Iterator[str]:
    """Yield what the numbers come to, and what was left out."""
    if not one.enough:
        yield f"{_few(one)}: whether the ranking is stable takes {ENOUGH} or more."
    if one.between:
        taus = [each.printed.tau for each in one.between if each.printed.tau is not None]
        span = f" (tau as printed {min(taus):.2f} to {max(taus):.2f})" if len(taus) > 1 else ""
        yield f"{_reversals(one)}{span}."
    for test in one.tests:
        yield f"Noise: {TESTS[test]}{MEANING.get(test, '')}."
    for why in dict.fromkeys(each.why for each in one.gathered.left_out):
        rows = [each.row.name for each in one.gathered.left_out if each.why == why]
        yield f"Left out, {why}: {', '.join(rows)}."


def _few(one: Stability) -> str:
    if len(one.standings) == 1:
        return "One operating point"
    if not one.shared:
        return "No two operating points have two methods in common"
    return f"{plural(one.shared, 'operating point')} with methods in common"


def _reversals(one: Stability) -> str:
    known = sum(each.beyond.pairs for each in one.between)
    if not known:
        return "Whether noise explains the differences is not known"
    if not one.reversed:
        return "No two methods change sides beyond noise"
    return f"{plural(one.reversed, 'pair')} of methods changed sides beyond noise"


def _point_row(one: Standing) -> list[str]:
    first = one.order[0] if len(one.order) > 1 else NOTHING
    return [str(one.point), str(len(one.order)), first, *_rank_cells(one.random)]


def _rank_cells(rank: Rank | None) -> tuple[str, str]:
    if rank is None or rank.of < 2:
        return NOTHING, NOTHING
    printed = f"{rank.printed} of {rank.of}"
    if rank.best is None:
        return printed, "not known"
    span = f"{rank.best}" if rank.best == rank.worst else f"{rank.best} to {rank.worst}"
    return printed, span


def _pair_row(one: Between) -> list[str]:
    printed, beyond = one.printed, one.beyond
    return [
        f"{one.first}, {one.second}", str(one.methods),
        _tau(printed), str(printed.concordant), str(printed.discordant),
        _tau(beyond), str(beyond.concordant), str(beyond.discordant), str(_tied(beyond)),
        str(beyond.unknown),
    ]  # fmt: skip


def _tau(found: Agreement) -> str:
    return NOTHING if found.tau is None else f"{found.tau:.2f}"


def _tied(found: Agreement) -> int:
    return found.tied_first + found.tied_second + found.tied_both


def _grids(sheet: Sheet, style: str) -> list[str]:
    from tabulate import tabulate  # takes 15 ms to import, which JSON need not pay

    lines: list[str] = []
    for heads, rows in ((POINT_HEADS, sheet.points), (PAIR_HEADS, sheet.pairs)):
        if rows:
            lines += ["", *tabulate(rows, list(heads), style, disable_numparse=True).splitlines()]
    return [*lines[1:], ""]


def _escaped(sheet: Sheet) -> Sheet:
    points, pairs = ([[escape(cell) for cell in row] for row in rows] for rows in
                     (sheet.points, sheet.pairs))  # fmt: skip
    return sheet._replace(points=points, pairs=pairs)


def _group(one: Stability) -> dict[str, Any]:
    found = one.gathered
    return {
        "file": found.file,
        "dataset": found.dataset,
        "network": found.network,
        "base": found.base or None,
        "rate": str(found.kind),
        "enough_points": one.enough,
        "reversed_beyond_noise": one.reversed,
        "points": [_point(each) for each in one.standings],
        "between": [_between(each) for each in one.between],
        "left_out": [_left_out(each) for each in found.left_out],
    }


def _point(one: Standing) -> dict[str, Any]:
    rows = one.point.rows
    return {
        "point": str(one.point),
        "methods": [
            {"method": name, "result": rows[name].name, "top1": rows[name].top1.text}
            for name in one.order
        ],
        "random_rank": one.random._asdict() if one.random else None,
    }


def _between(one: Between) -> dict[str, Any]:
    return {
        "points": [str(one.first), str(one.second)],
        "methods": one.methods,
        "as_printed": _agreement(one.printed),
        "beyond_noise": _agreement(one.beyond),
    }


def _agreement(found: Agreement) -> dict[str, Any]:
    return {
        "tau": found.tau, "same": found.concordant, "reversed": found.discordant,
        "tied_first": found.tied_first, "tied_second": found.tied_second,
        "tied_both": found.tied_both, "unknown": found.unknown,
    }  # fmt: skip


def _left_out(one: LeftOut) -> dict[str, str]:
    return {"result": one.row.name, "why": one.why}
