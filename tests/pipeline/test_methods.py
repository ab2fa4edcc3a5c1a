"""What pruning methods give back."""

import copy

import pytest
import torch
from torch import Tensor, nn

from prune_audit.pipeline.methods import Scoring, scorer_of, selector_of
from prune_audit.pipeline.scores import lowest
from prune_audit.reruns.methods import METHODS

SCORERS = [name for name, one in METHODS.items() if not (one.bits or one.selects)]
SELECTORS = [name for name, one in METHODS.items() if one.selects]


def chosen(name: str, given: Scoring) -> dict[str, Tensor]:
    """Return which half of the weights a method lets go in its own way."""
    select = selector_of(name)
    assert select is not None
    return select(given, 0.5)


def scoring() -> Scoring:
    """Return two convolutions with batch norm, and images for them."""
    net = nn.Sequential(
        nn.Conv2d(4, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(),
        nn.Conv2d(8, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3),
    )  # fmt: skip
    source = torch.Generator().manual_seed(1)

    def images(count: int) -> tuple[Tensor, Tensor]:
        labels = torch.randint(3, (count,), generator=source)
        return torch.randn(count, 4, 6, 6, generator=source), labels

    layers = {"0": net[0], "3": net[3]}
    return Scoring(net, layers, torch.Generator().manual_seed(2), images)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", SCORERS)
def test_scores_are_per_filter_or_per_weight_and_leave_the_network_alone(name: str) -> None:
    given = scoring()
    before = copy.deepcopy(given.network.state_dict())
    for layer, found in scorer_of(name)(given).items():
        shape = given.layers[layer].weight.shape
        assert found.shape == (shape if METHODS[name].masked else shape[:1])
        assert found.isfinite().all()
        assert not found.requires_grad
    after = given.network.state_dict()
    assert all(torch.equal(before[key], after[key]) for key in before)


@pytest.mark.parametrize("name", SELECTORS)
def test_choices_have_the_shape_of_the_weights_and_leave_the_network_alone(name: str) -> None:
    given = scoring()
    before = copy.deepcopy(given.network.state_dict())
    gone = chosen(name, given)
    for layer, places in gone.items():
        assert places.dtype is torch.bool
        assert places.shape == given.layers[layer].weight.shape
    assert sum(int(places.sum()) for places in gone.values()) == (4 * 8 * 9 + 8 * 8 * 9) // 2
    after = given.network.state_dict()
    assert all(torch.equal(before[key], after[key]) for key in before)


@pytest.mark.parametrize("name", [name for name, one in METHODS.items() if one.images])
def test_a_method_that_looks_at_images_says_so_where_there_are_none(name: str) -> None:
    given = scoring()._replace(images=None)
    with pytest.raises(ValueError, match="looks at training images"):
        scorer_of(name)(given) if name in SCORERS else chosen(name, given)


def test_the_l1_score_is_the_sum_of_absolute_weights() -> None:
    layer = nn.Linear(2, 3, bias=False)
    layer.weight.data.copy_(torch.tensor([[1.0, -2.0], [0.5, 0.25], [-4.0, 4.0]]))
    found = scorer_of("l1")(Scoring(layer, {"layer": layer}, torch.Generator()))["layer"]
    assert found.tolist() == [3.0, 0.75, 8.0]


def test_the_lowest_scores_are_taken_and_the_first_of_equal_ones() -> None:
    scores = torch.tensor([[2.0, 1.0, 1.0], [1.0, 0.0, 3.0]])
    assert lowest(scores, 0).sum() == 0
    assert lowest(scores, 3).tolist() == [[False, True, True], [False, True, False]]
    assert lowest(scores, 6).all()
