"""Accuracies over sparsity as a claim file prints them: which of the four phases they lie in."""

from collections.abc import Callable, Sequence
from math import sqrt
from typing import NamedTuple

from prune_audit.claim import Result
from prune_audit.noise import sample
from prune_audit.numbers import Printed
from prune_audit.places import Entry
from prune_audit.registry import dataset as known_dataset
from prune_audit.statistics import accuracy_sd
from prune_audit.studies.phases import Dip, Level, Phase, dip, phases, steadied

LEAST_LEVELS = 10
"""Levels, the dense network not among them, without which no phases are told."""
BEYOND = 90.0
"""Sparsity in percent that at least one of them exceeds."""


class SeriesError(ValueError):
    """Rows that make up no series of accuracies over sparsity; the message says why."""


class PrintedLevel(NamedTuple):
    """A row: its place in the series, its accuracy as printed, what its noise was taken from."""

    name: str
    printed: str
    noise: str
    level: Level


class PrintedSeries(NamedTuple):
    """Rows in order of sparsity, the dense network first where its accuracy is known.

    ``measure`` is the key that the sparsity is from; ``skipped`` are rows without an exact
    accuracy; ``selections`` which value of a run is printed, in the words of claim files.
    """

    rows: tuple[PrintedLevel, ...]
    measure: str
    skipped: tuple[str, ...]
    selections: tuple[str, ...]

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels alone."""
        return tuple(row.level for row in self.rows)

    @property
    def pruned(self) -> tuple[Level, ...]:
        """The levels without the dense network."""
        return tuple(level for level in self.levels if level.sparsity > 0)

    @property
    def beyond(self) -> int:
        """How many levels exceed 90 % sparsity."""
        return sum(level.sparsity > BEYOND for level in self.pruned)

    @property
    def enough(self) -> bool:
        """Whether there are levels enough to tell phases."""
        return len(self.pruned) >= LEAST_LEVELS and self.beyond > 0

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The phase of each row; none where there are too few levels."""
        return phases(self.levels) if self.enough else ()

    @property
    def dip(self) -> Dip | None:
        """The dip, where there are levels enough to tell it and one is more than noise."""
        return dip(self.levels) if self.enough else None


Kept = Callable[[Result], float | None]
"""The share of the weights that stay, as a fraction; None where it is not stated."""


def _of(entry: Entry[Printed], kept: Callable[[float], float]) -> float | None:
    """Return the kept share that an exact number stands for."""
    if entry.value is None or not entry.value.exact:
        return None
    return kept(float(entry.value.value))


MEASURES: dict[str, Kept] = {
    "sparsity": lambda row: _of(row.sparsity, lambda share: 1 - share),
    "compression": lambda row: _of(row.compression, lambda times: 1 / times if times else 0.0),
    "params_reduction": lambda row: _of(row.params_reduction, lambda share: 1 - share),
    "params_kept": lambda row: _of(row.params_kept, lambda share: share),
    "pruning.ratio": lambda row: (
        _of(row.pruning.ratio, lambda share: 1 - share) if row.pruning else None
    ),
}
"""Keys of a claim file that state how sparse a row is, the most direct first."""


def printed_series(rows: Sequence[Result]) -> PrintedSeries:
    """Return the series that rows of a claim file make up.

    The noise of a level is its printed standard deviation, over the root of the runs where their
    number is stated; without one it is that of a binomial share of the test set, a floor.

    Raises:
        SeriesError: rows of several metrics, no key that states the sparsity of all of them, no
            exact accuracy, or neither a spread nor the size of the test set known.
    """
    if len({row.metric.value or "top1" for row in rows}) > 1:
        raise SeriesError("the rows print different metrics")
    exact = [row for row in rows if row.top1.value is not None and row.top1.value.exact]
    skipped = tuple(row.name for row in rows if row not in exact)
    if not exact:
        raise SeriesError("no row prints an exact accuracy")
    measure, shares = _kept(exact)
    found = [_level(row, 100 * (1 - share)) for row, share in zip(exact, shares, strict=True)]
    dense = [] if 1 in shares else _dense(exact)
    ordered = sorted([*dense, *found], key=lambda one: one.level.sparsity)
    steady = steadied([one.level for one in ordered])
    every = tuple(one._replace(level=level) for one, level in zip(ordered, steady, strict=True))
    words = tuple(dict.fromkeys(str(row.selection) for row in exact))
    return PrintedSeries(every, measure, skipped, words)


def _kept(rows: Sequence[Result]) -> tuple[str, list[float]]:
    """Return the first key that states the kept share of every row, and the shares."""
    for key, kept in MEASURES.items():
        shares = [share for row in rows if (share := kept(row)) is not None]
        if len(shares) == len(rows):
            return key, shares
    raise SeriesError(f"no key states how sparse every row is; one of {', '.join(MEASURES)} must")


def _dense(rows: Sequence[Result]) -> list[PrintedLevel]:
    """Return the dense network as a level of no sparsity, where all rows agree on it."""
    stated = {row.dense_top1.value for row in rows}
    printed = stated.pop()
    if stated or printed is None or not printed.exact:
        return []
    deviation, noise = _deviation(rows[0], printed)
    return [_printed("dense", printed, noise, 0.0, deviation)]


def _level(row: Result, sparsity: float) -> PrintedLevel:
    assert row.top1.value is not None
    deviation, noise = _deviation(row, row.top1.value)
    return _printed(row.name, row.top1.value, noise, sparsity, deviation)


def _printed(
    name: str, printed: Printed, noise: str, sparsity: float, deviation: float
) -> PrintedLevel:
    level = Level(round(sparsity, 6), float(printed.value), deviation, float(printed.step))
    return PrintedLevel(name, str(printed), noise, level)


def _deviation(row: Result, printed: Printed) -> tuple[float, str]:
    """Return the standard deviation of an accuracy in points, and what it was taken from."""
    runs = sample(row, printed)
    if runs is not None:
        found, _ = runs
        stated = row.runs.value is not None and row.runs.value.exact
        return found.std / (sqrt(found.n) if stated else 1), "printed spread"
    known = known_dataset(row.dataset.value) if row.dataset.value else None
    accuracy = float(printed.value) / 100
    top1 = row.metric.value in (None, "top1")
    if known is None or not known.test_size or not top1 or not 0 <= accuracy <= 1:
        raise SeriesError(
            f"the noise of {row.name} is not known: no spread is printed, and the size of the "
            f"test set ({row.dataset}) is not known"
        )
    return 100 * accuracy_sd(accuracy, known.test_size), f"{known.test_size} test images"
