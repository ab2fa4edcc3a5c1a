"""What quantisation and pruning at equal bytes do to the weights of a network that was trained."""

from collections.abc import Iterator, Mapping
from math import isinf
from typing import Any

from prune_audit.pipeline.base import final_network
from prune_audit.pipeline.masks import layers_of
from prune_audit.pipeline.run import Bench
from prune_audit.quantisation.compare import Compared, Skipped, compared
from prune_audit.quantisation.storage import widths
from prune_audit.reruns.experiment import Experiment


def tensors_sqnr(
    one: Experiment, settings: Mapping[str, float | str], bench: Bench
) -> list[dict[str, Any]]:
    """Set both arms against each other on every convolution and linear layer, as ``sqnr`` does.

    Settings: ``bits``, as in ``8,4,2``. The network is a whole one, the final one of a run.

    Returns:
        Per layer its ``name``, excess ``kurtosis`` (None where all weights are the same), and by
        width in bits ``[quantised, pruned, pruned with its mask counted]`` in dB, None where
        nothing is lost.
    """
    found = widths(str(settings["bits"]))
    return [_data(layer) for layer in _compared(one, found, bench)]


def _compared(one: Experiment, found: tuple[int, ...], bench: Bench) -> Iterator[Compared]:
    net = final_network(one, bench.load(one.data), bench.store)
    for name, module in layers_of(net):
        layer = compared(name, module.weight.detach().numpy(), found)
        if not isinstance(layer, Skipped):
            yield layer


def _data(layer: Compared) -> dict[str, Any]:
    arms = {
        str(one.bits): [
            None if isinf(value) else value
            for value in (one.quantised, one.pruned, one.pruned_masked)
        ]
        for one in layer.arms
    }
    return {"name": layer.name, "kurtosis": layer.kurtosis, "arms": arms}
