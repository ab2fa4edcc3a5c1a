"""A stage as a claim states it -> a training that can be run, and what had to be assumed."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from prune_audit.claim import Stage
from prune_audit.places import Entry
from prune_audit.reruns.experiment import Training
from prune_audit.reruns.planned import Assumption
from prune_audit.reruns.planning.defaults import Defaults
from prune_audit.reruns.planning.refused import CannotRerunError
from prune_audit.schedules.notation import LrSpec, ScheduleError, parse_lr
from prune_audit.schedules.schedule import Schedule

UNSUPPORTED = {"mixup": "yes", "distillation": "yes", "ema": "yes"}
"""Parts of a recipe that a rerun does not have, by the answer that asks for them."""

RETRAINING = "retraining"
"""The stage of that name may take no epochs: the network is tested as pruning left it."""
COMPLETIONS = ((" by 0.1", "factor of its steps", "0.1"), (" to 0", "final LR", "0"))
"""What completes a partly stated LR schedule: text added, what it stands for, value."""


class Recipe(NamedTuple):
    """A training with what had to be assumed for it.

    ``rewinds`` above 0 are the epochs of pretraining by which the weights go back before it.
    """

    training: Training
    assumed: tuple[Assumption, ...] = ()
    rewinds: int = 0


def recipe(stage: Stage, usual: Defaults, name: str) -> Recipe:
    """Return the training of a stage; ``name`` (retraining, pretraining) says which in messages.

    A retraining of 0 epochs trains nothing: what else it states has no effect, and nothing is
    assumed for it.

    Raises:
        CannotRerunError: epochs or LR are not stated, or the recipe has a part that is not built.
    """
    check_supported(stage, name)
    if name == RETRAINING and stage.epochs.value is not None and stage.epochs.value.none:
        return Recipe(Training(0, "", usual.batch_size, usual.weight_decay))
    schedule, assumed = stated_schedule(stage, name)
    rest = remainder(stage, usual, name)
    return Recipe(rest.training_over(int(schedule.epochs), schedule), (*assumed, *rest.assumed))


def recipe_under(
    stage: Stage, usual: Defaults, name: str, schedule_over: Callable[[int], Schedule]
) -> Recipe:
    """Return the training of a stage for its own epochs under another LR schedule.

    Raises:
        CannotRerunError: its epochs are not stated, or the recipe has a part that is not built.
    """
    check_supported(stage, name)
    epochs, about = _epochs(stage, name)
    rest = remainder(stage, usual, name)
    return Recipe(rest.training_over(epochs, schedule_over(epochs)), (*about, *rest.assumed))


def stated_schedule(stage: Stage, name: str) -> tuple[Schedule, tuple[Assumption, ...]]:
    """Return the LR schedule of a stage over its epochs, and what had to be assumed for both.

    Raises:
        CannotRerunError: epochs or LR are not stated.
    """
    epochs, about = _epochs(stage, name)
    schedule, filled = _schedule(stage, epochs, name)
    return schedule, (*about, *filled, *_held(schedule, name))


def _held(schedule: Schedule, name: str) -> Iterator[Assumption]:
    """A curve does not say how often a framework follows it; short warm-ups become leaps."""
    if schedule.stages() is None:
        why = "a schedule does not say how often it is followed; --retraining sets the LR each step"
        yield Assumption(f"LR of {name} within an epoch", "held", why)


class Remainder(NamedTuple):
    """What belongs to a recipe beside epochs and LR."""

    values: dict[str, Any]
    assumed: tuple[Assumption, ...]

    def training_over(self, epochs: int, schedule: Schedule) -> Training:
        """Return the training under a schedule."""
        return Training(epochs=epochs, lr=str(schedule), **self.values)


def remainder(stage: Stage | None, usual: Defaults, name: str) -> Remainder:
    """Return batch size, weight decay, momentum ... as stated, else as is customary."""
    values: dict[str, Any] = {}
    assumed: list[Assumption] = []
    for field, convert, customary in (
        ("batch_size", int, usual.batch_size),
        ("weight_decay", float, usual.weight_decay),
        ("momentum", float, usual.momentum),
        ("label_smoothing", float, 0.0),
        ("l1", float, 0.0),
        ("nesterov", _yes, False),
        ("augmentation", str, "standard"),
    ):
        entry: Entry[Any] | None = getattr(stage, field) if stage else None
        if entry is not None and entry.value is not None:
            values[field] = convert(getattr(entry.value, "value", entry.value))
            continue
        values[field] = customary
        if customary:  # that no label is smoothed where nobody says so is no assumption to list
            why = f"{entry.silence if entry is not None else 'not stated'}; {usual.source}"
            assumed.append(Assumption(f"{field.replace('_', ' ')} of {name}", f"{customary}", why))
    return Remainder(values, tuple(assumed))


def _yes(text: object) -> bool:
    return text == "yes"


def check_supported(stage: Stage, name: str) -> None:
    """Refuse a recipe with parts that reruns do not have.

    Raises:
        CannotRerunError: the message names the first such part.
    """
    for part, answer in UNSUPPORTED.items():
        if getattr(stage, part).value == answer:
            raise CannotRerunError(
                f"its {name} uses {part.replace('_', ' ')}, which reruns do not have",
                "--calibrated replaces the recipe",
            )
    optimizer = stage.optimizer.value
    if optimizer not in (None, "sgd"):
        raise CannotRerunError(
            f"its {name} uses the optimizer {optimizer}; reruns have SGD only",
            "--calibrated replaces the recipe",
        )
    augmentation = stage.augmentation.value
    if augmentation not in (None, "standard", "none"):
        raise CannotRerunError(
            f"its {name} uses the augmentation {augmentation}; reruns have standard and none",
            "--calibrated replaces the recipe",
        )


def _epochs(stage: Stage, name: str) -> tuple[int, tuple[Assumption, ...]]:
    stated = stage.epochs.value
    if stated is None or stated.per_layer or not stated.interval.high.is_finite():
        raise CannotRerunError(
            f"the epochs of its {name} are {stage.epochs}", _replace_recipe(name)
        )
    if stated.exact is not None and stated.exact == int(stated.exact) and stated.exact > 0:
        return int(stated.exact), ()
    middle = (stated.interval.low + stated.interval.high) / 2
    whole = int(middle + Decimal("0.5"))
    if whole < 1:
        raise CannotRerunError(
            f"its {name} takes no epochs",
            "--as-reported tests a pruned network that is not retrained"
            if name == RETRAINING
            else "nothing is trained, nothing to rerun",
        )
    return whole, (Assumption(f"epochs of {name}", str(whole), f"stated as {stage.epochs}"),)


def _schedule(stage: Stage, epochs: int, name: str) -> tuple[Schedule, tuple[Assumption, ...]]:
    spec = stage.lr.value
    if spec is None:
        raise CannotRerunError(
            f"the LR schedule of its {name} is {stage.lr}", _replace_recipe(name)
        )
    try:
        for whole, assumed in _completed(spec, name):
            return whole.over(epochs), assumed
    except ScheduleError as error:
        raise CannotRerunError(f"the LR schedule of its {name}: {error}", "mend it") from error
    raise CannotRerunError(
        f"of the LR schedule of its {name} only {stage.lr} is stated: {spec.missing} is missing",
        _replace_recipe(name),
    )


def _completed(spec: LrSpec, name: str) -> Iterator[tuple[LrSpec, tuple[Assumption, ...]]]:
    """Yield the schedule itself if it is complete, else the first completion that makes it so."""
    if spec.complete:
        yield spec, ()
        return
    for text, what, value in COMPLETIONS:
        try:
            whole = parse_lr(spec.text + text)
        except ScheduleError:
            continue
        if whole.complete:
            yield whole, (Assumption(f"{what}, LR of {name}", value, f"{spec.missing} not stated"),)
            return


def _replace_recipe(name: str) -> str:
    if name == "pretraining":
        return "give its weights with --weights NAME=FILE"
    return "--calibrated gives every row one recipe, whatever its own"
