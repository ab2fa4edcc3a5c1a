"""What comes of a study: tables, curves with every run shown, and signs that held or did not."""

from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, stdev
from typing import NamedTuple


class Spread(NamedTuple):
    """One value per seed; shown as mean and sample standard deviation (divisor n - 1)."""

    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean over the seeds."""
        return fmean(self.values)

    @property
    def std(self) -> float | None:
        """The standard deviation; None of a single value."""
        return stdev(self.values) if len(self.values) > 1 else None


Cell = str | int | float | Spread | None
"""None where there is nothing to show."""


class Column(NamedTuple):
    """A column: ``unit`` as it is printed behind the name, ``digits`` behind the point."""

    name: str
    unit: str = ""
    digits: int = 2


class Table(NamedTuple):
    """Rows of as many cells as there are columns."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


class Point(NamedTuple):
    """A place on the x axis with one value per seed."""

    x: float
    values: tuple[float, ...]


class Curve(NamedTuple):
    """Points from left to right; joined by their means unless ``joined`` is false."""

    label: str
    points: tuple[Point, ...]
    joined: bool = True


class Mark(NamedTuple):
    """A vertical line at a place on the x axis."""

    x: float
    label: str


class Panel(NamedTuple):
    """One picture: axis labels name their units."""

    title: str
    x: str
    y: str
    curves: tuple[Curve, ...]
    marks: tuple[Mark, ...] = ()
    log_x: bool = False
    log_y: bool = False


class Held(StrEnum):
    """Whether what a paper reports was seen here."""

    YES = "held"
    NO = "did not hold"
    OPEN = "unresolved"


class Sign(NamedTuple):
    """A direction that a source reports, what was measured of it, and whether it held.

    ``expected`` names the source. Of a known counter-example the expectation is that a paper's
    sign does not hold, and ``expected`` says so.
    """

    expected: str
    measured: str
    held: Held


@dataclass(frozen=True)
class Outcome:
    """What a study found; ``setup`` says in sentences what was run, ``notes`` what limits it."""

    name: str
    title: str
    source: str
    setup: tuple[str, ...]
    tables: tuple[Table, ...]
    signs: tuple[Sign, ...]
    panels: tuple[Panel, ...] = ()
    notes: tuple[str, ...] = ()
