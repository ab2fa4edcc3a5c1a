"""The limit of one-shot pruning: Lanczos, the fixed point, and softmax regression as an oracle."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from math import sqrt

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot

from prune_audit.limits.bound import Spectrum, free_share, limit
from prune_audit.limits.found import Limits, from_plain, removed_at, to_plain
from prune_audit.pipeline.data import Sets
from prune_audit.pipeline.data.sets import Batch
from prune_audit.pipeline.limits.examine import Effort, LimitError, examine
from prune_audit.pipeline.limits.hessian import flat, hessian
from prune_audit.pipeline.limits.lanczos import lanczos, probe
from prune_audit.pipeline.limits.removal import losses, removal, smallest_first
from prune_audit.pipeline.streams import stream

FEATURES, CLASSES, IMAGES = 40, 10, 2000
PENALTIES = (0.0, 0.005, 0.02, 0.05)
NEAR = 0.03


@dataclass(frozen=True)
class Fixed:
    """Images that are given as they are."""

    images: Tensor
    labels: Tensor

    @property
    def size(self) -> int:
        return len(self.labels)

    def batches(
        self, batch_size: int, generator: torch.Generator | None = None, augment: bool = False
    ) -> Iterator[Batch]:
        order = torch.arange(self.size)
        if generator is not None:
            order = torch.randperm(self.size, generator=generator)
        for part in torch.split(order, batch_size):
            yield self.images[part], self.labels[part]


@cache
def task() -> Sets:
    """Return classes that overlap: labels are drawn from a softmax, whose weights fall to zero."""
    generator = stream(0, "task")
    images = torch.randn(IMAGES, FEATURES, 1, 1, generator=generator)
    teacher = torch.randn(FEATURES, CLASSES, generator=generator) / 2
    chances = (images.flatten(1) @ (teacher * torch.linspace(1, 0, FEATURES)[:, None])).softmax(1)
    found = Fixed(images, torch.multinomial(chances, 1, generator=generator)[:, 0])
    return Sets(found, found, CLASSES, 1, 1, "overlapping classes")


@cache
def regression(penalty: float) -> nn.Module:
    """Return softmax regression, trained to its minimum by accelerated proximal gradient steps."""
    given = task().train
    images, labels = next(given.batches(IMAGES))
    inputs, truth = images.flatten(1).double(), one_hot(labels, CLASSES)
    step = 2 / float(torch.linalg.eigvalsh(inputs.T @ inputs / IMAGES)[-1])
    weights = ahead = torch.zeros(FEATURES, CLASSES, dtype=torch.float64)
    for count in range(200):
        slope = inputs.T @ ((inputs @ ahead).softmax(1) - truth) / IMAGES
        moved = ahead - step * slope
        new = moved.sign() * (moved.abs() - step * penalty).clamp(min=0)
        weights, ahead = new, new + count / (count + 3) * (new - weights)
    layer = nn.Linear(FEATURES, CLASSES, bias=False)
    layer.weight.data.copy_(weights.T)
    return nn.Sequential(nn.Flatten(), layer)


def exact_hessian(net: nn.Module, batch: Batch) -> Tensor:
    """Return the whole matrix of a network of one linear layer."""
    images, labels = batch

    def loss(values: Tensor) -> Tensor:
        return cross_entropy(images.flatten(1) @ values.view(CLASSES, FEATURES).T, labels)

    at = flat(net).float()
    found: Tensor = torch.autograd.functional.hessian(loss, at)  # type: ignore[no-untyped-call]
    return found


@cache
def examined(penalty: float) -> Limits:
    # a large batch: eps is small, and out to where the loss has risen by it the loss is quadratic
    effort = Effort(256, steps=40, points=200, l1=penalty)
    return examine(regression(penalty), task(), effort, stream(0, "limits"))


def symmetric(values: Tensor, seed: int) -> Tensor:
    """Return a matrix with these eigenvalues in random directions."""
    noise = torch.randn(len(values), len(values), generator=stream(seed, "m")).double()
    basis = torch.linalg.qr(noise)[0]
    found: Tensor = basis @ torch.diag(values) @ basis.T
    return found


@pytest.mark.parametrize("seed", range(3))
def test_lanczos_finds_all_eigenvalues_of_a_small_matrix(seed: int) -> None:
    values = torch.randn(30, generator=stream(seed, "values")).double()
    matrix = symmetric(values, seed)
    found = lanczos(matrix.matmul, torch.ones(30).double(), 30).spectrum()
    assert found.values == pytest.approx(sorted(values.tolist()), abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_a_quadrature_of_few_steps_has_the_moments_of_the_matrix(seed: int) -> None:
    matrix = symmetric(torch.randn(60, generator=stream(seed, "values")).double(), seed)
    start = probe(60, stream(seed, "probe")).double()
    found = lanczos(matrix.matmul, start, 6).spectrum()
    power = start
    for moment in range(12):  # exact up to the degree 2 x 6 - 1
        seen = sum(w * v**moment for v, w in zip(*found, strict=True))
        assert seen == pytest.approx(float(start @ power) / 60, abs=1e-9)
        power = matrix @ power


def test_few_distinct_eigenvalues_end_the_recurrence_early_and_keep_their_shares() -> None:
    values = torch.tensor([0.0] * 10 + [2.0] * 30).double()
    spectra = [
        lanczos(symmetric(values, 0).matmul, probe(40, stream(seed, "p")).double(), 20).spectrum()
        for seed in range(40)
    ]
    assert {len(one.values) for one in spectra} == {2}
    assert sum(one.share(1e-6) for one in spectra) / 40 == pytest.approx(0.25, abs=0.05)


def test_the_beginning_of_a_recurrence_is_the_recurrence_of_fewer_steps() -> None:
    matrix, start = symmetric(torch.linspace(-1, 3, 25).double(), 1), torch.ones(25).double()
    long, short = (lanczos(matrix.matmul, start, steps) for steps in (12, 5))
    assert long.head(5) == short


def test_products_with_the_hessian_are_those_of_the_whole_matrix() -> None:
    net, batch = regression(0.005), next(task().train.batches(IMAGES))
    vector = torch.randn(FEATURES * CLASSES, generator=stream(0, "vector"))
    expected = exact_hessian(net, batch) @ vector
    torch.testing.assert_close(hessian(net, batch)(vector), expected, rtol=1e-4, atol=1e-6)


curvatures = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=8)
positive = st.floats(1e-3, 1e3)


def squares(total: float, power: float):  # type: ignore[no-untyped-def]
    """Return R(rho)^2 of weights of which the smallest are rather small."""
    return lambda sparsity: total * sparsity**power


@given(curvatures, positive, positive, st.floats(1, 6))
def test_the_limit_is_where_sparsity_equals_the_share_of_free_directions(
    values: list[float], eps: float, total: float, power: float
) -> None:
    spectrum, removed = Spectrum.exact(values), squares(total, power)
    found = limit(spectrum, eps, removed)
    assert 0 <= found <= 1
    assert free_share(spectrum, eps, removed(found)) == pytest.approx(found, abs=1e-9)


@given(curvatures, positive, positive, st.floats(0.1, 10))
def test_the_limit_knows_no_units_and_no_signs(
    values: list[float], eps: float, total: float, factor: float
) -> None:
    found = limit(Spectrum.exact(values), eps, squares(total, 3))
    steeper = Spectrum.exact([-factor * value for value in values])
    assert limit(steeper, factor * eps, squares(total, 3)) == pytest.approx(found, abs=1e-9)
    assert limit(Spectrum.exact(values), factor * eps, squares(factor * total, 3)) == (
        pytest.approx(found, abs=1e-9)
    )


@given(curvatures, positive, positive, st.floats(1, 10))
def test_flatter_losses_smaller_weights_and_larger_rises_never_lower_the_limit(
    values: list[float], eps: float, total: float, factor: float
) -> None:
    spectrum = Spectrum.exact(values)
    found = limit(spectrum, eps, squares(total, 3)) - 1e-12
    assert limit(spectrum, factor * eps, squares(total, 3)) >= found
    assert limit(spectrum, eps, squares(total / factor, 3)) >= found
    assert limit(Spectrum.exact([one / factor for one in values]), eps, squares(total, 3)) >= found


def test_a_loss_without_curvature_lets_everything_go_and_one_direction_is_solved_by_hand() -> None:
    assert limit(Spectrum.exact([0.0, 0.0]), 0.1, squares(5, 1)) == pytest.approx(1)
    # rho = 1 / (1 + rho) where R^2 = rho and r^2 = 1
    golden = (sqrt(5) - 1) / 2
    assert limit(Spectrum.exact([2.0]), 1.0, squares(1, 1)) == pytest.approx(golden)


@pytest.mark.parametrize("eps", [0.0, -1.0, float("nan"), float("inf")])
def test_a_rise_that_is_not_positive_is_refused(eps: float) -> None:
    with pytest.raises(ValueError, match="positive number"):
        limit(Spectrum.exact([1.0]), eps, squares(1, 1))


@pytest.mark.parametrize("penalty", PENALTIES)
def test_on_softmax_regression_the_prediction_is_within_three_points_of_the_loss_limit(
    penalty: float,
) -> None:
    found = examined(penalty)
    assert abs(found.predicted.sparsity - found.loss_limit) <= NEAR


@pytest.mark.parametrize("penalty", PENALTIES)
def test_lanczos_predicts_what_the_exact_spectrum_does(penalty: float) -> None:
    found, batch = examined(penalty), next(task().train.batches(IMAGES))
    whole = torch.linalg.eigvalsh(exact_hessian(regression(penalty), batch).double())
    exact = limit(Spectrum.exact(whole.tolist()), found.eps, removed_at(found.curve))
    assert found.predicted.sparsity == pytest.approx(exact, abs=0.01)
    assert abs(found.predicted.sparsity - exact) <= 4 * found.predicted.error + 1e-3


def test_both_limits_rise_with_the_penalty() -> None:
    every = [examined(penalty) for penalty in PENALTIES]
    for name in ("loss_limit", "penalised_limit"):
        values = [getattr(one, name) for one in every]
        assert values == sorted(values)
        assert values[-1] > values[0] + 0.1
    predicted = [one.predicted.sparsity for one in every]
    assert predicted == sorted(predicted)
    assert all(one.penalised_limit >= one.loss_limit for one in every)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_shuffled_magnitudes_break_the_agreement(penalty: float) -> None:
    found = examined(penalty)
    assert abs(found.control.sparsity - found.loss_limit) > 3 * NEAR
    assert found.predicted.sparsity - found.shuffled_limit > 3 * NEAR


def test_eps_is_the_deviation_of_the_loss_over_batches_cut_at_random() -> None:
    found, generator = examined(0.005), stream(1, "cuts")
    every = losses(regression(0.005), next(task().train.batches(IMAGES)))
    squared = []
    for _ in range(200):
        order = torch.randperm(IMAGES, generator=generator)
        cut = torch.split(every[order], found.batch_size)[:-1]
        squared.append(float(torch.stack([part.mean() for part in cut]).var()))
    assert sqrt(sum(squared) / 200) == pytest.approx(found.eps, rel=0.1)


def test_weights_go_smallest_first_and_nothing_happens_to_the_network() -> None:
    net, batch = regression(0.0), next(task().train.batches(IMAGES))
    before = flat(net)
    curve = removal(net, smallest_first(before), 4, batch, batch)
    assert torch.equal(flat(net), before)
    sizes = before.abs().sort().values
    assert [one.sparsity for one in curve] == [0, 0.25, 0.5, 0.75, 1]
    assert curve[2].removed == pytest.approx(float(sizes[:200].square().sum()))
    assert curve[2].norm == pytest.approx(float(sizes[200:].sum()))
    assert curve[-1].loss == pytest.approx(float(torch.tensor(float(CLASSES)).log()))


def test_one_seed_gives_one_answer_and_it_survives_json() -> None:
    effort = Effort(256, images=500, probes=2, steps=8, points=10)
    one, again = (examine(regression(0.005), task(), effort, stream(3, "limits")) for _ in range(2))
    assert one == again
    assert from_plain(json.loads(json.dumps(to_plain(one)))) == one
    assert one.images == 500


def test_fewer_images_make_the_error_larger() -> None:
    effort = Effort(256, probes=4, steps=40, points=50)
    few, many = (
        examine(regression(0.005), task(), effort._replace(images=images), stream(0, "limits"))
        for images in (100, IMAGES)
    )
    assert few.predicted.error > many.predicted.error


def test_too_few_lanczos_steps_show_in_the_error() -> None:
    short = examine(
        regression(0.0), task(), Effort(256, steps=2, points=50), stream(0, "limits")
    )  # fmt: skip
    assert short.predicted.error > 3 * examined(0.0).predicted.error


def test_another_batch_size_moves_eps_and_the_limits() -> None:
    found = examined(0.0)
    small = replace(found, batch_size=16)
    assert small.eps == pytest.approx(4 * found.eps)
    assert small.loss_limit > found.loss_limit
    assert small.predicted.sparsity > found.predicted.sparsity


def test_a_network_that_says_the_same_of_every_image_has_no_limit() -> None:
    layer = nn.Linear(FEATURES, CLASSES, bias=False)
    nn.init.zeros_(layer.weight)
    net = nn.Sequential(nn.Flatten(), layer)
    with pytest.raises(LimitError, match="is it trained"):
        examine(net, task(), Effort(64), stream(0, "limits"))
