"""Submissions -> entrants: each on its track, beside its evidence and what is there already."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from prune_audit.benchmark.conditions import conditions, on_track, shares_base, within_track
from prune_audit.benchmark.definition import Track
from prune_audit.benchmark.entrant import Entrant
from prune_audit.benchmark.read import LoadedBenchmark
from prune_audit.claim import BaseModel, Claim, Result
from prune_audit.evidence.evidence import Evidence
from prune_audit.settings import Settings
from prune_audit.verdict import Pair, judge


@dataclass(frozen=True)
class Standing:
    """What submissions are compared with: baselines by track, accepted rows by track."""

    baselines: dict[str, Result]
    accepted: dict[str, tuple[Result, ...]]

    @property
    def bases(self) -> tuple[BaseModel, ...]:
        """The base models of the baselines."""
        found = (row.base_model for row in self.baselines.values())
        return tuple({model.place: model for model in found if model}.values())


def submitted_row(claim: Claim) -> Result | None:
    """Return the row that a submission is about."""
    return claim.results.get(claim.submission.result.text) if claim.submission else None


def entrants(
    evidence: Iterable[Evidence], loaded: LoadedBenchmark, there: Standing, settings: Settings
) -> Iterator[Entrant]:
    """Put every submission on its track, and judge it against the baseline and the accepted."""
    benchmark = loaded.definition
    for one in evidence:
        track = benchmark.tracks.get(one.submission.track.text)
        entrant = Entrant(one.claim, one.submission, one.result, benchmark, track, one)
        yield _on_track(entrant, track, there, settings) if track else entrant


def _on_track(entrant: Entrant, track: Track, there: Standing, settings: Settings) -> Entrant:
    baseline = there.baselines.get(track.name)
    return replace(
        entrant,
        conditions=conditions(entrant.result, track, settings),
        baseline=_pair(entrant.result, baseline, track, settings) if baseline else None,
        accepted=tuple(
            _pair(entrant.result, row, track, settings)
            for row in there.accepted.get(track.name, ())
        ),
    )


def _pair(ours: Result, other: Result, track: Track, settings: Settings) -> Pair:
    """Judge two rows as the track understands them."""
    shared = shares_base(ours, track) and shares_base(other, track)
    one, two = (on_track(row, track, shared=shared) for row in (ours, other))
    found = judge(one, two, within_track(track, settings), None)
    return replace(found, ours=ours, other=other)
