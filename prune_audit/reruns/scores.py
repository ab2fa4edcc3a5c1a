"""Accuracies of one row by seed, and the tests that they allow."""

import math
from collections.abc import Mapping, Sequence
from statistics import fmean, stdev
from typing import NamedTuple

from prune_audit.reruns.run import Count
from prune_audit.statistics import Sample, t_quantile, two_sided_p

ENOUGH = 3
"""Seeds from which on a mean is no longer marked as one of few."""


class Interval95(NamedTuple):
    """The ends of a 95 % confidence interval, in percentage points."""

    low: float
    high: float

    @property
    def resolved(self) -> bool:
        """Whether zero lies outside."""
        return self.low > 0 or self.high < 0


class Scores(NamedTuple):
    """Right answers by seed, seeds in ascending order; accuracies are in percent."""

    counts: tuple[tuple[int, Count], ...]

    @classmethod
    def of(cls, counts: Mapping[int, Count]) -> "Scores":
        """Return the scores of some seeds."""
        return cls(tuple(sorted(counts.items())))

    @property
    def n(self) -> int:
        """How many seeds there are."""
        return len(self.counts)

    @property
    def percents(self) -> list[float]:
        """Accuracies in percent, by seed."""
        return [count.percent for _, count in self.counts]

    @property
    def mean(self) -> float | None:
        """Mean accuracy in percent; None without a run."""
        return fmean(self.percents) if self.counts else None

    @property
    def std(self) -> float | None:
        """Sample standard deviation (divisor n - 1) in points; None of fewer than two runs."""
        return stdev(self.percents) if self.n > 1 else None

    @property
    def sample(self) -> Sample | None:
        """What tests take; None of fewer than two runs.

        A spread below half an image is taken as half an image: a few runs that agree to the image
        do not show that there is no noise.
        """
        if self.mean is None or self.std is None:
            return None
        return Sample(self.mean, max(self.std, self.half_image), self.n)

    @property
    def lifted(self) -> bool:
        """Whether ``sample`` takes a larger spread than was measured."""
        return self.std is not None and self.std < self.half_image

    @property
    def half_image(self) -> float:
        """Half an image of the smallest test set, in points."""
        return 50 / min(count.n for _, count in self.counts)


class Paired(NamedTuple):
    """Differences by seed, ours minus the other: mean in points, t, two-sided p, seeds won."""

    mean: float
    t: float
    p: float
    wins: int
    ties: int
    n: int


def paired(ours: Scores, other: Scores) -> Paired | None:
    """Test the differences on the seeds that both have; None where those are fewer than two.

    Their spread is taken as half an image at least, as in ``Scores.sample``.
    """
    theirs = dict(other.counts)
    gaps = [count.percent - theirs[seed].percent for seed, count in ours.counts if seed in theirs]
    if len(gaps) < 2:
        return None
    mean = fmean(gaps)
    t = mean * math.sqrt(len(gaps)) / max(stdev(gaps), ours.half_image, other.half_image)
    wins, ties = sum(gap > 0 for gap in gaps), sum(gap == 0 for gap in gaps)
    return Paired(mean, t, two_sided_p(t, len(gaps) - 1), wins, ties, len(gaps))


class Contrast(NamedTuple):
    """A weighted sum of means: value in points, two-sided p, 95 % confidence interval."""

    value: float
    p: float
    interval: Interval95


def contrast(terms: Sequence[tuple[float, Scores]]) -> Contrast | None:
    """Test whether a weighted sum of independent means is zero, as Welch does for two.

    The degrees of freedom are Satterthwaite's (Biometrics Bulletin 2, 1946). Terms of the same
    runs must be joined beforehand. None where a term has fewer than two runs.
    """
    samples = [(weight, scores.sample) for weight, scores in terms if weight]
    known = [(weight, sample) for weight, sample in samples if sample]
    if not known or len(known) < len(samples):
        return None
    value = sum(weight * sample.mean for weight, sample in known)
    errors = [(weight * sample.std) ** 2 / sample.n for weight, sample in known]
    total = sum(errors)
    shares = zip(errors, known, strict=True)
    df = 1 / sum((error / total) ** 2 / (sample.n - 1) for error, (_, sample) in shares)
    error = math.sqrt(total)
    margin = t_quantile(0.975, df) * error
    interval = Interval95(value - margin, value + margin)
    return Contrast(value, two_sided_p(value / error, df), interval)
