"""The weights of convolutions and linear layers in a checkpoint, opened without running it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prune_audit.evidence.checkpoints.arrays import (
    is_layer,
    numpy,
    plain,
    unmasked,
    without_common,
)
from prune_audit.evidence.checkpoints.errors import CheckpointError, damaged, not_installed
from prune_audit.evidence.checkpoints.kinds import Kind, kind_of
from prune_audit.evidence.checkpoints.onnx_file import constants, is_float, read_onnx, values
from prune_audit.evidence.checkpoints.program import program_graph
from prune_audit.evidence.checkpoints.tensorfile import read_safetensors

if TYPE_CHECKING:
    from prune_audit.evidence.checkpoints.arrays import Array

_WEIGHTS = {"Conv": (1,), "ConvTranspose": (1,), "Gemm": (1,), "MatMul": (0, 1)}
"""Operators of ONNX, and the inputs of theirs that are weights."""


def weights(path: Path) -> "dict[str, Array]":
    """Return the weights by name, outputs on the first axis, masks multiplied in.

    Nothing in the file is run, and torch is imported for a state_dict only.

    Raises:
        CheckpointError: the file holds code, is damaged or none of the kinds that are opened, or
            the package that reads it is not installed.
    """
    kind = kind_of(path)
    numpy()
    if kind is Kind.ONNX:
        return _of_onnx(path)
    if kind is Kind.EXPORTED:
        return dict(_of_program(path))
    arrays = read_safetensors(path) if kind is Kind.SAFETENSORS else _state_dict(path, kind)
    named = {plain(name): array for name, array in arrays.items()}
    merged = unmasked(without_common(named))
    return {name: array for name, array in merged if is_layer(name, array)}


def _of_program(path: Path) -> "Iterator[tuple[str, Array]]":
    graph = program_graph(path)
    for step in graph.steps:
        array = graph.trained[step.weight]
        yield step.weight, array.T if step.turned else array


def _of_onnx(path: Path) -> "dict[str, Array]":
    try:
        return dict(_of_graph(read_onnx(path).graph))
    except CheckpointError:
        raise
    except Exception as error:  # damaged messages make the packages raise almost anything
        raise damaged("its graph cannot be followed") from error


def _of_graph(graph: Any) -> "Iterator[tuple[str, Array]]":
    tensors = dict(constants(graph))
    names = _names(graph, tensors)
    for node in graph.node:
        for place in _WEIGHTS.get(node.op_type, ()):
            name = names.get(node.input[place], "") if place < len(node.input) else ""
            if name and is_float(tensors[name]) and len(tensors[name].dims) >= 2:
                array = values(tensors[name])
                yield name, array.T if _turned(node, place) else array


def _names(graph: Any, tensors: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the names of tensors in a graph by themselves and by what Identity calls them."""
    found = {name: name for name in tensors}
    for node in graph.node:
        if node.op_type == "Identity" and node.input[:1] and node.input[0] in found:
            found[node.output[0]] = found[node.input[0]]
    return found


def _turned(node: Any, place: int) -> bool:
    """Whether the inputs of the layer are on the first axis of its weight."""
    if node.op_type == "Gemm":
        return not any(one.name == "transB" and one.i for one in node.attribute)
    return bool(node.op_type == "MatMul" and place == 1)


def _state_dict(path: Path, kind: Kind) -> "dict[str, Array]":
    try:
        from prune_audit.pipeline.opened import arrays
    except ImportError:
        raise not_installed("torch", "rerun") from None
    return arrays(path, mapped=kind is Kind.STATE_DICT)


__all__ = ["CheckpointError", "weights"]
