"""TensorBoard event files, read with the library tensorboard and without TensorFlow.

The records are cut out of the bytes here: the library's own loader opens files by their names and
does not say when one is cut short. Its protocol buffers and checksum are used.
"""

import struct
from collections.abc import Iterator
from importlib import import_module
from typing import Any, NamedTuple

from prune_audit.evidence.logs.rows import Columns, LogError, MissingExtraError, Row
from prune_audit.problems import shown

INSTALL = "pip install 'prune-audit[evidence]'"
_CUT = "the file is cut short or damaged; name the whole file"
_LARGEST = 1 << 16
"""Bytes of a record that can hold scalars only; images and graphs are passed over."""
_FLOAT, _DOUBLE = 1, 2


class _Scalar(NamedTuple):
    record: int
    step: int
    tag: str
    text: str


class _Library(NamedTuple):
    event: Any
    checksum: Any
    unreadable: type[Exception]


def rows(data: bytes, columns: Columns) -> Iterator[Row]:
    """Yield one row per step; tags are its columns.

    The epoch is the tag of that name where there is one, else the step. Then only the steps of
    the accuracy (or, without one, of the LR) are epochs, and a tag that is logged beyond the last
    of them is logged by batch and left out. A damaged end is told after what stands before it.

    Raises:
        LogError: no event file, a step that comes again, or a file that is cut short.
        MissingExtraError: tensorboard is not installed.
    """
    library = _library()
    scalars: list[_Scalar] = []
    damage: LogError | None = None
    try:
        scalars.extend(_scalars(data, library))
    except _DamageError as error:
        scalars, damage = error.before, LogError(error.reason, error.record, _CUT)
    if not scalars and damage:
        raise damage
    yield from _by_step(scalars, columns)
    if damage:
        raise damage


def _library() -> _Library:
    try:
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c
    except ImportError as error:
        raise MissingExtraError(f"event files need tensorboard: {INSTALL}") from error
    unreadable = import_module("google.protobuf.message").DecodeError
    return _Library(Event, masked_crc32c, unreadable)


class _DamageError(Exception):
    def __init__(self, reason: str, record: int, before: list[_Scalar]) -> None:
        super().__init__(reason)
        self.reason, self.record, self.before = reason, record, before


def _scalars(data: bytes, library: _Library) -> list[_Scalar]:
    found: list[_Scalar] = []
    at = number = 0
    while at < len(data):
        number += 1
        record, at, reason = _record(data, at, library)
        if reason:
            raise _DamageError(reason, number, found)
        try:
            found += _values(library.event.FromString(record), number) if record else ()
        except library.unreadable:
            raise _DamageError("a record cannot be read", number, found) from None
    return found


def _record(data: bytes, at: int, library: _Library) -> tuple[bytes, int, str]:
    """Return a record, where the next one begins, and what is wrong; a large record is empty.

    A record is its length (8 bytes), the checksum of the length (4), the content, its checksum (4).
    """
    head = data[at : at + 12]
    if len(head) < 12:
        return b"", at, "ends within a record"
    length, checksum = struct.unpack("<QI", head)
    if library.checksum(head[:8]) != checksum:
        return b"", at, "holds a record with a wrong checksum: no event file, or damaged"
    end = at + 12 + length
    if end + 4 > len(data):
        return b"", at, "ends within a record"
    if length > _LARGEST:
        return b"", end + 4, ""
    record = data[at + 12 : end]
    if library.checksum(record) != struct.unpack("<I", data[end : end + 4])[0]:
        return b"", at, "holds a record with a wrong checksum"
    return record, end + 4, ""


def _values(event: Any, number: int) -> Iterator[_Scalar]:
    for value in event.summary.value:
        text = _text(value)
        if text:
            yield _Scalar(number, int(event.step), value.tag, text)


def _text(value: Any) -> str:
    """Return a scalar with the digits of its type, empty for images and the like."""
    kind = value.WhichOneof("value")
    if kind == "simple_value":
        return f"{value.simple_value:.9g}"
    if kind != "tensor" or any(size.size != 1 for size in value.tensor.tensor_shape.dim):
        return ""
    tensor = value.tensor
    if tensor.dtype == _FLOAT:
        return _first(tensor.float_val, tensor.tensor_content, "<f", ".9g")
    if tensor.dtype == _DOUBLE:
        return _first(tensor.double_val, tensor.tensor_content, "<d", ".17g")
    return ""


def _first(values: Any, content: bytes, layout: str, digits: str) -> str:
    if values:
        return format(values[0], digits)
    whole = len(content) == struct.calcsize(layout)
    return format(struct.unpack(layout, content)[0], digits) if whole else ""


def _by_step(scalars: list[_Scalar], columns: Columns) -> Iterator[Row]:
    """Join the scalars of each step; of tags that are not asked for only the first is kept."""
    wanted = frozenset(columns[:6])
    last: dict[str, int] = {}
    rows: dict[int, Row] = {}
    for scalar in scalars:
        if scalar.tag not in wanted and scalar.tag in last:
            continue
        if scalar.step <= last.get(scalar.tag, -1):
            reason = f"step {scalar.step} of {shown(scalar.tag)} comes again or goes back"
            raise LogError(reason, scalar.record, "name the event file of one run")
        last[scalar.tag] = scalar.step
        row = rows.setdefault(scalar.step, Row(scalar.record, {}))
        row.cells[scalar.tag] = scalar.text
    ordered = dict(sorted(rows.items()))
    yield from ordered.values() if columns.epoch in last else _by_epoch(ordered, last, columns)


def _by_epoch(rows: dict[int, Row], last: dict[str, int], columns: Columns) -> Iterator[Row]:
    """Take steps for epochs; rows that are none come without an epoch."""
    counted = [tag for tag in (columns.accuracy, columns.correct) if tag in last]
    end = last.get((counted or [columns.lr])[0], -1)
    by_batch = {tag for tag in columns[1:6] if last.get(tag, 0) > end + 1}
    for step, row in rows.items():
        kept = {tag: text for tag, text in row.cells.items() if tag not in by_batch}
        if step <= end and not kept.keys().isdisjoint(columns[1:6]):
            kept[columns.epoch] = str(step)
        yield Row(row.line, kept)
