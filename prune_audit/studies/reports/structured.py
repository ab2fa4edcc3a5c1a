"""A study as JSON: every value of every seed."""

import json
from typing import Any

from prune_audit.reports.look import Look
from prune_audit.studies.outcome import Cell, Outcome, Panel, Spread, Table

VERSION = 1


def structured(found: Outcome, _: Look) -> str:
    """Return everything as versioned JSON.

    Raises:
        ValueError: two columns of a table have one name.
    """
    document = {
        "version": VERSION,
        "kind": "study",
        "name": found.name,
        "title": found.title,
        "source": found.source,
        "setup": found.setup,
        "signs": [one._asdict() for one in found.signs],
        "tables": [_table(one) for one in found.tables],
        "panels": [_panel(one) for one in found.panels],
        "notes": found.notes,
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _table(table: Table) -> dict[str, Any]:
    names = [column.name for column in table.columns]
    if len(set(names)) < len(names):  # rows are keyed by them
        raise ValueError(f"two columns of {table.title!r} have one name: {', '.join(names)}")
    rows = [dict(zip(names, map(_cell, row), strict=True)) for row in table.rows]
    units = {column.name: column.unit for column in table.columns if column.unit}
    return {"title": table.title, "units": units, "rows": rows, "note": table.note}


def _cell(cell: Cell) -> Any:
    if not isinstance(cell, Spread):
        return cell
    return {"mean": cell.mean, "std": cell.std, "values": cell.values}


def _panel(panel: Panel) -> dict[str, Any]:
    curves = [
        {"label": one.label, "points": [point._asdict() for point in one.points]}
        for one in panel.curves
    ]
    marks = [one._asdict() for one in panel.marks]
    return {**panel._asdict(), "curves": curves, "marks": marks}
