"""Pruning methods, one file each: which filters or weights stay. The engine does the cutting."""

from collections.abc import Mapping
from types import MappingProxyType

from prune_audit.pipeline.methods.l1 import l1
from prune_audit.pipeline.methods.magnitude import magnitude
from prune_audit.pipeline.methods.random import random
from prune_audit.pipeline.methods.scorer import Layer, Scorer, Scoring, Selector

__all__ = ["SCORERS", "SELECTORS", "Layer", "Scorer", "Scoring", "Selector", "scorer"]

SCORERS: Mapping[str, Scorer] = MappingProxyType(
    {"l1": l1, "random": random, "magnitude": magnitude}
)
"""By the keys of ``reruns.methods.METHODS``, which say what granularity each has."""

SELECTORS: Mapping[str, Selector] = MappingProxyType({})
"""Methods for single weights that choose in their own way; every method is in one of the two."""
