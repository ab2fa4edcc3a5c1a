"""What was found of the pruning limits of one network, and what follows from it."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from math import hypot, sqrt
from statistics import fmean, stdev
from typing import Any, NamedTuple

from prune_audit.limits.bound import Spectrum, limit


class Point(NamedTuple):
    """A sparsity (0 to 1), without any retraining: what a network is once so many weights are gone.

    ``loss`` is the mean cross-entropy of training images, ``accuracy`` that of test images in
    percent, ``removed`` the sum of squares of the weights that are gone, ``norm`` the sum of
    absolute values of those that are left.
    """

    sparsity: float
    loss: float
    accuracy: float
    removed: float
    norm: float


class Probe(NamedTuple):
    """The spectrum of the Hessian as one random vector sees it.

    ``coarse`` is what the first half of the Lanczos steps alone gave: the error of the quadrature.
    """

    fine: Spectrum
    coarse: Spectrum


class Prediction(NamedTuple):
    """A predicted limit (0 to 1); ``error`` is one standard error."""

    sparsity: float
    error: float


@dataclass(frozen=True)
class Limits:
    """Curvature of the loss of a trained network, and what it loses as weights go.

    ``images`` are training images that the loss is taken of, ``tested`` test images. ``deviation``
    is the standard deviation of the loss of single images. ``l1`` is the factor of the L1 penalty
    that the network was trained with. ``tolerance`` is in points of accuracy. ``curve`` removes
    the smallest weights first, ``shuffled`` weights at random, each from sparsity 0 to 1.
    """

    images: int
    tested: int
    batch_size: int
    deviation: float
    steps: int
    l1: float
    tolerance: float
    probes: tuple[Probe, ...]
    curve: tuple[Point, ...]
    shuffled: tuple[Point, ...]

    @property
    def eps(self) -> float:
        """By how much the loss may rise: its standard deviation over batches of training images.

        Of batches cut at random the expected variance is that of single images over the batch
        size. The L1 penalty is the same for all batches and adds nothing.
        """
        return self.deviation / sqrt(self.batch_size)

    @cached_property
    def predicted(self) -> Prediction:
        """The limit that curvature and magnitudes predict."""
        return self.predicts(self.curve)

    @cached_property
    def control(self) -> Prediction:
        """What the same curvature predicts where weights are removed at random."""
        return self.predicts(self.shuffled)

    def predicts(self, curve: Sequence[Point]) -> Prediction:
        """Return the limit that this network's curvature predicts for a removal of weights.

        The error joins that of the mean over the probes, which is also that of the images where
        each has drawn its own, and what the second half of the Lanczos steps changed.
        """
        removed = removed_at(curve)
        fine = [limit(one.fine, self.eps, removed) for one in self.probes]
        coarse = [limit(one.coarse, self.eps, removed) for one in self.probes]
        spread = stdev(fine) / sqrt(len(fine)) if len(fine) > 1 else 0.0
        return Prediction(fmean(fine), hypot(spread, fmean(fine) - fmean(coarse)))

    @property
    def loss_limit(self) -> float:
        """The largest sparsity at which the training loss has risen by no more than eps."""
        return self._loss_limit(self.curve, 0.0)

    @property
    def penalised_limit(self) -> float:
        """The same of the loss with the L1 penalty, which falls as weights go."""
        return self._loss_limit(self.curve, self.l1)

    @property
    def shuffled_limit(self) -> float:
        """The largest sparsity of weights removed at random with a loss no more than eps higher."""
        return self._loss_limit(self.shuffled, 0.0)

    @property
    def accuracy_limit(self) -> float:
        """The largest sparsity at which no more test accuracy is lost than the tolerance."""
        least = self.curve[0].accuracy - self.tolerance
        return _largest(self.curve, lambda point: point.accuracy >= least)

    def _loss_limit(self, curve: Sequence[Point], l1: float) -> float:
        most = curve[0].loss + l1 * curve[0].norm + self.eps
        return _largest(curve, lambda point: point.loss + l1 * point.norm <= most)

    @property
    def resolution(self) -> float:
        """The distance of the sparsities that were measured."""
        return self.curve[1].sparsity

    @property
    def removed_share(self) -> float:
        """How small the weights are that can go: their share of the sum of all squares."""
        everything = self.curve[-1].removed
        return removed_at(self.curve)(self.predicted.sparsity) / everything if everything else 0.0

    @property
    def flat_share(self) -> float:
        """How flat the loss is: the share of directions that bear their removal.

        Those of which the radius r_i = sqrt(2 eps / |lambda_i|) is at least R at the limit.
        """
        moved = removed_at(self.curve)(self.predicted.sparsity)
        if not moved:
            return 1.0
        return fmean(one.fine.share(2 * self.eps / moved) for one in self.probes)

    @property
    def sharpest(self) -> float:
        """The largest eigenvalue by its absolute value."""
        return max(abs(value) for one in self.probes for value in one.fine.values)


def removed_at(curve: Sequence[Point]) -> Callable[[float], float]:
    """Return R(rho)^2 as a function of the sparsity: straight lines between what was measured."""
    places = [point.sparsity for point in curve]

    def removed(sparsity: float) -> float:
        after = min(max(bisect_right(places, sparsity), 1), len(curve) - 1)
        left, right = curve[after - 1], curve[after]
        part = (sparsity - left.sparsity) / (right.sparsity - left.sparsity)
        return left.removed + part * (right.removed - left.removed)

    return removed


def _largest(curve: Sequence[Point], within: Callable[[Point], bool]) -> float:
    return max((point.sparsity for point in curve if within(point)), default=0.0)


def to_plain(found: Limits) -> dict[str, Any]:
    """Return everything measured as JSON data."""
    return asdict(found)


def from_plain(data: Mapping[str, Any]) -> Limits:
    """Return what ``to_plain`` was made from."""
    probes = tuple(Probe(*map(_spectrum, pair)) for pair in data["probes"])
    curves = {name: tuple(Point(*row) for row in data[name]) for name in ("curve", "shuffled")}
    return Limits(**{**data, "probes": probes, **curves})


def _spectrum(pair: Sequence[Sequence[float]]) -> Spectrum:
    values, weights = pair
    return Spectrum(tuple(values), tuple(weights))
