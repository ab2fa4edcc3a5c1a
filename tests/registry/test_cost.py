import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.registry import Cost, cost, dense, network, removed
from prune_audit.registry.shapes import SHAPES


def speedup(dense_cost: Cost, pruned: Cost) -> float:
    return dense_cost.macs / pruned.macs


def params_removed(dense_cost: Cost, pruned: Cost) -> float:
    return 100 * (1 - pruned.params / dense_cost.params)


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("classes", [10, 100, 1000])
def test_an_unpruned_network_costs_what_its_entry_says(name: str, classes: int) -> None:
    entry = network(name)
    assert entry is not None
    assert cost(name, classes=classes) == dense(entry, classes)


def test_resnet34_with_100_classes_has_the_dense_cost_of_wang_et_al() -> None:
    assert round(cost("resnet34", classes=100).macs / 1e9, 4) == 3.6633


@pytest.mark.parametrize(
    ("ratio", "gmacs", "times", "exact"),
    [
        (0.10, "3.30", "1.11", "1.1102"),
        (0.30, "2.59", "1.41", "1.4137"),
        (0.50, "1.90", "1.93", "1.9277"),
        (0.70, "1.19", "3.09", "3.0905"),
        (0.90, "0.48", "7.68", "7.6829"),
        (0.95, "0.30", "12.06", "12.0561"),
    ],
)
def test_resnet34_agrees_with_table_4_of_wang_et_al(
    ratio: float, gmacs: str, times: str, exact: str
) -> None:
    pruned = cost("resnet34", ratio, classes=100)
    found = speedup(cost("resnet34", classes=100), pruned)
    assert f"{pruned.macs / 1e9:.2f}" == gmacs
    assert f"{found:.2f}" == times
    assert f"{found:.4f}" == exact


@pytest.mark.parametrize(
    ("ratios", "times", "exact"),
    [
        ([0, 0.30, 0.30, 0.30, 0.14, 0], "1.49", "1.4894"),
        ([0, 0.60, 0.60, 0.60, 0.21, 0], "2.31", "2.3081"),
        ([0, 0.74, 0.74, 0.60, 0.21, 0], "2.56", "2.5641"),
        ([0, 0.68, 0.68, 0.68, 0.50, 0], "3.06", "3.0634"),
    ],
)
def test_resnet50_agrees_with_the_four_settings_of_greg(
    ratios: list[float], times: str, exact: str
) -> None:
    found = speedup(cost("resnet50"), cost("resnet50", ratios))
    assert f"{found:.2f}" == times
    assert f"{found:.4f}" == exact


def test_resnet34_agrees_with_greg_where_some_blocks_are_spared() -> None:
    spared = ["1.0", "2.0", "2.3", "3.0", "3.5"]
    pruned = cost("resnet34", [0, 0.5, 0.6, 0.4, 0, 0], spared=spared)
    assert f"{speedup(cost('resnet34'), pruned):.2f}" == "1.32"


@pytest.mark.parametrize(
    ("ratio", "share", "times"),
    [
        (0.3, "31.14", "1.452"),
        (0.5, "49.82", "1.993"),
        (0.7, "70.58", "3.593"),
        (0.9, "90.45", "11.578"),
    ],
)
def test_resnet56_loses_what_a_recount_of_table_6_gives(
    ratio: float, share: str, times: str
) -> None:
    full, pruned = cost("resnet56"), cost("resnet56", ratio)
    assert full == Cost(macs=125_485_696, params=853_018)
    assert f"{params_removed(full, pruned):.2f}" == share
    assert f"{speedup(full, pruned):.3f}" == times


@pytest.mark.parametrize(
    ("ratio", "printed", "times"),
    [
        (0.1, "19.24", "1.23"),
        (0.3, "51.01", "1.97"),
        (0.5, "74.87", "3.61"),
        (0.7, "90.98", "8.89"),
    ],
)
def test_vgg19_with_its_first_convolution_spared_loses_the_shares_printed_in_table_7(
    ratio: float, printed: str, times: str
) -> None:
    full = cost("vgg19-cifar", classes=100)
    pruned = cost("vgg19-cifar", ratio, classes=100, spared=["0"])
    assert f"{full.params / 1e6:.2f}" == "20.08"
    assert f"{2 * full.macs / 1e9:.2f}" == "0.80"
    assert f"{params_removed(full, pruned):.2f}" == printed
    assert f"{speedup(full, pruned):.2f}" == times


@pytest.mark.parametrize(
    ("ratio", "times"), [(0.1, 1.13), (0.3, 1.43), (0.5, 1.93), (0.7, 3.35), (0.9, 8.86)]
)
def test_resnet8_gets_as_much_faster_as_measured_on_the_network(ratio: float, times: float) -> None:
    assert round(speedup(cost("resnet8"), cost("resnet8", ratio)), 2) == times


def test_more_input_channels_cost_the_first_convolution_only() -> None:
    grey, colour = cost("resnet8"), cost("resnet8", channels=3)
    assert colour.params - grey.params == 2 * 16 * 9
    assert colour.macs - grey.macs == 2 * 16 * 9 * 64
    assert cost("vgg11", channels=1).params == cost("vgg11").params - 2 * 64 * 9


def test_a_small_input_fits_only_a_network_that_is_made_for_it() -> None:
    assert cost("resnet8", input_size=8) == cost("resnet8")
    with pytest.raises(ValueError, match="32 pixels"):
        cost("resnet20", input_size=8)


def test_a_list_for_a_vgg_gives_each_convolution_its_ratio() -> None:
    listed = cost("vgg16-cifar", [0, *[0.5] * 12, 0])
    assert listed == cost("vgg16-cifar", 0.5, spared=["0"])


def test_one_number_spares_the_hidden_linear_layers_and_a_list_can_prune_them() -> None:
    assert cost("vgg16", [0.5] * 13 + [0, 0, 0]) == cost("vgg16", 0.5)
    assert cost("vgg16", [0.5] * 15 + [0]).params < cost("vgg16", 0.5).params


def test_removed_filters_are_rounded_up_without_float_noise() -> None:
    assert removed(0.1, 30) == 3
    assert removed(0.07, 100) == 7
    assert removed(0.95, 64) == 61


@given(ratio=st.floats(0, 1), filters=st.integers(1, 4096))
def test_at_least_one_filter_stays(ratio: float, filters: int) -> None:
    assert 0 <= removed(ratio, filters) < filters


@given(hundredths=st.integers(0, 100), filters=st.integers(1, 4096))
def test_removed_filters_are_the_exact_ceiling_of_a_printed_ratio(
    hundredths: int, filters: int
) -> None:
    assert removed(hundredths / 100, filters) == min(-(-hundredths * filters // 100), filters - 1)


@given(low=st.floats(0, 1), high=st.floats(0, 1), name=st.sampled_from(["resnet50", "vgg19-cifar"]))
def test_a_higher_ratio_never_costs_more(low: float, high: float, name: str) -> None:
    low, high = sorted((low, high))
    less, more = cost(name, high), cost(name, low)
    assert less.macs <= more.macs
    assert less.params <= more.params


def test_a_larger_input_costs_macs_and_no_parameters() -> None:
    large, usual = cost("resnet18", input_size=448), cost("resnet18")
    assert large.params == usual.params
    assert large.macs > 3 * usual.macs


@pytest.mark.parametrize(
    ("name", "ratios", "spared"),
    [
        ("densenet121", 0.5, []),
        ("no-such-network", 0.5, []),
        ("resnet50", [0.5, 0.5], []),
        ("resnet50", [0.1, 0.5, 0.5, 0.5, 0.5, 0], []),
        ("resnet50", [0, 0.5, 0.5, 0.5, 0.5, 0.1], []),
        ("resnet50", 1.5, []),
        ("resnet50", -0.1, []),
        ("resnet50", 0.5, ["5.0"]),
        ("vgg16", 0.5, ["99"]),
        ("vgg16", [0.5] * 13, []),
    ],
)
def test_what_does_not_fit_the_network_is_refused(
    name: str, ratios: float | list[float], spared: list[str]
) -> None:
    with pytest.raises(ValueError, match=r"no cost model|expected|no such place"):
        cost(name, ratios, spared=spared)
