"""Files that are made to do harm, or are damaged: refused in words, nothing run, nothing left."""

import io
import json
import pickle
import struct
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from prune_audit.evidence.checkpoints import CheckpointError, Measured, opened
from prune_audit.pipeline import surgery

Rows = Callable[..., Any]
Nets = Callable[..., nn.Module]
Saver = Callable[..., Path]


class Touch:
    """Creates a file where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return open, (str(self.path), "w")


def refused(path: Path, row: Rows) -> CheckpointError:
    with pytest.raises(CheckpointError) as caught:
        opened(path, row())
    assert caught.value.reason
    assert caught.value.fix
    return caught.value


@pytest.mark.parametrize("new", [True, False])
@pytest.mark.parametrize("suffix", ["pt", "safetensors", "onnx", "pt2"])
def test_code_in_a_pickle_is_not_run_whatever_the_file_is_called(
    new: bool, suffix: str, row: Rows, tmp_path: Path
) -> None:
    trap, path = tmp_path / "trap", tmp_path / f"net.{suffix}"
    torch.save(
        {"state_dict": {"a.weight": torch.ones(2, 2)}, "more": Touch(trap)}, path,
        _use_new_zipfile_serialization=new,
    )  # fmt: skip
    error = refused(path, row)
    assert error.code
    assert error.reason.endswith(".open")
    assert not trap.exists()


@pytest.mark.parametrize("protocol", range(6))
def test_a_plain_pickle_is_not_opened(protocol: int, row: Rows, tmp_path: Path) -> None:
    trap, path = tmp_path / "trap", tmp_path / "net.pt"
    path.write_bytes(pickle.dumps(Touch(trap), protocol))
    error = refused(path, row)
    assert error.code or protocol < 2  # older ones have no mark and look like a text
    assert not trap.exists()


@pytest.mark.parametrize("protocol", [2, 4])
def test_code_behind_a_real_state_dict_is_found(protocol: int, row: Rows, tmp_path: Path) -> None:
    trap, path = tmp_path / "trap", tmp_path / "net.pt"
    content = {"a.weight": torch.ones(2, 2), "z": Touch(trap)}
    torch.save(content, path, pickle_protocol=protocol)
    assert refused(path, row).code
    assert not trap.exists()


def test_a_pickled_network_and_torchscript_are_programs(
    row: Rows, cut: Nets, tmp_path: Path
) -> None:
    net = cut("resnet8", 0.5, 10, 1, 8)
    torch.save(net, tmp_path / "net.pt")
    error = refused(tmp_path / "net.pt", row)
    assert error.code
    assert "CifarResNet" in error.reason
    with zipfile.ZipFile(tmp_path / "script.pt", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("net/data.pkl", b"")
        archive.writestr("net/constants.pkl", b"")
        archive.writestr("net/code/__torch__.py", "def forward(self): ...")
    error = refused(tmp_path / "script.pt", row)
    assert error.code
    assert "TorchScript" in error.reason


@pytest.mark.parametrize("name", ["net/data.pkl", "net/archive_format", "net/models/model.json"])
def test_an_archive_that_unpacks_to_more_than_the_file_is_refused(
    name: str, row: Rows, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.pt", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, bytes(50_000_000))
    assert "compressed zip archive" in refused(tmp_path / "bomb.pt", row).reason


def test_an_archive_whose_entries_overlap_is_refused(row: Rows, tmp_path: Path) -> None:
    path = tmp_path / "bomb.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("net/data/0", bytes(100_000))
        first = archive.infolist()[0]
        for index in range(1, 30):  # thirty names of one piece of the file
            copy = zipfile.ZipInfo(f"net/data/{index}")
            copy.file_size = copy.compress_size = first.file_size
            copy.CRC, copy.header_offset = first.CRC, first.header_offset
            archive.filelist.append(copy)
            archive.NameToInfo[copy.filename] = copy
    assert "larger inside than the whole file" in refused(path, row).reason


def test_every_cut_off_file_is_refused(row: Rows, cut: Nets, saver: Saver, tmp_path: Path) -> None:
    path = saver(cut("resnet8", 0.5, 10, 1, 8), surgery.example(1, 8), tmp_path)
    whole = path.read_bytes()
    for length in (0, 1, 7, 100, len(whole) // 2, len(whole) - 100):
        path.write_bytes(whole[:length])
        refused(path, lambda: row("resnet8"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"epoch,accuracy\n0,10.0\n", "is a text"),
        (b"version https://git-lfs.github.com/spec/v1\n", "pointer of Git LFS"),
        (b"\x1f\x8b\x08" + bytes(50), "compressed with gzip"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (b"\x93NUMPY\x01\x00", "an array of NumPy"),
        (b"\xff" * 600, "no state_dict"),
        (struct.pack("<Q", 1 << 40) + b"{}", "its header says"),
        (struct.pack("<Q", 4) + b"{[[[" + bytes(20), "cannot read its header"),
    ],
)
def test_other_files_are_refused_by_what_they_are(
    content: bytes, reason: str, row: Rows, tmp_path: Path
) -> None:
    (tmp_path / "net.pth").write_bytes(content)
    error = refused(tmp_path / "net.pth", row)
    assert reason in error.reason
    assert not error.code


def test_archives_of_other_programs_are_refused(row: Rows, tmp_path: Path) -> None:
    np.savez(tmp_path / "net.npz", weight=np.array([{}], dtype=object), allow_pickle=True)
    assert "NumPy" in refused(tmp_path / "net.npz", row).reason
    with tarfile.open(tmp_path / "net.tar", "w") as archive:
        archive.addfile(tarfile.TarInfo("storages"), io.BytesIO())
    assert "a tar archive" in refused(tmp_path / "net.tar", row).reason
    with zipfile.ZipFile(tmp_path / "net.zip", "w") as archive:
        archive.writestr("../../outside", b"text")
    assert "none that torch wrote" in refused(tmp_path / "net.zip", row).reason
    assert not (tmp_path.parent.parent / "outside").exists()


def test_a_folder_and_a_missing_file_are_refused(row: Rows, tmp_path: Path) -> None:
    assert "no regular file" in refused(tmp_path, row).reason
    assert "cannot be read" in refused(tmp_path / "nothing.pt", row).reason


def test_weights_of_onnx_in_another_file_are_not_fetched(
    row: Rows, cut: Nets, savers: Mapping[str, Saver], tmp_path: Path
) -> None:
    path = savers["onnx"](cut("resnet8", 0.5, 10, 1, 8), surgery.example(1, 8), tmp_path)
    model = onnx.load(path)
    onnx.save(
        model, tmp_path / "out.onnx", save_as_external_data=True, location="secret",
        size_threshold=0, all_tensors_to_one_file=True,
    )  # fmt: skip
    assert (tmp_path / "secret").exists()
    error = refused(tmp_path / "out.onnx", row)
    assert "leads out of itself" in error.reason
    for one in model.graph.initializer:
        one.data_location = onnx.TensorProto.EXTERNAL
        one.external_data.add(key="location", value="/etc/passwd")
    path.write_bytes(model.SerializeToString())
    assert "leads out of itself" in refused(path, row).reason


def test_a_tensor_that_says_it_is_larger_than_its_bytes_is_refused(
    row: Rows, tmp_path: Path
) -> None:
    huge = torch.ones(1).expand(1 << 20, 1 << 20)
    torch.save({"a.weight": huge}, tmp_path / "net.pt")
    assert "more values than it has bytes for" in refused(tmp_path / "net.pt", row).reason


def test_sparse_tensors_are_asked_for_as_dense_ones(row: Rows, tmp_path: Path) -> None:
    torch.save({"a.weight": torch.eye(3).to_sparse()}, tmp_path / "net.pt")
    error = refused(tmp_path / "net.pt", row)
    assert "no dense tensor" in error.reason


def edited(path: Path, end: str, edit: Callable[[Any], None]) -> Path:
    """Change one JSON entry of an archive of torch.export."""
    with zipfile.ZipFile(path) as archive:
        entries = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    name = next(name for name in entries if name.endswith(end))
    content = json.loads(entries[name])
    edit(content)
    entries[name] = json.dumps(content).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for entry, data in entries.items():
            archive.writestr(entry, data)
    return path


@pytest.fixture
def program(cut: Nets, savers: Mapping[str, Saver], tmp_path: Path) -> Path:
    return savers["program"](cut("resnet20"), surgery.example(3), tmp_path)


def test_a_program_with_a_pickled_weight_is_not_opened(row: Rows, program: Path) -> None:
    def pickled(content: Any) -> None:
        content["config"]["fc.weight"]["use_pickle"] = True

    path = edited(program, "weights_config.json", pickled)
    assert "keeps fc.weight as a pickle" in refused(path, row).reason


def test_a_program_whose_maps_are_stated_too_small_is_damaged(row: Rows, program: Path) -> None:
    def smaller(content: Any) -> None:
        maps = content["graph_module"]["graph"]["tensor_values"]
        maps["conv2d_3"]["sizes"][3] = {"as_int": 4}

    path = edited(program, "model.json", smaller)
    assert "another size than stated" in refused(path, row).reason


def test_a_weight_of_a_program_that_reaches_beyond_its_bytes_is_damaged(
    row: Rows, program: Path
) -> None:
    def larger(content: Any) -> None:
        content["config"]["fc.weight"]["tensor_meta"]["storage_offset"] = {"as_int": 600}

    path = edited(program, "weights_config.json", larger)
    assert "does not follow the format" in refused(path, row).reason


@pytest.mark.parametrize("end", ["model.json", "weights_config.json"])
def test_a_program_of_nonsense_is_damaged(end: str, row: Rows, program: Path) -> None:
    assert not refused(edited(program, end, lambda content: content.clear()), row).code


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_makes_it_crash(
    data: st.DataObject, row: Rows, cut: Nets, savers: Mapping[str, Saver],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("damaged")
    kind = data.draw(st.sampled_from(["state_dict", "legacy", "safetensors", "onnx"]))
    path = savers[kind](cut("resnet8", 0.5, 10, 1, 8), surgery.example(1, 8), folder)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, min(len(content) - 1, 4000)))
        content[at] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    with suppress(CheckpointError):
        assert isinstance(opened(path, row("resnet8")), Measured)
