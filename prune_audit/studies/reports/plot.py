"""The pictures of a study: every run a point, means joined by lines."""

from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prune_audit.quantisation.plot import STYLE, save
from prune_audit.reports.lines import one_line
from prune_audit.studies.outcome import Curve, Outcome, Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = (
    "#000000", "#e69f00", "#56b4e9", "#009e73", "#d55e00", "#0072b2", "#cc79a7", "#999999",
)  # fmt: skip
"""Okabe and Ito (2008), told apart with any colour vision; yellow is left out, grey is added."""
MARKERS = "osD^vP*X"
DASHES = ("-", "--", ":")
_WIDE, _HIGH = 4.6, 3.4
"""A panel in inches."""
_COLUMNS = 2


def draw(found: Outcome, path: Path) -> None:
    """Draw all panels of a study into one file, FILE.svg or FILE.png.

    Equal outcomes give equal bytes, with one version of matplotlib.

    Raises:
        OSError: the file cannot be written.
    """
    from matplotlib import style
    from matplotlib.figure import Figure

    columns = min(_COLUMNS, len(found.panels)) or 1
    rows = ceil(len(found.panels) / columns) or 1
    with style.context(["default", STYLE]):
        figure = Figure(figsize=(_WIDE * columns, _HIGH * rows + 0.3), layout="constrained")
        axes = list(figure.subplots(rows, columns, squeeze=False).flat)
        for ax, panel in zip(axes, found.panels, strict=False):
            _panel(ax, panel)
        for ax in axes[len(found.panels) :]:
            ax.axis("off")
        figure.suptitle(one_line(f"{found.name}: {found.title}"), fontsize=10)
        path.parent.mkdir(parents=True, exist_ok=True)
        save(figure, path)


def _panel(ax: "Axes", panel: Panel) -> None:
    for index, curve in enumerate(panel.curves):
        _curve(ax, curve, _looks(index))
    for mark in panel.marks:
        ax.axvline(mark.x, color="0.5", linewidth=0.8, linestyle=":")
        ax.annotate(
            mark.label, (mark.x, 1), xycoords=("data", "axes fraction"), xytext=(2, -2),
            textcoords="offset points", rotation=90, va="top", fontsize=7, color="0.3",
        )  # fmt: skip
    ax.set(title=panel.title, xlabel=panel.x, ylabel=panel.y)
    if panel.log_x:
        _logarithmic(ax, panel)
    if panel.log_y:
        from matplotlib.ticker import FuncFormatter

        ax.set_yscale("log")
        # the powers of ten of matplotlib are mathematics, which titles are not parsed for
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.grid(color="0.92")
    if len(panel.curves) > 1:
        ax.legend(fontsize=7, framealpha=0.8)


def _looks(index: int) -> dict[str, Any]:
    """Return colour, marker and dashes; after as many curves as there are colours, new dashes."""
    return {
        "color": COLOURS[index % len(COLOURS)],
        "marker": MARKERS[index % len(MARKERS)],
        "linestyle": DASHES[index // len(COLOURS) % len(DASHES)],
    }


def _curve(ax: "Axes", curve: Curve, looks: dict[str, Any]) -> None:
    colour, marker = looks["color"], looks["marker"]
    xs = [point.x for point in curve.points for _ in point.values]
    ys = [value for point in curve.points for value in point.values]
    many = any(len(point.values) > 1 for point in curve.points)
    faint = 0.35 if many and curve.joined else 0.9
    label = None if curve.joined else curve.label
    ax.scatter(xs, ys, s=9, color=colour, marker=marker, alpha=faint, linewidths=0, label=label)
    if curve.joined:
        means = [sum(point.values) / len(point.values) for point in curve.points]
        places = [point.x for point in curve.points]
        ax.plot(places, means, linewidth=1.2, markersize=4, label=curve.label, **looks)


def _logarithmic(ax: "Axes", panel: Panel) -> None:
    """Label the places of points themselves where they are few: powers of ten say little."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

    ax.set_xscale("log")
    places = sorted({point.x for curve in panel.curves for point in curve.points})
    few = len(places) <= 8
    ax.xaxis.set_major_locator(FixedLocator(places) if few else LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
