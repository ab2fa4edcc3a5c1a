"""Archives of torch.export (.pt2): the program in JSON and the raw values beside it.

torch.export.load would unpickle some of the entries. Here the program and the weights are read from
the archive as the format defines them (torch/export/pt2_archive and torch/_export/serde/schema.py,
version 8), and the entries that are pickles stay closed.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from prune_audit.evidence.checkpoints.archives import Archive, opened_archive
from prune_audit.evidence.checkpoints.arrays import check_shared, decoded, numpy
from prune_audit.evidence.checkpoints.errors import CheckpointError, damaged

if TYPE_CHECKING:
    from prune_audit.evidence.checkpoints.arrays import Array

_MOST_JSON = 64 << 20
_MOST_NAME = 200
_TYPES = {
    1: "U8", 2: "I8", 3: "I16", 4: "I32", 5: "I64", 6: "F16", 7: "F32", 8: "F64", 12: "BOOL",
    13: "BF16",
}  # fmt: skip
"""Of ScalarType in the schema."""
_SAVE = "save it again with a newer torch, or as .onnx or state_dict"


MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError)
"""What reading JSON of another form than expected raises."""


class Program(NamedTuple):
    """The program in an archive, and its tensors."""

    module: Mapping[str, Any]
    """Graph and signature, as JSON."""
    parameters: "Mapping[str, Array]"
    buffers: "Mapping[str, Array]"


def read_program(path: Path) -> Program:
    """Return the one program of an archive and its tensors.

    Raises:
        CheckpointError: damaged, of another version, with several programs, or with weights that
            are pickles.
    """
    archive = opened_archive(path)
    name = _model(archive)
    config = _json(archive, f"data/weights/{name}_weights_config.json")
    module = _json(archive, f"models/{name}.json")
    try:
        entries = config["config"]
        size = path.stat().st_size
        stored = cache(lambda name: archive.read(f"data/weights/{name}", size))  # often shared
        arrays = {key: _tensor(stored, key, entry) for key, entry in entries.items()}
        check_shared((array.nbytes for array in arrays.values()), size)
        trained = {key for key, entry in entries.items() if entry["is_param"]}
        return Program(
            module["graph_module"],
            {key: array for key, array in arrays.items() if key in trained},
            {key: array for key, array in arrays.items() if key not in trained},
        )
    except MALFORMED as error:
        if isinstance(error, CheckpointError):
            raise
        raise damaged("it does not follow the format of torch.export") from error


def _model(archive: Archive) -> str:
    models = [name for name in archive.entries if name.startswith("models/")]
    if len(models) != 1 or not models[0].endswith(".json") or len(models[0]) > _MOST_NAME:
        raise CheckpointError(f"is a torch.export archive of {len(models)} programs", _SAVE)
    order = archive.read("byteorder", 16) if "byteorder" in archive.entries else b"little"
    if order.strip() != b"little":
        raise CheckpointError("was written by a big-endian machine", _SAVE)
    return models[0].removeprefix("models/").removesuffix(".json")


def _json(archive: Archive, name: str) -> Any:
    try:
        return json.loads(archive.read(name, _MOST_JSON))
    except (ValueError, RecursionError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise damaged(f"{name} is not readable as JSON") from error


def _tensor(stored: Callable[[str], bytes], name: str, entry: Mapping[str, Any]) -> "Array":
    if entry["use_pickle"]:
        raise CheckpointError(f"keeps {name[:_MOST_NAME]} as a pickle, which is not opened", _SAVE)
    meta = entry["tensor_meta"]
    kind = _TYPES.get(meta["dtype"], f"number {meta['dtype']}")
    flat = decoded(stored(entry["path_name"]), kind)
    sizes, strides = ([int(one["as_int"]) for one in meta[key]] for key in ("sizes", "strides"))
    return _viewed(flat, sizes, strides, int(meta["storage_offset"]["as_int"]))


def _viewed(flat: "Array", sizes: list[int], strides: list[int], offset: int) -> "Array":
    """Return a view of a storage.

    Raises:
        ValueError: it would reach beyond the storage, or repeat values of it.
    """
    np = numpy()
    item = flat.itemsize
    if min([0, *sizes, *strides, offset]) < 0 or len(sizes) != len(strides):
        raise ValueError("a negative size")
    if np.prod(sizes, dtype=object) > flat.size:
        raise ValueError("more values than the storage holds")
    try:
        view: Array = np.ndarray(
            sizes, flat.dtype, flat, offset * item, [stride * item for stride in strides]
        )
    except TypeError as error:
        raise ValueError("beyond the storage") from error
    return view
