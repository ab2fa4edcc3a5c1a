"""What a pickle would import, read from its opcodes; nothing is unpickled."""

import pickletools
import re
import warnings
from collections.abc import Iterator
from typing import BinaryIO

from prune_audit.evidence.checkpoints.errors import damaged, holds_code

_HARMLESS = re.compile(
    r"collections\.OrderedDict|collections\.Counter|_codecs\.encode"
    r"|(builtins|__builtin__)\.(set|complex)"
    r"|torch\.(Size|device|Tensor|\w+Storage|(b?float|double|half|u?int|long|short|bool)\w*)"
    r"|torch\.(cuda\.\w+Storage|storage\.(Typed|Untyped)Storage|nn\.parameter\.Parameter)"
    r"|torch\.serialization\._get_layout"
    r"|torch\._utils\._rebuild_(parameter|parameter_with_state|tensor|tensor_v2|tensor_v3)"
    r"|torch\._utils\._rebuild_(sparse_tensor|qtensor)|torch\._tensor\._rebuild_from_type_v2"
)
"""What tensors in plain containers need; torch has the last word with ``weights_only``."""


def check_pickles(stream: BinaryIO, count: int) -> None:
    """Refuse pickles that would import more than tensors need.

    Args:
        stream: at the first pickle.
        count: how many pickles stand one after the other.

    Raises:
        CheckpointError: they would, or they are no pickles.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes in damaged names
        for _ in range(count):
            for name in _imports(stream):
                if not _HARMLESS.fullmatch(name):
                    raise holds_code(f"to load it would be to call {_shown(name)}")


def _imports(stream: BinaryIO) -> Iterator[str]:
    texts: list[str] = []
    try:
        for opcode, argument, _ in pickletools.genops(stream):
            if opcode.name in ("GLOBAL", "INST"):
                yield str(argument).replace(" ", ".", 1)
            elif opcode.name == "STACK_GLOBAL":  # module and name were put down as texts before
                yield ".".join(texts[-2:])
            elif opcode.name in ("EXT1", "EXT2", "EXT4"):
                yield f"extension {argument}"
            elif isinstance(argument, str):
                texts = [*texts[-1:], argument]
    except (ValueError, OverflowError, MemoryError, UnicodeError) as error:
        raise damaged("its pickle cannot be read") from error


def _shown(name: str) -> str:
    return re.sub(r"[^\w. -]", "?", name)[:80]
