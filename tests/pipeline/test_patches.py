"""Signal and noise patches: gradients checked against autograd, and the regimes of the theory."""

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from prune_audit.pipeline.measures import MEASURES
from prune_audit.pipeline.patches import (
    CLASSES,
    Filters,
    Images,
    Sizes,
    descended,
    filters,
    images,
    judged,
    outputs,
)
from prune_audit.pipeline.paths import arriving
from prune_audit.pipeline.streams import stream

SMALL = Sizes(12, 3, 0.5, 0.4)
SETTINGS = {
    "dimension": 600, "filters": 20, "noise": 0.15, "initial": 0.03, "images": 40, "tested": 400,
    "lr": 3, "steps": 1500,
}  # fmt: skip


def drawn(keep: float = 0.6, seed: int = 0, sizes: Sizes = SMALL) -> tuple[Filters, Images]:
    return filters(sizes, keep, seed), images(sizes, 8, stream(seed, "images"))


def plainly(weights: Tensor, seen: Images) -> Tensor:
    """Return outputs by the definition: both patches, cubes of ReLUs, sums by class."""
    signal = torch.eye(CLASSES, weights.shape[1], dtype=torch.float64)[seen.labels]
    answers = sum((patch @ weights.T).relu() ** 3 for patch in (signal, seen.noise))
    assert isinstance(answers, Tensor)
    return torch.stack([part.sum(1) for part in answers.chunk(CLASSES, 1)], 1)


def test_outputs_are_sums_of_cubed_answers_to_both_patches() -> None:
    net, seen = drawn()
    torch.testing.assert_close(outputs(net, seen), plainly(net.weights, seen))


def test_descent_takes_the_steps_that_autograd_would() -> None:
    net, seen = drawn()
    weights = net.weights.clone()
    for _ in range(25):
        leaf = weights.requires_grad_()
        (slope,) = torch.autograd.grad(cross_entropy(plainly(leaf, seen), seen.labels), leaf)
        weights = (leaf - 0.3 * slope * net.kept).detach()
    torch.testing.assert_close(descended(net, seen, 0.3, 25).weights, weights)
    assert not torch.equal(weights, net.weights)


def test_what_is_pruned_stays_zero() -> None:
    net, seen = drawn(keep=0.3)
    assert not descended(net, seen, 0.3, 20).weights[~net.kept].any()


def test_masks_of_lower_rates_lie_within_those_of_higher_ones() -> None:
    some, more = filters(SMALL, 0.2, 0), filters(SMALL, 0.7, 0)
    assert not (some.kept & ~more.kept).any()
    assert torch.equal(some.weights[some.kept], more.weights[some.kept])


def test_signal_filters_are_the_paths_from_a_signal_to_its_class() -> None:
    net, _ = drawn(keep=0.5, seed=3)
    own = torch.eye(CLASSES).repeat_interleave(SMALL.filters, 1) == 0
    for label in range(CLASSES):
        entering = [int(place == label) for place in range(SMALL.dimension)]
        assert arriving([~net.kept, own], entering)[label] == net.signal[label]
    assert all(live <= signal for live, signal in zip(net.live, net.signal, strict=True))


def test_noise_is_zero_where_signals_are() -> None:
    _, seen = drawn()
    assert not seen.noise[:, :CLASSES].any()
    assert seen.labels.tolist() == [0, 1] * 4


def test_accuracy_is_in_percent_and_chance_without_weights() -> None:
    net, seen = drawn(keep=0.0)
    assert judged(net, seen).accuracy == 50
    assert judged(net, seen).loss == pytest.approx(0.6931, abs=1e-4)


def test_a_network_without_signal_filters_memorises_and_a_mildly_pruned_one_learns(
    lab: Any, experiment: Any
) -> None:
    mild, over = (
        MEASURES["patches"](experiment(seed=4), {**SETTINGS, "keep": keep}, lab.bench())
        for keep in (0.1, 0.02)
    )
    assert mild["train"] == 100
    assert mild["test"] > 95
    assert over["live"] == [0, 0]
    assert over["train"] > 90
    assert over["test"] < 60


def test_only_the_seed_of_the_experiment_matters(lab: Any, experiment: Any) -> None:
    few = {**SETTINGS, "dimension": 30, "steps": 10, "keep": 0.5}
    first, same, other = (
        MEASURES["patches"](one, few, lab.bench())
        for one in (experiment(), experiment(network="mlp-3x16"), experiment(seed=1))
    )
    assert first == same != other
