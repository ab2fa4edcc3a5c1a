import math
import random
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from prune_audit.statistics import Sample
from prune_audit.statistics.one_sided import Side, prediction, welch_one_sided

sides = st.sampled_from(Side)
references = st.builds(Sample, st.floats(0, 100), st.floats(0.01, 5), st.integers(2, 12))


@given(st.floats(0, 100), st.integers(1, 10), references, sides)
def test_the_prediction_test_is_that_of_students_t(
    value: float, draws: int, reference: Sample, side: Side
) -> None:
    found = prediction(value, draws, reference, side)
    error = reference.std * math.sqrt(1 / reference.n + 1 / draws)
    upper = stats.t.sf((value - reference.mean) / error, reference.n - 1)
    expected = upper if side is Side.ABOVE else 1 - upper
    assert found.p == pytest.approx(expected, rel=1e-8, abs=1e-9)


@given(references, references, sides)
def test_welch_on_one_side_is_never_below_that_of_scipy(
    claimed: Sample, ref: Sample, side: Side
) -> None:
    found = welch_one_sided(claimed, ref, side)
    theirs = stats.ttest_ind_from_stats(
        claimed.mean, claimed.std, claimed.n, ref.mean, ref.std, ref.n,
        equal_var=False, alternative="greater" if side is Side.ABOVE else "less",
    )  # fmt: skip
    assert found.t == pytest.approx(theirs.statistic * (1 if side is Side.ABOVE else -1))
    if found.t > 0:
        assert found.p >= theirs.pvalue - 1e-9


@pytest.mark.parametrize(("n", "draws"), [(3, 3), (3, 10), (10, 3), (5, 5)])
def test_false_alarms_of_welch_are_as_rare_as_the_level_says(n: int, draws: int) -> None:
    generator = random.Random(n * draws)
    trials, alarms = 3000, 0
    for _ in range(trials):
        both = [[generator.gauss(93, 0.3) for _ in range(count)] for count in (draws, n)]
        claimed, reference = (Sample(fmean(one), stdev(one), len(one)) for one in both)
        alarms += welch_one_sided(claimed, reference, Side.BELOW).p < 0.01
    assert alarms <= trials * 0.01 + 3 * math.sqrt(trials * 0.01)


@given(st.floats(0, 100), st.floats(0, 100), st.integers(1, 10), references)
def test_a_lower_value_is_never_less_surprising_from_below(
    one: float, other: float, draws: int, reference: Sample
) -> None:
    low, high = sorted((one, other))
    below = [prediction(value, draws, reference, Side.BELOW).p for value in (low, high)]
    above = [prediction(value, draws, reference, Side.ABOVE).p for value in (low, high)]
    assert below[0] <= below[1] + 1e-12
    assert above[0] >= above[1] - 1e-12


@given(st.floats(0, 100), st.integers(1, 10), references)
def test_both_sides_make_up_the_whole(value: float, draws: int, reference: Sample) -> None:
    both = [prediction(value, draws, reference, side).p for side in Side]
    assert sum(both) == pytest.approx(1)


@given(st.integers(1, 10), references, sides)
def test_the_mean_itself_is_no_surprise(draws: int, reference: Sample, side: Side) -> None:
    assert prediction(reference.mean, draws, reference, side).p == 0.5


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(("n", "draws"), [(3, 1), (3, 3), (5, 1), (10, 5)])
def test_false_alarms_are_as_rare_as_the_level_says(side: Side, n: int, draws: int) -> None:
    generator = random.Random(n + draws)
    trials, alarms = 4000, 0
    for _ in range(trials):
        runs = [generator.gauss(93, 0.3) for _ in range(n)]
        value = fmean(generator.gauss(93, 0.3) for _ in range(draws))
        alarms += prediction(value, draws, Sample(fmean(runs), stdev(runs), n), side).p < 0.01
    # three standard deviations of the count itself
    assert alarms <= trials * 0.01 + 3 * math.sqrt(trials * 0.01)


def test_what_cannot_be_tested_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one run"):
        prediction(90, 0, Sample(90, 1, 3), Side.BELOW)
    with pytest.raises(ValueError, match="no spread"):
        prediction(90, 1, Sample(90, 0, 3), Side.BELOW)
