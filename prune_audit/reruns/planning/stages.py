"""The pruning stage of a method that trains while it prunes: its own training, and its numbers."""

from dataclasses import replace

from prune_audit.claim import Result
from prune_audit.reruns import penalties
from prune_audit.reruns.experiment import Experiment, Pruning
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.penalties import Length, fitted, full_length, settings
from prune_audit.reruns.planned import Assumption
from prune_audit.reruns.planning.defaults import Defaults
from prune_audit.reruns.planning.recipes import Recipe, check_supported, recipe
from prune_audit.reruns.planning.refused import CannotRerunError
from prune_audit.schedules.calibrate import IMAGENET

NAME = "pruning stage"


def stage_of(row: Result, method: str, usual: Defaults) -> Recipe | None:
    """Return how a row trains while it prunes; None where its method does not.

    Raises:
        CannotRerunError: epochs or LR of the stage are not stated, or it has a part not built here.
    """
    stage = row.pruning
    if stage is None or not METHODS[method].trains:
        return None
    try:
        check_supported(stage, NAME)
    except CannotRerunError as error:
        remedy = "no arm replaces a pruning stage; leave the row out"
        raise CannotRerunError(error.reason, remedy) from error
    try:
        return recipe(stage, usual, NAME)
    except CannotRerunError as error:
        remedy = "state epochs and lr of the stage under pruning:"
        raise CannotRerunError(error.reason, remedy, method) from error


def length_of(usual: Defaults) -> Length:
    """Return how long a paper's stage is for data of a family."""
    return penalties.IMAGENET if usual.profile == IMAGENET else penalties.CIFAR


def with_numbers(one: Experiment, images: int | None, paper: Length) -> Experiment:
    """Return a chain whose pruning stages have numbers that fit their length.

    A stage that states numbers of its own keeps them, and so does every stage where it is not known
    how many ``images`` the training set has.
    """
    base, pruning = one.base, one.pruning
    if isinstance(base, Experiment):
        inside = with_numbers(base, images, paper)
        if pruning is not None and base.during and pruning == base.pruning:
            pruning = inside.pruning
        base = inside
    if one.during and pruning is not None and images is not None:
        pruning = _with_numbers(pruning, one, images, paper)
    return replace(one, base=base, pruning=pruning)


def _with_numbers(pruning: Pruning, one: Experiment, images: int, paper: Length) -> Pruning:
    if pruning.settings or not METHODS[pruning.method].trains:
        return pruning
    found = fitted(pruning.method, _steps(one, images), paper)
    return replace(pruning, settings=tuple(sorted(found.items())))


def _steps(one: Experiment, images: int) -> int:
    """Return the optimizer steps of a training; a partial batch is dropped."""
    return one.training.epochs * max(1, images // one.training.batch_size)


def assumed_numbers(one: Experiment, images: int | None, paper: Length) -> tuple[Assumption, ...]:
    """Return which numbers the pruning stages of a chain have, and why."""
    return tuple(
        _assumption(link, link.pruning, images, paper)
        for link in one.chain
        if link.during and link.pruning is not None and METHODS[link.pruning.method].trains
    )


def _assumption(
    link: Experiment, pruning: Pruning, images: int | None, paper: Length
) -> Assumption:
    numbers = settings(pruning)
    grows = f"{numbers['delta']:g} every {_every(numbers['every'])} to {numbers['ceiling']:g}"
    if "pick_delta" in numbers:
        picks = f"{numbers['pick_delta']:g} to {numbers['pick_ceiling']:g} before the choice, then "
        grows = picks + grows
    full = full_length(pruning.method, paper)
    if images is None or _steps(link, images) >= full:
        why = "the numbers of the paper"
    else:
        usual = settings(Pruning(pruning.method, pruning.ratios))
        why = (
            f"the paper's {usual['delta']:g} every {paper.every} steps makes a stage of {full:,}; "
            f"scaled to the {_steps(link, images):,} steps of this one"
        )
    return Assumption(f"penalty of {pruning.method}", f"+{grows}", why)


def _every(every: float) -> str:
    return "step" if every == 1 else f"{every:g} steps"
