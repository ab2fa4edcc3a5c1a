"""Submissions -> entrants: each on its track, beside its evidence and what is there already."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from prune_audit.benchmark.conditions import conditions, on_track, shares_base, within_track
from prune_audit.benchmark.definition import Track
from prune_audit.benchmark.entrant import Entrant
from prune_audit.benchmark.read import LoadedBenchmark
from prune_audit.claim import BaseModel, Claim, Result
from prune_audit.evidence.evidence import Evidence
from prune_audit.load import load_file
from prune_audit.places import Entry
from prune_audit.problems import Problem, broken_reference
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


def standing(
    loaded: LoadedBenchmark, accepted: Iterable[Claim]
) -> tuple[Standing, tuple[Problem, ...]]:
    """Read the baselines beside the benchmark's file, and sort accepted submissions by track."""
    baselines, problems = {}, []
    for name, track in loaded.definition.tracks.items():
        if track.baseline.value is None:
            continue
        row = _baseline(loaded.folder, track.baseline)
        if isinstance(row, Problem):
            problems.append(row)
        else:
            baselines[name] = row
    by_track: dict[str, tuple[Result, ...]] = {}
    for claim in accepted:
        if claim.submission and (row_of := submitted_row(claim)):
            track_name = claim.submission.track.text
            by_track[track_name] = (*by_track.get(track_name, ()), row_of)
    return Standing(baselines, by_track), tuple(problems)


def _baseline(folder: Path, named: Entry[str]) -> Result | Problem:
    stem, mark, name = named.text.partition("#")
    if not mark:
        return broken_reference(named.place, named.text, (), "row", ": write file#row")
    claim = load_file(folder / f"{stem}.yaml").claim
    if claim is None:
        there = (path.stem for path in folder.glob("*.yaml"))
        where = " beside the benchmark's file"
        return broken_reference(named.place, stem, there, "readable claim file", where)
    if name not in claim.results:
        return broken_reference(named.place, name, claim.results, f"row in {stem}")
    return claim.results[name]


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
