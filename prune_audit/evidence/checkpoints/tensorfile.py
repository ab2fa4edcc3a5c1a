"""Weights in the format of safetensors: a header in JSON, then raw values."""

import json
import mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prune_audit.evidence.checkpoints.arrays import decoded, numpy
from prune_audit.evidence.checkpoints.errors import CheckpointError, damaged, not_installed

if TYPE_CHECKING:
    from prune_audit.evidence.checkpoints.arrays import Array

_MOST_HEADER = 16 << 20


def read_safetensors(path: Path) -> "dict[str, Array]":
    """Return the tensors of a file; the library checks the header, their bytes are mapped.

    Raises:
        CheckpointError: damaged, a header beyond reason, a type of values that is not read, or the
            library is not installed.
    """
    numpy()
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if length > _MOST_HEADER:
            raise CheckpointError(f"has a header of {length:,} bytes")
        text = stream.read(length)
        _check(path)
        mapped = memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
    try:
        header = json.loads(text)
        header.pop("__metadata__", None)
        return {name: _tensor(entry, mapped[8 + length :]) for name, entry in header.items()}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise damaged("its header does not fit its values") from error


def _check(path: Path) -> None:
    """Let the library check that header and values fit together, without gaps and overlaps."""
    try:
        from safetensors import SafetensorError, safe_open
    except ImportError:
        raise not_installed("safetensors", "evidence") from None
    try:
        with safe_open(path, framework="np"):
            pass
    except (SafetensorError, OSError) as error:
        raise damaged("safetensors cannot read its header") from error


def _tensor(entry: Any, values: memoryview) -> "Array":
    start, end = entry["data_offsets"]
    array: Array = decoded(values[start:end], entry["dtype"]).reshape(entry["shape"])
    return array
