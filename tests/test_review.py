"""The format review: a short neutral text with open questions to the authors."""

from collections.abc import Callable
from typing import Any

import pytest

from prune_audit.audit import Report
from prune_audit.reports import FORMATS, Look

Write = Callable[..., str]
ReportOn = Callable[..., Report]
UNFAIR = {"retraining.epochs": "60", "retraining.lr": "0:1e-2,30:1e-3"}


# review


def test_a_review_counts_then_names_differences_then_asks(seed: Report) -> None:
    shown = FORMATS["review"](seed, Look())
    heads = [
        'On the comparisons in "Why is the State', "Of 1", "compared pairs, ",
        "What becomes of the statements:", "How significance was judged:", "What differs:",
        "Questions to the authors:",
    ]  # fmt: skip
    places = [shown.index(head) for head in heads]
    assert places == sorted(places)


def test_a_review_asks_once_per_fact_and_names_the_rows(write: Write, report_on: ReportOn) -> None:
    row = {"method": "Theirs", "base": "unreported", "retraining": "unreported"}
    shown = FORMATS["review"](report_on(write({}, row)), Look(width=200))
    asked = shown.partition("Questions to the authors:\n")[2].splitlines()
    assert asked == [
        "- Which base model was pruned? Its weights, by source and version. Theirs (Table 1)",
        "- For how many epochs was it retrained? Theirs (Table 1)",
        "- Under which learning-rate schedule was it retrained? Theirs (Table 1)",
    ]


def test_a_review_does_not_ask_authors_what_nobody_has_looked_up(
    write: Write, report_on: ReportOn
) -> None:
    shown = FORMATS["review"](report_on(write({}, {"base": "unverified"})), Look(width=200))
    assert "Questions to the authors:" not in shown
    head = "For the transcriber of the claim file, not for the authors (not looked up yet):\n"
    assert f"{head}- Which base model" in shown


def test_a_review_quotes_what_is_partly_stated(write: Write, report_on: ReportOn) -> None:
    rows = [{"retraining.lr": "step 1e-2 at 30/60"}] * 2
    shown = FORMATS["review"](report_on(write(*rows)), Look(width=200))
    assert "some method (ours; stated: step 1e-2 at 30/60)" in shown


def test_a_review_names_sweeps_once(sweeps: str, report_on: ReportOn) -> None:
    shown = FORMATS["review"](report_on(sweeps), Look(width=200))
    expected = "- retraining epochs: 90 / 60: A (Table 1) and B (Table 1) at 10, 30, 50\n"
    assert expected in shown


@pytest.mark.parametrize(
    ("ours", "other", "expected"),
    [
        ({"method": "A"}, {"method": "B"}, "A (Table 1) and B (Table 1)"),
        ({"source": "Table 2"}, {}, "some method (Table 2) and some method (Table 1)"),
        ({"top1": "76.1"}, {}, "some method (Table 1, 76.1%) and some method (Table 1, 75.00%)"),
        ({}, {}, "some method (ours) and some method (other)"),
    ],
)
def test_a_review_names_rows_by_method_and_place_in_print_where_that_is_clear(
    write: Write, report_on: ReportOn, ours: Any, other: Any, expected: str
) -> None:
    shown = FORMATS["review"](report_on(write(ours, {**UNFAIR, **other})), Look(width=200))
    assert f"- retraining epochs: 90 / 60: {expected}\n" in shown


def test_a_review_names_rows_of_other_files_with_their_file(
    write: Write, report_on: ReportOn
) -> None:
    own = write({"method": "A"}, comparison={"against": ["b#other"]})
    shown = FORMATS["review"](report_on(own, write({}, UNFAIR)), Look(width=200))
    assert "A (Table 1) and some method (b#other)\n" in shown


def test_a_review_names_the_row_of_a_number_and_no_line_of_the_file(
    write: Write, report_on: ReportOn
) -> None:
    report = report_on(write({"method": "A", "drop": "1.31"}))
    shown = FORMATS["review"](report, Look(width=300))
    assert "- A (Table 1): the printed numbers disagree: 76.13 - 75.00 = 1.13" in shown
    assert "(line " not in shown


@pytest.mark.parametrize(
    ("statement", "ours", "other"),
    [
        ("better", {}, UNFAIR),
        ("better", {"top1": "70.00"}, {}),
        ("significantly better", {"top1": "75.01"}, {}),
        ("better", {}, {"base": "unreported"}),
        ("better", {"macs": "9.99G", "speedup": "1.00x"}, {}),
    ],
)
def test_a_review_blames_nobody(
    write: Write, report_on: ReportOn, statement: str, ours: Any, other: Any
) -> None:
    report = report_on(write(ours, other, comparison={"statement": statement}))
    shown = FORMATS["review"](report, Look()).lower()
    words = ("error", "wrong", "fail", "mislead", "cheat", "mistake", "hide", "contradict", "false")
    assert [word for word in words if word in shown] == []
