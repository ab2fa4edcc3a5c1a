"""The phases of a claim file's accuracies over sparsity, as text and JSON."""

import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from tabulate import tabulate

from prune_audit.reports.lines import one_line, painted, wrapped
from prune_audit.reports.look import Look
from prune_audit.reports.words import plural
from prune_audit.studies.phases import DEVIATIONS
from prune_audit.studies.printed import BEYOND, LEAST_LEVELS, PrintedLevel, PrintedSeries

VERSION = 1
CONTROL = "a claim file does not say whether the same levels were run without label noise"


def text(found: PrintedSeries, look: Look) -> str:
    """Return the levels with their phases, and what a claim about them would need."""
    return "\n".join(_lines(found, look)) + "\n"


def _lines(found: PrintedSeries, look: Look) -> Iterator[str]:
    heads = ("row", "sparsity (%)", "top-1 (%)", "sd (points)", "noise from", "phase")
    align = ("left", "right", "right", "right", "left", "left")
    rows = [_cells(*one) for one in zip(found.rows, _words(found), strict=True)]
    yield from tabulate(rows, heads, "simple", colalign=align, disable_numparse=True).splitlines()
    if found.skipped:
        yield from wrapped(f"without an exact accuracy: {', '.join(found.skipped)}", look, 0, 2)
    yield ""
    for line in (_counted(found), _verdict(found)):
        yield from wrapped(painted(line, "bold", look), look, 0, 2)
    yield from wrapped(
        "A claim that pruning improves generalisation needs, beside these levels, the last and "
        f"the best epoch (printed here: {', '.join(found.selections)}) and a control without "
        f"label noise ({CONTROL}).", look, 0, 2,
    )  # fmt: skip


def _cells(row: PrintedLevel, phase: str) -> tuple[str, ...]:
    level = row.level
    numbers = f"{level.sparsity:.4g}", one_line(row.printed), f"{level.deviation:.2f}"
    return (row.name, *numbers, row.noise, phase)


def _words(found: PrintedSeries) -> tuple[str, ...]:
    return tuple(map(str, found.phases)) or ("-",) * len(found.rows)


def _counted(found: PrintedSeries) -> str:
    levels = plural(len(found.pruned), "pruned level")
    return f"{levels} (by {found.measure}), {found.beyond} of them above {BEYOND:g} % sparsity"


def _verdict(found: PrintedSeries) -> str:
    if not found.enough:
        return (
            f"too few levels: phases are told from {LEAST_LEVELS} on, with one or more above "
            f"{BEYOND:g} %"
        )
    if found.dip is None:
        return f"no dip beyond {DEVIATIONS} standard deviations and rounding"
    before, bottom, peak = (found.rows[index] for index in found.dip)
    return (
        f"a dip beyond {DEVIATIONS} standard deviations and rounding: {_at(before)}, "
        f"{_at(bottom)}, {_at(peak)}"
    )


def _at(row: PrintedLevel) -> str:
    return f"{one_line(row.printed)} at {row.level.sparsity:.4g} %"


def structured(found: PrintedSeries, _: Look) -> str:
    """Return everything as versioned JSON; ``phase`` is null where there are too few levels."""
    told = found.phases or (None,) * len(found.rows)
    document = {
        "version": VERSION,
        "kind": "double-descent",
        "measure": found.measure,
        "levels": [_row(row, phase) for row, phase in zip(found.rows, told, strict=True)],
        "pruned_levels": len(found.pruned),
        "beyond_90": found.beyond,
        "enough": found.enough,
        "dip": [found.rows[index].name for index in found.dip] if found.dip else None,
        "selections": found.selections,
        "skipped": found.skipped,
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _row(row: PrintedLevel, phase: str | None) -> dict[str, Any]:
    level = {"sparsity": row.level.sparsity, "deviation": row.level.deviation}
    return {"row": row.name, "top1": row.printed, **level, "noise": row.noise, "phase": phase}


FORMATS: Mapping[str, Callable[[PrintedSeries, Look], str]] = MappingProxyType(
    {"text": text, "json": structured}
)
