"""Methods that prune while a network trains: what they do to it, step by step.

The training that they act in is their pruning stage. It has epochs of its own, which count.
"""

from collections.abc import Mapping
from types import MappingProxyType

from prune_audit.pipeline.stages.greg_1 import GReg1
from prune_audit.pipeline.stages.greg_2 import GReg2
from prune_audit.pipeline.stages.stage import MakeStage, Stage
from prune_audit.pipeline.stages.tpp import TPP

__all__ = ["STAGES", "MakeStage", "Stage"]

STAGES: Mapping[str, MakeStage] = MappingProxyType(
    {
        "greg-1": GReg1,
        "greg-2": GReg2,
        "greg-1-weights": GReg1,
        "greg-2-weights": GReg2,
        "tpp": TPP,
    }
)
"""By the keys of ``reruns.methods.METHODS``."""
