"""Paths that masks leave: hand-made masks, and every path of tiny networks walked one by one."""

from collections import Counter
from itertools import pairwise, product
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from prune_audit.pipeline.measures import MEASURES
from prune_audit.pipeline.paths import Survival, arriving, survival
from prune_audit.reruns.experiment import Pruning


def gone(*kept: list[list[int]]) -> list[Tensor]:
    """Return masks from the weights that are kept, written as matrices (outputs x inputs)."""
    return [torch.tensor(layer) == 0 for layer in kept]


def walked(layers: list[Tensor]) -> Survival:
    """Return the paths by trying every choice of one unit per level."""
    widths = [layers[0].shape[1], *(len(layer) for layer in layers)]
    begins: Counter[int] = Counter()
    ends: Counter[int] = Counter()
    for units in product(*map(range, widths)):
        steps = zip(layers, pairwise(units), strict=True)
        if not any(layer[after, before] for layer, (before, after) in steps):
            begins[units[0]] += 1
            ends[units[-1]] += 1
    return Survival(
        tuple(ends[unit] for unit in range(widths[-1])),
        tuple(begins[unit] for unit in range(widths[0])),
    )


def test_paths_through_hand_made_masks_are_counted() -> None:
    masks = gone([[1, 1, 0], [0, 1, 0]], [[1, 0], [1, 1], [0, 0]])
    assert survival(masks) == Survival(classes=(2, 3, 0), inputs=(2, 3, 0))


def test_of_a_dense_network_every_choice_of_units_is_a_path() -> None:
    widths = (5, 4, 3, 2)
    masks = [torch.zeros(after, before, dtype=torch.bool) for before, after in pairwise(widths)]
    assert survival(masks) == Survival((5 * 4 * 3,) * 2, (4 * 3 * 2,) * 5)


def test_counts_stay_exact_where_64_bits_would_overflow() -> None:
    masks = [torch.zeros(40, 40, dtype=torch.bool)] * 20
    assert survival(masks).classes == (40**20,) * 40


def test_paths_from_one_input_are_those_that_enter_there() -> None:
    masks = gone([[1, 1], [0, 1]], [[1, 1]])
    assert arriving(masks, [1, 0]) == [1]
    assert arriving(masks, [0, 1]) == [2]


@st.composite
def tiny(draw: st.DrawFn) -> list[Tensor]:
    """Draw masks of up to four layers of up to three units."""
    widths = draw(st.lists(st.integers(1, 3), min_size=2, max_size=5))
    return [
        torch.tensor(
            draw(st.lists(st.booleans(), min_size=before * after, max_size=before * after))
        ).view(after, before)
        for before, after in pairwise(widths)
    ]


@settings(max_examples=60, deadline=None)
@given(tiny())
def test_counts_agree_with_walking_every_path(masks: list[Tensor]) -> None:
    found = survival(masks)
    assert found == walked(masks)
    assert sum(found.classes) == sum(found.inputs)


@settings(max_examples=30, deadline=None)
@given(tiny(), st.data())
def test_taking_a_weight_adds_no_path(masks: list[Tensor], data: st.DataObject) -> None:
    layer = data.draw(st.integers(0, len(masks) - 1))
    place = data.draw(st.integers(0, masks[layer].numel() - 1))
    fewer = [mask.clone() for mask in masks]
    fewer[layer].view(-1)[place] = True
    before, after = survival(masks), survival(fewer)
    assert all(new <= old for new, old in zip(after.classes, before.classes, strict=True))
    assert all(new <= old for new, old in zip(after.inputs, before.inputs, strict=True))


@pytest.mark.parametrize(
    ("masks", "message"),
    [
        ([], "need a layer"),
        ([torch.zeros(2, 2, 3, 3, dtype=torch.bool)], "linear layers only"),
        ([torch.zeros(2, 3, dtype=torch.bool)] * 2, "3 inputs cannot follow one of 2"),
    ],
)
def test_what_is_no_perceptron_is_refused(masks: list[Tensor], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        survival(masks)


def test_the_paths_of_a_run_are_those_of_its_masks(lab: Any, experiment: Any) -> None:
    cut = Pruning("random-weights", (0.98,))
    one = experiment(network="mlp-3x16", pruning=cut)
    found = MEASURES["survival"](one, {}, lab.bench())
    assert len(found["classes"]) == 10
    assert len(found["inputs"]) == 64
    assert sum(found["classes"]) == sum(found["inputs"]) < 64 * 16**3 * 10
    assert MEASURES["survival"](one, {}, lab.bench()) == found


def test_without_masks_every_weight_counts(lab: Any, experiment: Any) -> None:
    found = MEASURES["survival"](experiment(network="mlp-3x16"), {}, lab.bench())
    assert found["classes"] == [64 * 16**3] * 10


def test_paths_through_convolutions_are_refused(lab: Any, experiment: Any) -> None:
    with pytest.raises(ValueError, match="linear layers only"):
        MEASURES["survival"](experiment(), {}, lab.bench())
