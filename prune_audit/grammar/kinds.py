"""Which kinds of pruning other keys of a row rule out; what leaves any doubt rules out nothing."""

from collections.abc import Iterator
from typing import NamedTuple

from prune_audit.claim import Result
from prune_audit.grammar.nodes import Pipeline, Prune, Reinit, Rewind, Train
from prune_audit.grammar.taxonomy import cell


class RuledOut(NamedTuple):
    """Words that a part of the taxonomy cannot have, and why not."""

    part: str
    words: frozenset[str]
    because: str


def ruled_out(result: Result) -> Iterator[RuledOut]:
    """Yield what a row's pipeline, schedule and kind of retraining rule out."""
    stage = result.pruning
    if stage is None:
        return
    early = stage.taxonomy is not None and stage.taxonomy.base.value == "early"
    if stage.pipeline.value:
        for part, words in _by_pipeline(stage.pipeline.value, early=early):
            yield RuledOut(part, frozenset(words), "pipeline")
    elif stage.schedule.value == "at-init":
        yield RuledOut("base", frozenset(["trained"]), "schedule at-init")
        yield RuledOut("mask", frozenset(["static-post"]), "schedule at-init")
    if result.retraining and result.retraining.kind.value == "weight-rewinding":
        yield RuledOut("weights", frozenset(["inherited"]), "retraining of kind weight-rewinding")


def _by_pipeline(pipeline: Pipeline, *, early: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield words that a pipeline rules out; ``early``: pruning early in training is stated.

    A cut after a few epochs may then be called one before training. What a sparse network from
    initialisation on is called in the end is left open; weights of epoch 0 are rewound, too.
    """
    found = cell(pipeline)
    if found is None:
        return
    trained, first = found.base != "init", _trains_first(pipeline)
    reset = first and any(isinstance(step, Rewind | Reinit) for step in pipeline.steps)
    if trained:
        yield "base", ("init",)
    elif found.weights == "original-init" and (reset or found.mask == "static-pre"):
        yield "base", ("trained", "early")
    if found.mask == "static-pre":
        yield "mask", ("static-post", "dynamic")
    elif first and not early:
        yield "mask", ("static-pre",)
    if found.weights == "rewound":
        yield "weights", ("original-init", "re-init", *(("inherited",) if early else ()))
    elif trained:
        yield "weights", ("rewound", "original-init", "re-init")
    elif reset:
        others = {"original-init": ("inherited", "re-init")}
        yield "weights", others.get(found.weights, ("inherited", "rewound", "original-init"))
    last = pipeline.steps[-1]
    if isinstance(last, Train) and last.epochs:
        yield "mask", ("selection",)
        yield "weights", ("none",)


def _trains_first(pipeline: Pipeline) -> bool:
    """Whether a training comes before the last cut."""
    steps = pipeline.steps
    last = max(place for place, step in enumerate(steps) if isinstance(step, Prune))
    return any(isinstance(step, Train) and step.epochs for step in steps[:last])
