"""The conditions of a track as a row, so that facts about pairs answer whether they are met."""

from dataclasses import fields, replace
from pathlib import PurePath
from typing import Any

from prune_audit.answers import Answer, answer
from prune_audit.benchmark.definition import Benchmark, Track
from prune_audit.claim import BaseModel, PruningStage, Result
from prune_audit.facts import Fact, pair_facts
from prune_audit.intervals import Interval
from prune_audit.numbers import Printed
from prune_audit.places import Entry, Place
from prune_audit.rates import RateKind, from_reduction, rate
from prune_audit.readers import Weights
from prune_audit.recipe import recipe_facts
from prune_audit.settings import Settings
from prune_audit.setups import FactName

HARD = (FactName.DATASET, FactName.NETWORK, FactName.METRIC, FactName.GRANULARITY)
"""What makes a result one of the track at all; the band of the rate belongs to it too."""
BAND = {RateKind.SPEEDUP: "speedup", RateKind.COMPRESSION: "sparsity"}


def conditions(result: Result, track: Track, settings: Settings) -> tuple[Fact, ...]:
    """Return what the track asks for as facts, the result on the left and the track on the right.

    Base model, retraining epochs and LR schedule are those of setup S3.2; further keys of the
    retraining are conditions where the track states them.
    """
    shared = shares_base(result, track)
    ours = on_track(result, track, shared=shared)
    wanted = on_track(_row(track, ours), track, shared=shared)
    facts = pair_facts(ours, wanted, settings)
    names = [*HARD, FactName.BASE]
    if track.retraining is not None:
        names += [FactName.EPOCHS, FactName.SCHEDULE]
    recipe = [fact for fact in recipe_facts(ours, wanted) if fact.right.known]
    return (*(facts[name] for name in names), *_bands(result, track), *recipe)


def setup_of(track: Track) -> str:
    """Return the setup that a result must reach against the baseline."""
    return track.setup.value or "S3.2"


def within_track(track: Track, settings: Settings) -> Settings:
    """Return the settings for pairs of a track: its setup, and all rates of its band are one."""
    low, high = track.speedup_from.value, track.speedup_to.value
    width = 1 - low.value / high.value if low and high and high.value > 0 else settings.tolerance
    tolerance = max(settings.tolerance, round(width, 4))
    return replace(settings, require=setup_of(track), tolerance=tolerance)


def is_open(track: Track, benchmark: Benchmark) -> bool:
    """Whether setups are reported only."""
    return (track.profile.value or benchmark.profile.value) == "open"


def shares_base(result: Result, track: Track) -> bool:
    """Whether a row names its base model as the track does, such as ``own:baselines``.

    What authors trained themselves is called by their file.
    """
    base = result.base_model
    weights = base.weights.value if base else None
    if base is not None and weights == Weights("own", ""):
        weights = Weights("own", PurePath(base.place.file).stem)
    return weights is not None and weights == track.base.value


def on_track(result: Result, track: Track, *, shared: bool) -> Result:
    """Return a row as the track understands it.

    A data set without fixed content (digits, ImageNet100) is the benchmark's own where it has the
    track's name; ``shared`` makes the base model the track's own.
    """
    base = result.base_model
    if base is not None and shared:
        base = replace(base, weights=_weights(track, base.weights))
    return replace(result, base_model=base, place=result.place._replace(file=track.place.file))


def _weights(track: Track, stated: Entry[Weights]) -> Entry[Weights]:
    """Return the track's own weights as one identity."""
    return stated._replace(value=Weights("tag", f"track/{track.name}"))


def _row(track: Track, result: Result) -> Result:
    """Return the track as a row; what it does not ask for is as the result has it."""
    base = BaseModel(
        **{
            **_silent(BaseModel, track.place),
            "place": track.place,
            "name": track.name,
            "network": track.network,
            "dataset": track.dataset,
            "weights": track.base,
            "pretraining": None,
        }
    )
    asked = {"granularity": track.granularity, "taxonomy": None}
    pruning = PruningStage(**{**_silent(PruningStage, track.place), **asked})
    values = {
        **_silent(Result, track.place),
        "name": track.name,
        "base_model": base,
        "base": Entry(track.base.place, track.base.text, track.base.text, None),
        "pruning": pruning,
        "retraining": track.retraining,
        "scratch": None,
        "top1": result.top1,
    }
    return Result(**values)


def _silent(form: type, place: Place) -> dict[str, Any]:
    return {field.name: Entry(place) for field in fields(form)} | {"place": place}


def _bands(result: Result, track: Track) -> list[Fact]:
    ends = {
        RateKind.SPEEDUP: (track.speedup_from, track.speedup_to),
        RateKind.COMPRESSION: (track.sparsity_from, track.sparsity_to),
    }
    return [
        _band(result, kind, low, high)
        for kind, (low, high) in ends.items()
        if low.value and high.value
    ]


def _band(result: Result, kind: RateKind, low: Entry[Printed], high: Entry[Printed]) -> Fact:
    """Say whether the whole interval of the printed rate lies in the band, or surely none of it."""
    name, band = BAND[kind], low._replace(text=f"{low} .. {high}")
    own = rate(result, kind)
    assert low.value is not None
    assert high.value is not None
    if own is None:
        return Fact(name, Answer.UNKNOWN, result.speedup, band, f"the row states no {name}")
    ends = Interval(low.value.value, high.value.value)
    allowed = from_reduction(ends) if kind is RateKind.COMPRESSION else ends
    if allowed is None:
        return Fact(name, Answer.UNKNOWN, own.entry, band, "the band reaches 100 %")
    inside = allowed.low <= own.interval.low and own.interval.high <= allowed.high
    outside = not own.interval.meets(allowed)
    return Fact(name, answer(True if inside else False if outside else None), own.entry, band, "")
