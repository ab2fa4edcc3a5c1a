"""Checkpoints of strangers: opened without running anything in them, measured, compared.

What is measured are MACs of convolution and linear layers, trainable parameters, and zero weights.
"""

from prune_audit.evidence.checkpoints.checks import cost_checks
from prune_audit.evidence.checkpoints.errors import CheckpointError
from prune_audit.evidence.checkpoints.measured import Measured
from prune_audit.evidence.checkpoints.opened import opened

__all__ = ["CheckpointError", "Measured", "cost_checks", "opened"]
