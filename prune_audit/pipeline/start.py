"""Where a run starts: base model, pruning, and what is measured before any training."""

from dataclasses import dataclass
from hashlib import sha256

import torch
from torch import nn

from prune_audit.pipeline import counting, masks, surgery
from prune_audit.pipeline.checkpoint import CheckpointError, fill, loaded, state_of
from prune_audit.pipeline.connected import connection
from prune_audit.pipeline.data import Sets
from prune_audit.pipeline.masks import Masks
from prune_audit.pipeline.methods.scorer import Images
from prune_audit.pipeline.networks import build
from prune_audit.pipeline.train import test
from prune_audit.registry import Cost
from prune_audit.reruns.experiment import Experiment, Pruning, Weights
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.run import Count, Run
from prune_audit.reruns.store import Store
from prune_audit.reruns.watch import Settings


@dataclass(frozen=True)
class Start:
    """A network that is ready to be trained; ``before`` is its accuracy right after pruning.

    ``connected`` is the fraction of the kept weights that lie on a path, None without masks;
    ``cut_off`` names the layers without any.
    """

    net: nn.Module
    dense: Cost
    cost: Cost
    masks: Masks | None = None
    kept: str = ""
    before: Count | None = None
    connected: float | None = None
    cut_off: tuple[str, ...] = ()


def stream(seed: int, *purpose: str | int) -> torch.Generator:
    """Return the generator of a seed for a purpose, on the CPU.

    It depends on nothing else, so that rows of one seed start from the same weights and see the
    same images in the same order, and a resumed run goes on with the same numbers.
    """
    text = repr((seed, *purpose)).encode()
    number = int.from_bytes(sha256(text).digest()[:8], "little") % 2**63
    return torch.Generator().manual_seed(number)


def start(one: Experiment, sets: Sets, store: Store, settings: Settings) -> Start:
    """Build, load and prune the network of an experiment.

    Raises:
        CheckpointError: the base model's weights are not there or do not fit.
        ValueError: the network is not known, or the pruning does not fit it.
    """
    device = torch.device(settings.device)
    net = build(one.network, sets.classes, sets.channels, stream(one.seed, "weights"))
    _load_base(net, one, store, settings)
    net = net.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    example = surgery.example(sets.channels, sets.side, device)
    dense = counting.cost(net, example)
    if one.pruning is None:
        return Start(net, dense, dense)
    if METHODS[one.pruning.method].masked:
        return _masked(net, one, one.pruning, sets, dense, example)
    return _cut(net, one, one.pruning, sets, dense, example)


def _masked(
    net: nn.Module, one: Experiment, pruning: Pruning, sets: Sets, dense: Cost,
    example: torch.Tensor,
) -> Start:  # fmt: skip
    images = _images(one, sets)
    found = masks.prune(net, pruning, stream(one.seed, "pruning"), one.network, images)
    before = None if pruning.fresh else test(net, sets.test).right
    paths = connection(found, net, example)
    return Start(
        net, dense, dense, found, found.digest, before, paths.effective_fraction, paths.disconnected
    )


def _cut(
    net: nn.Module, one: Experiment, pruning: Pruning, sets: Sets, dense: Cost,
    example: torch.Tensor,
) -> Start:  # fmt: skip
    images = _images(one, sets)
    found = surgery.prune(net, pruning, one.network, example, stream(one.seed, "pruning"), images)
    small = net.to(memory_format=torch.channels_last)
    before = None if pruning.fresh else test(small, sets.test).right
    return Start(small, dense, counting.cost(small, example), None, found.digest, before)


def _images(one: Experiment, sets: Sets) -> Images:
    """Return what draws training images for a method, by a generator of their own."""
    generator = stream(one.seed, "images")
    return lambda count: next(iter(sets.train.batches(count, generator)))


def _load_base(net: nn.Module, one: Experiment, store: Store, settings: Settings) -> None:
    base = one.base_experiment
    if base is not None:
        data = store.weights(base.id)
        if data is None:
            raise CheckpointError(_no_base(store.find(base.id), base.id))
        fill(net, loaded(data, torch.device("cpu")), f"the base model of run {one.id}")
    elif isinstance(one.base, Weights):
        file = settings.files.get(one.base.sha256)
        if file is None:
            raise CheckpointError(f"no file is named for the weights {one.base.sha256[:12]}")
        fill(net, state_of(file, one.base.sha256), str(file))


def _no_base(run: Run | None, run_id: str) -> str:
    if run is not None and run.diverged is not None:
        return f"its base model, run {run_id}, diverged in epoch {run.diverged} of its training"
    return f"the weights of its base model, run {run_id}, are not stored"
