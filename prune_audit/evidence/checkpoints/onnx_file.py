"""Files of ONNX: read without the data that they may keep elsewhere, and without torch."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prune_audit.evidence.checkpoints.errors import CheckpointError, damaged, not_installed

if TYPE_CHECKING:
    from prune_audit.evidence.checkpoints.arrays import Array

_MOST_BYTES = 2 << 30
"""Of one protobuf message."""
_MOST_NODES = 200_000
_FLOATS = (1, 10, 11, 16)  # FLOAT, FLOAT16, DOUBLE, BFLOAT16 of TensorProto.DataType


def onnx() -> Any:
    """Return the package onnx.

    Raises:
        CheckpointError: it is not installed.
    """
    try:
        import onnx as package
    except ImportError:
        raise not_installed("onnx", "evidence") from None
    return package


def read_onnx(path: Path) -> Any:
    """Return the model of a file; nothing that it refers to is opened.

    Raises:
        CheckpointError: no model, too large, or with weights or steps that are not in its graph.
    """
    package = onnx()
    if path.stat().st_size > _MOST_BYTES:
        raise CheckpointError(f"is an ONNX file of more than {_MOST_BYTES:,} bytes")
    try:
        model = package.load_model(path, format="protobuf", load_external_data=False)
    except Exception as error:  # each implementation of protobuf has errors of its own
        raise damaged("it cannot be read as ONNX") from error
    if not model.graph.node:
        raise damaged("there is no graph in it")
    _check(model)
    return model


def _check(model: Any) -> None:
    if len(model.graph.node) > _MOST_NODES:
        raise CheckpointError(f"has a graph of {len(model.graph.node):,} nodes")
    if model.graph.sparse_initializer:
        raise CheckpointError("keeps weights as sparse tensors", "save dense tensors")
    outside = onnx().external_data_helper.uses_external_data
    for name, tensor in constants(model.graph):
        if outside(tensor):
            raise CheckpointError(
                f"leads out of itself: it keeps {name} in another file",
                "save it with the weights inside: torch.onnx.export(..., external_data=False)",
            )


def constants(graph: Any) -> Iterator[tuple[str, Any]]:
    """Yield the tensors that stand in a graph, by name."""
    for tensor in graph.initializer:
        yield tensor.name, tensor
    for node in graph.node:
        for attribute in node.attribute:
            if node.op_type == "Constant" and attribute.name == "value":
                yield node.output[0], attribute.t


def is_float(tensor: Any) -> bool:
    """Whether a tensor of a graph can be trained."""
    return tensor.data_type in _FLOATS


def values(tensor: Any) -> "Array":
    """Return the values of a tensor that is wholly in the file.

    Raises:
        CheckpointError: its values do not fit its shape.
    """
    try:
        array: Array = onnx().numpy_helper.to_array(tensor)
    except Exception as error:  # wrong lengths and types come as errors of many kinds
        raise damaged(f"the values of {tensor.name} do not fit its shape") from error
    return array
