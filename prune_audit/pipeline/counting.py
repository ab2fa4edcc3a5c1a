"""What a network costs, counted on the network itself.

MACs are half the FLOPs of ``torch.utils.flop_counter``, which counts convolutions and linear
layers and neither biases nor batch norm, as ``registry.cost`` and Wang et al. 2023 do.
"""

from collections.abc import Collection

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from prune_audit.pipeline.modes import inspected
from prune_audit.pipeline.networks import bare
from prune_audit.pipeline.surgery import cut, example, first, removals
from prune_audit.registry import Cost
from prune_audit.reruns.experiment import Pruning
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.ratios import smallest_ratio


def cost(net: nn.Module, example: Tensor) -> Cost:
    """Return the MACs of one image and the number of parameters, both as the network is.

    Args:
        net: left as it is; on the meta device nothing is computed.
        example: an image as a batch of one, on the device of the network.
    """
    with inspected(net), torch.no_grad(), FlopCounterMode(display=False) as counter:
        net(example)
    params = sum(parameter.numel() for parameter in net.parameters())
    return Cost(counter.get_total_flops() // 2, params)


def pruned_cost(
    network: str, pruning: Pruning | None, classes: int, channels: int, side: int
) -> Cost:
    """Return the cost of a network after a pruning, counted on the cut network without weights.

    Weights that are masked cost what they did: without filters to remove, the dense cost. Slower
    than ``registry.cost`` (0.01 to 0.3 seconds) and for every network that can be built.

    Raises:
        ValueError: the network is not known here, or the pruning does not fit it.
    """
    net = bare(network, classes, channels)
    if pruning is not None and METHODS[pruning.method].granularity == "filter":
        cut(net, first(*removals(net, pruning, network)), example(channels, device="meta"))
    return cost(net, example(channels, side, "meta"))


def speedup_ratio(
    network: str,
    speedup: float,
    classes: int,
    channels: int,
    side: int,
    spared: Collection[str] = (),
) -> float:
    """Return the smallest uniform ratio of removed filters that makes a network so much faster.

    As ``reruns.ratios.speedup_ratio``, for networks that the registry has no cost model of.

    Raises:
        UnreachableError: the speedup is out of reach.
        ValueError: the network is not known here, or the spared places do not fit it.
    """

    def macs(ratio: float) -> int:
        pruning = Pruning("l1", (ratio,), tuple(spared))
        return pruned_cost(network, pruning, classes, channels, side).macs

    dense = macs(0.0)
    return smallest_ratio(network, speedup, lambda ratio: dense / macs(ratio))
