"""Chains of experiments -> the pipeline that they are, for people to read."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from prune_audit.grammar.nodes import (
    Node,
    Option,
    Pipeline,
    Prune,
    Reinit,
    Repeat,
    Rewind,
    Step,
    Train,
)
from prune_audit.reruns.experiment import Experiment, Pruning, Training
from prune_audit.reruns.methods import METHODS

LONGEST_BODY = 12
"""Steps of a repetition that is looked for."""


def written(one: Experiment) -> Pipeline:
    """Return the pipeline that a chain runs, with every LR; steps that repeat in parentheses.

    Of the recipe only epochs and LR are written, and no base model that is loaded.
    """
    found: list[Step] = []
    cut: Pruning | None = None
    for link in one.chain:
        found += _steps(link, cut)
        cut = link.pruning if link.during else None
    return Pipeline(folded(found))


def _steps(link: Experiment, done: Pruning | None) -> Iterator[Step]:
    """Yield the steps of a run; ``done`` is what the run before it chose while it trained."""
    cut = link.pruning
    if cut is not None and link.during:
        yield replace(_prune(cut), training=_train(link.training))
        return
    if cut is not None and replace(cut, fresh=False) != done:
        yield _prune(cut)
    if cut is not None and cut.fresh:
        yield Reinit()
    if link.rewind is not None:
        yield Rewind(link.rewind)
    if link.training.epochs:
        yield _train(link.training)


def _prune(cut: Pruning) -> Prune:
    scope = cut.scope if cut.scope != METHODS[cut.method].scope else ""
    return Prune(cut.method, cut.ratios, scope, cut.control, cut.settings)


def _train(training: Training) -> Train:
    return Train(training.epochs, (Option("lr", training.lr),))


def folded(steps: Sequence[Step]) -> tuple[Node, ...]:
    """Return steps with those that repeat in parentheses: what covers most, beginning to prune."""
    found = max(_repetitions(steps), default=None)
    if found is None:
        return tuple(steps)
    start, end = -found.minus_start, -found.minus_start + found.covered
    body = tuple(steps[start : start + found.covered // found.times])
    return (*folded(steps[:start]), Repeat(body, found.times), *folded(steps[end:]))


class _Repetition(NamedTuple):
    """Ordered by what it covers, then by whether it begins to prune, then the first one."""

    covered: int
    prunes: bool
    times: int
    minus_start: int


def _repetitions(steps: Sequence[Step]) -> Iterator[_Repetition]:
    for start in range(len(steps)):
        for length in range(1, min(LONGEST_BODY, (len(steps) - start) // 2) + 1):
            times = _times(steps[start:], length)
            if times > 1:
                yield _Repetition(length * times, isinstance(steps[start], Prune), times, -start)


def _times(steps: Sequence[Step], length: int) -> int:
    """Return how often the first steps stand there one after the other."""
    times = 1
    while steps[times * length : (times + 1) * length] == steps[:length]:
        times += 1
    return times
