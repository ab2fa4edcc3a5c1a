"""Networks and unfinished runs as bytes, read back without running code that they may hold."""

import io
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from prune_audit.reruns.run import Count, Epoch

_SAVE = "save the weights with torch.save(net.state_dict(), FILE)"


class CheckpointError(ValueError):
    """Weights or a checkpoint cannot be read; the message says what to do."""


class Progress(NamedTuple):
    """An unfinished run: everything that the remaining epochs depend on, and the curves so far."""

    experiment: str
    net: Mapping[str, Any]
    optimizer: Mapping[str, Any]
    history: tuple[Epoch, ...]
    stage: Mapping[str, Any] = MappingProxyType({})


def dumped(content: object) -> bytes:
    """Return tensors, numbers and texts in containers as bytes."""
    stream = io.BytesIO()
    torch.save(content, stream)
    return stream.getvalue()


def loaded(data: bytes, device: torch.device) -> Any:
    """Return what was dumped; only tensors and plain containers are admitted.

    Raises:
        CheckpointError: the bytes are no such thing.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch wonders about pickles that are not its own
            return torch.load(io.BytesIO(data), map_location=device, weights_only=True)
    except Exception as error:  # bytes that are not its own make torch raise almost anything
        # its advice, to load them without weights_only, would run code that they may hold
        other = re.search(r"GLOBAL ([\w.]+)", str(error))
        if other:
            raise CheckpointError(f"it holds {other[1]}, not only tensors") from error
        raise CheckpointError("it is damaged, or torch.save did not write it") from error


def dump_progress(progress: Progress) -> bytes:
    """Return an unfinished run as bytes."""
    history = [list(map(_plain, epoch)) for epoch in progress.history]
    stage = dict(progress.stage)
    return dumped({**progress._asdict(), "history": history, "stage": stage})


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def load_progress(data: bytes, device: torch.device) -> Progress:
    """Return the unfinished run that was dumped.

    Raises:
        CheckpointError: the bytes are no such thing.
    """
    found = loaded(data, device)
    try:
        history = tuple(
            Epoch(lr, loss, Count(*train), test_loss, Count(*test), seconds)
            for lr, loss, train, test_loss, test, seconds in found["history"]
        )
        stage = found.get("stage", {})
        return Progress(found["experiment"], found["net"], found["optimizer"], history, stage)
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"no checkpoint of a run: {error}") from error


def state_of(file: Path, digest: str | None = None) -> Mapping[str, Tensor]:
    """Return the weights in a user's file: a state_dict, or one under a usual key.

    Raises:
        CheckpointError: unreadable, not of this SHA-256 (any more) where one is given, code in it,
            no weights, or others than dense ones of finite real numbers.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CheckpointError(f"cannot read {file}: {error.strerror}") from error
    if digest is not None and sha256(data).hexdigest() != digest:
        raise CheckpointError(f"{file} has changed while it was used; run the same command again")
    try:
        found = loaded(data, torch.device("cpu"))
    except CheckpointError as error:
        raise CheckpointError(f"cannot use {file}: {error}; {_SAVE}") from error
    for key in ("state_dict", "model"):
        if isinstance(found, dict) and isinstance(found.get(key), dict):
            found = found[key]
    if not isinstance(found, dict) or not all(isinstance(x, Tensor) for x in found.values()):
        raise CheckpointError(f"{file} holds no state_dict; {_SAVE}")
    _check_numbers(found, str(file))
    return {name.removeprefix("module."): tensor for name, tensor in found.items()}


def _check_numbers(state: Mapping[str, Tensor], what: str) -> None:
    for name, one in state.items():
        if one.is_meta or one.layout != torch.strided or one.is_quantized or one.is_complex():
            raise CheckpointError(
                f"{what} holds {name} as no dense tensor of real numbers; save dense ones"
            )
        if not bool(torch.isfinite(one).all()):
            raise CheckpointError(
                f"{what}: {name} holds NaN or infinite values; give those of a trained network"
            )


def fill(net: nn.Module, state: Mapping[str, Tensor], what: str) -> None:
    """Load weights into a network.

    Raises:
        CheckpointError: names or shapes are not those of the network.
    """
    try:
        net.load_state_dict(dict(state))
    except RuntimeError as error:
        apart = "; ".join(_apart(net.state_dict(), state))
        raise CheckpointError(f"{what} does not fit the network: {apart}") from error


def _apart(own: Mapping[str, Tensor], state: Mapping[str, Tensor]) -> Iterator[str]:
    """Yield in what weights differ from those of a network."""
    counters = "num_batches_tracked"  # older files have none, and nobody misses them
    lacking = [name for name in own if name not in state and not name.endswith(counters)]
    if lacking:
        yield f"it lacks {_first(lacking)}"
    unknown = [name for name in state if name not in own]
    if unknown:
        yield f"the network has no {_first(unknown)}"
    for name in own:
        if name in state and own[name].shape != state[name].shape:
            yield f"{name} is {_shape(state[name])}, not {_shape(own[name])}"
            return


def _first(names: Sequence[str]) -> str:
    return names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "")


def _shape(tensor: Tensor) -> str:
    return " x ".join(map(str, tensor.shape)) or "a number"


def digest(net: nn.Module) -> str:
    """Return the SHA-256 of all weights and buffers, in order; equal only for equal bits."""
    found = sha256()
    for name, tensor in net.state_dict().items():
        found.update(name.encode())
        found.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return found.hexdigest()
