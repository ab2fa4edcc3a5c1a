"""What a pickle would import, read from its opcodes; nothing is unpickled."""

import pickletools
import re
import warnings
from collections.abc import Iterator
from typing import Any, BinaryIO

from prune_audit.evidence.checkpoints.errors import CheckpointError, damaged, holds_code

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


_MOST_REPEATED = 50_000_000
"""Values that a pickle may repeat by reference, tuples counted with all that is in them."""


def check_pickles(stream: BinaryIO, count: int) -> None:
    """Refuse pickles that would import more than tensors need.

    Args:
        stream: at the first pickle.
        count: how many pickles stand one after the other.

    Raises:
        CheckpointError: they would, they are no pickles, or tuples hold each other so often that
            to hash one would never end.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes in damaged names
        for _ in range(count):
            for name in _imports(stream):
                if not _HARMLESS.fullmatch(name):
                    raise holds_code(f"to load it would be to call {_shown(name)}")


def _imports(stream: BinaryIO) -> Iterator[str]:
    texts: list[str] = []
    sizes = _Sizes()
    try:
        for opcode, argument, _ in pickletools.genops(stream):
            sizes.take(opcode, argument)
            if opcode.name in ("GLOBAL", "INST"):
                yield str(argument).replace(" ", ".", 1)
            elif opcode.name == "STACK_GLOBAL":  # module and name were put down as texts before
                yield ".".join(texts[-2:])
            elif opcode.name in ("EXT1", "EXT2", "EXT4"):
                yield f"extension {argument}"
            elif isinstance(argument, str):
                texts = [*texts[-1:], argument]
    except CheckpointError:
        raise
    except (ValueError, LookupError, OverflowError, MemoryError, UnicodeError) as error:
        raise damaged("its pickle cannot be read") from error


class _Sizes:
    """Follows how many values stand in the tuples of a pickle, without building them.

    A tuple of twice the same tuple, and so on, is tiny in the file; its hash takes for ever.
    """

    def __init__(self) -> None:
        self._stack: list[int | None] = []  # None marks where a list of values begins
        self._memo: dict[int, int] = {}
        self._repeated = 0

    def take(self, opcode: Any, argument: Any) -> None:
        """Follow one opcode; raise CheckpointError where too much is repeated."""
        name: str = opcode.name
        if name == "MARK":
            self._stack.append(None)
        elif "PUT" in name or name == "MEMOIZE":
            key = len(self._memo) if name == "MEMOIZE" else int(argument)
            self._memo[key] = self._stack[-1] or 1
        elif name in ("GET", "BINGET", "LONG_BINGET", "DUP"):
            self._repeat(self._memo[int(argument)] if argument is not None else self._stack[-1])
        else:
            popped = self._pop(opcode.stack_before)
            whole = 1 + sum(popped) if name.startswith("TUPLE") else 1
            self._stack += [whole] * len(opcode.stack_after)

    def _repeat(self, size: int | None) -> None:
        self._stack.append(size)
        self._repeated += size or 1
        if self._repeated > _MOST_REPEATED:
            raise CheckpointError("holds tuples that hold each other too often to be read")

    def _pop(self, before: list[Any]) -> list[int]:
        """Take off what an opcode takes, down to the last mark where it goes there."""
        popped: list[int] = []
        if pickletools.markobject in before:
            while (size := self._stack.pop()) is not None:
                popped.append(size)
            before = before[: before.index(pickletools.markobject)]
        return popped + [self._stack.pop() or 1 for _ in before]


def _shown(name: str) -> str:
    return re.sub(r"[^\w. -]", "?", name)[:80]
