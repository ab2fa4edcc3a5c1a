"""Which ratio reaches a speedup, without building a network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.registry import cost
from prune_audit.reruns.ratios import UnreachableError, check_ratios, one_or_list, speedup_ratio


def speedup(network: str, ratio: float) -> float:
    return cost(network, 0.0).macs / cost(network, ratio).macs


def test_the_speedup_printed_for_95_percent_needs_nearly_that_ratio() -> None:
    assert speedup_ratio("resnet34", 12.055, classes=100) == pytest.approx(0.95, abs=0.005)


def test_no_speedup_needs_no_pruning() -> None:
    assert speedup_ratio("resnet34", 1.0) == 0.0


@given(target=st.floats(1.0, 11.0), network=st.sampled_from(["resnet8", "resnet56", "vgg19-cifar"]))
def test_the_smallest_ratio_reaches_the_speedup_and_the_one_before_does_not(
    target: float, network: str
) -> None:
    ratio = speedup_ratio(network, target)
    assert speedup(network, ratio) >= target
    if ratio > 0:
        assert speedup(network, ratio - 0.001) < target


def test_an_unreachable_speedup_is_refused_with_the_highest_that_is_reachable() -> None:
    with pytest.raises(UnreachableError, match=r"resnet8 cannot become 20x .* 13\.87x, at ratio"):
        speedup_ratio("resnet8", 20)
    with pytest.raises(UnreachableError, match="cannot become nanx"):
        speedup_ratio("resnet8", float("nan"))


def test_a_network_without_a_cost_model_is_refused() -> None:
    with pytest.raises(ValueError, match="no cost model of 'mobilenet_v2'"):
        speedup_ratio("mobilenet_v2", 2)


def test_spared_layers_and_the_input_are_taken_into_account() -> None:
    usual = speedup_ratio("vgg19-cifar", 3)
    assert speedup_ratio("vgg19-cifar", 3, spared=["0"]) > usual
    assert speedup_ratio("resnet8", 3.35, channels=3) > speedup_ratio("resnet8", 3.35)


@pytest.mark.parametrize("ratios", [(1.0,), (-0.1,), (0.5, 1.2), (float("nan"),), ()])
def test_ratios_that_leave_nothing_or_are_none_are_refused(ratios: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="expected"):
        check_ratios(ratios)


def test_a_single_ratio_stands_for_all_layers() -> None:
    assert one_or_list((0.5,)) == 0.5
    assert one_or_list((0, 0.5, 0)) == (0, 0.5, 0)
