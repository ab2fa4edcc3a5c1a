"""Rows of a log -> the curve of one run: LR and accuracies by epoch."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from prune_audit.evidence.logs.rows import Columns
from prune_audit.numbers import Printed
from prune_audit.places import Place


class Further(NamedTuple):
    """Another LR of an epoch that has several rows, and its line."""

    lr: Printed
    line: int


class Point(NamedTuple):
    """One epoch of a run; epochs count from 0, accuracies are in percent.

    ``right`` are the right answers and the tested images. ``line`` is that of the log which the
    accuracy stands in, or the first one of the epoch. ``lr`` is the first LR of the epoch;
    ``further`` are the lowest and the highest of its rows where they differ from it.
    """

    epoch: int
    line: int
    lr: Printed | None = None
    accuracy: Printed | None = None
    right: tuple[int, int] | None = None
    train: Printed | None = None
    further: tuple[Further, ...] = ()

    @property
    def exact(self) -> Fraction | None:
        """The test accuracy in percent as a fraction of counts, where they are logged."""
        return Fraction(100 * self.right[0], self.right[1]) if self.right else None

    @property
    def tested(self) -> bool:
        """Whether a test accuracy is logged."""
        return self.accuracy is not None or self.right is not None

    @property
    def height(self) -> float | None:
        """The test accuracy in percent as a plain number."""
        if self.exact is not None:
            return float(self.exact)
        return None if self.accuracy is None else float(self.accuracy.value)


@dataclass(frozen=True)
class Curve:
    """What the log of one run shows.

    ``first`` is the number that the log gives its first epoch, ``stride`` the gap between its
    rows where it is the same throughout, else 1. ``cut`` marks a log that could be read in part.
    ``lacks`` says why there is no LR, no accuracy ...; ``constants`` are columns such as ``seed``
    that hold one value throughout, with the line where it stands first.
    """

    place: Place
    points: tuple[Point, ...]
    columns: Columns
    first: int = 0
    stride: int = 1
    cut: bool = False
    lacks: dict[str, str] = field(default_factory=dict)
    constants: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def epochs(self) -> tuple[int, int]:
        """The least and the most epochs that were run, as far as the rows tell."""
        last = self.points[-1].epoch + 1
        return last, last + (self.stride - 1 if self.points[0].epoch == 0 else 0)

    @property
    def tested(self) -> tuple[Point, ...]:
        """The points with a test accuracy."""
        return tuple(point for point in self.points if point.tested)

    def at(self, point: Point | None = None) -> Place:
        """Return the place of a point in the log, or that of the log."""
        return self.place if point is None else self.place._replace(line=point.line)

    def number(self, epoch: int) -> str:
        """Return how the log itself numbers an epoch, for messages."""
        return str(epoch + self.first)

    def lrs(self) -> Iterator[tuple[Point, Printed]]:
        """Yield the points that have an LR."""
        return ((point, point.lr) for point in self.points if point.lr is not None)
