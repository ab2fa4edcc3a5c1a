"""Methods that prune while a network trains: what they do to it, step by step.

The training that they act in is their pruning stage. It has epochs of its own, which count.
"""

from collections.abc import Mapping
from types import MappingProxyType

from prune_audit.pipeline.stages.stage import MakeStage, Stage

__all__ = ["STAGES", "MakeStage", "Stage"]

STAGES: Mapping[str, MakeStage] = MappingProxyType({})
"""By the keys of ``reruns.methods.METHODS``."""
