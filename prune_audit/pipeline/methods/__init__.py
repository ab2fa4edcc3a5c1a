"""Pruning methods, one file each: which filters or weights stay. The engine does the cutting."""

from collections.abc import Mapping
from types import MappingProxyType

from prune_audit.pipeline.methods.apoz import apoz
from prune_audit.pipeline.methods.bn_scale import bn_scale
from prune_audit.pipeline.methods.er import er
from prune_audit.pipeline.methods.erk import erk
from prune_audit.pipeline.methods.force import force
from prune_audit.pipeline.methods.fpgm import fpgm
from prune_audit.pipeline.methods.grasp import grasp
from prune_audit.pipeline.methods.iter_snip import iter_snip
from prune_audit.pipeline.methods.l1 import l1
from prune_audit.pipeline.methods.lamp import lamp
from prune_audit.pipeline.methods.leave_one_out import leave_one_out
from prune_audit.pipeline.methods.magnitude import magnitude
from prune_audit.pipeline.methods.random import random
from prune_audit.pipeline.methods.random_weights import random_weights
from prune_audit.pipeline.methods.scorer import Layer, Scorer, Scoring, Selector
from prune_audit.pipeline.methods.shapley import shapley, shapley_error
from prune_audit.pipeline.methods.snip import snip
from prune_audit.pipeline.methods.synflow import synflow
from prune_audit.pipeline.methods.taylor import taylor
from prune_audit.pipeline.methods.two_four import two_four

__all__ = ["SCORERS", "SELECTORS", "Layer", "Scorer", "Scoring", "Selector"]

SCORERS: Mapping[str, Scorer] = MappingProxyType(
    {
        "l1": l1,
        "random": random,
        "fpgm": fpgm,
        "bn-scale": bn_scale,
        "taylor": taylor,
        "apoz": apoz,
        "leave-one-out": leave_one_out,
        "shapley": shapley,
        "shapley-error": shapley_error,
        "magnitude": magnitude,
        "lamp": lamp,
        "random-weights": random_weights,
        "snip": snip,
        "grasp": grasp,
        "greg-1": l1,
        "greg-2": l1,
        "greg-1-weights": magnitude,
        "greg-2-weights": magnitude,
        "tpp": l1,
    }
)
"""By the keys of ``reruns.methods.METHODS``, which say what granularity each has.

What a method chose in its pruning stage (``pipeline.stages``) is zero at the stage's end, and so
has the lowest magnitude.
"""

SELECTORS: Mapping[str, Selector] = MappingProxyType(
    {
        "er": er,
        "erk": erk,
        "iter-snip": iter_snip,
        "force": force,
        "synflow": synflow,
        "2:4": two_four,
    }
)
"""Methods for single weights that choose in their own way; every method is in one of the two."""
