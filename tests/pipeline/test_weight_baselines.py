"""Baselines on single weights: random at several layer ratios, LAMP, 2:4."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from importlib import import_module

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from prune_audit.pipeline.masks import Masks, spared
from prune_audit.pipeline.methods.er import er
from prune_audit.pipeline.methods.erk import erk
from prune_audit.pipeline.methods.lamp import lamp
from prune_audit.pipeline.methods.magnitude import magnitude
from prune_audit.pipeline.methods.random_weights import random_weights
from prune_audit.pipeline.methods.scorer import Layer, Scoring
from prune_audit.pipeline.methods.two_four import (
    has_pattern,
    left_dense,
    semi_structured,
    two_four,
)
from prune_audit.pipeline.networks import build
from prune_audit.pipeline.scores import lowest
from prune_audit.registry import removed


def scoring(net: nn.Module, seed: int = 0) -> Scoring:
    layers: dict[str, Layer] = {
        name: module
        for name, module in net.named_modules()
        if isinstance(module, nn.Conv2d | nn.Linear)
    }
    return Scoring(net, layers, torch.Generator().manual_seed(seed))


def resnet() -> nn.Module:
    return build("resnet8", 10, 1, torch.Generator().manual_seed(0))


def linear(rows: list[list[float]], dtype: torch.dtype = torch.float32) -> nn.Linear:
    weight = torch.tensor(rows, dtype=dtype)
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=False, dtype=dtype)
    layer.weight.data.copy_(weight)
    return layer


def global_masks(scores: Mapping[str, Tensor], ratio: float) -> Masks:
    flat = torch.cat([score.flatten() for score in scores.values()])
    gone = lowest(flat, removed(ratio, flat.numel()))
    parts = gone.split_with_sizes([score.numel() for score in scores.values()])
    pairs = zip(scores.items(), parts, strict=True)
    return Masks({name: part.view_as(score) for (name, score), part in pairs})


def digest(choice: Mapping[str, Tensor]) -> str:
    return Masks(choice).digest


CHOICES: dict[str, Callable[[Scoring], dict[str, Tensor]]] = {
    "random-weights": random_weights,
    "er": lambda given: er(given, 0.9),
    "erk": lambda given: erk(given, 0.9),
    "lamp": lamp,
    "2:4": lambda given: two_four(given, 0.5),
}
every_method = pytest.mark.parametrize("choose", CHOICES.values(), ids=CHOICES)


# all of them


@every_method
def test_the_network_is_left_as_it_was(choose: Callable[[Scoring], dict[str, Tensor]]) -> None:
    net = resnet()
    net.get_submodule("layer1").eval()
    net.get_parameter("fc.weight").requires_grad_(False)
    net.get_parameter("conv1.weight").grad = torch.ones(16, 1, 3, 3)
    before = deepcopy(net)
    choose(scoring(net))
    after = before.state_dict()
    assert all(torch.equal(value, after[name]) for name, value in net.state_dict().items())
    assert [m.training for m in net.modules()] == [m.training for m in before.modules()]
    for (name, one), other in zip(net.named_parameters(), before.parameters(), strict=True):
        assert one.requires_grad == other.requires_grad
        assert (one.grad is None) == (name != "conv1.weight")


@every_method
def test_answers_have_the_shapes_of_the_weights_and_carry_no_gradient(
    choose: Callable[[Scoring], dict[str, Tensor]],
) -> None:
    given = scoring(resnet())
    found = choose(given)
    assert list(found) == list(given.layers)
    for name, layer in given.layers.items():
        assert found[name].shape == layer.weight.shape
        assert not found[name].requires_grad
        assert found[name].isfinite().all()


@every_method
def test_equal_generators_choose_alike_and_leave_the_global_one_alone(
    choose: Callable[[Scoring], dict[str, Tensor]],
) -> None:
    before = torch.get_rng_state()
    one, other = choose(scoring(resnet())), choose(scoring(resnet()))
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert torch.equal(torch.get_rng_state(), before)


@every_method
def test_the_layout_in_memory_does_not_matter(
    choose: Callable[[Scoring], dict[str, Tensor]],
) -> None:
    net = resnet()
    last = net.to(memory_format=torch.channels_last)
    one, other = choose(scoring(resnet())), choose(scoring(last))
    assert all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("name", ["random_weights", "er", "erk", "lamp", "two_four"])
def test_every_page_has_its_sections(name: str) -> None:
    page = import_module(f"prune_audit.pipeline.methods.{name}").__doc__ or ""
    starts = [page.index(f"\n{part}: ") for part in ("Definition", "Why", "Cannot detect")]
    assert sorted(starts) == starts
    assert "\nSource: " in page


# random places


def test_random_scores_are_drawn_anew_for_every_layer_and_seed() -> None:
    net = nn.Sequential(nn.Linear(20, 30), nn.Linear(20, 30))
    one, other = random_weights(scoring(net)), random_weights(scoring(net, seed=1))
    assert not torch.equal(one["0"], one["1"])
    assert not torch.equal(one["0"], other["0"])
    assert all(score.min() >= 0 and score.max() < 1 for score in one.values())


@pytest.mark.parametrize("choose", [er, erk])
@pytest.mark.parametrize("ratio", [0.0, 0.5, 0.9, 0.98, 0.999])
def test_the_sparsity_is_the_one_asked_for_to_the_weight(
    choose: Callable[[Scoring, float], dict[str, Tensor]], ratio: float
) -> None:
    given = scoring(resnet())
    gone = choose(given, ratio)
    weights = sum(layer.weight.numel() for layer in given.layers.values())
    assert sum(int(part.sum()) for part in gone.values()) == removed(ratio, weights)
    assert not any(part.all() for part in gone.values())
    assert digest(spared(gone, given.layers)) == digest(gone)


def test_seeds_move_the_places_and_not_the_counts() -> None:
    one, other = erk(scoring(resnet()), 0.9), erk(scoring(resnet(), seed=1), 0.9)
    assert {name: part.sum() for name, part in one.items()} == {
        name: part.sum() for name, part in other.items()
    }
    assert digest(one) != digest(other)


def test_places_do_not_depend_on_the_weights() -> None:
    net = resnet()
    net.get_parameter("fc.weight").data.mul_(-1e6)
    assert digest(erk(scoring(net), 0.9)) == digest(erk(scoring(resnet()), 0.9))


def test_every_place_is_equally_likely() -> None:
    given = scoring(nn.Linear(3, 2))
    kept = torch.stack([~er(given, 0.8)[""] for _ in range(3000)]).sum(0)
    assert kept.sum() == 3000  # one of six each time
    assert (kept - 500).abs().max() < 5 * 20.5


def test_er_and_erk_differ_by_the_kernels_alone() -> None:
    flat = nn.Sequential(nn.Linear(12, 30), nn.Linear(30, 10))
    assert digest(er(scoring(flat), 0.8)) == digest(erk(scoring(flat), 0.8))
    small = er(scoring(resnet()), 0.9)["fc"].double().mean()
    assert erk(scoring(resnet()), 0.9)["fc"].double().mean() < small


def test_small_layers_stay_dense_where_their_share_exceeds_them() -> None:
    gone = erk(scoring(resnet()), 0.5)
    assert not gone["conv1"].any()
    assert not gone["fc"].any()
    widest = gone["layer3.0.conv2"].double().mean()
    assert widest > 0.5


@pytest.mark.parametrize("choose", [er, erk])
def test_a_ratio_that_leaves_less_than_a_weight_per_layer_is_refused(
    choose: Callable[[Scoring, float], dict[str, Tensor]],
) -> None:
    net = nn.Sequential(nn.Linear(5, 4), nn.Linear(4, 5))
    assert sum(int((~part).sum()) for part in choose(scoring(net), 0.95).values()) == 2
    with pytest.raises(ValueError, match="only 1 of 40 weights stay, fewer than one for each"):
        choose(scoring(net), 0.96)


# LAMP


def test_lamp_scores_by_hand() -> None:
    found = lamp(scoring(linear([[3.0, -1.0], [0.0, 2.0]])))[""]
    assert found.tolist() == [[1.0, 1 / 14], [0.0, 4 / 13]]
    assert found.dtype == torch.float64


def test_among_equal_weights_the_last_has_the_higher_score() -> None:
    found = lamp(scoring(linear([[2.0, -2.0, 2.0]])))[""]
    assert found.tolist() == [[1 / 3, 1 / 2, 1.0]]


def test_lamp_scores_of_a_layer_of_zeros_are_zero() -> None:
    assert lamp(scoring(linear([[0.0, 0.0]])))[""].tolist() == [[0.0, 0.0]]


def test_a_weight_that_is_no_number_gets_a_score_that_is_none() -> None:
    assert lamp(scoring(linear([[1.0, float("nan")]])))[""].isnan().any()


weights = st.lists(
    st.floats(-1e3, 1e3, width=32).filter(lambda weight: abs(weight) > 1e-3), min_size=2, max_size=9
)


@settings(deadline=None)
@given(weights, st.sampled_from([0.25, 8.0, 1024.0]))
def test_the_scale_of_a_layer_does_not_matter_and_its_largest_weight_scores_one(
    row: list[float], scale: float
) -> None:
    layer, scaled = linear([row]), linear([[weight * scale for weight in row]])
    found = lamp(scoring(layer))[""]
    assert torch.equal(found, lamp(scoring(scaled))[""])
    assert (found == 1).sum() == 1
    assert layer.weight.abs().flatten()[found.argmax()] == layer.weight.abs().max()


@settings(deadline=None, max_examples=50)
@given(weights, st.floats(0, 0.99))
def test_within_a_layer_lamp_is_magnitude(row: list[float], ratio: float) -> None:
    given = scoring(linear([row]))
    count = removed(ratio, len(row))
    one, other = lowest(lamp(given)[""], count), lowest(magnitude(given)[""], count)
    assert torch.equal(one, other)


def test_every_layer_keeps_its_largest_weight_where_a_magnitude_threshold_empties_one() -> None:
    net = resnet()
    net.get_parameter("layer2.0.conv1.weight").data.mul_(1e-3)
    found = global_masks(lamp(scoring(net)), 0.99)
    emptied = global_masks(magnitude(scoring(net)), 0.99)
    assert emptied.gone["layer2.0.conv1"].all()
    for name, gone in found.gone.items():
        size = net.get_parameter(f"{name}.weight").abs()
        assert not gone.flatten()[size.argmax()]


# 2:4


def test_the_two_smallest_of_four_go_and_the_first_of_equal_ones() -> None:
    net = linear([[4.0, -1.0, 3.0, 2.0, 0.0, 1.0, -1.0, 1.0], [9.0, 8.0, 7.0, 6.0, 1, 1, 1, 1]])
    assert two_four(scoring(net), 0.5)[""].long().tolist() == [
        [0, 1, 0, 1, 1, 1, 0, 0],
        [0, 0, 1, 1, 1, 1, 0, 0],
    ]


def test_every_group_of_four_inputs_loses_two() -> None:
    net = resnet()
    given = scoring(net)
    gone = two_four(given, 0.5)
    Masks(gone).apply(net)
    for name, layer in given.layers.items():
        if name in left_dense(given):
            assert not gone[name].any()
        else:
            assert (gone[name].flatten(1).reshape(-1, 4).sum(1) == 2).all()
            assert has_pattern(layer.weight)


def test_layers_whose_inputs_are_not_divisible_by_four_stay_dense_and_are_named() -> None:
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 3, groups=8), nn.Conv2d(8, 6, 1), nn.Linear(6, 4)
    )
    given = scoring(net)
    assert left_dense(given) == ("0", "1", "3")
    gone = two_four(given, 0.5)
    assert {name for name, part in gone.items() if part.any()} == {"2"}
    assert left_dense(scoring(resnet())) == ("conv1",)


def test_a_convolution_is_grouped_as_it_is_multiplied_by_unfolded_images() -> None:
    layer = nn.Conv2d(4, 5, 3, bias=False)
    Masks(two_four(scoring(layer), 0.5)).apply(layer)
    images = torch.randn(2, 4, 6, 6, generator=torch.Generator().manual_seed(0))
    rows = layer.weight.flatten(1)
    assert has_pattern(rows)
    product = (rows @ F.unfold(images, 3)).view(2, 5, 4, 4)
    assert torch.allclose(product, layer(images), atol=1e-5)


def test_what_stays_is_at_least_half_of_the_squares() -> None:
    layer = nn.Linear(64, 32)
    squares = layer.weight.detach().square()
    gone = two_four(scoring(layer), 0.5)[""]
    assert squares[gone].sum() < squares[~gone].sum()
    best = lowest(layer.weight.detach().abs(), removed(0.5, squares.numel()))
    assert squares[best].sum() < squares[gone].sum()  # the pattern is not free


@pytest.mark.parametrize("ratio", [0.0, 0.25, 0.499999, 0.75])
def test_another_ratio_than_a_half_is_refused(ratio: float) -> None:
    with pytest.raises(ValueError, match=r"two of four weights go: expected the ratio 0\.5, got"):
        two_four(scoring(nn.Linear(8, 2)), ratio)


def test_a_network_without_groups_of_four_is_refused() -> None:
    with pytest.raises(ValueError, match="no layer has a number of inputs"):
        two_four(scoring(nn.Sequential(nn.Linear(7, 4), nn.Linear(2, 3))), 0.5)


def test_weights_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="a weight of 0 is not a number"):
        two_four(scoring(nn.Sequential(linear([[1.0, float("nan"), 2.0, 3.0]]))), 0.5)


def test_a_dense_layer_and_one_of_odd_width_do_not_have_the_pattern() -> None:
    assert not has_pattern(torch.ones(2, 8))
    assert not has_pattern(torch.tensor([[0.0, 0, 0, 0, 1, 0, 1, 1]]))
    assert not has_pattern(torch.zeros(2, 6))


def masked_linear(dtype: torch.dtype = torch.float32) -> nn.Sequential:
    source = torch.Generator().manual_seed(0)
    net = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 8)).to(dtype)
    for parameter in net.parameters():
        parameter.data.normal_(generator=source)
    Masks(two_four(scoring(net), 0.5)).apply(net)
    return net


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_the_sparse_form_of_torch_holds_the_weights_exactly(dtype: torch.dtype) -> None:
    form = pytest.importorskip("torch.sparse._semi_structured_conversions")
    weight = masked_linear(dtype).get_parameter("0.weight").detach()
    kept, where = form.sparse_semi_structured_from_dense_cutlass(weight)
    assert kept.shape == (32, 32)
    assert torch.equal(form.sparse_semi_structured_to_dense_cutlass(kept, where), weight)


def test_the_sparse_form_of_torch_is_another_pattern_in_float32() -> None:
    form = pytest.importorskip("torch.sparse._semi_structured_conversions")
    weight = masked_linear().get_parameter("0.weight").detach()
    back = form.sparse_semi_structured_to_dense_cutlass(
        *form.sparse_semi_structured_from_dense_cutlass(weight)
    )
    assert not torch.equal(back, weight)


def test_without_a_gpu_the_sparse_form_is_refused_and_the_network_stays() -> None:
    net = masked_linear(torch.float16)
    before = deepcopy(net.state_dict())
    with pytest.raises(ValueError, match=r"0 is on cpu: 2:4 sparsity needs an NVIDIA GPU"):
        semi_structured(net)
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


def test_a_network_without_a_layer_of_the_pattern_has_no_sparse_form() -> None:
    with pytest.raises(ValueError, match="no linear layer is 2:4"):
        semi_structured(nn.Sequential(nn.Linear(64, 32), nn.Linear(32, 8)))


def sparse_gpu() -> bool:
    return torch.cuda.is_available() and torch.cuda.get_device_capability() >= (8, 0)


@pytest.mark.skipif(not sparse_gpu(), reason="needs an NVIDIA GPU of compute capability 8.0")
@pytest.mark.filterwarnings("ignore:The PyTorch API of SparseSemiStructuredTensor")
def test_on_a_gpu_the_sparse_form_multiplies_to_the_same_outputs() -> None:
    net = masked_linear(torch.float16).cuda()
    images = torch.randn(16, 64, dtype=torch.float16, device="cuda")
    with torch.inference_mode():
        dense = net(images)
        assert semi_structured(net) == ("0",)
        assert torch.allclose(net(images), dense, rtol=1e-2, atol=1e-2)
    with pytest.raises(ValueError, match="no linear layer is 2:4"):
        semi_structured(net)
