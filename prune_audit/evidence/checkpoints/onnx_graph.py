"""What a graph of ONNX costs: its convolutions and matrix products at one image."""

from collections.abc import Iterator, Mapping
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prune_audit.claim import Result
from prune_audit.evidence.checkpoints.graphs import Graph, Step, UncountedError, wanted_sizes
from prune_audit.evidence.checkpoints.onnx_file import (
    constants,
    is_float,
    read_onnx,
    values,
)
from prune_audit.evidence.checkpoints.onnx_shapes import shapes

if TYPE_CHECKING:
    from prune_audit.evidence.checkpoints.arrays import Array

_UNCOUNTED = {
    "ConvInteger", "QLinearConv", "DeformConv", "MatMulInteger", "QLinearMatMul", "Einsum", "LSTM",
    "GRU", "RNN", "Attention", "If", "Loop", "Scan", "MatMulBnb4", "MatMulNBits",
}  # fmt: skip
"""Operators that cost MACs and are not counted here."""
_STATISTICS = (3, 4)
"""Inputs of BatchNormalization that are not trained."""

_SCALES = 16
"""Most values of a tensor that may say how a map is resized."""

Shapes = Mapping[str, tuple[int, ...]]


def onnx_graph(path: Path, result: Result) -> Graph:
    """Return the graph of a file of ONNX, at one image of the row's size where it leaves it open.

    Raises:
        CheckpointError: it cannot be read, or its weights are not in it.
    """
    model = read_onnx(path)
    names = _Names(model.graph)
    inputs = [one for one in model.graph.input if one.name not in names.tensors]
    wanted = wanted_sizes(result)
    size = wanted[0] if wanted else None
    trained, statistics = _sorted(model.graph, names)
    found = shapes(model, size, _valueless(names.tensors))
    steps, products, why = _steps(model.graph, names, found)
    image = found.get(inputs[0].name, ()) if len(inputs) == 1 else ()
    return Graph(steps, products, trained, statistics, image, why or _input_reason(inputs))


def _valueless(tensors: Mapping[str, Any]) -> frozenset[str]:
    """Return the tensors too large to be scales of a resize, on whose values a shape depends."""
    large = (name for name, one in tensors.items() if is_float(one) and prod(one.dims) > _SCALES)
    return frozenset(large)


def _input_reason(inputs: list[Any]) -> str:
    return "" if len(inputs) == 1 else f"the graph has {len(inputs)} inputs"


class _Names:
    """The tensors in a graph by name, also by the names that Identity gives them."""

    def __init__(self, graph: Any) -> None:
        self.tensors: dict[str, Any] = dict(constants(graph))
        for node in graph.node:
            if node.op_type == "Identity" and node.input[:1] and node.input[0] in self.tensors:
                self.tensors[node.output[0]] = self.tensors[node.input[0]]

    def trained(self, name: str) -> bool:
        """Whether a name stands for a tensor that can be trained."""
        return name in self.tensors and is_float(self.tensors[name])


def _sorted(graph: Any, names: _Names) -> "tuple[dict[str, Array], int]":
    """Return the trainable tensors that the graph uses, and the number of running statistics."""
    trained: dict[str, Array] = {}
    statistics = 0
    for node in graph.node:
        for place, name in enumerate(node.input):
            if not names.trained(name) or not names.tensors[name].dims:
                continue
            if node.op_type == "BatchNormalization" and place in _STATISTICS:
                statistics += prod(names.tensors[name].dims)
            elif node.op_type != "Identity" and name not in trained:
                trained[name] = values(names.tensors[name])
    return trained, statistics


def _steps(graph: Any, names: _Names, found: Shapes) -> tuple[tuple[Step, ...], int, str]:
    """Return the uses of weights, the MACs between activations, and why they cannot be counted."""
    steps: list[Step] = []
    products, why = 0, ""
    for node in graph.node:
        try:
            for step in _step(node, names, found):
                if isinstance(step, Step):
                    steps.append(step)
                else:
                    products += step
        except UncountedError as error:
            why = why or str(error)
            steps.extend(Step(name, 0) for name in node.input if _is_weight(name, names))
    return tuple(steps), products, why


def _is_weight(name: str, names: _Names) -> bool:
    return names.trained(name) and len(names.tensors[name].dims) >= 2


def _step(node: Any, names: _Names, found: Shapes) -> Iterator[Step | int]:
    """Yield what a node costs: a use of a weight, or MACs between activations.

    Raises:
        UncountedError: a node whose cost is not known.
    """
    if node.domain not in ("", "ai.onnx"):
        if any(_is_weight(name, names) for name in node.input):
            raise UncountedError(f"the graph uses {node.op_type[:40]} of {node.domain[:40]}")
    elif node.op_type in _UNCOUNTED:
        raise UncountedError(f"the graph uses {node.op_type}, whose MACs are not counted")
    elif node.op_type == "Conv":
        yield Step(_weight(node, names), prod(_shape(node.output[0], found)[2:]))
    elif node.op_type == "ConvTranspose":
        yield Step(_weight(node, names), prod(_shape(node.input[0], found)[2:]))
    elif node.op_type == "Gemm":
        yield _gemm(node, names, found)
    elif node.op_type == "MatMul":
        yield _matmul(node, names, found)


def _gemm(node: Any, names: _Names, found: Shapes) -> Step:
    rows, _ = _shape(node.output[0], found)
    turned = not any(one.name == "transB" and one.i for one in node.attribute)
    return Step(_weight(node, names), rows, turned)


def _matmul(node: Any, names: _Names, found: Shapes) -> Step | int:
    output = _shape(node.output[0], found)
    for place, name in enumerate(node.input):
        if names.trained(name):
            if len(names.tensors[name].dims) != 2:
                raise UncountedError(f"{name} is multiplied and no matrix")
            across = names.tensors[name].dims[place]
            return Step(name, prod(output) // across, turned=place == 1)
    return prod(output) * _shape(node.input[0], found)[-1]


def _weight(node: Any, names: _Names) -> str:
    name: str = node.input[1] if len(node.input) > 1 else ""
    if not names.trained(name):
        raise UncountedError(f"the weight of a {node.op_type} is computed in the graph")
    return name


def _shape(name: str, found: Shapes) -> tuple[int, ...]:
    if name not in found:
        raise UncountedError("the shapes of its maps are not all known")
    return found[name]
