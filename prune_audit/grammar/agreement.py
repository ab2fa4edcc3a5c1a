"""What a row states beside its pipeline must not contradict it: the epochs of its stages."""

from collections.abc import Iterator

from prune_audit import problems
from prune_audit.claim import Result, Stage
from prune_audit.grammar.stages import stages
from prune_audit.problems import Problem


def contradictions(result: Result) -> Iterator[Problem]:
    """Yield each stage whose exact number of epochs is not that of the pipeline."""
    entry = result.pruning.pipeline if result.pruning else None
    if entry is None or entry.value is None:
        return
    found = stages(entry.value)
    dense = result.base_model.pretraining if result.base_model else None
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
