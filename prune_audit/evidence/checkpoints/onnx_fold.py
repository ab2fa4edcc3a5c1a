"""Small whole numbers that a graph of ONNX computes: amounts of padding, target shapes.

torch exports the padding of an option-A shortcut as a chain of operators on six numbers, and the
shape of the padded map is not known before they are worked out.
"""

from collections.abc import Callable, Mapping
from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from prune_audit.evidence.checkpoints.arrays import numpy
from prune_audit.evidence.checkpoints.errors import CheckpointError
from prune_audit.evidence.checkpoints.onnx_file import constants, onnx, values

if TYPE_CHECKING:
    from prune_audit.evidence.checkpoints.arrays import Array

_MOST = 64
"""Values of one tensor that is worked out."""
_WHOLE = (6, 7)  # INT32, INT64 of TensorProto.DataType


def folded(graph: Any) -> "dict[str, Array]":
    """Return the small tensors of whole numbers in a graph, given and computed, by name."""
    found = {
        name: values(tensor)
        for name, tensor in constants(graph)
        if tensor.data_type in _WHOLE and prod(tensor.dims) <= _MOST
    }
    for node in graph.node:
        names = [name for name in node.input if name]
        if node.op_type in _OPERATORS and not node.domain and all(n in found for n in names):
            result = _result(node, [found[name] for name in names])
            if result is not None and result.size <= _MOST:
                found[node.output[0]] = result
    return found


def _result(node: Any, inputs: "list[Array]") -> "Array | None":
    """Return what a node computes, or None where it is no step of this kind."""
    given = {one.name: onnx().helper.get_attribute_value(one) for one in node.attribute}
    try:
        return _OPERATORS[node.op_type](inputs, given)
    except (ValueError, IndexError, TypeError, KeyError, OverflowError, CheckpointError):
        return None


def _constant(inputs: "list[Array]", given: Mapping[str, Any]) -> "Array":
    shape = [int(size) for size in inputs[0]]
    if prod(shape) > _MOST or min([0, *shape]) < 0 or given["value"].data_type not in _WHOLE:
        raise ValueError("too many values, or no whole numbers")
    array: Array = numpy().full(shape, values(given["value"])[0])
    return array


def _concat(inputs: "list[Array]", given: Mapping[str, Any]) -> "Array":
    array: Array = numpy().concatenate(inputs, given["axis"])
    return array


def _reshape(inputs: "list[Array]", given: Mapping[str, Any]) -> "Array":
    array, shape = inputs
    sizes = [array.shape[axis] if size == 0 else int(size) for axis, size in enumerate(shape)]
    return array.reshape(sizes)


def _transpose(inputs: "list[Array]", given: Mapping[str, Any]) -> "Array":
    return inputs[0].transpose(given.get("perm"))


def _slice(inputs: "list[Array]", given: Mapping[str, Any]) -> "Array":
    array, starts, ends, axes, steps = inputs
    cut = [slice(None)] * array.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        # going backwards, an end below the first value means that this one is taken too
        last = None if step < 0 and end < -array.shape[axis] else int(end)
        cut[axis] = slice(int(start), last, int(step))
    return array[tuple(cut)]


def _cast(inputs: "list[Array]", given: Mapping[str, Any]) -> "Array":
    if given["to"] not in _WHOLE:
        raise ValueError("no whole numbers")
    return inputs[0].astype("<i8")


_OPERATORS: Mapping[str, "Callable[[list[Array], Mapping[str, Any]], Array]"] = MappingProxyType(
    {
        "ConstantOfShape": _constant, "Concat": _concat, "Reshape": _reshape,
        "Transpose": _transpose, "Slice": _slice, "Cast": _cast,
    }
)  # fmt: skip
