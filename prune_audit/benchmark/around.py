"""What lies around a benchmark's file: baselines, accepted submissions, references.

Whatever is wrong with them is the maintainers' to mend, and stops the check: a missing folder of
accepted submissions must not look like one in which nothing is the same.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from prune_audit.answers import Answer
from prune_audit.benchmark.conditions import BAND, HARD, conditions, is_open
from prune_audit.benchmark.definition import Track
from prune_audit.benchmark.enter import Standing, submitted_row
from prune_audit.benchmark.files import read_submissions, same_ids, submission_files
from prune_audit.benchmark.read import LoadedBenchmark
from prune_audit.claim import Claim, Result
from prune_audit.load import load_file
from prune_audit.places import Entry
from prune_audit.problems import Problem, broken_reference, ill_matched, wrong_value
from prune_audit.settings import Settings


class Around(NamedTuple):
    """What submissions are compared with, and everything that is wrong with it."""

    standing: Standing
    accepted: tuple[Claim, ...]
    problems: tuple[Problem, ...]


def around(loaded: LoadedBenchmark, checked: Sequence[str], settings: Settings) -> Around:
    """Read what lies around a benchmark; the files that are being checked are not accepted ones."""
    accepted, problems = _accepted(loaded, checked)
    baselines: dict[str, Result] = {}
    for name, track in loaded.definition.tracks.items():
        if track.baseline.value is None:
            continue
        row = _baseline(loaded.folder, track.baseline)
        if isinstance(row, Problem):
            problems.append(row)
        else:
            baselines[name] = row
            problems += _off_track(row, track, loaded, settings)
    problems += _no_folder(loaded, loaded.definition.references, "references")
    standing = Standing(baselines, _by_track(accepted))
    return Around(standing, accepted, tuple(problems))


def _by_track(accepted: Iterable[Claim]) -> dict[str, tuple[Result, ...]]:
    rows: dict[str, tuple[Result, ...]] = {}
    for claim in accepted:
        row = submitted_row(claim)
        if claim.submission and row:
            track = claim.submission.track.text
            rows[track] = (*rows.get(track, ()), row)
    return rows


def _accepted(
    loaded: LoadedBenchmark, checked: Sequence[str]
) -> tuple[tuple[Claim, ...], list[Problem]]:
    named = loaded.definition.accepted
    if named.value is None:
        return (), []
    if missing := list(_no_folder(loaded, named, "accepted")):
        return (), missing
    seen = {os.path.realpath(file) for file in checked}
    files = submission_files([str(loaded.folder / named.value)])
    others = [*read_submissions(file for file in files if os.path.realpath(file) not in seen)]
    claims = tuple(one.claim for one in others if one.claim)
    problems = [problem for one in others if one.claim is None for problem in one.problems]
    return claims, [*problems, *same_ids(claims, ())]


def _no_folder(loaded: LoadedBenchmark, named: Entry[str], key: str) -> Iterator[Problem]:
    if named.value is not None and not (loaded.folder / named.value).is_dir():
        reason = f"there is no folder {named.value} beside the benchmark's file"
        yield wrong_value(named.place, key, reason, "make it, or leave the key out")


def _baseline(folder: Path, named: Entry[str]) -> Result | Problem:
    stem, mark, name = named.text.partition("#")
    if not mark:
        return broken_reference(named.place, named.text, (), "row", ": write file#row")
    file = folder / f"{stem}.yaml"
    if not file.is_file():
        others = (path.stem for path in folder.glob("*.yaml"))
        where = " beside the benchmark's file"
        return broken_reference(named.place, stem, others, "claim file", where)
    loaded = load_file(file)
    if loaded.claim is None:
        first = loaded.problems[0]
        reason = f"its file has errors, the first at {first.anchors[0]}: {first.message}"
        fix = f"prune-audit check {file}"
        return wrong_value(named.place, "baseline", reason, fix)
    if name not in loaded.claim.results:
        return broken_reference(named.place, name, loaded.claim.results, f"row in {stem}")
    return loaded.claim.results[name]


def _off_track(
    row: Result, track: Track, loaded: LoadedBenchmark, settings: Settings
) -> Iterator[Problem]:
    """A baseline that its own track would refuse makes every submission fail."""
    asked = {*HARD, *BAND.values()}
    for fact in conditions(row, track, settings):
        counts = fact.name in asked or not is_open(track, loaded.definition)
        if counts and fact.answer is not Answer.SAME:
            word = "does not meet" if fact.answer is Answer.DIFFERENT else "leaves open"
            reason = f"the baseline {row.name} {word} {fact.name} of its own track, {fact.sides}"
            yield ill_matched(track.baseline.place, reason, "change the baseline or the track")
