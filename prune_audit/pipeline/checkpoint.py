"""Networks and unfinished runs as bytes, read back without running code that they may hold."""

import io
import pickle
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from prune_audit.reruns.run import Count, Epoch


class CheckpointError(ValueError):
    """Weights or a checkpoint cannot be read; the message says what to do."""


class Progress(NamedTuple):
    """An unfinished run: everything that the remaining epochs depend on, and the curves so far."""

    experiment: str
    net: Mapping[str, Any]
    optimizer: Mapping[str, Any]
    history: tuple[Epoch, ...]


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
        return torch.load(io.BytesIO(data), map_location=device, weights_only=True)
    except (RuntimeError, ValueError, EOFError, pickle.UnpicklingError, KeyError) as error:
        raise CheckpointError(f"no weights that torch can read: {error}") from error


def dump_progress(progress: Progress) -> bytes:
    """Return an unfinished run as bytes."""
    history = [list(map(_plain, epoch)) for epoch in progress.history]
    return dumped({**progress._asdict(), "history": history})


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
        return Progress(found["experiment"], found["net"], found["optimizer"], history)
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"no checkpoint of a run: {error}") from error


def state_of(file: Path) -> Mapping[str, Tensor]:
    """Return the weights in a user's file: a state_dict, or one under a usual key.

    Raises:
        CheckpointError: unreadable, code in it, or no weights.
    """
    try:
        found = loaded(file.read_bytes(), torch.device("cpu"))
    except OSError as error:
        raise CheckpointError(f"cannot read {file}: {error.strerror}") from error
    except CheckpointError as error:
        raise CheckpointError(f"{file}: {error}; save a state_dict with torch.save") from error
    for key in ("state_dict", "model"):
        if isinstance(found, dict) and isinstance(found.get(key), dict):
            found = found[key]
    if not isinstance(found, dict) or not all(isinstance(x, Tensor) for x in found.values()):
        raise CheckpointError(f"{file} holds no state_dict; save one with torch.save")
    return {name.removeprefix("module."): tensor for name, tensor in found.items()}


def fill(net: nn.Module, state: Mapping[str, Tensor], what: str) -> None:
    """Load weights into a network.

    Raises:
        CheckpointError: names or shapes are not those of the network.
    """
    try:
        net.load_state_dict(dict(state))
    except RuntimeError as error:
        first = str(error).split("\n")[1:3]
        raise CheckpointError(
            f"{what} does not fit the network: {' '.join(line.strip() for line in first)}"
        ) from error


def digest(net: nn.Module) -> str:
    """Return the SHA-256 of all weights and buffers, in order; equal only for equal bits."""
    found = sha256()
    for name, tensor in net.state_dict().items():
        found.update(name.encode())
        found.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return found.hexdigest()
