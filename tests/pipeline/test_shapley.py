"""Shapley values of small games, against their definition and axioms."""

from collections.abc import Callable
from itertools import combinations, permutations
from math import factorial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from prune_audit.pipeline.methods.shapley import Estimate, estimate

Harm = Callable[[Tensor], float]


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def table(numbers: list[float]) -> Harm:
    """Return a game: the payoff of every set of players gone, by the bits of its number."""
    return lambda gone: numbers[sum(2**player for player in gone.nonzero().flatten().tolist())]


def every_order(players: int) -> list[Tensor]:
    return [torch.tensor(order) for order in permutations(range(players))]


def drawn_orders(players: int, count: int, seed: int = 0) -> list[Tensor]:
    source = seeded(seed)
    return [torch.randperm(players, generator=source) for _ in range(count)]


def by_subsets(players: int, harm: Harm) -> list[float]:
    """Return Shapley values by their definition over sets of the others."""

    def payoff(gone: set[int]) -> float:
        return harm(torch.tensor([player in gone for player in range(players)]))

    def value(player: int) -> float:
        others = [other for other in range(players) if other != player]
        return sum(
            factorial(size) * factorial(players - size - 1) / factorial(players)
            * (payoff({*gone, player}) - payoff({*gone}))
            for size in range(players) for gone in combinations(others, size)
        )  # fmt: skip

    return [value(player) for player in range(players)]


games = st.lists(st.floats(-10, 10), min_size=16, max_size=16)


@settings(max_examples=25, deadline=None)
@given(games)
def test_all_orders_give_the_shapley_values(numbers: list[float]) -> None:
    found = estimate(4, table(numbers), every_order(4)).values.tolist()
    assert found == pytest.approx(by_subsets(4, table(numbers)), abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(games, st.integers(0, 1000))
def test_shares_sum_to_the_whole_harm_in_every_order(numbers: list[float], seed: int) -> None:
    found = estimate(4, table(numbers), drawn_orders(4, 5, seed))
    assert found.gains.sum(1).tolist() == pytest.approx([numbers[15] - numbers[0]] * 5, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(games, games, st.floats(-3, 3))
def test_shares_of_a_sum_of_payoffs_add_up(one: list[float], two: list[float], by: float) -> None:
    orders = drawn_orders(4, 3)
    both = [a + by * b for a, b in zip(one, two, strict=True)]
    sums = estimate(4, table(one), orders).values + by * estimate(4, table(two), orders).values
    assert estimate(4, table(both), orders).values.tolist() == pytest.approx(
        sums.tolist(), abs=1e-9
    )


def test_of_two_that_stand_in_for_each_other_each_gets_half() -> None:
    both_gone = table([0.0, 0.0, 0.0, 1.0])
    assert estimate(2, both_gone, every_order(2)).values.tolist() == [0.5, 0.5]


def test_the_error_shrinks_with_the_root_of_the_number_of_orders() -> None:
    harm = table(torch.rand(64, generator=seeded(7)).tolist())
    few, many = (estimate(6, harm, drawn_orders(6, count)) for count in (100, 1600))
    ratio = few.standard_errors / many.standard_errors
    assert ((ratio > 3) & (ratio < 5)).all()
    exact = torch.tensor(by_subsets(6, harm), dtype=torch.float64)
    assert ((many.values - exact).abs() < 4 * many.standard_errors).all()


def test_the_standard_error_is_the_spread_of_estimates() -> None:
    harm = table(torch.rand(16, generator=seeded(7)).tolist())
    many = [estimate(4, harm, drawn_orders(4, 20, seed)) for seed in range(150)]
    spread = torch.stack([found.values for found in many]).std(0)
    told = torch.stack([found.standard_errors for found in many]).mean(0)
    assert torch.allclose(spread, told, rtol=0.25)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ([1.0, 1.0, 1.0], [0.0, 1.0, -1.0], 0.0),
        ([3.0, 3.0, 3.0], [0.0, 1.0, -1.0], 1.0),
        ([1.0, 6.0, 11.0], [0.0, 5.0, 10.0], 1.0),
        ([2.0, 3.0, 4.0], [2.0, 3.0, 4.0], 0.0),
    ],
    ids=["within the error", "far outside", "noisy together", "equal"],
)
def test_two_units_are_told_apart_by_the_error_of_their_difference(
    one: list[float], other: list[float], apart: float
) -> None:
    gains = torch.tensor([one, other], dtype=torch.float64).T
    assert Estimate(gains).told_apart == apart
    third = torch.cat([gains, torch.full((3, 1), -100.0)], 1)
    assert Estimate(third).told_apart == pytest.approx((2 + apart) / 3)
    assert Estimate(gains[:, :1]).told_apart == 1.0


def test_where_every_order_says_the_same_the_relative_error_is_zero() -> None:
    assert Estimate(torch.tensor([[1.0, 2.0], [1.0, 2.0]])).relative_error == 0
    assert Estimate(torch.ones(2, 2)).relative_error == 0


def test_the_relative_error_does_not_depend_on_the_unit_of_the_payoff() -> None:
    gains = torch.tensor([[1.0, 2.0], [2.0, 5.0], [0.0, 3.0]])
    assert Estimate(gains).relative_error == pytest.approx(Estimate(7 * gains).relative_error)


def test_without_an_order_there_is_no_value() -> None:
    with pytest.raises(ValueError, match="at least one permutation"):
        estimate(2, table([0.0] * 4), [])
