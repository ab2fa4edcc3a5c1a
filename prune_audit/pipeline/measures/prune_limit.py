"""The limit of one-shot pruning of a trained network: predicted, and measured."""

from collections.abc import Mapping
from typing import Any

from prune_audit.limits.found import to_plain
from prune_audit.pipeline.base import final_network
from prune_audit.pipeline.limits.examine import Effort, examine
from prune_audit.pipeline.run import Bench
from prune_audit.pipeline.streams import stream
from prune_audit.reruns.experiment import Experiment


def prune_limit(
    one: Experiment, settings: Mapping[str, float | str], bench: Bench
) -> dict[str, Any]:
    """Return the limits of the final dense network of an experiment (``limits.found``) as data.

    Settings: ``probes`` and ``steps`` of Lanczos, ``points`` above sparsity 0, ``tolerance`` in
    points of accuracy. Batch size and L1 penalty are those of its training.
    """
    sets = bench.load(one.data)
    net = final_network(one, sets, bench.store).to(bench.device)
    effort = Effort(
        one.training.batch_size,
        probes=int(settings["probes"]),
        steps=int(settings["steps"]),
        points=int(settings["points"]),
        tolerance=float(settings["tolerance"]),
        l1=one.training.l1,
    )
    return to_plain(examine(net, sets, effort, stream(one.seed, "limits")))
