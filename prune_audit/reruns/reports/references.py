"""Reference retraining points as text, JSON and markdown."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import groupby
from typing import Any

from tabulate import tabulate

from prune_audit.reports.lines import one_line, painted, wrapped
from prune_audit.reports.look import Look
from prune_audit.reports.markdown import escape
from prune_audit.reruns.experiment import Training
from prune_audit.reruns.reference_gap import shown
from prune_audit.reruns.reference_points import Point, ReferenceRun
from prune_audit.reruns.reference_words import base_words, ratio_words, recipe_words
from prune_audit.reruns.reports.plain import rounded
from prune_audit.reruns.reports.words import plural
from prune_audit.reruns.scores import ENOUGH

VERSION = 1
HEADS = ("ratio", "rate", "top-1 %", "seeds", "range", "note")


def text(points: Iterable[Point], look: Look) -> str:
    """Return a table per setting, with what its points share above it."""
    every = tuple(points)
    lines: list[str] = []
    for head, rows in _settings(every):
        lines.append(painted(one_line(head[0]), "bold", look))
        lines += [line for part in head[1:] for line in wrapped(one_line(part), look, 2, 4)]
        table = tabulate(rows, HEADS, "plain", disable_numparse=True)
        lines += [f"    {line}".rstrip() for line in table.splitlines()]
        lines.append("")
    return "\n".join([*lines, _summary(every), ""])


def markdown(points: Iterable[Point], look: Look) -> str:
    """Return a heading and a table per setting."""
    every = tuple(points)
    lines = ["# Reference retraining points", "", escape(_summary(every))]
    for head, rows in _settings(every):
        escaped = [[escape(cell) for cell in row] for row in rows]
        lines += ["", f"## {escape(head[0])}", "", *(f"- {escape(part)}" for part in head[1:])]
        lines += ["", tabulate(escaped, HEADS, "github", disable_numparse=True)]
    return "\n".join(lines) + "\n"


def structured(points: Iterable[Point], look: Look) -> str:
    """Return every point with the counts of every run, as versioned JSON."""
    document = {"version": VERSION, "kind": "references", "points": [_data(one) for one in points]}
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)


FORMATS: dict[str, Callable[[Iterable[Point], Look], str]] = {
    "text": text,
    "json": structured,
    "markdown": markdown,
}


def _settings(points: tuple[Point, ...]) -> Iterator[tuple[tuple[str, ...], list[list[str]]]]:
    """Yield what the points of one setting share, and a row per point; points come sorted."""
    for head, members in groupby(points, key=_head):
        yield head, [_row(point) for point in members]


def _head(point: Point) -> tuple[str, ...]:
    pruning = point.pruning
    scope = f", {pruning.scope}" if point.masked else ""
    spared = f", without {', '.join(pruning.spared)}" if pruning.spared else ""
    return (
        f"{point.network} on {point.data.name}, {pruning.method}{scope}{spared}",
        f"base model: {base_words(point.base)}",
        f"retraining: {recipe_words(point.recipe)}",
        f"store: {point.origin.folder}, engine {point.origin.engine}",
    )


def _row(point: Point) -> list[str]:
    percents = point.scores.percents
    span = f"{min(percents):.2f} to {max(percents):.2f}" if percents else ""
    seeds = ", ".join(str(run.seed) for run in point.runs)
    return [ratio_words(point), point.shown_rate, shown(point), seeds, span, _note(point)]


def _note(point: Point) -> str:
    few = ["few runs: no reference yet"] if point.scores.n < ENOUGH else []
    lost = [f"diverged: seed {run.seed} in epoch {run.epoch}" for run in point.diverged]
    return "; ".join([*few, *lost])


def _summary(points: tuple[Point, ...]) -> str:
    runs = sum(point.scores.n for point in points)
    settings = len(list(groupby(points, key=_head)))
    return (
        f"{plural(len(points), 'reference retraining point')} of {plural(settings, 'setting')}, "
        f"{plural(runs, 'run')}"
    )


def _data(point: Point) -> dict[str, Any]:
    base = point.base
    kind = "trained" if isinstance(base, Training) else "weights"
    return {
        "data": asdict(point.data),
        "network": point.network,
        "base": {"kind": kind, **asdict(base)},
        "pruning": asdict(point.pruning),
        "recipe": asdict(point.recipe),
        "speedup": rounded(point.speedup),
        "sparsity": rounded(point.sparsity),
        "n": point.scores.n,
        "mean": rounded(point.scores.mean),
        "std": rounded(point.scores.std),
        "runs": [_run(run) for run in point.runs],
        "diverged": [run._asdict() for run in point.diverged],
        "store": point.origin.folder,
        "engine": point.origin.engine,
    }


def _run(run: ReferenceRun) -> dict[str, Any]:
    best = {"best_epoch_correct": run.best.k}
    return {"id": run.id, "seed": run.seed, "correct": run.last.k, "images": run.last.n, **best}
