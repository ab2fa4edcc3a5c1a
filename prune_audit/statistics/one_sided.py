"""One-sided tests of a printed accuracy against several runs of a reference.

The t prediction test is that of a further draw from the same normal distribution: see Hahn and
Meeker, Statistical Intervals, 1991, section 4.7. All accuracies are in one common unit.
"""

import math
from enum import StrEnum
from typing import NamedTuple

from prune_audit.statistics.student import t_sf
from prune_audit.statistics.welch import Sample, welch


class Side(StrEnum):
    """On which side of the reference a value would be out of place."""

    BELOW = "below"
    ABOVE = "above"


class OneSided(NamedTuple):
    """How far a value lies beyond the reference (negative: short of it), and its one-sided p.

    ``p`` is the probability of a value at least as far out on that side under the null.
    """

    beyond: float
    t: float
    df: float
    p: float


def prediction(value: float, draws: int, reference: Sample, side: Side) -> OneSided:
    """Test a value, the mean of ``draws`` runs, against the runs of a reference.

    The null is that all runs are draws from one normal distribution; then ``(value - mean) /
    (std * sqrt(1/n + 1/draws))`` is Student's t with n - 1 degrees of freedom.

    What it cannot detect: runs that share what is drawn only once, such as a base model; for those
    ``draws`` is one.

    Raises:
        ValueError: no draw, or a reference without any spread.
    """
    if draws < 1:
        raise ValueError(f"a value is the mean of at least one run, got {draws}")
    if not reference.std:
        raise ValueError("the runs of the reference have no spread to compare with")
    sign = _sign(side)
    error = reference.std * math.sqrt(1 / reference.n + 1 / draws)
    t, df = sign * (value - reference.mean) / error, reference.n - 1
    return OneSided(sign * (value - reference.mean), t, df, t_sf(t, df))


def welch_one_sided(claimed: Sample, reference: Sample, side: Side) -> OneSided:
    """Test a mean with a spread of its own against a reference, variances not taken as equal.

    Welch's t with the smaller number of runs minus one as degrees of freedom, which bounds p from
    above (P. L. Hsu, Statistical Research Memoirs 2, 1938): with Welch's own, three runs against
    ten raise twice as many false alarms at the level 0.01 as they should.
    """
    sign = _sign(side)
    test = welch(claimed, reference)
    df = min(claimed.n, reference.n) - 1
    return OneSided(sign * test.difference, sign * test.t, df, t_sf(sign * test.t, df))


def _sign(side: Side) -> int:
    return 1 if side is Side.ABOVE else -1
