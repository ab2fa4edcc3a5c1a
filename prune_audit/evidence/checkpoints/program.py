"""What a program of torch.export costs, from the shapes that it states of its maps."""

import re
from collections.abc import Iterator, Mapping
from math import prod
from pathlib import Path
from typing import Any

from prune_audit.evidence.checkpoints.errors import CheckpointError, damaged
from prune_audit.evidence.checkpoints.graphs import Graph, Step, UncountedError
from prune_audit.evidence.checkpoints.program_file import MALFORMED, read_program

_PASSED_ON = {
    "permute", "t", "transpose", "detach", "alias", "clone", "contiguous", "_to_copy", "to",
}  # fmt: skip
_WEIGHT = {"linear": "weight", "addmm": "mat2", "mm": "mat2", "matmul": "other", "bmm": "mat2"}
_CONVOLUTIONS = {"conv1d", "conv2d", "conv3d", "convolution"}
_COSTLY = re.compile(r"conv|mm$|^_?linear|^bilinear|lstm|gru|rnn|einsum|attention|baddbmm")
_STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


def program_graph(path: Path) -> Graph:
    """Return the graph of an archive of torch.export.

    Raises:
        CheckpointError: it cannot be read.
    """
    program = read_program(path)
    try:
        return _Reader(program.module).graph(program.parameters, program.buffers)
    except MALFORMED as error:
        if isinstance(error, CheckpointError):
            raise
        raise damaged("its program does not follow the format of torch.export") from error


class _Reader:
    """Reads the nodes of a program."""

    def __init__(self, module: Mapping[str, Any]) -> None:
        self._graph = module["graph"]
        specs = module["signature"]["input_specs"]
        self._names = dict(_parameters(specs))
        self._inputs = [
            spec["user_input"]["arg"]["as_tensor"]["name"] for spec in specs if "user_input" in spec
        ]
        for node in self._graph["nodes"]:
            source = _tensor_names(node)
            if _operator(node) in _PASSED_ON and source and source[0] in self._names:
                self._names[_output(node)] = self._names[source[0]]

    def graph(self, parameters: Mapping[str, Any], buffers: Mapping[str, Any]) -> Graph:
        """Return the steps of the program beside its tensors."""
        steps: list[Step] = []
        products, why = 0, ""
        for node in self._graph["nodes"]:
            try:
                for step in self._step(node, parameters):
                    if isinstance(step, Step):
                        steps.append(step)
                    else:
                        products += step
            except UncountedError as error:
                why = why or str(error)
        statistics = sum(a.size for name, a in buffers.items() if name.endswith(_STATISTICS))
        used = {step.weight for step in steps}
        if not used <= parameters.keys():
            raise ValueError("a weight that is not in the archive")
        steps += [Step(name, 0) for name, a in parameters.items() if _left_out(name, a, used, why)]
        image = tuple(self._shape(self._inputs[0])) if len(self._inputs) == 1 else ()
        why = why or ("" if image else f"the program has {len(self._inputs)} inputs")
        return Graph(tuple(steps), products, parameters, statistics, image, why)

    def _step(self, node: Mapping[str, Any], parameters: Mapping[str, Any]) -> Iterator[Step | int]:
        """Yield what a node costs: a use of a weight, or MACs between activations.

        Raises:
            UncountedError: a node whose cost is not known.
        """
        operator, arguments = _operator(node), _arguments(node)
        if operator in _CONVOLUTIONS:
            weight = self._weight(arguments["weight"], operator)
            if _plain(arguments.get("transposed")):
                raise UncountedError("the program uses a transposed convolution")
            self._check(node, arguments, parameters[weight].shape)
            yield Step(weight, self._rows(node, parameters[weight].shape[0]))
        elif operator in _WEIGHT:
            yield self._product(node, arguments, operator, parameters)
        elif operator == "scaled_dot_product_attention":
            query, key = (
                self._shape(arguments[name]["as_tensor"]["name"]) for name in ("query", "key")
            )
            yield 2 * prod(query[1:]) * key[-2]
        elif not _known(node) or _COSTLY.search(operator):
            raise UncountedError(f"the program uses {node['target'][:60]}, which is not counted")

    def _product(
        self,
        node: Mapping[str, Any],
        arguments: Mapping[str, Any],
        operator: str,
        parameters: Mapping[str, Any],
    ) -> Step | int:
        name = arguments[_WEIGHT[operator]]["as_tensor"]["name"]
        outputs = self._shape(_output(node))
        if name in self._names:
            return Step(self._names[name], self._rows(node, outputs[-1]))
        first = next(key for key in ("input", "mat1", "self") if key in arguments)
        read = arguments["mat1" if "mat1" in arguments else first]["as_tensor"]["name"]
        if operator == "linear" or read in self._names:
            raise UncountedError(f"the weight of {operator} is computed in the program")
        return prod(outputs) // self._batch() * self._shape(read)[-1]

    def _weight(self, argument: Mapping[str, Any], operator: str) -> str:
        name = argument["as_tensor"]["name"]
        if name not in self._names:
            raise UncountedError(f"the weight of {operator} is computed in the program")
        return self._names[name]

    def _check(
        self, node: Mapping[str, Any], arguments: Mapping[str, Any], weight: tuple[int, ...]
    ) -> None:
        """Refuse a map whose stated shape is not the one that its convolution makes."""
        before = self._shape(arguments["input"]["as_tensor"]["name"])[2:]
        after = self._shape(_output(node))[2:]
        padding = _plain(arguments.get("padding"), 0)
        if isinstance(padding, str):
            return
        stride = _plain(arguments.get("stride"), 1)
        dilation = _plain(arguments.get("dilation"), 1)
        for axis, (size, kernel) in enumerate(zip(before, weight[2:], strict=True)):
            around = 2 * _at(padding, axis) - _at(dilation, axis) * (kernel - 1) - 1
            if (size + around) // _at(stride, axis) + 1 != after[axis]:
                raise damaged(f"the map behind {_output(node)[:60]} has another size than stated")

    def _rows(self, node: Mapping[str, Any], outputs: int) -> int:
        return prod(self._shape(_output(node))) // (outputs * self._batch())

    def _batch(self) -> int:
        return self._shape(self._inputs[0])[0]

    def _shape(self, name: str) -> list[int]:
        return [_size(one) for one in self._graph["tensor_values"][name]["sizes"]]


def _left_out(name: str, array: Any, used: set[str], why: str) -> bool:
    """Whether a weight belongs to a step whose cost is not known."""
    return bool(why) and array.ndim >= 2 and name.endswith("weight") and name not in used


def _parameters(specs: list[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for spec in specs:
        if "parameter" in spec:
            yield spec["parameter"]["arg"]["name"], spec["parameter"]["parameter_name"]


def _known(node: Mapping[str, Any]) -> bool:
    target: str = node["target"]
    return target.startswith(("torch.ops.aten.", "_operator.", "torch.sym", "operator.", "math."))


def _operator(node: Mapping[str, Any]) -> str:
    """Return conv2d of torch.ops.aten.conv2d.default."""
    parts: list[str] = node["target"].split(".")
    return parts[3] if _known(node) and len(parts) > 3 else ""


def _arguments(node: Mapping[str, Any]) -> dict[str, Any]:
    return {one["name"]: one["arg"] for one in node["inputs"]}


def _tensor_names(node: Mapping[str, Any]) -> list[str]:
    return [one["arg"]["as_tensor"]["name"] for one in node["inputs"] if "as_tensor" in one["arg"]]


def _output(node: Mapping[str, Any]) -> str:
    outputs = node["outputs"]
    return outputs[0]["as_tensor"]["name"] if outputs and "as_tensor" in outputs[0] else ""


def _plain(argument: Mapping[str, Any] | None, otherwise: Any = None) -> Any:
    """Return the number, numbers or word of an argument."""
    return next(iter(argument.values())) if argument else otherwise


def _at(numbers: Any, axis: int) -> int:
    """Return the number of one axis; one number may stand for all of them."""
    if isinstance(numbers, int):
        return numbers
    found: int = numbers[axis] if len(numbers) > 1 else numbers[0]
    return found


def _size(one: Mapping[str, Any]) -> int:
    """Return a size, or the one at which an open size was exported."""
    found = one["as_int"] if "as_int" in one else one["as_expr"]["hint"]["as_int"]
    if not isinstance(found, int) or found < 1:
        raise ValueError("a size that is no number")
    return found
