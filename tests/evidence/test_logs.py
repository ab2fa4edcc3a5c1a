"""Logs of every kind give the same curve, and say where they cannot be read."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.evidence.logs import Columns, Curve, LogError, read_log
from prune_audit.places import Place

COLUMNS = Columns(accuracy="acc", train="train")
CSV = "epoch,lr,acc,train\n0,0.1,80.5,79\n1,0.1,81.25,80\n2,0.01,85.0,86\n"
POINTS = [("0.1", "80.5", "79"), ("0.1", "81.25", "80"), ("0.01", "85.0", "86")]
KINDS = ("log.csv", "log.tsv", "log.jsonl", "events.out.tfevents.1")


def curve_in(data: str | bytes, name: str = "log.csv", columns: Columns = COLUMNS) -> Curve:
    """Return the curve of a log that can be read."""
    curve, error = reading(data, name, columns)
    assert error is None, error
    assert curve is not None
    return curve


def reading(
    data: str | bytes, name: str = "log.csv", columns: Columns = COLUMNS
) -> tuple[Curve | None, LogError | None]:
    raw = data.encode() if isinstance(data, str) else data
    return read_log(raw, name, columns, Place(name))


def error_in(data: str | bytes, name: str = "log.csv", columns: Columns = COLUMNS) -> LogError:
    """Return what is wrong with a log."""
    error = reading(data, name, columns)[1]
    assert error is not None
    return error


def values(curve: Curve) -> list[tuple[Decimal | None, ...]]:
    """Return LR, test and training accuracy by epoch."""
    return [
        tuple(one.value if one else None for one in (point.lr, point.accuracy, point.train))
        for point in curve.points
    ]


EXPECTED = [tuple(map(Decimal, point)) for point in POINTS]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_with_any_of_three_delimiters(delimiter: str) -> None:
    assert values(curve_in(CSV.replace(",", delimiter))) == EXPECTED


def test_a_byte_order_mark_blank_lines_and_comments_do_not_matter() -> None:
    assert values(curve_in(f"\ufeff# seed 3\n\n{CSV}\n\n")) == EXPECTED


def test_json_lines_are_joined_by_epoch_and_other_events_are_passed_over() -> None:
    lines = [json.dumps({"event": "start", "args": {"lr": 0.1}})]
    for epoch, (lr, test, train) in enumerate(POINTS):
        lines.append(f'{{"epoch": {epoch}, "lr": {lr}, "train": {{"acc": {train}}}}}')
        lines.append(f'{{"epoch": {epoch}, "test": {{"acc": {test}, "loss": NaN}}}}')
    columns = Columns(accuracy="test.acc", train="train.acc")
    curve = curve_in("\n".join(lines), "log.jsonl", columns)
    assert values(curve) == EXPECTED
    assert [point.line for point in curve.points] == [3, 5, 7]


def test_the_digits_of_a_number_are_kept() -> None:
    curve = curve_in('{"epoch": 0, "acc": 76.10}\n', "log.jsonl")
    printed = curve.points[0].accuracy
    assert printed is not None
    assert (printed.text, printed.step) == ("76.10", Decimal("0.01"))


def test_the_lr_of_an_epoch_is_that_of_its_first_row() -> None:
    log = "epoch,step,lr,acc\n0,0,0.1,\n0,1,0.09,\n0,2,0.08,70.0\n1,3,0.07,\n1,4,0.06,72.0\n"
    curve = curve_in(log, columns=Columns(accuracy="acc"))
    assert [str(point.lr) for point in curve.points] == ["0.1", "0.07"]
    assert [str(point.accuracy) for point in curve.points] == ["70.0", "72.0"]


@pytest.mark.parametrize("first", [0, 1])
def test_epochs_count_from_zero_or_one_as_the_first_row_does(first: int) -> None:
    log = f"epoch,acc\n{first},70.0\n{first + 1},71.0\n"
    curve = curve_in(log, columns=Columns(accuracy="acc"))
    assert ([point.epoch for point in curve.points], curve.first) == ([0, 1], first)


def test_a_test_before_training_is_no_epoch() -> None:
    curve = curve_in(
        "epoch,lr,acc\n0,,10.0\n1,0.1,70.0\n2,0.1,71.0\n", columns=Columns(accuracy="acc")
    )
    assert [point.epoch for point in curve.points] == [0, 1]


def test_a_log_that_is_tested_every_five_epochs_tells_how_many_there_were() -> None:
    rows = "".join(f"{epoch},70.0\n" for epoch in (5, 10, 15, 20))
    assert curve_in(f"epoch,acc\n{rows}", columns=Columns(accuracy="acc")).epochs == (20, 20)
    rows = "".join(f"{epoch},70.0\n" for epoch in (0, 5, 10, 15))
    assert curve_in(f"epoch,acc\n{rows}", columns=Columns(accuracy="acc")).epochs == (16, 20)


def test_a_resumed_log_is_refused_with_the_line() -> None:
    error = error_in(CSV + "1,0.1,81.0,80\n")
    assert ("two logs were joined" in error.reason, error.line) == (True, 5)
    assert "its beginning is missing" in error_in("epoch,acc\n30,70.0\n31,70.0\n").reason
    assert "two logs were joined" in error_in(CSV + CSV).reason


def test_rows_in_descending_order_are_called_so() -> None:
    error = error_in("epoch,acc\n2,70.0\n1,71.0\n0,72.0\n")
    assert "epoch 1 comes after epoch 2: the epochs go down" in error.reason
    assert "joined" not in error.reason


def test_percentages_in_a_log_of_fractions_name_the_unit() -> None:
    columns = Columns(accuracy="acc", unit="fraction")
    error = error_in("epoch,acc\n0,79.99\n1,81.0\n", columns=columns)
    assert "from 0 to 1, as unit: fraction says, got '79.99'" in error.reason
    assert "unit: percent" in error.fix


def test_more_right_answers_than_images_are_told_with_both_numbers() -> None:
    columns = Columns(correct="right", total="images")
    error = error_in("epoch,right,images\n0,9001,9000\n", columns=columns)
    assert error.reason == "expected at most 9000 right answers of 9000 images, got '9001'"
    assert "one tested image" in error_in("epoch,right,images\n0,0,0\n", columns=columns).reason


def test_the_lowest_and_the_highest_further_lr_of_an_epoch_are_kept() -> None:
    log = "epoch,lr,acc\n0,0.1,\n0,0.3,\n0,0.2,\n0,0.05,70.0\n1,0.1,72.0\n"
    first, second = curve_in(log, columns=Columns(accuracy="acc")).points
    assert [(one.lr.text, one.line) for one in first.further] == [("0.05", 5), ("0.3", 3)]
    assert second.further == ()


def test_a_second_accuracy_in_one_epoch_is_refused() -> None:
    assert "second test accuracy" in error_in(CSV + "2,0.01,85.1,86\n").reason


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "-3.0", "100.5", "1e999", "0x10", "7" * 50])
def test_an_accuracy_that_is_none_stops_the_reading(text: str) -> None:
    curve, error = reading(CSV.replace("85.0", text))
    assert error is not None
    assert "expected an accuracy" in error.reason
    assert error.line == 4
    assert curve is not None
    assert curve.cut


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_nan_in_json_stops_the_reading(word: str) -> None:
    error = error_in(f'{{"epoch": 0, "acc": {word}}}\n', "log.jsonl")
    assert "expected an accuracy" in error.reason


def test_a_missing_column_names_those_that_are_there() -> None:
    columns = Columns(accuracy="test_acc", named=frozenset({"accuracy"}))
    error = error_in("epoch,lr,test_accuracy\n0,0.1,70.0\n", columns=columns)
    assert "no column 'test_acc'" in error.reason
    assert "test_accuracy" in error.fix


def test_an_accuracy_that_is_never_above_one_asks_for_its_unit() -> None:
    log = "epoch,acc\n0,0.7\n1,0.8\n"
    assert "percent or fractions" in error_in(log).reason
    curve = curve_in(log, columns=Columns(accuracy="acc", unit="fraction"))
    assert [point.height for point in curve.points] == [70.0, 80.0]


def test_counts_give_the_exact_share() -> None:
    columns = Columns(correct="right", total="images")
    curve = curve_in("epoch,right,images\n0,7612,10000\n", columns=columns)
    assert curve.points[0].exact == Decimal("76.12")
    assert "at most 10 right" in error_in("epoch,right,images\n0,11,10\n", columns=columns).reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "has no header"),
        (b"epoch,acc\n", "has no rows"),
        (b"epoch,acc\n0,\xff\n", "not UTF-8"),
        (b"epoch,acc\n0,\x00\n", "NUL"),
        (b"epoch,acc\n0\n", "1 cells"),
        (b"epoch,acc,acc\n0,1,2\n", "two columns"),
        (b"a,b\n1,2\n", "no column 'epoch'"),
        (b"epoch,acc\nfirst,70\n", "whole epoch"),
        (b"epoch,acc\n0.5,70\n", "whole epoch"),
    ],
)
def test_a_malformed_table_says_what_is_wrong(data: bytes, reason: str) -> None:
    assert reason in error_in(data).reason


def test_a_malformed_line_of_json_is_named() -> None:
    error = error_in('{"epoch": 0, "acc": 70.5}\n{"epoch": 1, "ac', "log.jsonl")
    assert ("no JSON" in error.reason, error.line) == (True, 2)
    assert "no JSON object" in error_in("[1, 2]\n", "log.jsonl").reason
    assert "no JSON" in error_in("[" * 100_000, "log.jsonl").reason


def test_a_file_of_another_kind_is_not_read() -> None:
    assert "no kind that is read" in error_in(CSV, "log.txt").reason


@given(st.binary(max_size=300), st.sampled_from(KINDS))
def test_arbitrary_bytes_never_crash_a_reader(data: bytes, name: str) -> None:
    curve, error = reading(data, name)
    assert curve is not None or error is not None


@given(
    st.text(alphabet='epochlrac,;\t\n0123456789.e-+"{}:[]nafi#%', max_size=200),
    st.sampled_from(KINDS[:3]),
)
def test_texts_that_look_like_logs_never_crash_a_reader(text: str, name: str) -> None:
    head = "epoch,lr,acc\n" if name != "log.jsonl" else '{"epoch": 0, "acc": 50.5}\n'
    curve, error = reading(head + text, name)
    assert curve is not None or error is not None
