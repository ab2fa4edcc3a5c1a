"""What pruning methods give back."""

import torch
from torch import nn

from prune_audit.pipeline.methods import SCORERS, Scoring
from prune_audit.pipeline.scores import lowest
from prune_audit.reruns.methods import METHODS


def test_every_method_that_claims_can_name_is_implemented() -> None:
    assert set(SCORERS) == set(METHODS)


def test_scores_are_per_filter_or_per_weight_and_leave_the_layer_alone() -> None:
    layer = nn.Conv2d(3, 5, 3)
    before = layer.weight.clone()
    for name, method in METHODS.items():
        found = SCORERS[name](Scoring(layer, {"layer": layer}, torch.Generator()))["layer"]
        assert found.shape == (before.shape if method.granularity == "weight" else (5,))
        assert not found.requires_grad
    assert torch.equal(layer.weight, before)


def test_the_l1_score_is_the_sum_of_absolute_weights() -> None:
    layer = nn.Linear(2, 3, bias=False)
    layer.weight.data.copy_(torch.tensor([[1.0, -2.0], [0.5, 0.25], [-4.0, 4.0]]))
    found = SCORERS["l1"](Scoring(layer, {"layer": layer}, torch.Generator()))["layer"]
    assert found.tolist() == [3.0, 0.75, 8.0]


def test_the_lowest_scores_are_taken_and_the_first_of_equal_ones() -> None:
    scores = torch.tensor([[2.0, 1.0, 1.0], [1.0, 0.0, 3.0]])
    assert lowest(scores, 0).sum() == 0
    assert lowest(scores, 3).tolist() == [[False, True, True], [False, True, False]]
    assert lowest(scores, 6).all()
