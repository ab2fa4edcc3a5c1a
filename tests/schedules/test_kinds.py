"""Retraining kinds: golden schedules of the papers, and what holds for every pretraining."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.schedules.allr import allr, relative_drop
from prune_audit.schedules.kinds import KINDS, Kind, extremes, lrs_at, retraining
from prune_audit.schedules.notation import parse_lr
from prune_audit.schedules.schedule import Schedule, ScheduleError, cosine, equal, steps

CIFAR = parse_lr("0:1e-1,80:1e-2,120:1e-3").over(160)
"""The pretraining of Le & Hua 2021 on CIFAR."""
RESTARTS = (Kind.SLR, Kind.CLR, Kind.LLR)
REWINDING = (Kind.LRW, Kind.WEIGHT_REWINDING)


@st.composite
def pretrainings(draw: st.DrawFn) -> Schedule:
    """A step schedule or a cosine that falls, at times with a warm-up of its own."""
    epochs = draw(st.integers(10, 200))
    shape = draw(st.sampled_from(["step 1e-1 every 4 by 0.5", "cosine 1e-1 to 0", "0:2e-2,5:1e-3"]))
    warmup = draw(st.sampled_from(["", " warmup 3 from 1e-4"]))
    return parse_lr(shape + warmup).over(epochs)


PRETRAININGS = pretrainings()
LENGTHS = st.integers(1, 300)


def close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-15)


@pytest.mark.parametrize(
    ("kind", "epochs", "printed"),
    [
        (Kind.CONSTANT, 72, "constant 1e-3"),
        (Kind.LRW, 72, "0:1e-2,32:1e-3"),
        (Kind.LRW, 40, "constant 1e-3"),
        (Kind.LRW, 152, "0:1e-1,72:1e-2,112:1e-3"),
        (Kind.WEIGHT_REWINDING, 72, "0:1e-2,32:1e-3"),
        (Kind.SLR, 72, "0:linear 1e-3 to 1e-1,7.2:1e-1,39.6:1e-2,55.8:1e-3"),
        (Kind.CLR, 72, "0:linear 1e-3 to 1e-1,7.2:cosine 1e-1 to 1e-3"),
        (Kind.LLR, 72, "0:linear 1e-3 to 1e-1,7.2:linear 1e-1 to 0"),
        (Kind.ALLR, 72, "0:linear 1e-3 to 1e-1,7.2:linear 1e-1 to 0"),
    ],
)
def test_schedules_on_cifar_are_those_of_the_papers(kind: Kind, epochs: int, printed: str) -> None:
    assert str(retraining(kind, CIFAR, epochs)) == printed


@pytest.mark.parametrize(
    ("kind", "at"),
    [
        (Kind.CONSTANT, {0: 1e-3, 50: 1e-3, 99: 1e-3}),
        (Kind.LRW, {0: 1e-1, 19: 1e-1, 20: 1e-2, 59: 1e-2, 60: 1e-3, 99: 1e-3}),
        (Kind.WEIGHT_REWINDING, {0: 1e-1, 19: 1e-1, 20: 1e-2, 60: 1e-3, 99: 1e-3}),
        (Kind.SLR, {0: 1e-3, 5: 0.0505, 10: 1e-1, 54: 1e-1, 55: 1e-2, 77: 1e-2, 78: 1e-3}),
        (Kind.CLR, {0: 1e-3, 5: 0.0505, 10: 1e-1, 55: 0.0505, 99: 1e-3 + 0.099 * 0.0003046}),
        (Kind.LLR, {0: 1e-3, 5: 0.0505, 10: 1e-1, 55: 0.05, 91: 0.01, 99: 1e-1 / 90}),
    ],
)
def test_lrs_at_epochs_of_a_hundred(kind: Kind, at: dict[int, float]) -> None:
    schedule = retraining(kind, CIFAR, 100)
    for epoch, lr in at.items():
        assert schedule.at(epoch) == pytest.approx(lr, rel=1e-4), epoch


def test_the_smallest_lr_is_not_that_of_the_original_warm_up() -> None:
    warmed = parse_lr("0:1e-1,30:1e-2 warmup 5 from 1e-6").over(60)
    assert extremes(warmed) == (1e-1, 5, 1e-2)


def test_a_pretraining_that_ends_at_zero_has_trained_at_more_than_that() -> None:
    original = cosine(90, 1e-1, 0)
    assert extremes(original).smallest == original.at(89) > 0
    assert retraining(Kind.CONSTANT, original, 30).initial == original.at(89)


def test_slr_does_not_repeat_the_warm_up_of_the_original() -> None:
    warmed = parse_lr("0:1e-1,30:1e-2 warmup 5 from 1e-6").over(60)
    plain = parse_lr("0:1e-1,30:1e-2").over(60)
    assert equal(retraining(Kind.SLR, warmed, 40), retraining(Kind.SLR, plain, 40))


@given(PRETRAININGS, LENGTHS, st.sampled_from(Kind))
def test_every_kind_fills_the_epochs_within_the_lrs_of_the_original(
    original: Schedule, epochs: int, kind: Kind
) -> None:
    if kind in REWINDING and epochs > original.epochs:
        return
    schedule = retraining(kind, original, epochs)
    assert schedule.epochs == epochs
    lrs = [schedule.at(epoch / 4) for epoch in range(4 * epochs)]
    assert max(lrs) <= extremes(original).largest * (1 + 1e-9)
    assert min(lrs) >= 0


@given(PRETRAININGS, LENGTHS, st.sampled_from(RESTARTS))
def test_restarts_rise_from_the_smallest_lr_to_the_largest_and_then_never_rise_again(
    original: Schedule, epochs: int, kind: Kind
) -> None:
    schedule = retraining(kind, original, epochs)
    high, _, low = extremes(original)
    assert close(schedule.initial, low)
    top = epochs / 10
    assert close(schedule.at(top), high)
    rise = [schedule.at(top * share / 20) for share in range(20)]
    fall = [schedule.at(top + 0.9 * epochs * share / 50) for share in range(50)]
    assert rise == sorted(rise)
    assert all(after <= before * (1 + 1e-9) for before, after in pairwise(fall))


@given(PRETRAININGS, LENGTHS, st.sampled_from([(Kind.CLR, 1.0), (Kind.LLR, 0.0)]))
def test_clr_ends_at_the_smallest_lr_and_llr_at_zero(
    original: Schedule, epochs: int, end: tuple[Kind, float]
) -> None:
    kind, share = end
    low = extremes(original).smallest
    last = retraining(kind, original, epochs).at(epochs * (1 - 1e-9))
    assert last == pytest.approx(share * low, abs=1e-8)


@given(PRETRAININGS, st.data())
def test_lrw_is_the_end_of_the_pretraining(original: Schedule, data: st.DataObject) -> None:
    epochs = data.draw(st.integers(1, int(original.epochs)))
    schedule = retraining(Kind.LRW, original, epochs)
    for epoch in range(epochs):
        assert close(schedule.at(epoch), original.at(original.epochs - epochs + epoch))


@given(
    st.lists(st.integers(1, 60), min_size=2, max_size=5), LENGTHS, st.floats(1, 2)
)  # lengths of the stages of the pretraining
def test_milestones_of_slr_lie_at_the_fractions_of_the_original(
    lengths: list[int], epochs: int, first: float
) -> None:
    starts = [sum(lengths[:index]) for index in range(len(lengths))]
    original = steps(
        sum(lengths), [(start, first * 10.0**-index) for index, start in enumerate(starts)]
    )
    pieces = retraining(Kind.SLR, original, epochs).pieces[1:]
    shares = [(piece.start - epochs / 10) / (0.9 * epochs) for piece in pieces]
    assert shares == pytest.approx([start / sum(lengths) for start in starts])


@given(PRETRAININGS, st.integers(1, 10), st.sampled_from(Kind), st.sampled_from([0.5, 2.0, 16.0]))
def test_a_larger_lr_of_the_pretraining_makes_the_retraining_larger_by_as_much(
    original: Schedule, epochs: int, kind: Kind, factor: float
) -> None:
    pieces = tuple(
        one._replace(first=one.first * factor, last=one.last * factor) for one in original.pieces
    )
    small = retraining(kind, original, epochs)
    large = retraining(kind, Schedule(original.epochs, pieces), epochs)
    for epoch in range(epochs):
        assert close(large.at(epoch), factor * small.at(epoch))


@given(PRETRAININGS, st.integers(1, 10), st.sampled_from(Kind))
def test_what_is_printed_is_read_back_as_the_same_schedule(
    original: Schedule, epochs: int, kind: Kind
) -> None:
    schedule = retraining(kind, original, epochs)
    assert equal(parse_lr(str(schedule)).over(epochs), schedule)


@pytest.mark.parametrize("kind", KINDS)
def test_a_constant_pretraining_is_retrained_at_its_only_lr(kind: Kind) -> None:
    schedule = retraining(kind, parse_lr("1e-2").over(90), 30)
    assert schedule.initial == 1e-2
    assert (str(schedule) == "constant 1e-2") == (kind not in (Kind.LLR, Kind.ALLR))


def test_lr_rewinding_cannot_go_back_further_than_the_start() -> None:
    with pytest.raises(ScheduleError, match="161 are more than all of its 160"):
        retraining(Kind.LRW, CIFAR, 161)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("epochs", [0, -1, math.nan, math.inf])
def test_epochs_are_above_zero(kind: Kind, epochs: float) -> None:
    with pytest.raises(ScheduleError, match="positive number of epochs"):
        retraining(kind, CIFAR, epochs)


@pytest.mark.parametrize(
    ("drop", "sparsity", "epochs", "lr"),
    [
        (0.5, 1.0, 16, 0.05),
        (0.3, 0.25, 16, 0.06),
        (0.0, 0.9, 16, 0.01),  # at least t/T of the largest
        (1.0, 0.25, 16, 0.1),  # at most the largest
        (0.0, 0.9, 400, 0.1),
    ],
)
def test_allr_starts_lower_where_pruning_did_less_harm(
    drop: float, sparsity: float, epochs: int, lr: float
) -> None:
    schedule = allr(CIFAR, epochs, drop, sparsity)
    assert schedule.at(epochs / 10) == pytest.approx(lr)
    assert schedule.at(epochs * 0.55) == pytest.approx(lr / 2)


@pytest.mark.parametrize(
    ("drop", "sparsity", "epochs", "at"),
    [
        # half of 1e-1, as sqrt(0.25) = 0.5 and 0.25 / 0.5 = 0.5: a line over 90 % of the epochs
        (0.25, 0.25, 40, {0: 1e-3, 2: 0.0255, 4: 0.05, 22: 0.025, 39: 0.05 / 36}),
        # the least is 40/160 of it
        (0.05, 0.25, 40, {0: 1e-3, 2: 0.013, 4: 0.025, 22: 0.0125, 39: 0.025 / 36}),
        # magnitude pruning cannot take more of the norm than of the weights: at most the largest
        (0.9, 0.81, 40, {0: 1e-3, 2: 0.0505, 4: 0.1, 22: 0.05, 39: 0.1 / 36}),
    ],
)
def test_lrs_of_allr_at_epochs_of_forty(
    drop: float, sparsity: float, epochs: int, at: dict[int, float]
) -> None:
    schedule = allr(CIFAR, epochs, drop, sparsity)
    for epoch, lr in at.items():
        assert schedule.at(epoch) == pytest.approx(lr), epoch


@given(PRETRAININGS, LENGTHS, st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 1))
def test_allr_rises_with_the_drop_and_never_above_llr(
    original: Schedule, epochs: int, drop: float, more: float, sparsity: float
) -> None:
    low, high = sorted((drop, more))
    llr = retraining(Kind.LLR, original, epochs)
    for epoch in range(epochs):
        lrs = [allr(original, epochs, one, sparsity).at(epoch) for one in (low, high)]
        assert lrs[0] <= lrs[1] * (1 + 1e-9) <= llr.at(epoch) * (1 + 1e-8)


def test_allr_at_the_largest_lr_is_llr() -> None:
    assert equal(allr(CIFAR, 72, 1.0, 0.9), retraining(Kind.LLR, CIFAR, 72))


def test_allr_warms_up_also_where_it_stays_below_the_smallest_lr() -> None:
    assert str(allr(CIFAR, 5, 0.0, 0.9)).startswith("0:linear 1e-3 to 3.125e-3,0.5:linear")
    assert allr(CIFAR, 1, 0.0, 0.9).initial == pytest.approx(1e-1 / 160)


@pytest.mark.parametrize(("drop", "sparsity"), [(-0.1, 0.5), (math.nan, 0.5), (0.1, 0), (0.1, 2)])
def test_allr_refuses_what_is_no_drop_and_no_sparsity(drop: float, sparsity: float) -> None:
    with pytest.raises(ScheduleError, match="ALLR expects"):
        allr(CIFAR, 10, drop, sparsity)


def test_the_relative_drop_is_the_norm_of_what_was_removed() -> None:
    assert relative_drop(5.0, 4.0) == pytest.approx(3 / 5)
    assert relative_drop(5.0, 5.0) == 0
    assert relative_drop(5.0, 0.0) == 1
    with pytest.raises(ScheduleError, match="norms"):
        relative_drop(0.0, 0.0)


def test_a_few_epochs_are_listed_from_first_to_last() -> None:
    found = lrs_at(retraining(Kind.CLR, CIFAR, 90))
    assert found[0] == (0, "1e-3")
    assert found[1] == (9, "1e-1")
    assert found[-1][0] == 89
    assert lrs_at(retraining(Kind.LLR, CIFAR, 1)) == ((0, "1e-3"),)
