"""Where a run starts: base model, pruning, and what is measured before any training."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import torch
from torch import Tensor, nn

from prune_audit.pipeline import counting, masks, surgery
from prune_audit.pipeline.adaptive import adapted, size
from prune_audit.pipeline.base import load_base, rewound, whole
from prune_audit.pipeline.connected import connection
from prune_audit.pipeline.data import Sets
from prune_audit.pipeline.masks import Masks
from prune_audit.pipeline.methods.scorer import Images
from prune_audit.pipeline.passes import passing
from prune_audit.pipeline.stages import Stage, stage_of
from prune_audit.pipeline.stages.quantised import Quantised
from prune_audit.pipeline.streams import stream
from prune_audit.pipeline.train import test
from prune_audit.registry import Cost
from prune_audit.reruns.experiment import Experiment, Pruning, Training
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.run import LOOKED_AT, Count
from prune_audit.reruns.store import Store
from prune_audit.reruns.watch import Settings

__all__ = ["Start", "start", "stream"]


@dataclass(frozen=True)
class Start:
    """A network that is ready to be trained; ``before`` is its accuracy right after pruning.

    ``connected`` is the fraction of the kept weights that lie on a path, None without masks;
    ``cut_off`` names the layers without any. ``stage`` acts on the network while it trains.
    ``training`` is that of the experiment, with the LR that follows from the pruning where one
    does; ``figures`` are what it follows from.
    """

    net: nn.Module
    dense: Cost
    cost: Cost
    training: Training
    masks: Masks | None = None
    kept: str = ""
    before: Count | None = None
    connected: float | None = None
    cut_off: tuple[str, ...] = ()
    stage: Stage | None = None
    figures: Mapping[str, float] = field(default_factory=dict)

    def prunable(self) -> dict[str, Tensor]:
        """Return a copy of the prunable weights as they are now, by layer."""
        layers = masks.layers_of(self.net)
        return {name: layer.weight.detach().clone() for name, layer in layers}


class _Pruned(NamedTuple):
    """What a pruning left: masks of single weights, or filters by layer; digest; accuracy.

    ``looked_at`` counts the images that passed the network while the method chose.
    """

    masks: Masks | None = None
    filters: surgery.Kept | None = None
    digest: str = ""
    before: Count | None = None
    stage: Stage | None = None
    looked_at: int = 0


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
    before = size(net) if one.training.allr else None
    pruned = _pruned(net, one, sets, example.to(device))
    training, figures = adapted(one.training, before, size(net)) if before else (one.training, {})
    if one.rewind is not None:
        rewound(net, one, sets, store, pruned.filters, example)
    if pruned.masks is not None:
        pruned.masks.apply(net)
    net = net.to(memory_format=torch.channels_last)
    example = example.to(device)
    found = Start(
        net, dense, counting.cost(net, example), training, pruned.masks, pruned.digest,
        pruned.before, stage=pruned.stage or _stage(net, one, example, pruned.masks),
        figures={**figures, **({LOOKED_AT: pruned.looked_at} if pruned.looked_at else {})},
    )  # fmt: skip
    if pruned.masks is None:
        return found
    paths = connection(pruned.masks, net, example)
    return replace(found, connected=paths.effective_fraction, cut_off=paths.disconnected)


def _pruned(net: nn.Module, one: Experiment, sets: Sets, example: Tensor) -> _Pruned:
    earlier = _earlier(net, one)
    if one.pruning is None or one.during:
        return _Pruned(earlier, digest=earlier.digest if earlier else "")
    _check_chosen(one, one.pruning)
    if METHODS[one.pruning.method].bits:
        return _quantised(net, one, sets, earlier)
    number = len(one.cuts) - 1
    again = (number,) if number else ()
    images = _images(sets, stream(one.seed, "images", *again))
    generator = stream(one.seed, "pruning", *again, *_draw(one.pruning))
    prune = _masked if METHODS[one.pruning.method].masked else _cut
    with passing(net) as passed:
        found = prune(net, one, one.pruning, generator, images, example, earlier)
    before = None if one.pruning.fresh else test(net, sets.test).right
    return found._replace(before=before, looked_at=passed.images)


def _draw(pruning: Pruning) -> tuple[str | int, ...]:
    """Return what else the generator of a pruning depends on: which of several draws it is."""
    draw = dict(pruning.settings).get("draw")
    return () if draw is None else ("draw", int(draw))


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


def _quantised(net: nn.Module, one: Experiment, sets: Sets, earlier: Masks | None) -> _Pruned:
    """Quantise the weights; what is zero stays so.

    Raises:
        ValueError: it is asked for what only makes sense where something was removed.
    """
    assert one.pruning is not None
    if one.pruning.fresh or one.rewind is not None:
        raise ValueError(f"{one.pruning.method} removes nothing that weights could go back under")
    stage = Quantised(net, METHODS[one.pruning.method].bits)
    digest = earlier.digest if earlier else ""
    return _Pruned(earlier, digest=digest, before=test(net, sets.test).right, stage=stage)


def _earlier(net: nn.Module, one: Experiment) -> Masks | None:
    """Return the single weights that are gone from the base model: those that are zero."""
    base = one.base_experiment
    if base is not None and any(METHODS[cut.method].bits for cut in base.cuts):
        raise ValueError("a quantised network is the end of a chain: nothing can start from it")
    gone = base is not None and any(METHODS[cut.method].masked for cut in base.cuts)
    return masks.zeros(net) if gone else None


def _stage(net: nn.Module, one: Experiment, example: Tensor, gone: Masks | None) -> Stage | None:
    """Return what acts on the network while it trains.

    Raises:
        ValueError: the method does not prune while a network trains, or single weights are gone.
    """
    if not one.during:
        return None
    make = stage_of(one.pruning.method if one.pruning else "nothing")
    if gone is not None:  # what the stage sets to zero could not be told from them
        raise ValueError("a pruning stage cannot start from a network under masks")
    assert one.pruning is not None, "stage_of refuses no method"
    return make(net, one.pruning, one.network, example)


def _check_chosen(one: Experiment, pruning: Pruning) -> None:
    """Refuse to cut what a method chooses in a pruning stage where there was none."""
    base = one.base_experiment
    chosen = base is not None and base.during and base.pruning == pruning
    if METHODS[pruning.method].trains and not pruning.fresh and not chosen:
        raise ValueError(f"{pruning.method} chooses in a pruning stage, and none came before")


def _images(sets: Sets, generator: torch.Generator) -> Images:
    """Return what draws training images for a method, by a generator of their own."""
    return lambda count: next(iter(sets.train.batches(count, generator)))
