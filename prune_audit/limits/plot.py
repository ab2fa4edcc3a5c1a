"""Training loss and test accuracy against sparsity, with the limits marked."""

from collections.abc import Sequence
from pathlib import Path

from prune_audit.limits.found import Limits
from prune_audit.limits.found import Point as Removed
from prune_audit.limits.report import Examined
from prune_audit.studies.outcome import Curve, Mark, Outcome, Panel, Point
from prune_audit.studies.reports.plot import draw as draw_outcome

_SPARSITY = "sparsity (% of the weights gone)"


def draw(one: Examined, path: Path) -> None:
    """Draw two panels into FILE.svg or FILE.png.

    Raises:
        OSError: the file cannot be written.
    """
    title = f"{one.file}, {one.network} on {one.data}"
    panels = (_loss(one.found), _accuracy(one.found))
    draw_outcome(Outcome("prune-limit", title, "", (), (), (), panels), path)


def _loss(found: Limits) -> Panel:
    curves = (
        _curve("smallest first", found.curve, "loss"),
        _curve("random order", found.shuffled, "loss"),
    )
    return Panel("Training loss", _SPARSITY, "cross-entropy", curves, _marks(found))


def _accuracy(found: Limits) -> Panel:
    curves = (
        _curve("smallest first", found.curve, "accuracy"),
        _curve("random order", found.shuffled, "accuracy"),
    )
    return Panel("Test accuracy", _SPARSITY, "top-1 (%)", curves, _marks(found))


def _marks(found: Limits) -> tuple[Mark, ...]:
    return (
        Mark(100 * found.predicted.sparsity, "predicted limit"),
        Mark(100 * found.loss_limit, "loss limit"),
        Mark(100 * found.accuracy_limit, "accuracy limit"),
    )


def _curve(label: str, points: Sequence[Removed], name: str) -> Curve:
    return Curve(
        label, tuple(Point(100 * one.sparsity, (getattr(one, name),)) for one in points)
    )  # fmt: skip
