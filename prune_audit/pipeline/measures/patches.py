"""Training on signal and noise patches, with a fraction of the first layer's weights."""

from collections.abc import Mapping
from typing import Any

from prune_audit.pipeline.patches import Sizes, descended, filters, images, judged
from prune_audit.pipeline.run import Bench
from prune_audit.pipeline.streams import stream
from prune_audit.reruns.experiment import Experiment


def patches(one: Experiment, settings: Mapping[str, float | str], bench: Bench) -> dict[str, Any]:
    """Train the network of ``pipeline.patches`` and test it; of the experiment the seed matters.

    Settings: ``keep``, the chance (0 to 1) of each weight to stay; ``images`` trained on,
    ``tested`` ones, ``lr`` and ``steps`` of gradient descent; the fields of ``Sizes``.

    Returns:
        ``train`` and ``test`` accuracy in percent, ``train_loss``, ``test_loss``; by class the
        filters that keep the coordinate of the signal (``signal``), and those of them that begin
        with a weight above zero there (``live``).
    """
    value = {name: float(number) for name, number in settings.items()}
    sizes = Sizes(int(value["dimension"]), int(value["filters"]), value["noise"], value["initial"])
    seen = images(sizes, int(value["images"]), stream(one.seed, "patch images"))
    unseen = images(sizes, int(value["tested"]), stream(one.seed, "patch test"))
    begun = filters(sizes, value["keep"], one.seed)
    net = descended(begun, seen, value["lr"], int(value["steps"]))
    train, test = judged(net, seen), judged(net, unseen)
    return {
        "train": train.accuracy, "test": test.accuracy,
        "train_loss": train.loss, "test_loss": test.loss,
        "signal": list(begun.signal), "live": list(begun.live),
    }  # fmt: skip
