"""Is a claimed accuracy below or above what reference runs predict? One-sided tests."""

from typing import NamedTuple

from prune_audit.reruns.reference import Found, Interpolated
from prune_audit.reruns.reference_points import Point
from prune_audit.reruns.scores import Scores
from prune_audit.statistics import Sample
from prune_audit.statistics.binomial import accuracy_sd
from prune_audit.statistics.one_sided import OneSided, Side, prediction, welch_one_sided

ALPHA = 0.01
"""Level of significance. Stricter than the usual 0.05, since a benchmark tests every submission:
of a hundred honest ones, one at most is expected beyond it."""
MARGIN = 0.2
"""Points that a difference must exceed besides, so that tiny spreads raise no alarm: about the
binomial standard deviation of an accuracy on ImageNet's validation set or on CIFAR-10."""


class Claimed(NamedTuple):
    """A claimed accuracy in percent, as its printed digits leave it open.

    ``draws`` are the independent runs, base model included, that it is the mean of. ``sample``
    holds them where their number and spread are stated, else None. ``any_epoch`` where it may be
    that of the best epoch on the test set.
    """

    low: float
    high: float
    draws: int = 1
    sample: Sample | None = None
    any_epoch: bool = False


class Gap(NamedTuple):
    """A claimed accuracy against the reference, by its most favourable digits.

    ``reference`` is what it was tested against; ``lifted`` where the spread of its runs was taken
    as that of the test set.
    """

    side: Side
    reference: Sample
    test: OneSided
    name: str
    lifted: bool

    @property
    def beyond(self) -> bool:
        """Whether it lies beyond the reference by more than noise and the margin explain."""
        return self.test.p < ALPHA and self.test.beyond > MARGIN


def gap(outcome: Found | Interpolated, claimed: Claimed, side: Side) -> Gap:
    """Test a claimed accuracy against one point, or against the two around it.

    Between two points the accuracy is only known to lie between theirs, since a curve of unknown
    shape joins them: above is tested against the higher of the two, below against the lower one,
    with the larger spread and the fewer runs. The interpolated value itself is no bound.
    """
    best = side is Side.ABOVE and claimed.any_epoch
    ends = [_spread(point.best if best else point.scores) for point in outcome.points]
    extreme = max if side is Side.ABOVE else min
    nearest = extreme(ends, key=lambda end: end[0].mean)[0]
    spread, lifted = max((sample.std, was) for sample, was in ends)
    reference = Sample(nearest.mean, spread, min(sample.n for sample, _ in ends))
    value = claimed.low if side is Side.ABOVE else claimed.high
    if claimed.sample is not None:
        moved = Sample(value, claimed.sample.std, claimed.sample.n)
        return Gap(side, reference, welch_one_sided(moved, reference, side), "Welch", lifted)
    test = prediction(value, claimed.draws, reference, side)
    return Gap(side, reference, test, "t prediction", lifted)


def _spread(scores: Scores) -> tuple[Sample, bool]:
    """Return the runs as a sample, and whether their spread was too small to be believed.

    Runs that agree to the image do not show that there is no noise: their spread is then taken as
    the binomial standard deviation of the test set.
    """
    sample = scores.sample
    if sample is None:
        raise ValueError("a reference takes two runs or more")
    if not scores.lifted:
        return sample, False
    images = min(count.n for _, count in scores.counts)
    floor = max(100 * accuracy_sd(sample.mean / 100, images), scores.half_image)
    return Sample(sample.mean, floor, sample.n), True


def shown(point: Point, best: bool = False) -> str:
    """Return mean, spread and runs of a point: after the last epoch, or the best one."""
    scores = point.best if best else point.scores
    spread = "" if scores.std is None else f"+-{scores.std:.2f}"
    mean = "-" if scores.mean is None else f"{scores.mean:.2f}{spread}"
    return f"{mean} (n = {scores.n})"
