"""What a pipeline costs in epochs, and how much of the network is left after each step."""

from collections.abc import Iterator
from typing import NamedTuple

from prune_audit.grammar.nodes import Pipeline, Prune, Step, Train
from prune_audit.reruns.methods import METHODS


class Stages(NamedTuple):
    """Epochs by stage, as the ledger of reruns has them.

    The first training is the pretraining, the last one the retraining, and all between them the
    pruning stage; one training alone has neither of the others.
    """

    pretraining: int
    pruning: int
    retraining: int

    @property
    def total(self) -> int:
        """Epochs of all stages."""
        return sum(self)


class Left(NamedTuple):
    """What a step leaves: fractions (0 to 1) of the weights and filters that can go.

    ``epochs`` are its own, ``so_far`` those of all steps up to it. Of a list of ratios
    ``filters`` is that of the layers that lose most.
    """

    step: Step
    epochs: int
    so_far: int
    weights: float
    filters: float


def stages(pipeline: Pipeline) -> Stages:
    """Return the epochs of each stage."""
    steps = pipeline.steps
    if not isinstance(steps[0], Train):  # the first run is pruned, or prunes
        *earlier, last = map(_epochs, steps)
        return Stages(0, sum(earlier), last)
    first, *rest = map(_epochs, steps)
    return Stages(first, sum(rest[:-1]), rest[-1]) if rest else Stages(0, 0, first)


def course(pipeline: Pipeline) -> Iterator[Left]:
    """Yield what each step leaves, repetitions written out; nominal, roundings left aside."""
    so_far, weights, filters = 0, 1.0, 1.0
    for step in pipeline.steps:
        so_far += _epochs(step)
        if isinstance(step, Prune):
            kept = 1 - max(step.ratios)
            if METHODS[step.method].shrinks:
                filters *= kept
            else:
                weights *= kept
        yield Left(step, _epochs(step), so_far, weights, filters)


def removed_after(pipeline: Pipeline) -> float:
    """Return the fraction of what single weights or filters can go that is gone in the end."""
    *_, last = course(pipeline)
    return 1 - min(last.weights, last.filters)


def _epochs(step: Step) -> int:
    training = step.training if isinstance(step, Prune) else step
    return training.epochs if isinstance(training, Train) else 0
