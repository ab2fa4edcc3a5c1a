"""Reading LR schedules, whole ones and those that a source reports in part."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.schedules.notation import LrShape, LrSpec, Warmup, parse_lr
from prune_audit.schedules.schedule import (
    Schedule,
    ScheduleError,
    constant,
    cosine,
    equal,
    exponential,
    linear,
    one_cycle,
    steps,
    with_warmup,
)

PAPER = "0:1e-2,30:1e-3,60:1e-4,75:1e-5"


@pytest.mark.parametrize(
    ("text", "epochs", "schedule"),
    [
        (PAPER, 90, steps(90, ((0, 1e-2), (30, 1e-3), (60, 1e-4), (75, 1e-5)))),
        ("0:0.1, 30:0.01, 60:0.001", 90, steps(90, ((0, 0.1), (30, 0.01), (60, 1e-3)))),
        ("0:1e-2,2.5:1e-3", 5, steps(5, ((0, 1e-2), (2.5, 1e-3)))),
        ("1e-3", 20, constant(20, 1e-3)),
        ("constant 0.001", 20, constant(20, 1e-3)),
        ("step 1e-2 at 30/60 by 0.1", 90, steps(90, ((0, 1e-2), (30, 1e-3), (60, 1e-4)))),
        ("step 0.1 at 8/16/24 by .1", 25, steps(25, ((0, 0.1), (8, 0.01), (16, 1e-3), (24, 1e-4)))),
        ("step 0.1 every 30 by 0.1", 90, steps(90, ((0, 0.1), (30, 0.01), (60, 1e-3)))),
        ("step 0.1 every 30 by 0.1", 30, constant(30, 0.1)),
        ("cosine 1e-2 to 0", 180, cosine(180, 1e-2, 0)),
        ("linear 1e-2 to 1e-4", 45, linear(45, 1e-2, 1e-4)),
        ("exponential 1e-2 to 1e-4", 45, exponential(45, 1e-2, 1e-4)),
        ("exponential 1e-2 by 0.97", 30, exponential(30, 1e-2, 1e-2 * 0.97**30)),
        ("one-cycle 1e-2 to 1e-1 to 1e-4 peak 30%", 50, one_cycle(50, 1e-2, 1e-1, 1e-4, 0.3)),
        (
            "rewind 40 of 160: 0:1e-1,80:1e-2,120:1e-3",
            40,
            constant(40, 1e-3),
        ),
        (
            "rewind 90 of 120: 0:1e-1,30:1e-2,60:1e-3,90:1e-4,105:1e-5",
            90,
            steps(90, ((0, 1e-2), (30, 1e-3), (60, 1e-4), (75, 1e-5))),
        ),
        ("rewind 40 of 160: cosine 1e-1 to 0", 40, cosine(160, 1e-1, 0).tail(40)),
        (
            "rewind 10 of 40: rewind 40 of 160: 0:1e-1,155:1e-2",
            10,
            steps(10, ((0, 0.1), (5, 0.01))),
        ),
        (
            "0:linear 1e-4 to 1e-2,5:cosine 1e-2 to 0",
            90,
            linear(5, 1e-4, 1e-2).then(cosine(85, 1e-2, 0)),
        ),
    ],
)
def test_a_whole_notation_is_a_schedule(text: str, epochs: float, schedule: Schedule) -> None:
    spec = parse_lr(text)
    assert spec.complete
    assert spec.text == text
    assert equal(spec.over(epochs), schedule)


@pytest.mark.parametrize(
    "text",
    ["1e-3", "0.001", ".001", "10^-3", "10⁻³", "1×10⁻³", "1 × 10^−3", "1·10^{-3}", "1E−3",
     "  1e-3\n", "10^(-3)", "CONSTANT 1e-3", "0 : 1e-3", "1x10^-3", "1e–3"],
)  # fmt: skip
def test_an_lr_may_be_typeset_in_many_ways(text: str) -> None:
    assert parse_lr(text).initial == 1e-3


@pytest.mark.parametrize(
    ("text", "epochs", "schedule"),
    [
        ("1e-2 warmup 5 from 0", 30, with_warmup(constant(30, 1e-2), 5, 0)),
        ("0:1e-2,15:1e-3 warmup 10% from 0", 30, with_warmup(
            steps(30, ((0, 1e-2), (15, 1e-3))), 3, 0)),
        ("step 1e-2 every 10 by 0.1, warm-up 5 epochs from 1e-4", 30, with_warmup(
            steps(30, ((0, 1e-2), (10, 1e-3), (20, 1e-4))), 5, 1e-4)),
        ("cosine 1e-2 to 1e-4 warmup 10 % from 1e-4", 90, linear(9, 1e-4, 1e-2).then(
            cosine(81, 1e-2, 1e-4))),
        ("linear 1e-2 to 0 warm up 9 from 1e-4", 90, linear(9, 1e-4, 1e-2).then(
            linear(81, 1e-2, 0))),
        ("rewind 40 of 160: 0:1e-1,80:1e-2,120:1e-3 warmup 4 from 0", 40, with_warmup(
            constant(40, 1e-3), 4, 0)),
    ],
)  # fmt: skip
def test_a_warmup_replaces_the_first_epochs_of_steps_and_precedes_a_curve(
    text: str, epochs: float, schedule: Schedule
) -> None:
    assert equal(parse_lr(text).over(epochs), schedule)


TABLE_3 = [
    ("initial 0.01", LrShape.UNKNOWN, 1e-2, None, "the LR's shape"),
    ("constant 0.001", LrShape.CONSTANT, 1e-3, (), None),
    ("step 0.01 at 36/48/54", LrShape.STEP, 1e-2, (36, 48, 54), "the LR's factor"),
    ("step 0.01 at 10/20", LrShape.STEP, 1e-2, (10, 20), "the LR's factor"),
    ("step 0.01 at 30/60", LrShape.STEP, 1e-2, (30, 60), "the LR's factor"),
    ("step 0.001 at 30/60/90", LrShape.STEP, 1e-3, (30, 60, 90), "the LR's factor"),
    ("step 0.01 at 30/60/75", LrShape.STEP, 1e-2, (30, 60, 75), "the LR's factor"),
    ("cosine 0.01", LrShape.COSINE, 1e-2, None, "the LR's end"),
    (PAPER, LrShape.STEP, 1e-2, (30, 60, 75), None),
]


@pytest.mark.parametrize(("text", "shape", "initial", "milestones", "missing"), TABLE_3)
def test_table_3_can_be_written_down_with_nothing_filled_in(
    text: str,
    shape: LrShape,
    initial: float,
    milestones: tuple[float, ...] | None,
    missing: str | None,
) -> None:
    spec = parse_lr(text)
    assert (spec.shape, spec.initial, spec.milestones) == (shape, initial, milestones)
    assert spec.missing == missing
    assert spec.complete is (missing is None)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("step 1e-2", "the place of the LR's steps"),
        ("step 1e-2 by 0.1", "the place of the LR's steps"),
        ("step 1e-2 every 30", "the LR's factor"),
        ("linear 1e-2", "the LR's end"),
        ("exponential 1e-2", "the LR's decay"),
        ("cosine 1e-2 to 0 warmup 5", "the LR's warm-up start"),
        ("cosine 1e-2 warmup 5 from 0", "the LR's end"),
        ("rewind 40 of 160: cosine 1e-1", "the LR's end"),
    ],
)
def test_an_incomplete_notation_says_what_is_missing_and_has_no_schedule(
    text: str, missing: str
) -> None:
    spec = parse_lr(text)
    assert spec.missing == missing
    assert spec.schedule(90) is None
    with pytest.raises(ScheduleError, match=f"{missing} is missing"):
        spec.over(90)


def test_with_a_warmup_the_initial_lr_is_the_one_after_it() -> None:
    spec = parse_lr("cosine 1e-2 to 0 warmup 10% from 1e-4")
    assert spec.initial == 1e-2
    assert spec.warmup == Warmup(10, True, 1e-4)
    assert parse_lr("0:linear 1e-4 to 1e-2,5:cosine 1e-2 to 0").initial == 1e-2


def test_milestones_that_change_nothing_are_dropped() -> None:
    assert parse_lr("0:1e-1,30:0.1").shape is LrShape.CONSTANT
    assert parse_lr("0:1e-1,30:1e-1,60:1e-2").milestones == (60,)


def test_powers_of_the_factor_stay_exact() -> None:
    assert parse_lr("step 0.1 at 30/60/90 by 0.1").lrs == (1e-1, 1e-2, 1e-3, 1e-4)


@pytest.mark.parametrize(
    ("text", "epochs", "message"),
    [
        (PAPER, 75, "milestone 75 is not inside 75 epochs"),
        (PAPER, 0, "positive number of epochs"),
        ("rewind 40 of 160: 1e-2", 90, "a schedule of 40 epochs, not of 90"),
        ("1e-2 warmup 30 from 0", 30, "does not fit"),
        ("cosine 1e-2 to 0 warmup 30 from 0", 30, "does not fit"),
        ("step 1e-2 every 5 by 0.1 warmup 5 from 0", 30, "reaches the milestone 5"),
        ("step 1e-2 every 0.001 by 0.1", 90, "more than 10000 steps"),
        ("exponential 1e-2 by 0.1", 400, "is the factor per epoch"),
        ("cosine 1e-2 to 0", math.nan, "positive number of epochs"),
    ],
)
def test_a_schedule_that_does_not_fit_the_epochs_is_refused(
    text: str, epochs: float, message: str
) -> None:
    with pytest.raises(ScheduleError, match=message):
        parse_lr(text).over(epochs)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected an LR schedule such as"),
        ("0.01, step (36/48/54)", "'step 1e-2 at 30/60 by 0.1'"),
        ("cosin 1e-2", "did you mean 'cosine'"),
        ("cosine 1e-2 until 0", "'cosine 1e-2 to 0'"),
        ("0", "an LR above 0"),
        ("1e999", "an LR above 0"),
        ("0:1e-2,30:0", "an LR above 0"),
        ("5:1e-2,30:1e-3", "start at epoch 0"),
        ("0:1e-2,60:1e-3,30:1e-4", "increasing order"),
        ("step 1e-2 at 60/30", "increasing order"),
        ("step 1e-2 at 30/60 by 10", "'by 0.1' divides the LR by ten"),
        ("step 1e-2 every 0 by 0.1", "above 0"),
        ("linear 1e-2 to 1e-1", "does not fall"),
        ("cosine 1e-2 to 1e-2", "does not fall"),
        ("exponential 1e-2 to 0", "above 0"),
        ("one-cycle 1e-1 to 1e-2 to 0 peak 30%", "peak above both ends"),
        ("one-cycle 1e-2 to 1e-1", "peak 30%"),
        ("1e-2 warmup", "'warmup 5'"),
        ("1e-2 warmup 0", "a warm-up above 0"),
        ("1e-2 warmup 100%", "below 100%"),
        ("1e-2 warmup 5 from 1e-1", "warm-up rises"),
        ("0:1e-2,5:1e-3 warmup 5", "reaches the milestone 5"),
        ("rewind 200 of 160: 1e-2", "at most all of them"),
        ("rewind 40: 1e-2", "'rewind 40 of 160"),
        ("rewind 4 of 5: " * 9 + "1e-2", "a shorter LR schedule"),
        ("0:cosine 1e-2 to 0 after 9 of 5", "begins before the end of its curve"),
        ("0:cosine 1e-2 to 0 after 0 of 5,8:1e-3", "ends before epoch 8"),
        ("constant", "'cons"),
        ("initial low", "'initial 1e-2'"),
        ("1_0e-2", "expected an LR schedule"),
        ("nan", "expected an LR schedule"),
        ("-1e-2", "expected an LR schedule"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_was_expected(text: str, message: str) -> None:
    with pytest.raises(ScheduleError, match=message):
        parse_lr(text)


TOKENS = st.sampled_from(
    ["0", "5", "30", "160", "1e-2", ".1", "1e999", "1e-320", "0.0", "10^-2", "⁻²", "−", "×", ",",
     ":", "/", "%", "by", "at", "to", "every", "of", "from", "peak", "after", "step", "constant",
     "initial", "cosine", "linear", "exponential", "one-cycle", "rewind", "warmup", "nan", "inf",
     "٣", "x", "("]
)  # fmt: skip


def _reads_or_refuses(text: str) -> None:
    try:
        spec = parse_lr(text)
    except ScheduleError:
        return
    assert isinstance(spec, LrSpec)
    for epochs in (0.5, 40.0, 90.0):
        try:
            schedule = spec.schedule(epochs)
        except ScheduleError:
            continue
        assert (schedule is not None) is spec.complete


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    _reads_or_refuses(text)


@given(st.lists(TOKENS, max_size=12), st.sampled_from(["", " "]))
def test_any_words_of_the_notation_are_read_or_refused(words: list[str], gap: str) -> None:
    _reads_or_refuses(gap.join(words))


def test_a_very_long_number_is_refused_at_once() -> None:
    for text in ("9" * 19_000 + "x", "0:" + "1" * 30_000, "warmup " + "1" * 19_000 + "x"):
        with pytest.raises(ScheduleError):
            parse_lr(text)
