"""The rest of the retraining recipe, beside epochs and LR schedule: what both rows report of it."""

from typing import Any

from prune_audit.answers import answer
from prune_audit.claim import Result, Stage
from prune_audit.facts import Fact, is_joint
from prune_audit.intervals import Interval
from prune_audit.numbers import Printed
from prune_audit.places import Entry

RECIPE: tuple[str, ...] = (
    "optimizer", "momentum", "nesterov", "weight_decay", "l1", "batch_size", "augmentation",
    "mixup", "distillation", "label_smoothing", "ema", "input_size",
)  # fmt: skip
"""The rest of the retraining process that S3.2 takes to be equal (paper, section 3)."""


def recipe_facts(a: Result, b: Result) -> tuple[Fact, ...]:
    """Compare what both rows report of the rest of the retraining process."""
    return tuple(_recipe_fact(name, *both) for both in _recipe_stages(a, b) for name in RECIPE)


def recipe_differences(a: Result, b: Result) -> tuple[Fact, ...]:
    """Return the reported differences in the rest of the retraining process."""
    return tuple(
        _recipe_fact(name, *both)
        for both in _recipe_stages(a, b)
        for name in RECIPE
        if _differ(name, *both)
    )


def _recipe_stages(a: Result, b: Result) -> tuple[tuple[Stage, Stage], ...]:
    """Return the two stages to compare, or nothing where one is not described or both are one."""
    left, right = _recipe_stage(a), _recipe_stage(b)
    return () if left is None or right is None or left is right else ((left, right),)


def _recipe_stage(result: Result) -> Stage | None:
    """The stage that ends in the printed number: of a joint method, the pruning stage."""
    return result.scratch or (result.pruning if is_joint(result) else result.retraining)


def _differ(name: str, left: Stage, right: Stage) -> bool:
    return _same(getattr(left, name), getattr(right, name)) is False


def _recipe_fact(name: str, left: Stage, right: Stage) -> Fact:
    one: Entry[Any] = getattr(left, name)
    other: Entry[Any] = getattr(right, name)
    return Fact(name.replace("_", " "), answer(_same(one, other)), one, other, "")


def _same(one: Entry[Any], other: Entry[Any]) -> bool | None:
    if one.value is None or other.value is None or "other" in (one.text, other.text):
        return None
    return _same_value(one.value, other.value)


def _same_value(one: Any, other: Any) -> bool | None:
    """Compare words as words and numbers as numbers: 1e-4 is 0.0001, ~256 may be 256."""
    if not (isinstance(one, Printed) and isinstance(other, Printed)):
        return bool(one == other)
    if one.exact and other.exact:
        return one.value == other.value
    ends = [side.hull if side.bound else Interval.point(side.value) for side in (one, other)]
    return None if ends[0].meets(ends[1]) else False
