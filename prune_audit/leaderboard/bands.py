"""The bands of a benchmark's tracks: inside one, results of any rate are ranked together."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from prune_audit.answers import Answer, answer
from prune_audit.benchmark.definition import Benchmark, Track
from prune_audit.intervals import Interval
from prune_audit.leaderboard.candidates import Candidate
from prune_audit.leaderboard.names import dataset_key, network_key
from prune_audit.numbers import Printed
from prune_audit.places import Entry
from prune_audit.rates import RateKind, from_reduction, rate

ABOVE_ANY = Decimal("Infinity")


class Band(NamedTuple):
    """Rates, in times, that one track ranks together; both ends belong to it.

    ``dataset`` and ``network`` are names as claim files use them, empty for any. ``setup`` is the
    one that results must reach against each other, empty for that of the settings. ``track`` says
    how data set and base model are to be read, where the band is that of one.
    """

    name: str
    low: Decimal
    high: Decimal
    kind: RateKind = RateKind.SPEEDUP
    dataset: str = ""
    network: str = ""
    setup: str = ""
    track: Track | None = None

    def holds(self, one: Candidate) -> Answer:
        """Say whether a result's whole rate, as its digits allow, lies in the band.

        A submission that names a track stands in no other.
        """
        if one.track is not None and one.track != self.name:
            return Answer.DIFFERENT
        dataset, network = dataset_key(self.dataset), network_key(self.network, self.dataset)
        row = one.result
        elsewhere = dataset and dataset_key(row.dataset.value) != dataset
        other = network and network_key(row.network.value, row.dataset.value) != network
        own = rate(row, self.kind)
        if elsewhere or other:
            return Answer.DIFFERENT
        return _inside(own.interval, self.low, self.high) if own else Answer.UNKNOWN

    def __str__(self) -> str:
        high = "" if self.high == ABOVE_ANY else f" to {self.high.normalize():f}x"
        return f"track {self.name}, {self.kind} {self.low.normalize():f}x{high or ' and above'}"


def _inside(own: Interval, low: Decimal, high: Decimal) -> Answer:
    if low <= own.low and own.high <= high:
        return Answer.SAME
    return answer(None if own.meets(Interval(low, high)) else False)


def bands_of(benchmark: Benchmark) -> Iterator[Band]:
    """Yield the bands of a benchmark's tracks, in their order."""
    for track in benchmark.tracks.values():
        yield from _bands(track)


def _bands(track: Track) -> Iterator[Band]:
    """A track has a band of speedups or one of sparsities; with neither, it takes any speedup."""
    sparsity = (_times(track.sparsity_from), _times(track.sparsity_to))
    speedup = (_stated(track.speedup_from), _stated(track.speedup_to))
    by_sparsity = any(sparsity) and not any(speedup)
    low, high = sparsity if by_sparsity else speedup
    kind = RateKind.COMPRESSION if by_sparsity else RateKind.SPEEDUP
    yield Band(
        track.name, low or Decimal(0), high or ABOVE_ANY, kind,
        track.dataset.text, track.network.text, track.setup.value or "S3.2", track,
    )  # fmt: skip


def _stated(entry: Entry[Printed]) -> Decimal | None:
    return entry.value.value if entry.value else None


def _times(entry: Entry[Printed]) -> Decimal | None:
    """Return the compression that a share of zero weights means."""
    if entry.value is None:
        return None
    reached = from_reduction(Interval.point(entry.value.value))
    return reached.low if reached else ABOVE_ANY
