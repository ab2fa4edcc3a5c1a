"""Which spreads a few runs on a test set of a given size can have (the GRIMMER test).

The accuracies of n runs over N test images are counts k_1 ... k_n of right answers, so their sum
S and their sum of squares Q are integers, of equal parity, and Q is at least that of the most
equal split of S. The standard deviation follows from n Q - S^2, the sum of the squared
differences over all pairs of runs. Source for the idea: J. Anaya, "The GRIMMER test", PeerJ
Preprints 4:e2400v1, 2016; the search here is exact where it answers False. It presumes what the
GRIM test presumes: unrounded accuracies, each over the whole test set.
"""

import math
from collections.abc import Iterable
from itertools import chain, combinations_with_replacement, islice, product
from typing import NamedTuple, TypeAlias

from prune_audit.statistics.granularity import (
    Exact,
    clamped,
    first_count,
    last_count,
    refuse_floats,
)

ExactRange: TypeAlias = tuple[Exact, Exact]
"""The lowest and the highest value that a printed number may stand for, both included."""

_MOST_RUNS = 50
_MOST_TRIES = 2_000
_FREE = 5
_STANDARD_DEVIATIONS = ("sample-std", "population-std")
_READINGS = {
    "sample-std": ("sample-std",),
    "population-std": ("population-std",),
    "std": _STANDARD_DEVIATIONS,
    "standard-error": ("sample-error", "population-error"),
}


def spread_possible(
    mean_interval: ExactRange,
    spread_interval: ExactRange,
    test_size: int,
    runs: int | None,
    kind: str | None,
    runs_at_least: int = 2,
) -> bool | None:
    """Whether any accuracies k/``test_size`` of ``runs`` runs have this mean and this spread.

    Both intervals are in percent, exact, and closed: hand over the rounding interval with its
    ends. True: such accuracies exist. False: none do, by exhaustion; so it is where the mean alone
    is unattainable. None: cannot tell.

    ``kind`` is "sample-std" (divisor n - 1), "population-std" (divisor n), "std" (one of the two),
    or "standard-error" (one of the two over the square root of n). For any other kind or None, a
    fit as a standard deviation gives True and no fit gives None, since a range or the width of
    a confidence interval may be meant. ``runs`` None: True if some number of runs from
    ``runs_at_least`` to 50 fits, else None.

    Two and three runs are decided at any spread in use. From four runs on, and close to 0 or 100
    percent, the search gives up on some spreads of many images and answers None.

    Raises:
        ValueError: no test image, fewer than two runs, or an interval upside down.
        TypeError: an end is a float.
    """
    _check(mean_interval, spread_interval, test_size, runs_at_least if runs is None else runs)
    if runs is None:
        numbers: Iterable[int] = range(runs_at_least, _MOST_RUNS + 1)
    else:
        numbers = (runs,)
    readings = _READINGS.get(kind or "", _STANDARD_DEVIATIONS)
    decided = runs is not None and kind in _READINGS
    for number, reading in product(numbers, readings):
        answer = _possible(mean_interval, spread_interval, test_size, number, reading)
        if answer:
            return True
        decided = decided and answer is not None
    return False if decided else None


class _Sum(NamedTuple):
    """One sum of counts, all counts moved so that its most equal split is zeros and ones.

    ``rest`` is the moved sum, from 0 to runs - 1; the moved counts lie from ``low`` to ``high``,
    their sum of squares is to lie from ``least`` to ``most``.
    """

    runs: int
    rest: int
    least: int
    most: int
    low: int
    high: int


def _possible(
    mean: ExactRange, spread: ExactRange, test_size: int, runs: int, reading: str
) -> bool | None:
    """Decide for one number of runs and one meaning of the spread."""
    if mean[0] > 100 or mean[1] < 0 or spread[1] < 0:
        return False
    first = first_count(clamped(mean[0]), test_size * runs, is_open=False)
    last = last_count(clamped(mean[1]), test_size * runs, is_open=False)
    least, most = _pair_differences(spread, test_size, runs, reading)
    farthest = math.isqrt((most + (runs - 1) ** 2) // runs)
    tries = (
        (split, middle)
        for total in _sums(first, last, test_size, runs, farthest)
        if (split := _moved(total, test_size, runs, least, most)) is not None
        for middle in _middles(split)
    )
    if any(_completes(split, middle) for split, middle in islice(tries, _MOST_TRIES)):
        return True
    return False if next(tries, None) is None else None


def _pair_differences(
    spread: ExactRange, test_size: int, runs: int, reading: str
) -> tuple[int, int]:
    """Return the least and the most that n Q - S^2 may be, in squared images."""
    scale = {
        "sample-std": runs * (runs - 1),
        "population-std": runs**2,
        "sample-error": runs**2 * (runs - 1),
        "population-error": runs**3,
    }[reading]
    low, high = (clamped(end) * test_size / 100 for end in spread)
    return math.ceil(low * low * scale), math.floor(high * high * scale)


def _sums(first: int, last: int, test_size: int, runs: int, farthest: int) -> Iterable[int]:
    """Yield the sums to look at: where neither 0 nor all right is near, one of each remainder.

    ``farthest`` is how far a count may lie from the mean, in images.
    """
    from_here = max(first, runs * farthest)
    to_here = min(last, runs * (test_size - farthest) + runs - 1)
    if from_here > to_here:
        return range(first, last + 1)
    free = range(from_here, min(to_here, from_here + runs - 1) + 1)
    return chain(free, range(first, from_here), range(to_here + 1, last + 1))


def _moved(total: int, test_size: int, runs: int, least: int, most: int) -> _Sum | None:
    """Return the moved sum, or None where no sum of squares can fit it."""
    share, rest = divmod(total, runs)
    least = max(rest, -((-least - rest * rest) // runs))
    least += (least - rest) % 2  # a sum of squares has the parity of the sum
    low, high = -share, test_size - share
    # no term of the sum of (count - low) * (count - high) is above zero
    most = min((most + rest * rest) // runs, rest * (low + high) - runs * low * high)
    return _Sum(runs, rest, least, most, low, high) if least <= most else None


def _middles(split: _Sum) -> Iterable[tuple[int, ...]]:
    """Yield all counts but the two farthest out, the ones near the mean first.

    A count among them and the two beyond have squares of at least its own, hence the third. Of
    many runs, all but five are left at the most equal split at first: those five mostly do.
    """
    reach = math.isqrt(split.most // 3)
    values = [
        value
        for value in sorted(range(-reach, reach + 1), key=abs)
        if split.low <= value <= split.high
    ]
    every = combinations_with_replacement(values, split.runs - 2)
    if split.runs <= _FREE:
        return every
    equal = ((1,) * split.rest + (0,) * split.runs)[: split.runs - _FREE]
    some = (equal + free for free in combinations_with_replacement(values, _FREE - 2))
    return chain(some, every)


def _completes(split: _Sum, middle: tuple[int, ...]) -> bool:
    """Whether two more counts exist that make the sum and the sum of squares.

    Two counts with sum s and difference m have squares of (s^2 + m^2) / 2 in all; m has the parity
    of s.
    """
    s = split.rest - sum(middle)
    squares = sum(value * value for value in middle)
    least = max(0, 2 * (split.least - squares) - s * s)
    most = 2 * (split.most - squares) - s * s
    m = math.isqrt(least - 1) + 1 if least else 0
    m += (m - s) % 2
    return m * m <= most and m <= min(2 * split.high - s, s - 2 * split.low)


def _check(mean: ExactRange, spread: ExactRange, test_size: int, runs: int) -> None:
    refuse_floats(*mean, *spread)
    if test_size < 1:
        raise ValueError(f"a test set needs at least one image, got {test_size}")
    if runs < 2:
        raise ValueError(f"a spread needs at least two runs, got {runs}")
    if mean[0] > mean[1] or spread[0] > spread[1]:
        raise ValueError("an interval needs its lower end first")
