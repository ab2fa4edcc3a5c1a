"""The taxonomy cell of a pipeline: where the weights of the final training start, and the mask.

The words are those of a survey of pruning at initialisation (Wang et al. 2022, arXiv 2103.06460):

base: where the weights under the mask come from: ``trained``, ``early`` (an epoch of a training
    before its end) or ``init``.
mask: ``static-pre`` was chosen before any training, ``static-post`` after one, be it level after
    level or at the beginning of a stage that prunes while it trains: nothing that is gone comes
    back in a pipeline. ``dynamic`` is a sparse network that was trained from init and pruned again.
weights: ``inherited`` from the training before the pruning, ``rewound`` to an epoch,
    ``original-init``, ``re-init``.

By these words a lottery ticket is pruning at initialisation, whose mask costs whole trainings: the
cell says nothing about cost.
"""

from collections.abc import Sequence
from typing import NamedTuple

from prune_audit.grammar.nodes import Pipeline, Prune, Reinit, Rewind, Step, Train
from prune_audit.reruns.methods import METHODS


class Cell(NamedTuple):
    """A cell; ``epoch`` is that which the weights are rewound to, else None."""

    base: str
    mask: str
    weights: str
    epoch: int | None = None

    def __str__(self) -> str:
        epoch = "" if self.epoch is None else f"({self.epoch})"
        return f"base {self.base}, mask {self.mask}, weights {self.weights}{epoch}"


def cell(pipeline: Pipeline) -> Cell | None:
    """Return the cell of a pipeline that can run; None where it prunes nothing."""
    steps = pipeline.steps
    cuts = [place for place, step in enumerate(steps) if _removes(step)]
    if not cuts:
        return None
    reset = max((i for i, one in enumerate(steps) if isinstance(one, Rewind | Reinit)), default=-1)
    mask = _mask(steps, cuts, reset)
    if reset >= 0 and any(map(_trains, steps[reset : cuts[-1]])):
        return Cell("trained", mask, "inherited")  # of the training since then
    match steps[reset] if reset >= 0 else None:
        case Reinit():
            return Cell("init", mask, "re-init")
        case Rewind(epochs=epochs) as start if epochs:
            return Cell(_base(steps, start), mask, "rewound", epochs)
        case None if any(map(_trains, steps[: cuts[0]])):
            return Cell("trained", mask, "inherited")
    return Cell("init", mask, "original-init")


def _base(steps: Sequence[Step], start: Rewind) -> str:
    first = next(one for one in steps if isinstance(one, Train))
    return "trained" if start.epochs == first.epochs else "early"


def _mask(steps: Sequence[Step], cuts: Sequence[int], reset: int) -> str:
    """Return how the mask of the last training came about."""
    if not any(map(_trains, steps[: cuts[-1] + 1])):
        return "static-pre"
    sparse_from_init = reset < 0 and not any(map(_trains, steps[: cuts[0]]))
    changed = any(map(_trains, steps[cuts[0] : cuts[-1]]))
    return "dynamic" if sparse_from_init and changed else "static-post"


def _removes(step: Step) -> bool:
    return isinstance(step, Prune) and not METHODS[step.method].bits


def _trains(step: Step) -> bool:
    return isinstance(step, Train) or (isinstance(step, Prune) and step.training is not None)
