"""Removal curves of a checkpoint as text, JSON and a picture."""

import json
from collections.abc import Callable, Mapping
from statistics import fmean
from types import MappingProxyType
from typing import Any, NamedTuple

from prune_audit.reports.look import Look
from prune_audit.studies.outcome import Cell, Column, Curve, Outcome, Panel, Point, Table
from prune_audit.studies.reports.text import text as outcome_text

VERSION = 1


class LayerHarm(NamedTuple):
    """A layer without some of its lowest-scoring filters.

    ``accuracy`` in percent and ``loss`` (cross-entropy) stand at each fraction of ``Removals``;
    random choices give their means. ``error`` and ``apart`` are of Shapley values:
    ``Estimate.relative_error`` and ``Estimate.told_apart``.
    """

    units: int
    accuracy: tuple[float, ...]
    loss: tuple[float, ...]
    error: float | None = None
    apart: float | None = None


class Removals(NamedTuple):
    """Curves by criterion and layer, at fractions of the filters (0 to 1).

    ``whole`` is the accuracy of the network as it is, in percent, on the ``images`` test images
    that all accuracies are measured on.
    """

    checkpoint: str
    network: str
    dataset: str
    images: int
    whole: float
    fractions: tuple[float, ...]
    curves: dict[str, dict[str, LayerHarm]]
    draws: int
    orders: int


def outcome(found: Removals) -> Outcome:
    """Return tables and curves: nothing is retrained, one layer is pruned at a time."""
    layers = list(next(iter(found.curves.values())))
    shapley = _shapley(found)
    return Outcome(
        "removal-curve",
        f"harm before retraining, {found.checkpoint}, {found.network} on {found.dataset}",
        "Ancona et al. 2020 (arXiv 2006.01795)",
        (f"One layer at a time loses its lowest-scoring filters, nothing is retrained. Whole, the "
         f"network recognises {found.whole:.2f} % of {found.images} test images.",),
        (_means(found, layers), *([shapley] if shapley.rows else [])), (),
        tuple(_panel(found, layer) for layer in layers),
        (f"Random is the mean of {found.draws} draws. Criteria were scored once: differences of "
         "the size of a few images, or those among random draws, rank nothing.",),
    )  # fmt: skip


def _means(found: Removals, layers: list[str]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for layer in layers:
        harms = {name: by_layer[layer] for name, by_layer in found.curves.items()}
        units = next(iter(harms.values())).units
        rows.append((layer, units, *(fmean(one.accuracy) for one in harms.values())))
    first, last = (100 * found.fractions[place] for place in (0, -1))
    return Table(
        f"Mean test accuracy over removals of {first:g} to {last:g} % of a layer",
        (Column("layer"), Column("filters"), *(Column(name, "%") for name in found.curves)),
        tuple(rows),
    )


def _shapley(found: Removals) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (layer, name, harm.error, None if harm.apart is None else 100 * harm.apart)
        for name, by_layer in found.curves.items()
        for layer, harm in by_layer.items()
        if harm.error is not None
    ]
    return Table(
        f"Shapley values from {found.orders} orders: how sure the estimate is",
        (Column("layer"), Column("payoff"), Column("standard error", "of the spread of values"),
         Column("pairs told apart", "%", 0)),
        tuple(rows), "Pairs of filters that are not told apart are ties.",
    )  # fmt: skip


def _panel(found: Removals, layer: str) -> Panel:
    curves = tuple(
        Curve(name, tuple(
            Point(100 * fraction, (accuracy,))
            for fraction, accuracy in zip(found.fractions, by_layer[layer].accuracy, strict=True)
        ))
        for name, by_layer in found.curves.items()
    )  # fmt: skip
    return Panel(layer, "filters removed (%)", "test accuracy (%)", curves)


def text(found: Removals, look: Look) -> str:
    """Return tables for a terminal."""
    return outcome_text(outcome(found), look)


def structured(found: Removals, _: Look) -> str:
    """Return every point as versioned JSON."""
    curves: dict[str, Any] = {
        name: {layer: harm._asdict() for layer, harm in by_layer.items()}
        for name, by_layer in found.curves.items()
    }
    head = {"version": VERSION, "kind": "removal-curve"}
    document = {**head, **found._asdict(), "curves": curves}
    return json.dumps(document, indent=2, ensure_ascii=False)


FORMATS: Mapping[str, Callable[[Removals, Look], str]] = MappingProxyType(
    {"text": text, "json": structured}
)
