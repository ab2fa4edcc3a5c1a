"""What can be measured on a network beside its run: ``studies.study.Measure`` names these."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from prune_audit.pipeline.measures.harm import pruned_loss, removal
from prune_audit.pipeline.measures.imp import imp_by_hand
from prune_audit.pipeline.measures.patches import patches
from prune_audit.pipeline.measures.prune_limit import prune_limit
from prune_audit.pipeline.measures.sqnr import tensors_sqnr
from prune_audit.pipeline.measures.survival import survival
from prune_audit.pipeline.run import Bench
from prune_audit.reruns.experiment import Experiment

Settings = Mapping[str, float | str]

MEASURES: Mapping[str, Callable[[Experiment, Settings, Bench], Any]] = MappingProxyType(
    {
        "imp-by-hand": imp_by_hand,
        "patches": patches,
        "prune-limit": prune_limit,
        "pruned-loss": pruned_loss,
        "removal": removal,
        "sqnr": tensors_sqnr,
        "survival": survival,
    }
)
"""By name. Each takes an experiment of which run and sources are stored, with all weights, and
returns JSON data; it draws everything random from generators of the experiment's seed."""
