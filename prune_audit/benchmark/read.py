"""``benchmark.yaml`` -> Benchmark, or everything that is wrong with the file."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from prune_audit import problems
from prune_audit.benchmark.definition import Benchmark, Track, TrackRecipe, Waiver
from prune_audit.filetext import RefusedError, read_text
from prune_audit.forms import FormReader
from prune_audit.numbers import Printed
from prune_audit.places import Entry, Place
from prune_audit.problems import Collector, Problem, TooManyError
from prune_audit.readers import NAME_PATTERN, Weights
from prune_audit.registry import dataset as known_dataset
from prune_audit.rules.rule import RULESET
from prune_audit.schedules.calibrate import PROFILES, calibrate
from prune_audit.schedules.notation import parse_lr
from prune_audit.schedules.schedule import ScheduleError
from prune_audit.yamltext import Mapping, Node, Scalar, Sequence, parse

VERSION = "1"
FIRST_RULESET = 2
_OWN = ("benchmark", "tracks", "waivers")


@dataclass(frozen=True)
class LoadedBenchmark:
    """What came of reading a benchmark's file; ``benchmark`` is None where it has problems."""

    file: str
    benchmark: Benchmark | None
    problems: tuple[Problem, ...]

    @property
    def definition(self) -> Benchmark:
        """The benchmark of a file that has no problems."""
        assert self.benchmark is not None
        return self.benchmark

    @property
    def folder(self) -> Path:
        """The folder that every path in the file starts from."""
        return Path(self.file).parent


def load_benchmark(path: Path) -> LoadedBenchmark:
    """Read a benchmark's file. Never raises for a bad file."""
    name = str(path)
    found = Collector()
    benchmark = None
    try:
        root, repeated = parse(read_text(path, name), name)
        found.extend(repeated)
        benchmark = _benchmark(root, Place(name), found)
    except RefusedError as refused:
        return LoadedBenchmark(name, None, (refused.problem,))
    except TooManyError:
        return LoadedBenchmark(name, None, found.all())
    return LoadedBenchmark(name, None if found.all() else benchmark, found.all())


def _benchmark(root: Node, start: Place, found: Collector) -> Benchmark | None:
    if not isinstance(root, Mapping):
        fix = "write keys such as benchmark, name, profile, ruleset, tracks"
        found.add(problems.wrong_value(start, "benchmark", "expected a mapping of keys", fix))
        return None
    reader = FormReader(found)
    _check_version(root, start, found)
    own = Mapping(root.place, {k: item for k, item in root.items.items() if k not in _OWN})
    tracks = _tracks(root, start, reader, found)
    waivers = _waivers(root, reader, found)
    benchmark = reader.read(
        Benchmark, own, "a benchmark", start, place=start, tracks=tracks, waivers=waivers
    )
    found.extend(_ruleset(benchmark.ruleset))
    found.extend(_tolerance(benchmark.tolerance))
    return benchmark


def _ruleset(stated: Entry[Printed]) -> Iterator[Problem]:
    """Rules about submissions came with ruleset 2: an older one would let everything pass."""
    number = stated.value
    if number is None:
        return
    if not number.exact or not FIRST_RULESET <= number.value <= RULESET:
        known = f"{FIRST_RULESET}" if RULESET == FIRST_RULESET else f"{FIRST_RULESET} to {RULESET}"
        reason = f"this version holds submissions to ruleset {known}, got {stated}"
        fix = f"write ruleset: {RULESET}, or use the version of prune-audit that has it"
        yield problems.wrong_value(stated.place, "ruleset", reason, fix)


def _tolerance(stated: Entry[Printed]) -> Iterator[Problem]:
    if stated.value is not None and not 0 <= stated.value.value < 1:
        reason = f"expected a share below 100 %, got {stated}"
        yield problems.wrong_value(stated.place, "tolerance", reason, "write tolerance: 5%")


def _check_version(root: Mapping, start: Place, found: Collector) -> None:
    place, node = root.items.get("benchmark", (start, None))
    if node is None:
        found.add(problems.missing_key(place, "benchmark", "the benchmark file", VERSION))
    elif not isinstance(node, Scalar) or node.text != VERSION:
        reason = f"this version reads benchmark files of version {VERSION}"
        found.add(problems.wrong_value(place, "benchmark", reason, f"write benchmark: {VERSION}"))


def _tracks(root: Mapping, start: Place, reader: FormReader, found: Collector) -> dict[str, Track]:
    place, node = root.items.get("tracks", (start, None))
    if not isinstance(node, Mapping) or not node.items:
        fix = "write tracks: and below it a name with the conditions of each"
        found.add(problems.wrong_value(place, "tracks", "expected at least one track", fix))
        return {}
    return {
        name: _track(name, at, child, reader, found) for name, (at, child) in node.items.items()
    }


def _track(name: str, place: Place, node: Node, reader: FormReader, found: Collector) -> Track:
    if not NAME_PATTERN.fullmatch(name):
        reason = f"expected a name of letters, digits, '.', '_', '+' and '-', got {name!r}"
        found.add(problems.wrong_value(place, "tracks", reason, "rename it"))
    track = reader.read(Track, node, f"track {name!r}", place, place=place, name=name)
    found.extend(_bands(track))
    found.extend(_runs(track))
    if track.base.value == Weights("own", ""):
        fix = "write own:NAME, the claim file of who trained it, or a tag or hash"
        found.add(problems.wrong_value(track.base.place, "base", "whose own is not said", fix))
    if isinstance(track.retraining, TrackRecipe):
        return replace(track, retraining=_calibrated(track, track.retraining, found))
    return track


def _bands(track: Track) -> list[Problem]:
    """A track has a band of speedups or of sparsities, each with both ends in order."""
    wrong = []
    bands = {
        "speedup": (track.speedup_from, track.speedup_to),
        "sparsity": (track.sparsity_from, track.sparsity_to),
    }
    if not any(end.text for ends in bands.values() for end in ends):
        expected = "speedup_from and speedup_to, or sparsity_from and sparsity_to"
        wrong.append(
            problems.missing_key(track.place, "speedup_from", f"track {track.name!r}", expected)
        )
    for what, (low, high) in bands.items():
        if bool(low.text) != bool(high.text):
            lacking = f"{what}_to" if low.text else f"{what}_from"
            owner = f"track {track.name!r}"
            wrong.append(problems.missing_key(track.place, lacking, owner, "the other end"))
        elif low.value and high.value and low.value.value > high.value.value:
            reason = f"{what}_from {low} is above {what}_to {high}"
            wrong.append(problems.ill_matched(high.place, reason, "exchange the two"))
    return wrong


def _runs(track: Track) -> Iterator[Problem]:
    asked = track.runs.value
    if asked is not None and (not asked.exact or asked.value < 1):
        reason = f"expected the fewest runs, 1 or more, got {track.runs}"
        yield problems.wrong_value(track.runs.place, "runs", reason, "write runs: 3")


def _calibrated(track: Track, recipe: TrackRecipe, found: Collector) -> TrackRecipe:
    """Put the calibrated schedule in the place of the initial LR that stands for it."""
    start, epochs = recipe.calibrated_from, recipe.epochs.value
    if start.value is None:
        if not recipe.lr.known:
            expected = "the LR schedule, or calibrated_from: and the initial LR"
            found.add(problems.missing_key(recipe.place, "lr", "retraining of a track", expected))
        return recipe
    if recipe.lr.known:
        reason = "lr stands beside calibrated_from"
        found.add(problems.ill_matched(start.place, reason, "keep one of the two"))
        return recipe
    known = known_dataset(track.dataset.value or "")
    profile = PROFILES.get(known.id) if known else None
    try:
        if profile is None:
            raise ScheduleError(f"there is no calibrated schedule for {track.dataset}")
        if epochs is None or epochs.exact is None:
            raise ScheduleError("a calibrated schedule needs a number of epochs")
        made = calibrate(int(epochs.exact), float(start.value.value), profile)
    except ScheduleError as error:
        place, fix = start.place, "state the LR schedule under lr instead"
        found.add(problems.wrong_value(place, "calibrated_from", str(error), fix))
        return recipe
    text = str(made.schedule)
    return replace(recipe, lr=Entry(start.place, text, parse_lr(text), None))


def _waivers(root: Mapping, reader: FormReader, found: Collector) -> tuple[Waiver, ...]:
    place, node = root.items.get("waivers", (root.place, None))
    if node is None:
        return ()
    if not isinstance(node, Sequence):
        fix = "begin each of the waivers with '- '"
        found.add(problems.wrong_value(place, "waivers", "expected a list", fix))
        return ()
    return tuple(
        reader.read(Waiver, item, "a waiver", item.place, place=item.place) for item in node.items
    )
