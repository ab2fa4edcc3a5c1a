"""What the study of sparse double descent looks for in its series."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from prune_audit.studies.descent_arms import Series, Values
from prune_audit.studies.outcome import Held, Sign
from prune_audit.studies.phases import (
    FITTED,
    Dip,
    Level,
    deepest,
    depth,
    dip,
    noise,
    unfitted,
)
from prune_audit.studies.signs import minus, positive

NEAR = 2
"""Levels by which two places may lie apart and still count as the same."""


class Found(NamedTuple):
    """The series of all arms: ``variants`` are those with fewer levels, by name."""

    noisy: Series
    clean: Series
    fresh: Series
    variants: Mapping[str, Series]


def signs(found: Found) -> Iterator[Sign]:
    """Say which of the reported signs were seen."""
    noisy, clean = found.noisy, found.clean
    rise = by_others(noisy.last, lambda tests, at: tests[at.peak] - tests[at.bottom])
    control = by_others(clean.last, lambda tests, at: tests[at.peak] - tests[at.bottom])
    yield dipped(
        "with label noise accuracy falls, rises and falls again (He et al. 2022)", noisy.levels()
    )
    yield positive("accuracy rises behind its minimum (levels chosen on the other seeds)", rise)
    yield undipped("without label noise there is no dip (He et al. 2022)", clean.levels())
    yield positive("the rise is larger with label noise than without", minus(rise, control))
    yield _leaves(noisy.levels())
    yield _farthest(noisy)
    yield hidden(noisy)
    yield _above(noisy)
    yield _redrawn(noisy, found.fresh)


def by_others(
    tests: Values, value: Callable[[Sequence[float], Dip], float], of: Values | None = None
) -> tuple[float, ...]:
    """Return a value of each seed at the dip that the means of all other seeds show.

    So nothing is chosen by the numbers that are then looked at. ``of`` are the values that are
    looked at, those in which the dip is sought unless told.
    """
    found = []
    for seed in range(len(tests[0])):
        others = [fmean(row[:seed] + row[seed + 1 :]) for row in tests]
        found.append(value([row[seed] for row in of or tests], deepest(others)))
    return tuple(found)


def dipped(expected: str, levels: Sequence[Level]) -> Sign:
    """Say whether there is a dip that is more than noise."""
    found = dip(levels)
    return Sign(expected, _shape(levels), Held.NO if found is None else Held.YES)


def undipped(expected: str, levels: Sequence[Level]) -> Sign:
    """Say whether there is no dip that is more than noise."""
    found = dip(levels)
    return Sign(expected, _shape(levels), Held.YES if found is None else Held.NO)


def _shape(levels: Sequence[Level]) -> str:
    tests = [level.test for level in levels]
    one = dip(levels) or deepest(tests)
    if depth(tests, one) <= 0:
        return "no level lies below one before and one after it"
    before, bottom, peak = (levels[i] for i in one)
    fall, rise = _height(before, bottom), _height(peak, bottom)
    return f"{_at(before)}, {_at(bottom)}, {_at(peak)}: down {fall}, up {rise}"


def _height(side: Level, bottom: Level) -> str:
    points = side.test - bottom.test
    return f"{points:.1f} points ({points / noise(side, bottom):.1f} standard deviations)"


def _at(level: Level) -> str:
    return f"{level.test:.1f} % at {level.sparsity:.1f} % sparsity"


def _leaves(levels: Sequence[Level]) -> Sign:
    """Set where training accuracy leaves 100 % beside where test accuracy is lowest."""
    bottom, leaves = _bottom(levels), unfitted(levels)
    near = leaves is not None and abs(leaves - bottom) <= NEAR
    where = "nowhere" if leaves is None else f"at {levels[leaves].sparsity:.1f} % sparsity"
    return Sign(
        "the minimum is where training accuracy leaves 100 % (He et al. 2022; within "
        f"{NEAR} levels)",
        f"training accuracy first below {FITTED:g} %: {where}; test accuracy lowest at "
        f"{levels[bottom].sparsity:.1f} % sparsity",
        Held.YES if near else Held.NO,
    )  # fmt: skip


def _farthest(noisy: Series) -> Sign:
    """Set where the learning distance is largest beside where test accuracy is lowest."""
    levels = noisy.levels()
    distances = [fmean(row) for row in noisy.distance]
    bottom = _bottom(levels)
    top = max(range(len(distances)), key=lambda i: distances[i])
    apart = abs(top - bottom)
    return Sign(
        "the learning distance is largest where accuracy is lowest (He et al. 2022: their curves "
        f"may correlate; within {NEAR} levels)",
        f"largest ({distances[top]:.1f}) at {levels[top].sparsity:.1f} % sparsity, accuracy lowest "
        f"at {levels[bottom].sparsity:.1f} %: {apart} level{'s' if apart != 1 else ''} apart",
        Held.YES if apart <= NEAR else Held.NO,
    )  # fmt: skip


def _bottom(levels: Sequence[Level]) -> int:
    return (dip(levels) or deepest([level.test for level in levels])).bottom


def hidden(noisy: Series) -> Sign:
    """Set the fall to the dip, by the last epoch, beside the same by the best epoch."""
    last = by_others(noisy.last, _fall)
    best = by_others(noisy.last, _fall, noisy.best)
    expected = "the best epoch on the test set hides part of the fall to the dip (He et al. 2022)"
    found = positive(expected, minus(last, best))
    falls = f"fall {fmean(last):.1f} points by the last epoch, {fmean(best):.1f} by the best"
    return found._replace(measured=f"{falls}; difference {found.measured}")


def _fall(tests: Sequence[float], at: Dip) -> float:
    return tests[at.before] - tests[at.bottom]


def _above(noisy: Series) -> Sign:
    return positive(
        "the peak behind the dip is above the dense network (so on MNIST and CIFAR-10, not on "
        "CIFAR-100, read off figures of He et al. 2022)",
        by_others(noisy.last, lambda tests, at: tests[at.peak] - tests[0]),
    )


def _redrawn(noisy: Series, fresh: Series) -> Sign:
    """Set re-initialised weights beside rewound ones under the same masks."""
    gains = tuple(minus(*rows) for rows in zip(fresh.last, noisy.last, strict=True))
    found = positive(
        "around the minimum weights drawn anew may do better than rewound ones, under the same "
        f"masks (He et al. 2022; mean of the levels within {NEAR})",
        by_others(noisy.last, _around, gains),
    )
    anew, rewound = (fmean(by_others(noisy.last, _around, one.train)) for one in (fresh, noisy))
    trained = f"training accuracy there {anew:.1f} % against {rewound:.1f} %"
    return found._replace(measured=f"{found.measured}; {trained}")


def _around(values: Sequence[float], at: Dip) -> float:
    return fmean(values[max(0, at.bottom - NEAR) : at.bottom + NEAR + 1])
