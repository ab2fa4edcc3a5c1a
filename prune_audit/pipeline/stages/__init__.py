"""Methods that prune while a network trains: what they do to it, step by step.

The training that they act in is their pruning stage. It has epochs of its own, which count.
"""

from pkgutil import resolve_name
from typing import cast

from prune_audit.pipeline.stages.stage import MakeStage, Stage
from prune_audit.reruns.methods import METHODS

__all__ = ["MakeStage", "Stage", "stage_of"]


def stage_of(name: str) -> MakeStage:
    """Return what makes the pruning stage of a method.

    Raises:
        ValueError: the method does not prune while a network trains.
    """
    if name not in METHODS or not METHODS[name].trains:
        known = ", ".join(name for name, one in METHODS.items() if one.trains)
        raise ValueError(f"expected a method that prunes during training: {known}; got {name!r}")
    return cast("MakeStage", resolve_name(f"{__name__}.{METHODS[name].stage}"))
