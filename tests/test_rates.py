"""When two rows have the same speedup or compression rate."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.answers import Answer
from prune_audit.claim import Result
from prune_audit.judged import JudgedPair
from prune_audit.rates import RateKind, common_rates, rate, same_rate

Judge = Callable[..., JudgedPair]
FIVE = Decimal("0.05")


def rows(judged: Judge, ours: dict[str, object], other: dict[str, object]) -> tuple[Result, Result]:
    pair = judged({"speedup": None, **ours}, {"speedup": None, **other}).pair
    return pair.ours, pair.other


def same_speedup(judged: Judge, a: str, b: str, tolerance: Decimal = FIVE) -> Answer:
    return same_rate(*rows(judged, {"speedup": a}, {"speedup": b}), RateKind.SPEEDUP, tolerance)


def test_equal_speedups_are_the_same_rate(judged: Judge) -> None:
    assert same_speedup(judged, "2.31x", "2.31x") is Answer.SAME


def test_a_speedup_2_6_percent_apart_is_the_same_at_5_percent(judged: Judge) -> None:
    assert same_speedup(judged, "2.31x", "2.25x") is Answer.SAME


def test_a_speedup_5_6_percent_apart_differs_at_5_and_not_at_10_percent(judged: Judge) -> None:
    assert same_speedup(judged, "2.31x", "2.18x") is Answer.DIFFERENT
    assert same_speedup(judged, "2.31x", "2.18x", Decimal("0.10")) is Answer.SAME


def test_a_rounding_interval_across_the_line_is_unknown(judged: Judge) -> None:
    assert same_speedup(judged, "2x", "2.1x") is Answer.UNKNOWN


def test_a_rate_that_is_stated_as_a_bound_is_unknown_unless_it_is_surely_off(judged: Judge) -> None:
    assert same_speedup(judged, ">2x", "2.5x") is Answer.UNKNOWN
    assert same_speedup(judged, ">3x", "2.5x") is Answer.DIFFERENT
    assert same_speedup(judged, ">2x", ">2x") is Answer.UNKNOWN


@pytest.mark.parametrize("odd", ["0x", "0.00x", "-2x"])
def test_a_rate_that_is_no_rate_is_unknown_and_does_not_stop_the_audit(
    judged: Judge, odd: str
) -> None:
    assert same_speedup(judged, odd, odd) is Answer.UNKNOWN
    verdict = judged({"speedup": odd}, {"speedup": odd}).pair.verdict
    assert verdict.floor == "below S1"


def test_a_removed_share_of_flops_gives_a_speedup(judged: Judge) -> None:
    ours, other = rows(judged, {"flops_reduction": "50.0 %"}, {"speedup": "2.00x"})
    assert same_rate(ours, other, RateKind.SPEEDUP, FIVE) is Answer.SAME


def test_macs_of_dense_and_pruned_network_give_a_speedup(judged: Judge) -> None:
    ours, other = rows(judged, {"macs": "2.04G"}, {"speedup": "2.00x"})
    assert same_rate(ours, other, RateKind.SPEEDUP, FIVE) is Answer.SAME


def test_flops_count_as_two_per_mac(judged: Judge) -> None:
    ours, other = rows(judged, {"flops": "4.08G"}, {"macs": "2.04G"})
    assert same_rate(ours, other, RateKind.SPEEDUP, FIVE) is Answer.SAME


def test_a_share_of_100_percent_gives_no_rate(judged: Judge) -> None:
    ours, _ = rows(judged, {"flops_reduction": "100 %"}, {})
    assert rate(ours, RateKind.SPEEDUP) is None


def test_theoretical_and_measured_speedup_never_mix(judged: Judge) -> None:
    ours, other = rows(judged, {"speedup": "2.00x"}, {"measured_speedup": "2.00x"})
    left, right = common_rates(ours, other, None)
    assert left is None or right is None
    pair = judged({}, {"speedup": None, "measured_speedup": "2.00x"}).pair
    assert "rate" in [fact.name for fact in pair.verdict.missing]


def test_compression_serves_where_no_speedup_is_printed_by_both(judged: Judge) -> None:
    ours, other = rows(judged, {"params_reduction": "75 %"}, {"sparsity": "0.75"})
    left, right = common_rates(ours, other, None)
    assert left
    assert right
    assert left.kind is right.kind is RateKind.COMPRESSION


def test_rows_without_a_dense_cost_compare_by_their_macs(judged: Judge) -> None:
    bare = {"base": "unreported", "speedup": None}
    near = judged({**bare, "macs": "2.04G"}, {**bare, "macs": "2.06G"}).pair
    far = judged({**bare, "macs": "2.04G"}, {**bare, "macs": "1.04G", "top1": "74.00"}).pair
    assert near.verdict.floor == "S1"
    assert far.verdict.floor == far.verdict.ceiling == "below S1"


def test_the_comparison_may_name_the_rate(judged: Judge) -> None:
    ours = {"speedup": "2.00x", "compression": "4.0x"}
    other = {"speedup": "2.00x", "compression": "2.0x", "top1": "76.00"}
    by_speedup = judged(ours, other).pair.verdict
    by_size = judged(ours, other, comparison={"rate": "compression"}).pair.verdict
    assert by_speedup.floor == "S4.2"
    assert by_size.ceiling == "below S1"


CENTS = st.integers(101, 2000).map(lambda cents: f"{Decimal(cents) / 100:.2f}x")
SHARES = st.integers(0, 40).map(lambda percent: Decimal(percent) / 100)


@given(CENTS, CENTS, SHARES)
def test_the_rate_does_not_depend_on_which_row_is_ours(
    judged: Judge, a: str, b: str, tolerance: Decimal
) -> None:
    assert same_speedup(judged, a, b, tolerance) is same_speedup(judged, b, a, tolerance)


@given(CENTS, CENTS, SHARES)
def test_the_answer_agrees_with_the_true_gap_where_it_is_sure(
    judged: Judge, a: str, b: str, tolerance: Decimal
) -> None:
    x, y = Decimal(a[:-1]), Decimal(b[:-1])
    inside = abs(x - y) / max(x, y) <= tolerance
    assert same_speedup(judged, a, b, tolerance) is not (
        Answer.DIFFERENT if inside else Answer.SAME
    )


@given(CENTS, CENTS)
def test_a_wider_tolerance_never_turns_same_into_different(judged: Judge, a: str, b: str) -> None:
    order = [Answer.DIFFERENT, Answer.UNKNOWN, Answer.SAME]
    answers = [same_speedup(judged, a, b, Decimal(percent) / 100) for percent in (0, 5, 10, 40)]
    assert answers == sorted(answers, key=order.index)
