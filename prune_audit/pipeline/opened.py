"""Opens the state_dict of a stranger: tensors in plain containers, nothing else, nothing run."""

import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from prune_audit.evidence.checkpoints.arrays import check_shared
from prune_audit.evidence.checkpoints.errors import CheckpointError, damaged, holds_code

if TYPE_CHECKING:
    from prune_audit.evidence.checkpoints.arrays import Array

_NESTED = (
    "state_dict", "model_state_dict", "model_state", "model", "net", "network", "weights", "params",
    "ema", "model_ema", "ema_state_dict", "state_dict_ema",
)  # fmt: skip
_DEEPEST = 4


def arrays(path: Path, *, mapped: bool) -> "dict[str, Array]":
    """Return the weights of a file that torch.save wrote.

    Args:
        path: a zip archive that torch wrote, or its older format, looked through before
            (``kinds.kind_of``).
        mapped: map the file into memory instead of copying it; the older format cannot be.

    Raises:
        CheckpointError: code in it, damage, no weights, or tensors of another kind than dense ones.
    """
    state = _state(_loaded(path, mapped))
    tensors = {str(name): one for name, one in state.items() if isinstance(one, Tensor)}
    _check(tensors, path.stat().st_size)
    return {name: _array(name, one) for name, one in tensors.items()}


def _loaded(path: Path, mapped: bool) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch wonders about pickles that are not its own
            return torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)
    except Exception as error:  # bytes that are not its own make torch raise almost anything
        other = re.search(r"GLOBAL ([\w.]+)", str(error))
        if other:
            raise holds_code(f"to load it would be to call {other[1]}") from error
        raise damaged("torch cannot load it with weights_only=True") from error


def _state(found: Any) -> Mapping[Any, Any]:
    """Return the state_dict, also where it lies under one of the usual keys."""
    for _ in range(_DEEPEST):
        if not isinstance(found, dict):
            break
        key = next((key for key in _NESTED if isinstance(found.get(key), dict)), None)
        if key is None:
            return found
        found = found[key]
    raise CheckpointError("holds no state_dict")


def _check(tensors: Mapping[str, Tensor], size: int) -> None:
    """Refuse tensors that say they hold more than the file does, before anybody reads them."""
    storages: dict[int, int] = {}
    for name, one in tensors.items():
        if one.layout is not torch.strided or one.is_quantized or one.device.type != "cpu":
            raise CheckpointError(f"holds {name} as no dense tensor", "save dense tensors")
        storage = one.untyped_storage()
        if one.numel() * one.element_size() > storage.nbytes():
            raise CheckpointError(f"holds {name} with more values than it has bytes for")
        storages[storage.data_ptr()] = storage.nbytes()
    if sum(storages.values()) > size:
        raise CheckpointError("holds tensors that say they are larger than the file")
    check_shared((one.numel() * one.element_size() for one in tensors.values()), size)


def _array(name: str, tensor: Tensor) -> "Array":
    plain = tensor.detach().resolve_conj().resolve_neg()
    known = plain.dtype in (torch.float64, torch.float32, torch.float16) or not (
        plain.is_floating_point()
    )
    try:
        found: Array = (plain if known else plain.float()).numpy()
    except TypeError as error:
        raise CheckpointError(f"holds {name} as {plain.dtype}, which is not read here") from error
    return found
