"""What a row states beside its pipeline must not contradict it: epochs, and the kind of pruning."""

from collections.abc import Iterator

from prune_audit import problems
from prune_audit.claim import Result, Stage
from prune_audit.grammar.kinds import ruled_out
from prune_audit.grammar.stages import stages
from prune_audit.problems import Problem


def contradictions(result: Result) -> Iterator[Problem]:
    """Yield what a row states and its own pipeline, schedule or kind of retraining rules out."""
    yield from _epochs(result)
    yield from _kind(result)


def _epochs(result: Result) -> Iterator[Problem]:
    """Yield each stage whose exact number of epochs is not that of the pipeline.

    A pipeline that prunes at initialisation says nothing of the training of a base model, which
    may be named for its accuracy.
    """
    entry = result.pruning.pipeline if result.pruning else None
    if entry is None or entry.value is None:
        return
    found = stages(entry.value)
    dense = result.base_model.pretraining if result.base_model and found.pretraining else None
    stated: tuple[tuple[str, Stage | None, int], ...] = (
        ("pretraining", dense, found.pretraining),
        ("pruning", result.pruning, found.pruning),
        ("retraining", result.retraining, found.retraining),
    )
    for name, stage, epochs in stated:
        value = stage.epochs.value if stage else None
        if stage is None or value is None or value.exact is None or value.exact == epochs:
            continue
        yield problems.ill_matched(
            entry.place,
            f"{name} of result {result.name!r} states {value} epochs, its pipeline has {epochs}",
            "correct one of the two",
        )


def _kind(result: Result) -> Iterator[Problem]:
    """Yield each part of the stated taxonomy that another key of the row rules out."""
    taxonomy = result.pruning.taxonomy if result.pruning else None
    if taxonomy is None:
        return
    for rule in ruled_out(result):
        entry = getattr(taxonomy, rule.part)
        if entry.value in rule.words:
            yield problems.ill_matched(
                entry.place,
                f"taxonomy of result {result.name!r} states {rule.part} {entry.value}, which does "
                f"not go with its {rule.because}",
                "correct one of the two",
            )
