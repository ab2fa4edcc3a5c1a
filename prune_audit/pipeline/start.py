"""Where a run starts: base model, pruning, and what is measured before any training."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor, nn

from prune_audit.pipeline import counting, masks, surgery
from prune_audit.pipeline.base import load_base, rewound, whole
from prune_audit.pipeline.connected import connection
from prune_audit.pipeline.data import Sets
from prune_audit.pipeline.masks import Masks
from prune_audit.pipeline.methods.scorer import Images
from prune_audit.pipeline.stages import STAGES, Stage
from prune_audit.pipeline.streams import stream
from prune_audit.pipeline.train import test
from prune_audit.registry import Cost
from prune_audit.reruns.experiment import Experiment, Pruning
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.run import Count
from prune_audit.reruns.store import Store
from prune_audit.reruns.watch import Settings

__all__ = ["Start", "start", "stream"]


@dataclass(frozen=True)
class Start:
    """A network that is ready to be trained; ``before`` is its accuracy right after pruning.

    ``connected`` is the fraction of the kept weights that lie on a path, None without masks;
    ``cut_off`` names the layers without any. ``stage`` acts on the network while it trains.
    """

    net: nn.Module
    dense: Cost
    cost: Cost
    masks: Masks | None = None
    kept: str = ""
    before: Count | None = None
    connected: float | None = None
    cut_off: tuple[str, ...] = ()
    stage: Stage | None = None

    def prunable(self) -> dict[str, Tensor]:
        """Return a copy of the prunable weights as they are now, by layer."""
        layers = masks.layers_of(self.net)
        return {name: layer.weight.detach().clone() for name, layer in layers}


class _Pruned(NamedTuple):
    """What a pruning left: masks of single weights, or filters by layer; digest; accuracy."""

    masks: Masks | None = None
    filters: surgery.Kept | None = None
    digest: str = ""
    before: Count | None = None


def start(one: Experiment, sets: Sets, store: Store, settings: Settings) -> Start:
    """Build, load and prune the network of an experiment.

    Raises:
        CheckpointError: the weights of the base model, or those that it is rewound to, are not
            there or do not fit.
        ValueError: the network is not known, or the pruning does not fit it.
    """
    device = torch.device(settings.device)
    net = whole(one, sets)
    example = surgery.example(sets.channels, sets.side)
    dense = counting.cost(net, example)
    load_base(net, one, store, settings, example)
    net = net.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    pruned = _pruned(net, one, sets, example.to(device))
    if one.rewind is not None:
        rewound(net, one, sets, store, pruned.filters, example)
    if pruned.masks is not None:
        pruned.masks.apply(net)
    net = net.to(memory_format=torch.channels_last)
    example = example.to(device)
    found = Start(
        net, dense, counting.cost(net, example), pruned.masks, pruned.digest, pruned.before,
        stage=_stage(net, one),
    )  # fmt: skip
    if pruned.masks is None:
        return found
    paths = connection(pruned.masks, net, example)
    return replace(found, connected=paths.effective_fraction, cut_off=paths.disconnected)


def _pruned(net: nn.Module, one: Experiment, sets: Sets, example: Tensor) -> _Pruned:
    earlier = _earlier(net, one)
    if one.pruning is None or one.during:
        return _Pruned(earlier, digest=earlier.digest if earlier else "")
    number = len(one.cuts) - 1
    again = (number,) if number else ()
    images = _images(sets, stream(one.seed, "images", *again))
    generator = stream(one.seed, "pruning", *again)
    prune = _masked if METHODS[one.pruning.method].masked else _cut
    found = prune(net, one, one.pruning, generator, images, example, earlier)
    before = None if one.pruning.fresh else test(net, sets.test).right
    return found._replace(before=before)


def _masked(
    net: nn.Module, one: Experiment, pruning: Pruning, generator: torch.Generator, images: Images,
    example: Tensor, earlier: Masks | None,
) -> _Pruned:  # fmt: skip
    found = masks.prune(net, pruning, generator, one.network, images, earlier)
    return _Pruned(found, digest=found.digest)


def _cut(
    net: nn.Module, one: Experiment, pruning: Pruning, generator: torch.Generator, images: Images,
    example: Tensor, earlier: Masks | None,
) -> _Pruned:  # fmt: skip
    found = surgery.prune(net, pruning, one.network, example, generator, images)
    left = masks.zeros(net) if earlier is not None else None
    return _Pruned(left, found.kept, found.digest)


def _earlier(net: nn.Module, one: Experiment) -> Masks | None:
    """Return the single weights that are gone from the base model: those that are zero."""
    base = one.base_experiment
    gone = base is not None and any(METHODS[cut.method].masked for cut in base.cuts)
    return masks.zeros(net) if gone else None


def _stage(net: nn.Module, one: Experiment) -> Stage | None:
    """Return what acts on the network while it trains.

    Raises:
        ValueError: the method does not prune while a network trains.
    """
    if not one.during:
        return None
    if one.pruning is None or one.pruning.method not in STAGES:
        known = ", ".join(STAGES)
        raise ValueError(f"expected a method that prunes during training: {known}")
    return STAGES[one.pruning.method](net, one.pruning, one.network)


def _images(sets: Sets, generator: torch.Generator) -> Images:
    """Return what draws training images for a method, by a generator of their own."""
    return lambda count: next(iter(sets.train.batches(count, generator)))
