"""Harm before retraining: what pruning does to loss and accuracy, by criterion and by cut."""

from collections.abc import Mapping
from typing import Any

from prune_audit.pipeline.base import final_network
from prune_audit.pipeline.methods.shapley import PERMUTATIONS
from prune_audit.pipeline.removal import Curve, curves, harmed_images, layers_of, scoring_of
from prune_audit.pipeline.run import Bench
from prune_audit.pipeline.start import start
from prune_audit.pipeline.train import test
from prune_audit.reruns.experiment import Experiment


def pruned_loss(one: Experiment, _: Mapping[str, float | str], bench: Bench) -> float:
    """Return the mean cross-entropy on all training images right after a pruning.

    That is the network that the experiment's training begins with; what the oracle minimises.
    """
    sets = bench.load(one.data)
    return test(start(one, sets, bench.store, bench.settings).net, sets.train).loss


def removal(one: Experiment, settings: Mapping[str, float | str], bench: Bench) -> dict[str, Any]:
    """Return removal curves of the final network of an experiment, by layer.

    Scored on training images, measured on all test images.

    Settings: ``method``; ``draw``, which numbers random choices; for Shapley values
    ``permutations``.

    Returns:
        By layer: ``accuracy`` in percent and ``loss`` (cross-entropy) at each of
        ``removal.FRACTIONS``, ``units``; for Shapley values ``error`` (the mean Monte Carlo
        standard error over the standard deviation of the values) and ``apart`` (fraction of pairs
        told apart).
    """
    sets = bench.load(one.data)
    net = final_network(one, sets, bench.store).to(bench.device)
    layers = layers_of(net, one.network)
    scoring = scoring_of(net, layers, sets, one.seed, int(settings.get("draw", 0)))
    orders = int(settings.get("permutations", PERMUTATIONS))
    found = curves(scoring, str(settings["method"]), harmed_images(sets), orders)
    return {name: _plain(curve) for name, curve in found.items()}


def _plain(curve: Curve) -> dict[str, Any]:
    content: dict[str, Any] = {
        "units": curve.units,
        "accuracy": [100 * point.accuracy for point in curve.points],
        "loss": [point.loss for point in curve.points],
    }
    if curve.estimate is not None:
        content |= {"error": curve.estimate.relative_error, "apart": curve.estimate.told_apart}
    return content
