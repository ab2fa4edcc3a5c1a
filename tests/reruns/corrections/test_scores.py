"""Mean, spread and the tests of a few runs, with scipy as the oracle."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from prune_audit.reruns.run import Count
from prune_audit.reruns.scores import Scores, contrast, paired

N = 1000
right = st.lists(st.integers(0, N), min_size=2, max_size=6)


def scores(*right: int, n: int = N) -> Scores:
    return Scores.of({seed: Count(k, n) for seed, k in enumerate(right)})


def test_mean_and_sample_deviation_of_three_seeds() -> None:
    found = scores(750, 760, 755)
    assert found.mean == pytest.approx(75.5)
    assert found.std == pytest.approx(0.5)
    assert found.n == 3


def test_one_run_has_a_mean_and_no_spread() -> None:
    found = scores(750)
    assert (found.mean, found.std, found.sample) == (75.0, None, None)


def test_no_run_has_no_mean() -> None:
    assert scores().mean is None


def test_runs_that_agree_to_the_image_are_not_without_noise() -> None:
    found = scores(750, 750, 750)
    assert found.std == 0
    assert found.lifted
    assert found.sample is not None
    assert found.sample.std == pytest.approx(0.05)  # half of one image in a thousand


def test_a_measured_spread_is_taken_as_it_is() -> None:
    found = scores(750, 760, 755)
    assert not found.lifted
    assert found.sample is not None
    assert found.sample.std == found.std


def test_differences_by_seed_agree_with_scipy() -> None:
    ours, other = scores(750, 760, 771), scores(740, 755, 752)
    found = paired(ours, other)
    expected = stats.ttest_rel(ours.percents, other.percents)
    assert found is not None
    assert found.t == pytest.approx(expected.statistic)
    assert found.p == pytest.approx(expected.pvalue)
    assert (found.wins, found.ties, found.n) == (3, 0, 3)


def test_only_seeds_that_both_have_are_paired() -> None:
    ours = Scores.of({0: Count(750, N), 1: Count(760, N), 5: Count(770, N)})
    other = Scores.of({1: Count(755, N), 5: Count(770, N), 7: Count(100, N)})
    found = paired(ours, other)
    assert found is not None
    assert (found.n, found.wins, found.ties) == (2, 1, 1)


def test_a_single_common_seed_is_no_test() -> None:
    assert paired(scores(750), scores(740)) is None


def test_the_same_lead_in_every_seed_is_no_proof_without_end() -> None:
    found = paired(scores(751, 761, 771), scores(750, 760, 770))
    assert found is not None
    assert math.isfinite(found.t)
    assert found.p > 0.01


@given(right, right)
def test_a_contrast_of_two_is_welchs_test(a: list[int], b: list[int]) -> None:
    left, other = scores(*a), scores(*b)
    if left.lifted or other.lifted:
        return
    found = contrast([(1, left), (-1, other)])
    expected = stats.ttest_ind(left.percents, other.percents, equal_var=False)
    assert found is not None
    assert found.p == pytest.approx(expected.pvalue, rel=1e-6, abs=1e-12)
    interval = expected.confidence_interval()
    assert found.interval == pytest.approx((interval.low, interval.high))


def test_a_contrast_of_four_adds_their_errors() -> None:
    rows = [scores(900, 905, 910), scores(800, 806, 811), scores(902, 900, 901), scores(899, 903)]
    found = contrast(list(zip((1, -1, -1, 1), rows, strict=True)))
    assert found is not None
    means, errors = zip(
        *((row.mean or 0, stats.sem(row.percents)) for row in rows), strict=True
    )  # fmt: skip
    assert found.value == pytest.approx(means[0] - means[1] - means[2] + means[3])
    total = sum(error**2 for error in errors)
    df = total**2 / sum(e**4 / (row.n - 1) for e, row in zip(errors, rows, strict=True))
    assert found.p == pytest.approx(2 * stats.t.sf(abs(found.value) / math.sqrt(total), df))


def test_a_contrast_with_a_single_run_is_no_test() -> None:
    assert contrast([(1, scores(900, 905)), (-1, scores(900))]) is None


@given(right, st.randoms())
def test_the_order_of_seeds_does_not_matter(found: list[int], random: object) -> None:
    items = list(enumerate(found))
    shuffled = items.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one = Scores.of({seed: Count(k, N) for seed, k in items})
    other = Scores.of({seed: Count(k, N) for seed, k in shuffled})
    assert one == other
