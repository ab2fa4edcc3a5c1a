"""Known data sets, networks and checkpoints, as data, with an exact cost model.

Cost is counted in MACs (multiply-accumulates) of convolution and linear layers only: no biases, no
batch norm, no pooling; parameters are all trainable values, biases and batch norm included.
FLOPs are 2 x MACs. Nothing here imports torch.
"""

from prune_audit.registry.checkpoints import checkpoint, same_weights
from prune_audit.registry.cost import cost
from prune_audit.registry.datasets import dataset
from prune_audit.registry.entries import Checkpoint, Cost, Dataset, Network, Printed
from prune_audit.registry.layers import removed
from prune_audit.registry.networks import dense, network, networks

__all__ = [
    "Checkpoint",
    "Cost",
    "Dataset",
    "Network",
    "Printed",
    "checkpoint",
    "cost",
    "dataset",
    "dense",
    "network",
    "networks",
    "removed",
    "same_weights",
]
