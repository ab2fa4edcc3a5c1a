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
    limit = found.loss_limit
    title = f"Training loss: limit {limit:.1%}, predicted {found.predicted.sparsity:.1%}"
    return Panel(
        title,
        _SPARSITY,
        "cross-entropy",
        _curves(found, "loss"),
        _marks(found, limit, "loss limit"),
    )


def _accuracy(found: Limits) -> Panel:
    limit = found.accuracy_limit
    title = f"Test accuracy: limit {limit:.1%} (-{found.tolerance:g} points)"
    marks = _marks(found, limit, "accuracy limit")
    return Panel(title, _SPARSITY, "top-1 (%)", _curves(found, "accuracy"), marks)


def _marks(found: Limits, limit: float, label: str) -> tuple[Mark, ...]:
    """Return the predicted limit and a measured one."""
    return (Mark(100 * found.predicted.sparsity, "predicted limit"), Mark(100 * limit, label))


def _curves(found: Limits, name: str) -> tuple[Curve, ...]:
    return (
        _curve("smallest first", found.curve, name),
        _curve("random order", found.shuffled, name),
    )


def _curve(label: str, points: Sequence[Removed], name: str) -> Curve:
    return Curve(
        label, tuple(Point(100 * one.sparsity, (getattr(one, name),)) for one in points)
    )  # fmt: skip
