"""TensorBoard event files give the same curve as any other log."""

import struct
from collections.abc import Sequence
from pathlib import Path

import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from prune_audit.evidence.logs import Columns, Curve, LogError, read_log
from prune_audit.places import Place

NAME = "events.out.tfevents.1"
COLUMNS = Columns(accuracy="acc", train="train")
POINTS = [(0.1, 80.5, 79.0), (0.1, 81.25, 80.0), (0.01, 85.0, 86.0)]


def reading(data: bytes, columns: Columns = COLUMNS) -> tuple[Curve | None, LogError | None]:
    return read_log(data, NAME, columns, Place(NAME))


def curve_in(data: bytes) -> Curve:
    """Return the curve of a log that can be read."""
    curve, error = reading(data)
    assert error is None, error
    assert curve is not None
    return curve


def error_in(data: bytes, columns: Columns = COLUMNS) -> LogError:
    """Return what is wrong with a log."""
    error = reading(data, columns)[1]
    assert error is not None
    return error


def event_file(folder: Path, scalars: Sequence[tuple[int, str, float]]) -> bytes:
    """Write an event file with the library's own writer and return its bytes."""
    writer = EventFileWriter(str(folder))
    for step, tag, value in scalars:
        summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
        writer.add_event(Event(step=step, summary=summary))
    writer.close()
    return next(folder.glob("*tfevents*")).read_bytes()


def scalars_of_points() -> list[tuple[int, str, float]]:
    tags = ("lr", "acc", "train")
    return [
        (epoch, tag, value)
        for epoch, point in enumerate(POINTS)
        for tag, value in zip(tags, point, strict=True)
    ]


def test_an_event_file_is_read_tag_by_tag(tmp_path: Path) -> None:
    curve = curve_in(event_file(tmp_path, scalars_of_points()))
    assert [point.epoch for point in curve.points] == [0, 1, 2]
    read = [(point.lr, point.accuracy, point.train) for point in curve.points]
    shown = [tuple(float(one.value) if one else None for one in point) for point in read]
    assert shown == [pytest.approx(point) for point in POINTS]


def test_an_event_file_of_torch_is_read(tmp_path: Path) -> None:
    tensorboard = pytest.importorskip("torch.utils.tensorboard")
    with tensorboard.SummaryWriter(str(tmp_path)) as writer:
        for step, tag, value in scalars_of_points():
            writer.add_scalar(tag, value, step)
    data = next(tmp_path.glob("*tfevents*")).read_bytes()
    assert [point.height for point in curve_in(data).points] == pytest.approx([80.5, 81.25, 85.0])


def test_a_tag_for_the_epoch_overrules_the_step(tmp_path: Path) -> None:
    scalars = [
        (390 * (epoch + 1), tag, value)
        for epoch in range(3)
        for tag, value in (("epoch", float(epoch)), ("acc", 80.0 + epoch))
    ]
    curve = curve_in(event_file(tmp_path, scalars))
    assert [point.epoch for point in curve.points] == [0, 1, 2]


def test_an_lr_that_is_logged_by_batch_is_left_out(tmp_path: Path) -> None:
    scalars = [(step, "lr", 0.1) for step in range(50)]
    scalars += [(epoch, "acc", 80.0 + epoch) for epoch in range(3)]
    curve = curve_in(event_file(tmp_path, scalars))
    assert [(point.epoch, point.lr) for point in curve.points] == [(0, None), (1, None), (2, None)]


def test_a_truncated_event_file_keeps_what_stands_before_its_end(tmp_path: Path) -> None:
    data = event_file(tmp_path, scalars_of_points())
    curve, error = reading(data[:-7])
    assert error is not None
    assert "ends within a record" in error.reason
    assert curve is not None
    assert curve.cut
    assert [point.height for point in curve.points] == pytest.approx([80.5, 81.25, 85.0])


def test_a_changed_byte_of_an_event_file_is_seen(tmp_path: Path) -> None:
    data = bytearray(event_file(tmp_path, scalars_of_points()))
    data[-10] ^= 1
    assert "checksum" in error_in(bytes(data)).reason


def test_a_text_that_is_called_an_event_file_is_none() -> None:
    assert "no event file" in error_in(b"epoch,acc\n0,70.5\n").reason


def test_a_record_that_claims_to_be_huge_is_not_waited_for() -> None:
    from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

    head = struct.pack("<Q", 1 << 60)
    data = head + struct.pack("<I", masked_crc32c(head))
    assert "ends within a record" in error_in(data).reason


def test_other_tags_may_repeat_their_steps(tmp_path: Path) -> None:
    scalars = [(0, "hparams/lr", 0.1), (0, "hparams/lr", 0.1), *scalars_of_points()]
    assert len(curve_in(event_file(tmp_path, scalars)).points) == 3


def test_an_event_file_that_was_written_twice_is_refused(tmp_path: Path) -> None:
    error = error_in(event_file(tmp_path, [*scalars_of_points(), (1, "acc", 80.0)]))
    assert "comes again or goes back" in error.reason


def test_a_missing_tag_names_those_that_are_there(tmp_path: Path) -> None:
    columns = Columns(accuracy="Accuracy/test", named=frozenset({"accuracy"}))
    scalars = [(epoch, "Accuracy/tests", 80.0) for epoch in range(3)]
    error = error_in(event_file(tmp_path, scalars), columns)
    assert "Accuracy/tests" in error.fix
