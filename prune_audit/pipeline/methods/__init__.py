"""Pruning methods, one file each: which filters or weights stay. The engine does the cutting.

``reruns.methods.METHODS`` lists them and says where the code of each is.
"""

from pkgutil import resolve_name
from typing import cast

from prune_audit.pipeline.methods.scorer import Layer, Scorer, Scoring, Selector
from prune_audit.reruns.methods import METHODS, code_of

__all__ = ["Layer", "Scorer", "Scoring", "Selector", "scorer_of", "selector_of"]


def scorer_of(name: str) -> Scorer:
    """Return the code of a method that scores filters or weights.

    A method that chose in its pruning stage has that of the L1-norm or of the magnitude: what it
    chose is zero by now, and so the lowest.
    """
    return cast("Scorer", resolve_name(f"{__name__}.{code_of(name)}"))


def selector_of(name: str) -> Selector | None:
    """Return the code of a method that chooses in its own way; None of one that scores."""
    if not METHODS[name].selects:
        return None
    return cast("Selector", resolve_name(f"{__name__}.{code_of(name)}"))
