"""What operators of ONNX cost, on graphs of a few nodes."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper, save_model

from prune_audit.evidence.checkpoints import CheckpointError, Measured, opened

Node = tuple[str, list[str], dict[str, Any]]
Weights = dict[str, Any]
IMAGE = ("batch", 3, "height", "width")


def graph(nodes: Sequence[Node], weights: Weights, image: Sequence[Any] = IMAGE) -> ModelProto:
    """Return a model whose nodes are called after their operators, in order."""
    made = [
        helper.make_node(kind, inputs, [f"y{index}"], **attributes)
        for index, (kind, inputs, attributes) in enumerate(nodes)
    ]
    tensors = [numpy_helper.from_array(np.asarray(a), name) for name, a in weights.items()]
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, image)
    last = helper.make_tensor_value_info(f"y{len(made) - 1}", TensorProto.FLOAT, None)
    body = helper.make_graph(made, "net", [given], [last], tensors)
    sets = [helper.make_opsetid("", 17), helper.make_opsetid("com.example", 1)]
    return helper.make_model(body, opset_imports=sets, ir_version=8)


@pytest.fixture
def measure(row: Callable[..., Any], tmp_path: Path) -> Callable[..., Measured]:
    def measured(nodes: Sequence[Node], weights: Weights, image: Sequence[Any] = IMAGE) -> Measured:
        save_model(graph(nodes, weights, image), tmp_path / "net.onnx")
        return opened(tmp_path / "net.onnx", row())

    return measured


Measure = Callable[..., Measured]


def ones(*shape: int) -> Any:
    return np.ones(shape, np.float32)


CONV: Node = ("Conv", ["x", "w"], {"pads": [1, 1, 1, 1]})


def test_an_open_size_is_that_of_the_data_set(measure: Measure) -> None:
    found = measure([CONV], {"w": ones(8, 3, 3, 3)})
    assert found.macs == 8 * 3 * 9 * 32 * 32
    assert found.channels == 3


def test_groups_and_strides_save_macs(measure: Measure) -> None:
    strided: Node = ("Conv", ["x", "w"], {"pads": [1] * 4, "strides": [2, 2], "group": 3})
    assert measure([strided], {"w": ones(6, 1, 3, 3)}).macs == 6 * 9 * 16 * 16


def test_a_transposed_convolution_works_on_every_input_pixel(measure: Measure) -> None:
    node: Node = ("ConvTranspose", ["x", "w"], {"strides": [2, 2]})
    assert measure([node], {"w": ones(3, 4, 2, 2)}).macs == 3 * 4 * 4 * 32 * 32


@pytest.mark.parametrize(("turned", "shape"), [(0, (8, 5)), (1, (5, 8))])
def test_linear_layers_count_either_way_round(
    turned: int, shape: tuple[int, int], measure: Measure
) -> None:
    nodes: list[Node] = [
        CONV, ("GlobalAveragePool", ["y0"], {}), ("Flatten", ["y1"], {}),
        ("Gemm", ["y2", "v", "b"], {"transB": turned}),
    ]  # fmt: skip
    found = measure(nodes, {"w": ones(8, 3, 3, 3), "v": ones(*shape), "b": ones(5)})
    assert found.macs == 8 * 3 * 9 * 1024 + 40
    assert found.layers[1].shape == (5, 8)
    assert found.params == 8 * 3 * 9 + 40 + 5


def test_products_between_activations_are_kept_apart(measure: Measure) -> None:
    nodes: list[Node] = [("Transpose", ["x"], {"perm": [0, 1, 3, 2]}), ("MatMul", ["x", "y0"], {}),
                         ("MatMul", ["y1", "w"], {})]  # fmt: skip
    found = measure(nodes, {"w": ones(32, 7)})
    assert found.macs == 3 * 32 * 32 * 7
    assert found.fits[0].products == 3 * 32 * 32 * 32


def test_running_statistics_are_no_parameters(measure: Measure) -> None:
    names = ["scale", "shift", "mean", "variance"]
    nodes: list[Node] = [CONV, ("BatchNormalization", ["y0", *names], {})]
    found = measure(nodes, {"w": ones(8, 3, 3, 3), **{name: ones(8) for name in names}})
    assert found.params == 8 * 27 + 16
    assert found.statistics == 16
    assert not found.notes


def test_a_resized_map_is_counted_at_its_new_size(measure: Measure) -> None:
    scales = np.array([1, 1, 0.5, 0.5], np.float32)
    nodes: list[Node] = [
        ("Resize", ["x", "", "scales"], {}), ("Conv", ["y0", "w"], {"pads": [1] * 4})
    ]  # fmt: skip
    found = measure(nodes, {"w": ones(8, 3, 3, 3), "scales": scales})
    assert found.macs == 8 * 27 * 16 * 16


def test_a_weight_that_is_used_twice_works_twice(measure: Measure) -> None:
    nodes: list[Node] = [CONV, ("Conv", ["y0", "w"], {"pads": [1] * 4})]
    found = measure(nodes, {"w": ones(3, 3, 3, 3)})
    assert found.macs == 2 * 81 * 1024
    assert found.params == 81


@pytest.mark.parametrize(
    ("node", "why"),
    [
        (("Einsum", ["y0", "y0"], {"equation": "bchw,bdhw->bcd"}), "uses Einsum"),
        (("Fused", ["y0", "v"], {"domain": "com.example"}), "uses Fused of com.example"),
    ],
)
def test_operators_that_are_not_counted_are_named(node: Node, why: str, measure: Measure) -> None:
    found = measure([CONV, node], {"w": ones(8, 3, 3, 3), "v": ones(8, 8)})
    assert found.macs is None
    assert why in found.why
    assert found.params >= 8 * 27


def test_a_weight_that_is_computed_is_not_counted(measure: Measure) -> None:
    nodes: list[Node] = [("Relu", ["w"], {}), ("Conv", ["x", "y0"], {}), ("Conv", ["x", "v"], {})]
    found = measure(nodes, {"w": ones(8, 3, 3, 3), "v": ones(8, 3, 3, 3)})
    assert found.why == "the weight of a Conv is computed in the graph"


def test_what_the_file_says_about_its_own_maps_is_not_believed(
    row: Callable[..., Any], tmp_path: Path
) -> None:
    model = graph([CONV, ("Relu", ["y0"], {})], {"w": ones(8, 3, 3, 3)})
    small = helper.make_tensor_value_info("y0", TensorProto.FLOAT, (1, 8, 2, 2))
    model.graph.value_info.append(small)
    save_model(model, tmp_path / "net.onnx")
    assert opened(tmp_path / "net.onnx", row()).macs == 8 * 27 * 1024


def test_a_graph_without_weights_is_refused(measure: Measure) -> None:
    with pytest.raises(CheckpointError, match="no convolution or linear layer"):
        measure([("Relu", ["x"], {})], {})


def test_a_weight_with_too_few_values_is_damaged(row: Callable[..., Any], tmp_path: Path) -> None:
    model = graph([CONV], {"w": ones(8, 3, 3, 3)})
    model.graph.initializer[0].raw_data = b"1234"
    save_model(model, tmp_path / "net.onnx")
    with pytest.raises(CheckpointError, match="do not fit its shape"):
        opened(tmp_path / "net.onnx", row())


def test_a_graph_that_asks_for_all_memory_is_refused(measure: Measure) -> None:
    many, one = np.array([1 << 38], np.int64), np.array([1], np.int64)
    nodes: list[Node] = [
        CONV, ("ConstantOfShape", ["many"], {}), ("Concat", ["one", "y1"], {"axis": 0}),
        ("Reshape", ["y0", "y2"], {}),
    ]  # fmt: skip
    with pytest.raises(CheckpointError, match="shapes of its graph cannot be worked out"):
        measure(nodes, {"w": ones(8, 3, 3, 3), "many": many, "one": one})
