"""Reading weights from files that anyone may have written."""

import io
import os
import pickle
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import torch

from prune_audit.pipeline.checkpoint import CheckpointError, dumped, fill, loaded, state_of
from prune_audit.pipeline.networks import build

CPU = torch.device("cpu")


def saved(content: Any) -> bytes:
    """Return what torch.save writes; other than ``dumped`` also of what is not to be loaded."""
    stream = io.BytesIO()
    torch.save(content, stream)
    return stream.getvalue()


@pytest.fixture
def net() -> torch.nn.Module:
    return build("resnet8", 10, 1, torch.Generator().manual_seed(0))


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], Any]:
    """Read the weights in a file that holds some bytes."""

    def found(data: bytes) -> Any:
        file = tmp_path / "net.pth"
        file.write_bytes(data)
        return state_of(file, sha256(data).hexdigest())

    return found


class Code:
    """Runs code when it is read from a pickle."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.file),)


@pytest.mark.parametrize("write", [saved, pickle.dumps, lambda code: saved({"conv1.weight": code})])
def test_code_in_a_file_is_not_run(
    read: Callable[[bytes], Any], tmp_path: Path, write: Callable[[Any], bytes]
) -> None:
    data = write(Code(tmp_path / "it was run"))
    with pytest.raises(CheckpointError) as raised:
        read(data)
    assert not (tmp_path / "it was run").exists()
    assert "save the weights with torch.save(net.state_dict(), FILE)" in str(raised.value)
    assert "weights_only" not in str(raised.value)  # torch's advice would run the code


def test_a_whole_network_is_refused_and_the_message_names_its_class(
    read: Callable[[bytes], Any],
) -> None:
    with pytest.raises(
        CheckpointError, match=r"holds torch\.nn\.modules\.linear\.Linear, not only"
    ):
        read(saved(torch.nn.Linear(2, 2)))


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\0" * 1000, b"PK\x03\x04" + b"\0" * 99, pickle.dumps([1])]
)
def test_other_files_and_parts_of_files_are_refused(
    read: Callable[[bytes], Any], net: torch.nn.Module, data: bytes
) -> None:
    whole = dumped(net.state_dict())
    for part in (data, whole[:100], whole[: len(whole) // 2], whole[:-1]):
        with pytest.raises(CheckpointError, match=r"damaged|no state_dict"):
            read(part)


@pytest.mark.parametrize("content", [[1, 2], {"epoch": 3}, {"a": {"b": 1}}, torch.zeros(2)])
def test_other_content_is_no_state_dict(read: Callable[[bytes], Any], content: Any) -> None:
    with pytest.raises(CheckpointError, match="holds no state_dict"):
        read(dumped(content))


def test_weights_are_found_where_training_scripts_put_them(
    read: Callable[[bytes], Any], net: torch.nn.Module
) -> None:
    state = net.state_dict()
    parallel = {f"module.{name}": tensor for name, tensor in state.items()}
    older = {name: x for name, x in state.items() if not name.endswith("num_batches_tracked")}
    for content in (
        state,
        {"state_dict": state, "epoch": 90},
        {"model": parallel, "optimizer": {"lr": 0.1}},
        older,
    ):
        fill(net, read(dumped(content)), "net.pth")


@pytest.mark.parametrize(
    ("network", "channels", "words"),
    [
        ("resnet8", 3, "conv1.weight is 16 x 3 x 3 x 3, not 16 x 1 x 3 x 3"),
        ("resnet20", 1, "it lacks layer2.0.downsample.0.weight and 9 more; the network has no "),
    ],
)
def test_weights_of_another_network_do_not_fit_and_the_message_is_short(
    net: torch.nn.Module, network: str, channels: int, words: str
) -> None:
    other = build(network, 10, channels, torch.Generator())
    with pytest.raises(CheckpointError) as raised:
        fill(net, other.state_dict(), "net.pth")
    assert str(raised.value).startswith("net.pth does not fit the network: ")
    assert words in str(raised.value)
    assert len(str(raised.value)) < 250


def test_a_file_that_changes_after_it_was_named_is_refused(
    tmp_path: Path, net: torch.nn.Module
) -> None:
    file = tmp_path / "net.pth"
    file.write_bytes(dumped(net.state_dict()))
    with pytest.raises(CheckpointError, match="has changed while it was used"):
        state_of(file, "0" * 64)
    with pytest.raises(CheckpointError, match="cannot read"):
        state_of(tmp_path / "gone.pth", "0" * 64)


def test_what_was_dumped_comes_back(net: torch.nn.Module) -> None:
    state = net.state_dict()
    again = loaded(dumped({"net": state, "history": [[0.1, [1, 2]]]}), CPU)
    assert again["history"] == [[0.1, [1, 2]]]
    assert all(torch.equal(again["net"][name], state[name]) for name in state)


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        (torch.tensor([1.0, float("nan")]), "fc.weight holds NaN or infinite values"),
        (torch.zeros(2, dtype=torch.complex64), "holds fc.weight as no dense tensor"),
        (torch.zeros(2, 2).to_sparse(), "holds fc.weight as no dense tensor"),
    ],
)
def test_weights_that_are_no_dense_finite_numbers_are_refused_by_name(
    tmp_path: Path, weight: torch.Tensor, said: str
) -> None:
    file = tmp_path / "odd.pth"
    torch.save({"fc.weight": weight}, file)
    with pytest.raises(CheckpointError, match=said):
        state_of(file)
