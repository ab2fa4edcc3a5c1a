"""Reference points and recipes in a few words."""

from collections.abc import Iterable

from prune_audit.reruns.experiment import Training, Weights
from prune_audit.reruns.reference_points import Base, Point

MOST = 3
"""Things that a reason lists by name."""


def listed(words: Iterable[str], joint: str = ", ") -> str:
    """Return the first few of several things, each once, and how many more there are."""
    every = list(dict.fromkeys(words))
    more = f" and {len(every) - MOST} more" if len(every) > MOST else ""
    return joint.join(every[:MOST]) + more


def ratio_words(point: Point) -> str:
    """Return the removed shares of a point."""
    return ", ".join(f"{ratio:g}" for ratio in point.pruning.ratios)


def base_words(base: Base | None) -> str:
    """Return how a base model comes about, in a few words."""
    if base is None:
        return "any"
    if isinstance(base, Weights):
        return base.tag or f"weights {base.sha256[:12]}"
    return f"trained: {recipe_words(base)}"


def recipe_words(recipe: Training) -> str:
    """Return epochs, LR and the rest of a training in a few words; usual values are left out."""
    if recipe.epochs == 0:
        return "none"
    parts = [
        f"{recipe.epochs} epochs, LR {recipe.lr}, batch {recipe.batch_size}",
        f"weight decay {recipe.weight_decay:g}, momentum {recipe.momentum:g}",
        "nesterov" if recipe.nesterov else "",
        f"augmentation {recipe.augmentation}" if recipe.augmentation != "standard" else "",
        f"label smoothing {recipe.label_smoothing:g}" if recipe.label_smoothing else "",
        "LR moved with every step" if recipe.lr_each == "step" else "",
        f"L1 penalty {recipe.l1:g}" if recipe.l1 else "",
        "LR at most that, as ALLR sets it by what was pruned" if recipe.allr else "",
    ]
    return ", ".join(part for part in parts if part)
