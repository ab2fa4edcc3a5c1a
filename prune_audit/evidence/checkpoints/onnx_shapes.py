"""The shapes of the maps in a graph of ONNX."""

import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from prune_audit.evidence.checkpoints.errors import damaged
from prune_audit.evidence.checkpoints.onnx_file import onnx
from prune_audit.evidence.checkpoints.onnx_fold import folded

_WORKER = Path(__file__).with_name("onnx_worker.py")
_SECONDS = 120


def shapes(model: Any, size: int | None, known: Collection[str]) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the maps for one image, worked out anew from the graph.

    What the file says about shapes between input and output is left aside: it may be wrong.

    Args:
        model: left as it is.
        size: side of the image where the graph leaves it open, pixels.
        known: names of tensors on whose values no shape depends.
    """
    package = onnx()
    bare = package.ModelProto()
    bare.ir_version = model.ir_version
    bare.opset_import.extend(model.opset_import)
    _fill(bare.graph, model.graph, size, known)
    inferred = _inferred(bare).graph
    stated = [*inferred.value_info, *inferred.output, *inferred.input]
    found = {one.name: _shape(one) for one in stated}
    return {name: sizes for name, sizes in found.items() if sizes is not None}


def _inferred(bare: Any) -> Any:
    """Return a model with its shapes, from a process of its own that may crash.

    Raises:
        CheckpointError: the shapes do not fit, or the process came to no good end.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(_WORKER)], input=bare.SerializeToString(), timeout=_SECONDS,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
        )  # fmt: skip
    except subprocess.SubprocessError as error:
        raise damaged("the shapes of its graph cannot be worked out") from error
    return onnx().ModelProto.FromString(done.stdout)


def _fill(graph: Any, source: Any, size: int | None, known: Collection[str]) -> None:
    """Copy a graph without the values of its weights and without what it says about shapes."""
    package = onnx()
    numbers = folded(source)
    given = {one.name: one for one in source.initializer}
    graph.name = "shapes"
    graph.node.extend(node for node in source.node if not {*node.output} & numbers.keys())
    graph.initializer.extend(one for one in given.values() if one.name not in {*known, *numbers})
    graph.initializer.extend(package.numpy_helper.from_array(a, n) for n, a in numbers.items())
    graph.input.extend(_one(value, size) for value in source.input if value.name not in given)
    graph.input.extend(
        package.helper.make_tensor_value_info(name, one.data_type, list(one.dims))
        for name, one in given.items()
        if name in known
    )
    graph.output.extend(package.ValueInfoProto(name=value.name) for value in source.output)


def _one(given: Any, size: int | None) -> Any:
    """Return an input of a graph for one image of known size."""
    one = type(given)()
    one.CopyFrom(given)
    axes = one.type.tensor_type.shape.dim
    for axis, wanted in zip(axes, (1, None, size, size), strict=False):
        if wanted is not None and (wanted == 1 or not axis.HasField("dim_value")):
            axis.dim_value = wanted
    return one


def _shape(value: Any) -> tuple[int, ...] | None:
    """Return the shape that a graph gives a value, or None where it leaves something open."""
    if not value.type.tensor_type.HasField("shape"):
        return None
    axes = value.type.tensor_type.shape.dim
    if not all(axis.HasField("dim_value") and axis.dim_value > 0 for axis in axes):
        return None
    return tuple(axis.dim_value for axis in axes)
