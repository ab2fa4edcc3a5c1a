"""What of a signal gets through the masks of a run: paths per class and per input."""

from collections.abc import Mapping
from typing import Any

import torch

from prune_audit.pipeline.paths import survival as paths_left
from prune_audit.pipeline.run import Bench
from prune_audit.pipeline.start import start
from prune_audit.reruns.experiment import Experiment


def survival(one: Experiment, _: Mapping[str, float | str], bench: Bench) -> dict[str, Any]:
    """Return how many paths of kept weights lead through the perceptron of an experiment.

    That is the network that its training begins with; without masks every weight is kept.

    Returns:
        ``classes``: paths that end at each output; ``inputs``: paths that begin at each pixel.

    Raises:
        ValueError: the network has other layers than linear ones.
    """
    begun = start(one, bench.load(one.data), bench.store, bench.settings)
    weights = begun.prunable()
    gone = begun.masks.gone if begun.masks else {}
    dense = (torch.zeros_like(weight, dtype=torch.bool) for weight in weights.values())
    left = paths_left([gone.get(name, none) for name, none in zip(weights, dense, strict=True)])
    return {"classes": list(left.classes), "inputs": list(left.inputs)}
