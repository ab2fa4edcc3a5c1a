"""What can be measured on a network beside its run: ``studies.study.Measure`` names these."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from prune_audit.pipeline.run import Bench
from prune_audit.reruns.experiment import Experiment

Settings = Mapping[str, float | str]

MEASURES: Mapping[str, Callable[[Experiment, Settings, Bench], Any]] = MappingProxyType({})
"""By name. Each takes an experiment of which run and sources are stored, with all weights, and
returns JSON data; it draws everything random from generators of the experiment's seed."""
