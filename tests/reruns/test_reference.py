"""Looking a setting up among reference points, and testing a claimed accuracy against them."""

import random
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.intervals import Interval
from prune_audit.reruns.experiment import Data, Pruning, Training, Weights
from prune_audit.reruns.reference import (
    Found,
    Interpolated,
    Missing,
    Outcome,
    Refused,
    Wanted,
    Why,
    look_up,
)
from prune_audit.reruns.reference_gap import ALPHA, MARGIN, Claimed, gap
from prune_audit.reruns.reference_points import Diverged, Origin, Point, ReferenceRun
from prune_audit.reruns.run import Count
from prune_audit.statistics import Sample
from prune_audit.statistics.one_sided import Side

RECIPE = Training(90, "0:1e-2,30:1e-3,60:1e-4", 256, 1e-4)
BASE = Weights("a" * 64, "torchvision/ResNet50_Weights.IMAGENET1K_V1")
IMAGES = 10_000


def point(
    speedup: float = 2.0,
    counts: Iterable[int] = (9300, 9310, 9320),
    best: int = 0,
    **changes: Any,
) -> Point:
    """Return a point; ``counts`` are right answers of 10,000, ``best`` what the best epoch adds."""
    runs = tuple(
        ReferenceRun(f"id{seed}", seed, Count(k, IMAGES), Count(k + best, IMAGES))
        for seed, k in enumerate(counts)
    )
    made = Point(
        Data("cifar10"), "resnet56", BASE, Pruning("l1", (1 - 1 / speedup,)), RECIPE, runs, (),
        speedup, 0.0, Origin("store", 1),
    )  # fmt: skip
    return replace(made, **changes)


def at(low: str, high: str = "") -> Interval:
    return Interval(Decimal(low), Decimal(high or low))


def wanted(rate: Interval | None = None, **changes: Any) -> Wanted:
    made = Wanted("cifar10", "resnet56", "l1", RECIPE, rate or at("1.95", "2.05"), base=BASE)
    return replace(made, **changes)


def refused(outcome: Outcome) -> Why:
    assert isinstance(outcome, Refused)
    return outcome.why


def test_a_point_in_the_printed_interval_is_found() -> None:
    assert look_up([point(1.5), point(2.04), point(3)], wanted()) == Found(point(2.04))


def test_a_point_one_percent_off_is_found_and_two_percent_off_is_not() -> None:
    assert isinstance(look_up([point(2.02)], wanted(at("2.00"))), Found)
    assert not isinstance(look_up([point(2.0404)], wanted(at("2.00"))), Found)


def test_the_nearest_of_several_points_is_found_unless_it_has_too_few_runs() -> None:
    near, far = point(2.0), point(2.04)
    assert look_up([far, near], wanted()) == Found(near)
    few = point(2.0, (9300, 9310))
    assert look_up([far, few], wanted()) == Found(far)
    assert refused(look_up([few], wanted())) is Why.FEW_RUNS


def test_diverged_runs_do_not_make_enough_runs() -> None:
    lost = point(2.0, (9300, 9310), diverged=(Diverged("id9", 9, 3),))
    found = look_up([lost], wanted())
    assert isinstance(found, Refused)
    assert "1 diverged" in found.reason


def test_between_two_points_accuracy_is_linear_in_the_log_of_the_rate() -> None:
    found = look_up([point(1.5, (9400,) * 3), point(3.0, (9000,) * 3)], wanted(at("2.1213203")))
    assert isinstance(found, Interpolated)
    assert found.share == pytest.approx(0.5)
    assert found.mean == pytest.approx(92.0)


def test_only_the_next_neighbours_count() -> None:
    points = [point(rate) for rate in (1.2, 1.7, 2.6, 5.0)]
    found = look_up(points, wanted())
    assert isinstance(found, Interpolated)
    assert found.points == (points[1], points[2])


def test_a_neighbour_with_too_few_runs_is_passed_over() -> None:
    points = [point(1.7), point(1.9, (9300,)), point(2.6)]
    found = look_up(points, wanted())
    assert isinstance(found, Interpolated)
    assert found.slower == points[0]


def test_nothing_is_extrapolated() -> None:
    points = [point(2.5), point(3.0)]
    assert refused(look_up(points, wanted())) is Why.OUTSIDE
    assert refused(look_up(points, wanted(at("3.1")))) is Why.OUTSIDE
    assert refused(look_up([point(2.5, (9300,))], wanted())) is Why.FEW_RUNS


def test_neighbours_more_than_a_factor_of_two_apart_carry_nothing() -> None:
    assert isinstance(look_up([point(1.5), point(3.0)], wanted()), Interpolated)
    assert refused(look_up([point(1.5), point(3.01)], wanted())) is Why.FAR_APART


def test_a_rate_in_few_digits_is_too_coarse() -> None:
    assert refused(look_up([point()], wanted(at("1.5", "3")))) is Why.COARSE


def test_the_same_rate_by_other_ratios_is_another_structure() -> None:
    by_ratio = wanted(ratios=(at("0.45", "0.55"),))
    assert isinstance(look_up([point(2.0)], by_ratio), Found)
    other = point(2.0, pruning=Pruning("l1", (0.3, 0.6)))
    assert refused(look_up([other], by_ratio)) is Why.OTHER_RATIOS
    assert isinstance(look_up([other], wanted(ratios=(at("0.3"), at("0.6")))), Found)
    far = wanted(ratios=(at("0.9"),))
    assert refused(look_up([point(1.7), point(2.6)], far)) is Why.OTHER_RATIOS


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"data": "cifar100"}, "cifar10"),
        ({"network": "resnet110"}, "resnet56"),
        ({"method": "random"}, "l1"),
        ({"recipe": replace(RECIPE, lr="0:1e-3,45:1e-4")}, "0:1e-2,30:1e-3,60:1e-4"),
        ({"recipe": replace(RECIPE, epochs=120, lr="constant 1e-2")}, "90 epochs"),
        ({"recipe": replace(RECIPE, batch_size=128)}, "batch 256"),
        ({"base": RECIPE}, "torchvision/ResNet50"),
        ({"base": Weights("", "torchvision/ResNet50_Weights.IMAGENET1K_V2")}, "IMAGENET1K_V1"),
        ({"content": "abc"}, "cifar10"),
    ],
)
def test_what_is_missing_is_said_with_the_nearest_thing_there(
    changes: dict[str, Any], named: str
) -> None:
    found = look_up([point()], wanted(**changes))
    assert isinstance(found, Missing)
    assert named in found.reason.partition("nearest")[2]


def test_a_recipe_is_recognised_however_its_lr_is_written() -> None:
    spelt = replace(RECIPE, lr="0:0.01,30:0.001,60:0.0001")
    assert isinstance(look_up([point()], wanted(recipe=spelt)), Found)


def test_without_a_known_base_model_references_of_one_base_only_serve() -> None:
    assert isinstance(look_up([point()], wanted(base=None)), Found)
    two = [point(), point(base=RECIPE)]
    assert refused(look_up(two, wanted(base=None))) is Why.SEVERAL_BASES


def test_scope_decides_for_single_weights_only() -> None:
    weights = Pruning("magnitude", (0.5,), scope="global")
    masked = point(1.0, pruning=weights, sparsity=0.5)
    assert isinstance(look_up([masked], wanted(method="magnitude", scope="global")), Found)
    assert isinstance(look_up([masked], wanted(method="magnitude")), Missing)
    filters = point(pruning=Pruning("l1", (0.5,), scope="global"))
    assert isinstance(look_up([filters], wanted()), Found)


def test_an_empty_store_has_nothing() -> None:
    assert isinstance(look_up([], wanted()), Missing)


def below(percent: float, found: Found | Interpolated, **about: Any) -> bool:
    return gap(found, Claimed(percent, percent, **about), Side.BELOW).beyond


def above(percent: float, found: Found | Interpolated, **about: Any) -> bool:
    return gap(found, Claimed(percent, percent, **about), Side.ABOVE).beyond


def test_far_out_is_beyond_and_near_is_not() -> None:
    found = Found(point(counts=(9300, 9310, 9320, 9305, 9315)))
    assert below(91.0, found)
    assert not below(93.0, found)
    assert not below(95.0, found)
    assert above(95.0, found)
    assert not above(93.2, found)
    assert not above(91.0, found)


def test_a_tiny_spread_raises_no_alarm_within_the_margin() -> None:
    found = Found(point(counts=[9300, 9301, 9302] * 10))
    near = gap(found, Claimed(92.85, 92.85), Side.BELOW)
    assert near.test.p < ALPHA
    assert near.test.beyond < MARGIN
    assert not near.beyond


def test_runs_that_agree_to_the_image_count_with_the_spread_of_the_test_set() -> None:
    found = gap(Found(point(counts=(9300,) * 3)), Claimed(92.0, 92.0), Side.BELOW)
    assert found.lifted
    assert found.reference.std == pytest.approx(100 * (0.93 * 0.07 / IMAGES) ** 0.5)
    assert not found.beyond


def test_the_most_favourable_digits_count() -> None:
    found = Found(point(counts=(9300, 9310, 9320, 9305, 9315)))
    assert below(92.3, found)
    assert not gap(found, Claimed(91.5, 92.9), Side.BELOW).beyond


def test_the_best_epoch_counts_where_the_last_is_not_said_to_be_printed() -> None:
    found = Found(point(counts=(9300, 9310, 9320, 9305, 9315), best=100))
    assert above(94.0, found)
    assert not above(94.0, found, any_epoch=True)
    assert below(92.3, found, any_epoch=True)


def test_between_two_points_only_what_is_beyond_both_is_an_alarm() -> None:
    points = [point(1.5, (9400, 9405, 9410)), point(3.0, (9200, 9205, 9210))]
    found = look_up(points, wanted())
    assert isinstance(found, Interpolated)
    assert not above(94.0, found)
    assert not below(92.1, found)
    assert above(97.0, found)
    assert below(89.0, found)


def test_between_two_points_the_larger_spread_and_the_fewer_runs_count() -> None:
    points = [point(1.5, (9400, 9401, 9403, 9400)), point(3.0, (9100, 9200, 9300))]
    found = look_up(points, wanted())
    assert isinstance(found, Interpolated)
    reference = gap(found, Claimed(95, 95), Side.ABOVE).reference
    assert reference.mean == pytest.approx(94.01)
    assert reference.std == pytest.approx(1.0)
    assert reference.n == 3


def test_stated_runs_and_spread_are_tested_by_welch() -> None:
    found = Found(point(counts=(9300, 9310, 9320, 9305, 9315)))
    claimed = Claimed(92.5, 92.5, 5, Sample(92.5, 0.1, 5))
    assert gap(found, claimed, Side.BELOW).name == "Welch"
    assert gap(found, claimed, Side.BELOW).beyond


@given(st.floats(80, 100), st.floats(80, 100), st.sampled_from(Side))
def test_further_out_is_never_less_beyond(one: float, other: float, side: Side) -> None:
    found = Found(point(counts=(9300, 9350, 9400)))
    low, high = sorted((one, other))
    nearer, further = (low, high) if side is Side.ABOVE else (high, low)
    first, second = (gap(found, Claimed(value, value), side) for value in (nearer, further))
    assert second.test.p <= first.test.p + 1e-12
    assert second.beyond or not first.beyond


@pytest.mark.parametrize("side", Side)
def test_false_alarms_on_counts_are_as_rare_as_the_level_says(side: Side) -> None:
    generator = random.Random(11)
    trials = 2000
    alarms = 0
    for _ in range(trials):
        *counts, claimed = (round(generator.gauss(9300, 30)) for _ in range(4))
        found = Found(point(counts=counts))
        alarms += gap(found, Claimed(claimed / 100, claimed / 100), side).beyond
    assert alarms <= trials * ALPHA + 3 * (trials * ALPHA) ** 0.5
