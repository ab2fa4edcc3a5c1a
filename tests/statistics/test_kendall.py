from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from prune_audit.statistics import agreement, kendall

few_values = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=12
)  # so few that ties are common


@given(few_values)
def test_tau_agrees_with_scipy_on_rankings_with_many_ties(things: list[tuple[int, int]]) -> None:
    first, second = zip(*things, strict=True)
    found = kendall(first, second)
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(stats.kendalltau(first, second).statistic, abs=1e-12)


@given(st.permutations(range(9)))
def test_tau_agrees_with_scipy_without_ties(order: list[int]) -> None:
    expected = stats.kendalltau(range(9), order).statistic
    assert kendall(range(9), order) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("first", "second", "tau"),
    [
        ([1, 2, 3, 4], [1, 2, 3, 4], 1.0),
        ([1, 2, 3, 4], [4, 3, 2, 1], -1.0),
        # one of six pairs changes sides: (5 - 1) / 6
        ([1, 2, 3, 4], [1, 2, 4, 3], 4 / 6),
        # pairs: two in the same order, one tied on the left only: 2 / sqrt(2 * 3)
        ([1, 1, 2], [1, 2, 3], 2 / 6**0.5),
    ],
)
def test_tau_of_small_rankings_as_computed_by_hand(
    first: list[int], second: list[int], tau: float
) -> None:
    assert kendall(first, second) == pytest.approx(tau)


@given(few_values)
def test_tau_changes_its_sign_where_one_ranking_is_turned_round(
    things: list[tuple[int, int]],
) -> None:
    first, second = zip(*things, strict=True)
    forth, back = kendall(first, second), kendall(first, [-one for one in second])
    assert forth is None or back == pytest.approx(-forth)


def test_the_mean_tau_over_all_orders_is_zero() -> None:
    every = [kendall(range(5), order) or 0.0 for order in permutations(range(5))]
    assert sum(every) == pytest.approx(0)


def test_rankings_that_order_nothing_have_no_tau() -> None:
    assert kendall([1, 1, 1], [1, 2, 3]) is None
    assert kendall([1], [1]) is None


def test_values_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="no number"):
        kendall([1.0, float("nan")], [1.0, 2.0])
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        kendall([1.0, 2.0], [1.0])


def test_pairs_of_unknown_order_count_for_nothing() -> None:
    values = [1, 2, 3, 4]
    orders = [(1 if a < b else -1, 1 if a < b else -1) for a, b in combinations(values, 2)]
    found = agreement([*orders, (None, 1), (1, None), (None, None)])
    assert (found.tau, found.pairs, found.unknown) == (1.0, 6, 3)


def test_ties_are_counted_by_the_ranking_that_holds_them() -> None:
    found = agreement([(1, 1), (1, -1), (0, 1), (0, 1), (1, 0), (0, 0)])
    assert (found.concordant, found.discordant) == (1, 1)
    assert (found.tied_first, found.tied_second, found.tied_both) == (2, 1, 1)
