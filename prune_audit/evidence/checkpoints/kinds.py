"""What a file is, by its content; its name counts for nothing."""

import io
from enum import StrEnum
from pathlib import Path
from stat import S_ISREG

from prune_audit.evidence.checkpoints.archives import names_in, opened_archive
from prune_audit.evidence.checkpoints.errors import SAVE, CheckpointError, damaged, holds_code
from prune_audit.evidence.checkpoints.pickles import check_pickles

MOST_BYTES = 4 << 30
"""Of a checkpoint."""

_MOST_PICKLE = 64 << 20
_HEAD = 512
_LEGACY = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."
_LEGACY_PICKLES = 5  # magic number, version, system, content, keys of the storages
_OTHERS = (
    (b"\x93NUMPY", "an array of NumPy"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ", "compressed with xz"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"GGUF", "a GGUF file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_NEWEST_IR = 64  # version of ONNX's own format, 13 in 2026


class Kind(StrEnum):
    """The kinds of checkpoints that are opened."""

    STATE_DICT = "state_dict"
    LEGACY = "state_dict, format before torch 1.6"
    SAFETENSORS = "safetensors"
    ONNX = "ONNX"
    EXPORTED = "torch.export"


def kind_of(path: Path) -> Kind:
    """Return what the file is. Pickles are looked through and not unpickled.

    Raises:
        CheckpointError: it is none of the kinds, damaged, too large, or holds code.
    """
    try:
        found = path.stat()
        if not S_ISREG(found.st_mode):
            raise CheckpointError("is no regular file", "give a regular file")
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError as error:
        raise CheckpointError(f"cannot be read: {error.strerror}", "give a readable file") from None
    if found.st_size > MOST_BYTES:
        raise CheckpointError(f"has {found.st_size:,} bytes, more than {MOST_BYTES:,}")
    if head.startswith(b"PK"):
        return _zipped(path)
    if head.startswith(_LEGACY):
        return _legacy(path)
    return _plain(head, found.st_size)


def _zipped(path: Path) -> Kind:
    names = names_in(path)
    if "constants.pkl" in names or any(name.startswith("code/") for name in names):
        raise holds_code("it is a TorchScript archive, a program and not only weights")
    archive = opened_archive(path)
    if "archive_format" in names:
        return Kind.EXPORTED
    if "data.pkl" in names:
        check_pickles(io.BytesIO(archive.read("data.pkl", _MOST_PICKLE)), 1)
        return Kind.STATE_DICT
    if any(name.endswith("serialized_exported_program.json") for name in names):
        raise CheckpointError(
            "was written by an old torch.export, before its format was settled",
            "save it again with a newer torch, or as .onnx or state_dict",
        )
    if any(name.endswith(".npy") for name in names):
        raise CheckpointError("is a .npz of NumPy, which can hold objects")
    raise CheckpointError("is a zip archive, and none that torch wrote")


def _legacy(path: Path) -> Kind:
    with path.open("rb") as stream:
        check_pickles(stream, _LEGACY_PICKLES)
    return Kind.LEGACY


def _plain(head: bytes, size: int) -> Kind:
    length = int.from_bytes(head[:8], "little")
    if len(head) > 8 and head[8:9] == b"{":
        if length > size - 8:
            raise damaged(f"its header says {length:,} bytes and it has {size:,}")
        return Kind.SAFETENSORS
    for start, what in _OTHERS:
        if head.startswith(start):
            raise CheckpointError(f"is {what}, no checkpoint that is opened", SAVE)
    if head[257:262] == b"ustar":
        raise CheckpointError("is a tar archive, no checkpoint that is opened", SAVE)
    if head[:1] == b"\x80":
        raise holds_code("it is a plain pickle, which cannot be opened without running it")
    if len(head) > 2 and head[0] == 0x08 and 0 < head[1] < _NEWEST_IR:
        return Kind.ONNX
    raise CheckpointError(_unknown(head), SAVE)


def _unknown(head: bytes) -> str:
    if not head:
        return "is empty"
    if head.startswith(b"version https://git-lfs"):
        return "is a pointer of Git LFS, not the file itself"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError:
        return "is no state_dict, .safetensors, .onnx or torch.export file"
    return "is a text, not a checkpoint"
