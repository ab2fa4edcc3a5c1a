"""Is a printed difference larger than noise explains?"""

from collections.abc import Callable
from math import sqrt
from typing import Any

import pytest
from scipy import stats

from prune_audit.judged import JudgedPair
from prune_audit.noise import Noise, noise

Judge = Callable[..., JudgedPair]
SPREAD = {"runs": "3", "spread_is": "sample-std"}


def noise_of(judged: Judge, ours: Any, other: Any, picked_from: int = 1) -> Noise:
    pair = judged(ours, other).pair
    found = noise(pair.ours, pair.other, picked_from)
    assert found
    return found


def not_tested(judged: Judge, ours: Any, other: Any) -> bool:
    pair = judged(ours, other).pair
    return noise(pair.ours, pair.other) is None


def welch(a: tuple[float, float, int], b: tuple[float, float, int]) -> float:
    return float(stats.ttest_ind_from_stats(*a, *b, equal_var=False).pvalue)


def test_stated_runs_and_standard_deviations_give_a_conclusive_test(judged: Judge) -> None:
    found = noise_of(judged, {"top1": "75.24+-0.20", **SPREAD}, {"top1": "74.30+-0.30", **SPREAD})
    assert found.p == pytest.approx(welch((75.24, 0.2, 3), (74.30, 0.3, 3)))
    assert found.difference == pytest.approx(0.94)
    assert (found.test, found.assumed, found.conclusive) == ("Welch", (), True)


def test_at_least_three_runs_are_taken_as_three_and_said_so(judged: Judge) -> None:
    row = {"runs": ">=3", "spread_is": "sample-std"}
    found = noise_of(judged, {"top1": "75.24+-0.20", **row}, {"top1": "74.30+-0.30", **row})
    assert found.p == pytest.approx(welch((75.24, 0.2, 3), (74.30, 0.3, 3)))
    assert found.assumed == ("n = 3 assumed",)
    assert not found.conclusive


def test_at_least_ten_runs_are_taken_as_ten(judged: Judge) -> None:
    row = {"runs": ">=10", "spread_is": "sample-std"}
    found = noise_of(judged, {"top1": "75.24+-0.20", **row}, {"top1": "74.30+-0.30", **row})
    assert found.assumed == ("n = 10 assumed",)


def test_a_spread_whose_kind_is_not_said_is_assumed_and_never_conclusive(judged: Judge) -> None:
    rows = [{"top1": top1, "runs": "3", "spread_is": "std"} for top1 in ("75+-0.2", "74+-0.3")]
    found = noise_of(judged, rows[0], rows[1])
    assert found.assumed == ("+- taken as a sample standard deviation",)
    assert not found.conclusive


def test_a_standard_error_is_turned_into_a_deviation(judged: Judge) -> None:
    row = {"runs": "4", "spread_is": "standard-error"}
    found = noise_of(judged, {"top1": "75.0+-0.2", **row}, {"top1": "74.0+-0.3", **row})
    assert found.p == pytest.approx(welch((75.0, 0.4, 4), (74.0, 0.6, 4)))


def test_a_population_deviation_is_turned_into_a_sample_deviation(judged: Judge) -> None:
    row = {"runs": "3", "spread_is": "population-std"}
    found = noise_of(judged, {"top1": "75.0+-0.2", **row}, {"top1": "74.0+-0.3", **row})
    factor = sqrt(3 / 2)
    assert found.p == pytest.approx(welch((75.0, 0.2 * factor, 3), (74.0, 0.3 * factor, 3)))


@pytest.mark.parametrize("kind", ["range", "ci95"])
def test_a_range_is_no_standard_deviation(judged: Judge, kind: str) -> None:
    row = {"runs": "3", "spread_is": kind}
    found = noise_of(judged, {"top1": "75.0+-0.2", **row}, {"top1": "74.0+-0.3", **row})
    assert found.test == "binomial"


def test_a_single_run_has_no_spread_to_test(judged: Judge) -> None:
    row = {"runs": "1", "spread_is": "sample-std"}
    found = noise_of(judged, {"top1": "75.0+-0.2", **row}, {"top1": "74.0+-0.3", **SPREAD})
    assert found.test == "binomial"


def test_without_spreads_the_sampling_of_the_test_set_is_the_floor(judged: Judge) -> None:
    found = noise_of(judged, {"top1": "75.24"}, {"top1": "75.16"})
    sd = sqrt((0.7524 * 0.2476 + 0.7516 * 0.2484) / 50_000)
    assert found.p == pytest.approx(2 * stats.norm.sf(0.0008 / sd))
    assert found.test == "binomial"
    assert not found.conclusive
    assert "test set alone" in found.assumed[0]


def test_an_unknown_data_set_has_no_floor(judged: Judge) -> None:
    bare = {"base": "unreported", "dataset": "my-data"}
    assert not_tested(judged, bare, bare)


@pytest.mark.parametrize("top1", ["unreported", ">75", "~75"])
def test_an_accuracy_that_is_not_stated_exactly_is_not_tested(judged: Judge, top1: str) -> None:
    assert not_tested(judged, {"top1": top1}, {})


@pytest.mark.parametrize("metric", ["map", "miou", "other"])
def test_another_metric_has_no_binomial_floor(judged: Judge, metric: str) -> None:
    assert not_tested(judged, {"metric": metric}, {"metric": metric})
    assert not_tested(judged, {"metric": metric}, {})


def test_accuracies_outside_0_to_100_are_not_tested(judged: Judge) -> None:
    assert not_tested(judged, {"top1": "175.0"}, {})


def test_a_winner_picked_from_six_pays_for_the_pick(judged: Judge) -> None:
    rows = {"top1": "84.01+-0.23", **SPREAD}, {"top1": "83.31+-0.13", **SPREAD}
    one, six = noise_of(judged, *rows), noise_of(judged, *rows, picked_from=6)
    assert six.p == pytest.approx(6 * one.p)
    assert "best of 6" in six.assumed[-1]


def test_a_corrected_p_value_stays_a_probability(judged: Judge) -> None:
    assert noise_of(judged, {"top1": "75.01"}, {}, picked_from=50).p == 1


def test_a_spread_printed_as_zero_is_taken_as_the_most_that_rounds_to_it(judged: Judge) -> None:
    rows = {"top1": "75.10+-0.00", **SPREAD}, {"top1": "75.00+-0.10", **SPREAD}
    found = noise_of(judged, *rows)
    assert found.p == pytest.approx(welch((75.1, 0.005, 3), (75.0, 0.1, 3)))
    assert found.assumed == ("+-0.00 taken as 0.005",)


def test_two_spreads_of_zero_are_not_conclusive(judged: Judge) -> None:
    rows = {"top1": "75.1+-0.0", **SPREAD}, {"top1": "75.0+-0.0", **SPREAD}
    found = noise_of(judged, *rows)
    assert found.p > 0
    assert not found.conclusive


def test_the_difference_is_ours_minus_theirs(judged: Judge) -> None:
    assert noise_of(judged, {"top1": "74.0"}, {"top1": "75.0"}).difference == pytest.approx(-1)


def test_the_test_says_in_words_what_it_had_to_assume(judged: Judge) -> None:
    row = {"runs": ">=3", "spread_is": "std"}
    found = noise_of(judged, {"top1": "75.24+-0.20", **row}, {"top1": "74.30+-0.30", **row})
    assert str(found).startswith("+0.94 points, Welch p = ")
    assert "n = 3 assumed; +- taken as a sample standard deviation" in str(found)


def test_significance_is_a_matter_of_the_level(judged: Judge) -> None:
    found = noise_of(judged, {"top1": "75.50"}, {"top1": "75.00"})
    assert 0.05 < found.p < 0.10
    assert not found.significant(0.05)
    assert found.significant(0.10)
