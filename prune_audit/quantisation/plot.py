"""SQNR of pruning against that of quantisation, one panel per width and one point per tensor."""

from collections.abc import Iterator, Sequence
from math import ceil, inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from prune_audit.quantisation.compare import Compared
from prune_audit.quantisation.gaussian import gaussian_pruning_snr, gaussian_quantisation_snr
from prune_audit.quantisation.storage import sparsity
from prune_audit.reports.lines import one_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ENDINGS = (".svg", ".png")

_COLUMNS = 4
_PANEL = 2.5
"""Side of a panel in inches."""
_COLOURS = "cividis"
"""Made to look alike with and without a deficiency of colour vision."""
_LEAST, _MOST = -2.0, 100.0
"""Excess kurtosis at the ends of the colours; -2 is the least that there is."""
_LINEAR = 1.0
STYLE: Any = {
    "svg.hashsalt": "prune-audit",
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "text.parse_math": False,
}


class PlotError(ValueError):
    """A picture that cannot be drawn here; the message says what to do."""


class _Point(NamedTuple):
    quantised: float
    pruned: float
    kurtosis: float


def check(path: Path) -> None:
    """Make sure that a picture can be drawn, before anything is computed for it.

    Raises:
        PlotError: matplotlib is not installed, or the file is of a kind that is not drawn.
    """
    if path.suffix.lower() not in ENDINGS:
        raise PlotError(f"a plot is a file {' or '.join(ENDINGS)}, not {path.name}")
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError:
        raise PlotError(
            'matplotlib, which draws plots, is not installed: pip install "prune-audit[plot]"'
        ) from None


def draw(tensors: Sequence[Compared], title: str, path: Path) -> int:
    """Draw the picture and return how many points it leaves out because nothing is lost there.

    Equal tensors give equal bytes, with one version of matplotlib.

    Raises:
        OSError: the file cannot be written.
    """
    from matplotlib import style
    from matplotlib.figure import Figure

    columns = list(zip(*(one.arms for one in tensors), strict=True))
    wide = min(len(columns), _COLUMNS)
    high = ceil(len(columns) / wide)
    with style.context(["default", STYLE]):
        size = (_PANEL * wide + 1.3, _PANEL * high + 0.9)
        figure = Figure(figsize=size, layout="constrained")
        axes = list(figure.subplots(high, wide, squeeze=False).flat)
        points = [list(_points(column, tensors)) for column in columns]
        for ax, column, some in zip(axes, columns, points, strict=False):
            _panel(ax, column[0].bits, some)
        for ax in axes[len(columns) :]:
            ax.axis("off")
        _finish(figure, axes, title)
        path.parent.mkdir(parents=True, exist_ok=True)
        save(figure, path)
    return len(tensors) * len(columns) - sum(map(len, points))


def _points(column: Sequence[Any], tensors: Sequence[Compared]) -> Iterator[_Point]:
    for arms, tensor in zip(column, tensors, strict=True):
        if inf not in (arms.quantised, arms.pruned):
            yield _Point(arms.quantised, arms.pruned, tensor.kurtosis or 0.0)


def _panel(ax: "Axes", bits: int, points: Sequence[_Point]) -> None:
    """Draw the tensors at one width, the diagonal, and where a Gaussian tensor would lie."""
    from matplotlib.ticker import MaxNLocator

    gaussian = gaussian_quantisation_snr(bits), gaussian_pruning_snr(sparsity(bits))
    every = [value for point in points for value in point[:2]] + list(gaussian)
    low, high = min(0.0, *every), max(every) * 1.06
    ax.axline((low, low), (high, high), color="0.4", linewidth=0.8, zorder=1)
    ax.scatter(
        [point.quantised for point in points], [point.pruned for point in points],
        c=[point.kurtosis for point in points], norm=_norm(), cmap=_COLOURS, s=16,
        edgecolors="0.2", linewidths=0.3, zorder=2,
    )  # fmt: skip
    ax.plot(*gaussian, "x", color="#d55e00", markersize=7, markeredgewidth=1.6, zorder=3)
    ax.set(xlim=(low, high), ylim=(low, high), aspect="equal")
    ax.set_title(f"INT{bits} and {sparsity(bits) * 100:g} % sparsity", fontsize=8)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(6, integer=True))


def _norm() -> Any:
    from matplotlib.colors import SymLogNorm

    return SymLogNorm(_LINEAR, vmin=_LEAST, vmax=_MOST, base=10, clip=True)


def _finish(figure: "Figure", axes: Sequence["Axes"], title: str) -> None:
    from matplotlib.cm import ScalarMappable

    shades = ScalarMappable(_norm(), _COLOURS)
    bar = figure.colorbar(shades, ax=list(axes), extend="max", shrink=0.8, aspect=30)
    bar.set_label("excess kurtosis")
    bar.set_ticks([-1, 0, 1, 10, 100], labels=["-1", "0", "1", "10", "100"])
    bar.ax.minorticks_off()
    figure.supxlabel("SQNR of quantisation (dB)", fontsize=9)
    figure.supylabel("SQNR of pruning (dB)", fontsize=9)
    legend = "above the line pruning loses less; cross: Gaussian weights"
    figure.suptitle(f"{one_line(title)}\n{legend}", fontsize=9)


def save(figure: "Figure", path: Path) -> None:
    """Write a picture without dates, so that equal pictures are equal bytes.

    Raises:
        OSError: it cannot be written.
    """
    drawing = path.suffix.lower() == ".svg"
    dates = {"Date": None, "Creator": None} if drawing else {"Software": None}
    figure.savefig(path, dpi=150, metadata=dates)
