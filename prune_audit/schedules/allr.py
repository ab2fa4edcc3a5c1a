"""ALLR: linear LR restarting from an LR that grows with what pruning took (arXiv 2111.00843)."""

import math

from prune_audit.schedules.kinds import extremes, llr
from prune_audit.schedules.pieces import ScheduleError
from prune_audit.schedules.schedule import Schedule, piecewise


def allr(original: Schedule, epochs: float, relative_drop: float, sparsity: float) -> Schedule:
    """Return adaptive linear LR restarting: `llr` from an LR that grows with the harm of pruning.

    The LR after the warm-up is high * relative_drop / sqrt(sparsity), but at least
    high * min(t/T, 1) and at most high. `relative_drop` is that of the function of this name,
    `sparsity` (0 to 1) the share that this step removed of the weights that were left before it.
    Zimmer et al. 2023 (arXiv 2111.00843); the norms of their code are of all weights and biases.
    """
    share = allr_share(relative_drop, sparsity, allr_least(original, epochs))
    return capped(llr(original, epochs), share)


def allr_least(original: Schedule, epochs: float) -> float:
    """Return the least share of the largest LR that ALLR begins with: min(t/T, 1)."""
    return min(epochs / original.epochs, 1.0)


def allr_share(relative_drop: float, sparsity: float, least: float) -> float:
    """Return the share of the largest LR that ALLR begins with: relative_drop / sqrt(sparsity).

    At least ``least`` and at most 1; ``relative_drop`` and ``sparsity`` are those of ``allr``.
    """
    if not (math.isfinite(relative_drop) and relative_drop >= 0 and 0 < sparsity <= 1):
        raise ScheduleError(
            "ALLR expects a relative drop of at least 0 and a sparsity above 0 and at most 1, got "
            f"{relative_drop:g} and {sparsity:g}"
        )
    return min(max(relative_drop / math.sqrt(sparsity), least), 1.0)


def capped(schedule: Schedule, share: float) -> Schedule:
    """Return a schedule of lines whose ends are at most a share of its largest LR."""
    cap = share * extremes(schedule).largest
    pieces = (
        one._replace(first=min(one.first, cap), last=min(one.last, cap)) for one in schedule.pieces
    )
    return piecewise(schedule.epochs, pieces)


def relative_drop(before: float, after: float) -> float:
    """Return sqrt(| ||w||^2 - ||w_pruned||^2 |) / ||w|| from the two norms."""
    if not (math.isfinite(before) and math.isfinite(after) and before > 0 and after >= 0):
        raise ScheduleError(
            f"expected the norms of the weights before and after pruning, got {before:g} and "
            f"{after:g}"
        )
    return math.sqrt(abs(before**2 - after**2)) / before
