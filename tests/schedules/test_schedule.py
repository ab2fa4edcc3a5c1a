"""Schedules as functions: values, parts, equality, printing, and what is refused."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.schedules.notation import parse_lr
from prune_audit.schedules.schedule import (
    Curve,
    LrStage,
    Piece,
    Schedule,
    ScheduleError,
    constant,
    cosine,
    equal,
    exponential,
    linear,
    one_cycle,
    piecewise,
    steps,
    with_warmup,
)

SCRATCH = steps(120, ((0, 1e-1), (30, 1e-2), (60, 1e-3), (90, 1e-4), (105, 1e-5)))
LRS = st.sampled_from([1.0, 0.3, 1e-1, 3e-2, 1e-2, 1e-3, 1.7e-4, 1e-5])
LENGTHS = st.one_of(st.integers(1, 200), st.sampled_from([0.5, 2.25, 7.1, 33.3]))


@st.composite
def curves(draw: st.DrawFn) -> Schedule:
    """One piece that falls or rises, or a one-cycle schedule."""
    epochs, first, last = draw(LENGTHS), draw(LRS), draw(LRS)
    build = draw(st.sampled_from([linear, cosine, exponential]))
    if draw(st.booleans()) and first < 1.0:
        return one_cycle(epochs, first, 2.0, last, draw(st.sampled_from([0.1, 0.3, 0.5])))
    return build(epochs, first, last)


@st.composite
def step_schedules(draw: st.DrawFn) -> Schedule:
    epochs = draw(st.integers(2, 200))
    starts = sorted(draw(st.sets(st.integers(1, epochs - 1), max_size=4)))
    lrs = draw(st.lists(LRS, min_size=len(starts) + 1, max_size=len(starts) + 1))
    return steps(epochs, zip((0, *starts), lrs, strict=True))


PLAIN = st.one_of(curves(), step_schedules())
SCHEDULES = st.one_of(PLAIN, st.builds(Schedule.then, PLAIN, PLAIN))
SHARES = st.sampled_from([0.1, 0.25, 1 / 3, 0.5, 0.9])


def close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9)


def test_a_step_schedule_holds_each_lr_until_the_next_milestone() -> None:
    assert [SCRATCH.at(epoch) for epoch in (0, 29.999, 30, 89, 104, 105, 119.9)] == [
        1e-1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-5,
    ]  # fmt: skip


@pytest.mark.parametrize("epoch", [-0.1, 120, 200, math.nan, math.inf])
def test_an_epoch_outside_the_schedule_is_refused(epoch: float) -> None:
    with pytest.raises(ScheduleError, match="outside the schedule"):
        SCRATCH.at(epoch)


@pytest.mark.parametrize(
    ("schedule", "epoch", "lr"),
    [
        (cosine(90, 1e-2, 0), 0, 1e-2),
        (cosine(90, 1e-2, 0), 30, 7.5e-3),
        (cosine(90, 1e-2, 0), 45, 5e-3),
        (cosine(90, 1e-2, 1e-4), 60, 1e-4 + (1e-2 - 1e-4) / 4),
        (linear(90, 1e-2, 0), 45, 5e-3),
        (linear(90, 1e-2, 0), 81, 1e-3),
        (exponential(90, 1e-2, 1e-4), 45, 1e-3),
        (one_cycle(100, 1e-2, 1e-1, 1e-4, 0.3), 15, 5.5e-2),
        (one_cycle(100, 1e-2, 1e-1, 1e-4, 0.3), 30, 1e-1),
        (one_cycle(100, 1e-2, 1e-1, 1e-4, 0.3), 65, (1e-1 + 1e-4) / 2),
        (with_warmup(constant(30, 1e-2), 5, 0), 2.5, 5e-3),
        (with_warmup(constant(30, 1e-2), 5, 0), 5, 1e-2),
        (with_warmup(cosine(90, 1e-2, 0), 30, 0), 15, 3.75e-3),
        (with_warmup(cosine(90, 1e-2, 0), 30, 0), 45, 5e-3),
    ],
)
def test_curves_have_the_lr_that_their_formula_gives(
    schedule: Schedule, epoch: float, lr: float
) -> None:
    assert close(schedule.at(epoch), lr)


def test_the_final_lr_is_that_of_the_last_epoch() -> None:
    assert SCRATCH.final == 1e-5
    assert close(linear(10, 1e-2, 0).final, 1e-3)
    assert steps(2.5, ((0, 1e-1), (2, 1e-2))).final == 1e-2
    assert constant(0.5, 1e-2).final == 1e-2


def test_stages_merge_equal_neighbours_and_a_curve_has_none() -> None:
    author = steps(120, ((0, 0.1), (30, 0.1), (60, 0.01), (90, 1e-3), (105, 1e-4), (113, 1e-5)))
    assert author.stages() == (
        LrStage(0, 0.1), LrStage(60, 0.01), LrStage(90, 1e-3), LrStage(105, 1e-4),
        LrStage(113, 1e-5),
    )  # fmt: skip
    assert cosine(90, 1e-2, 0).stages() is None
    assert linear(90, 1e-2, 1e-2).stages() == (LrStage(0, 1e-2),)


def test_the_authors_overall_example_is_pretraining_followed_by_retraining() -> None:
    retraining = parse_lr("0:1e-1,30:1e-2,60:1e-3,75:1e-4,83:1e-5").over(90)
    overall = parse_lr("0:1e-1,30:1e-1,60:1e-2,90:1e-3,105:1e-4,113:1e-5").over(120)
    assert equal(SCRATCH.head(30).then(retraining), overall)


@pytest.mark.parametrize(
    ("pruned_at", "lr"), [(15, 1e-1), (30, 1e-2), (45, 1e-2), (60, 1e-3), (75, 1e-3), (90, 1e-4)]
)
def test_s42_rows_of_table_4_retrain_with_the_tail_of_the_scratch_schedule(
    pruned_at: int, lr: float
) -> None:
    retraining = SCRATCH.tail(120 - pruned_at)
    assert retraining.initial == lr
    assert retraining.epochs == 120 - pruned_at
    assert equal(SCRATCH.head(pruned_at).then(retraining), SCRATCH)


def test_the_retraining_of_sx_a_rows_is_not_a_tail_of_the_scratch_schedule() -> None:
    assert not equal(SCRATCH.tail(90), parse_lr("0:1e-1,30:1e-2,60:1e-3,75:1e-4,83:1e-5").over(90))


@pytest.mark.parametrize(
    ("schedule", "text"),
    [
        (SCRATCH, "0:1e-1,30:1e-2,60:1e-3,90:1e-4,105:1e-5"),
        (SCRATCH.tail(45), "0:1e-3,15:1e-4,30:1e-5"),
        (constant(20, 1e-3), "constant 1e-3"),
        (steps(2.5, ((0, 1.5), (0.5, 2.5e-2))), "0:1.5,0.5:2.5e-2"),
        (cosine(90, 1e-2, 0), "cosine 1e-2 to 0"),
        (linear(90, 1e-2, 1e-4), "linear 1e-2 to 1e-4"),
        (exponential(90, 1e-2, 1e-4), "exponential 1e-2 to 1e-4"),
        (linear(90, 1e-4, 1e-2), "0:linear 1e-4 to 1e-2"),
        (cosine(160, 1e-1, 0).tail(40), "0:cosine 1e-1 to 0 after 120 of 160"),
        (one_cycle(90, 1e-2, 1e-1, 0, 0.3), "0:linear 1e-2 to 1e-1,27:linear 1e-1 to 0"),
    ],
)
def test_schedules_print_in_the_papers_notation_or_close_to_it(
    schedule: Schedule, text: str
) -> None:
    assert str(schedule) == text


def test_equality_is_equality_of_the_function() -> None:
    plain = steps(90, ((0, 1e-1), (60, 1e-2)))
    assert equal(steps(90, ((0, 1e-1), (30, 1e-1), (60, 1e-2))), plain)
    assert not equal(steps(91, ((0, 1e-1), (60, 1e-2))), plain)
    assert not equal(steps(90, ((0, 1e-1), (61, 1e-2))), plain)
    assert not equal(cosine(90, 1e-2, 0), linear(90, 1e-2, 0))
    cycle = one_cycle(90, 1e-2, 1e-1, 0, 0.5)
    assert equal(cycle, linear(45, 1e-2, 1e-1).then(linear(45, 1e-1, 0)))


REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: constant(0, 1e-2), "positive number of epochs"),
    (lambda: constant(math.inf, 1e-2), "positive number of epochs"),
    (lambda: constant(30, 0), "positive LR"),
    (lambda: constant(30, math.nan), "positive LR"),
    (lambda: constant(30, -1e-2), "got -1e-2"),
    (lambda: steps(60, ()), "start at epoch 0"),
    (lambda: steps(60, ((5, 1e-2),)), "start at epoch 0"),
    (lambda: steps(60, ((0, 1e-2), (40, 1e-3), (30, 1e-4))), "increasing order"),
    (lambda: steps(60, ((0, 1e-2), (30, 1e-3), (30, 1e-4))), "increasing order"),
    (lambda: steps(60, ((0, 1e-2), (60, 1e-3))), "milestone 60 is not inside 60 epochs"),
    (lambda: linear(60, 0, 1e-2), "positive initial LR"),
    (lambda: exponential(60, 1e-2, 0), "positive LR"),
    (lambda: one_cycle(60, 1e-1, 1e-2, 0, 0.3), "peak above both"),
    (lambda: one_cycle(60, 1e-2, 1e-1, 0, 1.0), "between 0 % and 100 %"),
    (lambda: with_warmup(constant(5, 1e-2), 5, 0), "does not fit"),
    (lambda: with_warmup(constant(30, 1e-2), 5, 2e-2), "warm-up rises"),
    (lambda: SCRATCH.tail(121), "at most all of them"),
    (lambda: SCRATCH.head(0), "more than 0"),
    (lambda: piecewise(9, [Piece(0, Curve.COSINE, 1e-2, 0, 2, 10)]), "ends before epoch 9"),
    (lambda: piecewise(9, [Piece(0, Curve.COSINE, 1e-2, 0, 0, 0)]), "positive span"),
]


@pytest.mark.parametrize(("build", "message"), REFUSED)
def test_what_cannot_be_a_schedule_is_refused_with_a_reason(
    build: Callable[[], object], message: str
) -> None:
    with pytest.raises(ScheduleError, match=message):
        build()


@given(SCHEDULES, SHARES)
def test_head_and_tail_concatenate_to_the_schedule(schedule: Schedule, share: float) -> None:
    cut = schedule.epochs * share
    joined = schedule.head(cut).then(schedule.tail(schedule.epochs - cut))
    assert equal(joined, schedule)


@given(step_schedules(), st.data())
def test_a_tail_has_the_lr_of_the_schedule_at_every_epoch(
    schedule: Schedule, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, int(schedule.epochs) - 1))
    tail = schedule.tail(schedule.epochs - cut)
    assert [tail.at(n) for n in range(int(tail.epochs))] == [
        schedule.at(n) for n in range(cut, int(schedule.epochs))
    ]


@given(SCHEDULES, SCHEDULES, SHARES)
def test_equality_is_an_equivalence(a: Schedule, b: Schedule, share: float) -> None:
    rebuilt = a.head(a.epochs * share).then(a.tail(a.epochs - a.epochs * share))
    again = parse_lr(str(rebuilt)).over(rebuilt.epochs)
    assert equal(a, a)
    assert equal(a, b) is equal(b, a)
    assert equal(a, rebuilt)
    assert equal(rebuilt, again)
    assert equal(a, again)


@given(SCHEDULES)
def test_printing_and_parsing_gives_the_schedule_back(schedule: Schedule) -> None:
    assert equal(parse_lr(str(schedule)).over(schedule.epochs), schedule)


@given(st.sampled_from([linear, cosine, exponential]), LENGTHS, LRS, st.data())
def test_a_decaying_curve_never_rises(
    build: Callable[[float, float, float], Schedule], epochs: float, lr: float, data: st.DataObject
) -> None:
    schedule = build(epochs, lr, lr / 100)
    inside = st.floats(0, epochs, exclude_max=True)
    early, late = sorted((data.draw(inside), data.draw(inside)))
    assert schedule.at(early) >= schedule.at(late) * (1 - 1e-12)


@given(SCHEDULES, st.floats(0, 1, exclude_max=True))
def test_every_epoch_has_a_positive_lr_between_the_smallest_and_the_largest(
    schedule: Schedule, share: float
) -> None:
    lr = schedule.at(schedule.epochs * share)
    ends = [end for piece in schedule.pieces for end in (piece.first, piece.last)]
    assert min(ends) * (1 - 1e-9) <= lr <= max(ends) * (1 + 1e-9)
