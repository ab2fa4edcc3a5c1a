"""The phases of an accuracy over sparsity, beyond noise and rounding."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.studies.phases import (
    Level,
    Phase,
    deepest,
    depth,
    dip,
    noise,
    phases,
    steadied,
    unfitted,
)

LIGHT, CRITICAL, SWEET, COLLAPSED = Phase
ACCURACIES = st.lists(st.floats(0, 100), min_size=1, max_size=25)
NOISE = st.floats(0, 5)


def series(tests: Sequence[float], deviation: float = 0.5, rounding: float = 0.0) -> list[Level]:
    return [Level(float(i), test, deviation, rounding) for i, test in enumerate(tests)]


DESCENT = (80.0, 81.0, 79.5, 75.0, 69.0, 68.5, 72.0, 77.0, 78.0, 77.5, 70.0, 50.0)


def test_a_constructed_descent_has_its_four_phases() -> None:
    # three deviations of a difference: within 2.12 points of 81, of 68.5, of 78
    expected = (
        LIGHT, LIGHT, LIGHT, CRITICAL, CRITICAL, CRITICAL, SWEET, SWEET, SWEET, SWEET, COLLAPSED,
        COLLAPSED,
    )  # fmt: skip
    assert phases(series(DESCENT)) == expected
    assert dip(series(DESCENT)) == (1, 5, 8)


def test_levels_that_do_not_differ_from_the_dip_are_critical_on_either_side() -> None:
    found = phases(series((80.0, 70.0, 68.0, 69.0, 78.0, 50.0)))
    assert found == (LIGHT, CRITICAL, CRITICAL, CRITICAL, SWEET, COLLAPSED)


def test_a_small_bump_before_the_fall_is_light() -> None:
    assert phases(series((80.0, 83.0, 82.0, 70.0)))[:3] == (LIGHT, LIGHT, LIGHT)


def test_a_fall_without_return_has_no_critical_and_no_sweet_phase() -> None:
    assert phases(series((90.0, 90.5, 89.5, 80.0, 60.0))) == (
        LIGHT, LIGHT, LIGHT, COLLAPSED, COLLAPSED,
    )  # fmt: skip


def test_a_dip_within_the_noise_is_none() -> None:
    assert dip(series((80.0, 77.0, 80.0), deviation=0.7)) is not None
    assert dip(series((80.0, 77.0, 80.0), deviation=0.72)) is None


def test_rounding_of_both_levels_counts() -> None:
    exact = series((80.0, 77.0, 80.0), deviation=0.7)
    assert dip([level._replace(rounding=0.2) for level in exact]) is None


def test_the_deviation_of_a_difference_is_that_of_independent_levels() -> None:
    low, high = Level(1, 70.0, 3.0), Level(2, 85.0, 4.0)  # a difference has 5, three times 15
    first = high._replace(sparsity=0)
    assert noise(low, high) == 5.0
    assert dip((first, low, high)) is None
    assert dip((first, low._replace(test=69.9), high)) == (0, 1, 2)


def test_deviations_are_no_smaller_than_the_median() -> None:
    levels = [Level(float(i), 80.0, deviation) for i, deviation in enumerate((0.1, 2.0, 3.0))]
    assert [level.deviation for level in steadied(levels)] == [2.0, 2.0, 3.0]
    assert steadied(()) == ()


def test_of_two_dips_the_deeper_counts() -> None:
    tests = (90.0, 80.0, 88.0, 70.0, 85.0, 10.0)
    assert dip(series(tests)) == (0, 3, 4)
    assert depth(tests, deepest(tests)) == 15.0


def test_a_fall_that_rises_little_is_shallow() -> None:
    tests = (90.0, 50.0, 51.0)
    assert depth(tests, deepest(tests)) == 1.0


def test_three_levels_are_needed_for_a_dip() -> None:
    assert dip(series((80.0, 70.0))) is None
    assert phases(()) == ()
    assert phases(series((80.0,))) == (LIGHT,)
    with pytest.raises(ValueError, match="three levels or more, got 2"):
        deepest((80.0, 70.0))


def test_the_training_set_is_left_where_its_accuracy_first_falls_below_99() -> None:
    trains = (100.0, 99.5, 98.9, 99.2, 90.0)
    levels = [Level(float(i), 80.0, 1.0, train=train) for i, train in enumerate(trains)]
    assert unfitted(levels) == 2
    assert unfitted(series((80.0, 70.0))) is None


@given(ACCURACIES, NOISE)
def test_a_monotone_series_never_dips(tests: list[float], deviation: float) -> None:
    for one in (sorted(tests), sorted(tests, reverse=True)):
        assert dip(series(one, deviation)) is None
        assert set(phases(series(one, deviation))) <= {LIGHT, COLLAPSED}
    assert COLLAPSED not in phases(series(sorted(tests), deviation))


@given(ACCURACIES, NOISE)
def test_phases_come_in_order_and_the_first_level_is_light(
    tests: list[float], deviation: float
) -> None:
    found = phases(series(tests, deviation))
    assert len(found) == len(tests)
    assert list(found) == sorted(found, key=list(Phase).index)
    assert found[0] is LIGHT


@given(ACCURACIES, NOISE)
def test_all_four_phases_are_there_only_with_a_dip(tests: list[float], deviation: float) -> None:
    levels = series(tests, deviation)
    assert ({CRITICAL, SWEET} <= set(phases(levels))) == (dip(levels) is not None)


@given(ACCURACIES, NOISE, st.floats(0.1, 10))
def test_more_noise_makes_no_dip(tests: list[float], deviation: float, more: float) -> None:
    if dip(series(tests, deviation)) is None:
        assert dip(series(tests, deviation + more)) is None


@given(st.lists(st.integers(0, 100), min_size=3, max_size=15))
def test_a_dip_is_below_both_its_sides(tests: list[int]) -> None:
    found = dip(series([float(test) for test in tests], 0.1))
    if found is not None:
        assert found.before < found.bottom < found.peak
        assert tests[found.bottom] < min(tests[found.before], tests[found.peak])
