"""The network that a run starts from: its base model, as whole or as pruned as that is."""

import torch
from torch import Tensor, nn

from prune_audit.pipeline import surgery
from prune_audit.pipeline.checkpoint import CheckpointError, fill, loaded, state_of
from prune_audit.pipeline.data import Sets
from prune_audit.pipeline.networks import build
from prune_audit.pipeline.streams import stream
from prune_audit.reruns.experiment import Experiment, Weights
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.run import Run
from prune_audit.reruns.store import Store
from prune_audit.reruns.watch import Settings


def whole(one: Experiment, sets: Sets) -> nn.Module:
    """Return the whole network of an experiment with its initial weights, on the CPU.

    Raises:
        ValueError: the network is not known here.
    """
    return build(one.network, sets.classes, sets.channels, stream(one.seed, "weights"))


def load_base(
    net: nn.Module, one: Experiment, store: Store, settings: Settings, example: Tensor
) -> None:
    """Load the base model's weights into a whole network, cut first where filters are gone.

    Raises:
        CheckpointError: the weights are not there or do not fit.
    """
    base = one.base_experiment
    if base is not None:
        what = "the run that it starts from," if base.pruning else "its base model, run"
        state = final_state(base, f"{what} {base.id},", store)
        if filters_gone(base):
            surgery.shrink(net, one.network, state, example)
        fill(net, state, f"the base model of run {one.id}")
    elif isinstance(one.base, Weights):
        file = settings.files.get(one.base.sha256)
        if file is None:
            raise CheckpointError(f"no file is named for the weights {one.base.sha256[:12]}")
        fill(net, state_of(file, one.base.sha256), str(file))


def rewound(
    net: nn.Module, one: Experiment, sets: Sets, store: Store,
    kept: surgery.Kept | None, example: Tensor,
) -> None:  # fmt: skip
    """Give a pruned network the weights of an earlier epoch, in place; masks are the caller's.

    ``kept`` are the filters that its own pruning left, None where it took single weights.

    Raises:
        CheckpointError: the earlier weights are not stored.
        ValueError: filters went before its own pruning, so that which is which is not known.
    """
    base = one.base_experiment
    if base is not None and filters_gone(base):
        raise ValueError("cannot rewind a network that lost filters more than once")
    source, earlier = one.rewound, whole(one, sets)
    if source is not None:
        state = final_state(source, f"the run that it is rewound to, {source.id},", store)
        fill(earlier, state, f"run {source.id}")
    if kept is not None:
        surgery.cut(earlier, kept, example)
    net.load_state_dict(earlier.state_dict())


def final_network(one: Experiment, sets: Sets, store: Store) -> nn.Module:
    """Return the whole network of a run with its final weights, on the CPU.

    Raises:
        CheckpointError: the weights are not stored, or filters are gone.
    """
    net, name = whole(one, sets), f"run {one.id}"
    fill(net, final_state(one, name, store), name)
    return net


def filters_gone(one: Experiment) -> bool:
    """Return whether the final network of an experiment lacks filters."""
    return any(METHODS[cut.method].granularity == "filter" for cut in one.cuts)


def final_state(one: Experiment, what: str, store: Store) -> dict[str, Tensor]:
    """Return the final weights of a run, on the CPU.

    Raises:
        CheckpointError: they are not stored.
    """
    data = store.weights(one.id)
    if data is None:
        raise CheckpointError(_absent(store.find(one.id), what))
    found: dict[str, Tensor] = loaded(data, torch.device("cpu"))
    return found


def _absent(run: Run | None, what: str) -> str:
    if run is not None and run.diverged is not None:
        return f"{what} diverged in epoch {run.diverged} of its training"
    return f"the weights of {what} are not stored"
