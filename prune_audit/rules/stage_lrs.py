"""What the schedule rules ask of stages: how high, how low, for how long."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import chain

from prune_audit.claim import Result, Stage
from prune_audit.facts import is_joint, stage_epochs
from prune_audit.identity import known_network
from prune_audit.rates import RateKind, rate
from prune_audit.registry import dataset
from prune_audit.schedules.calibrate import PROFILES, Profile
from prune_audit.schedules.notation import LrSpec, ScheduleError
from prune_audit.schedules.pieces import TOLERANCE, format_epochs
from prune_audit.schedules.schedule import Schedule

SMALL_LR = 1e-3
FAST = Decimal(2)
_SGD = (None, "sgd")


def stages(result: Result) -> Iterator[Stage]:
    """Yield the described stages of a row, its base model's pretraining first."""
    base = result.base_model
    for stage in (
        base.pretraining if base else None,
        result.pruning,
        result.retraining,
        result.scratch,
    ):
        if stage is not None:
            yield stage


def retraining(result: Result) -> Stage | None:
    """Return a separate retraining stage that runs, with plain SGD as far as is stated.

    LRs of adaptive optimizers are on another scale, and a method that prunes while it trains has
    no separate retraining.
    """
    stage = result.retraining
    if stage is None or is_joint(result) or stage.optimizer.value not in _SGD:
        return None
    return None if stage.epochs.value is not None and stage.epochs.value.none else stage


def pretraining(result: Result) -> Stage | None:
    """Return the base model's pretraining where it used plain SGD as far as is stated."""
    stage = result.base_model.pretraining if result.base_model else None
    return stage if stage and stage.optimizer.value in _SGD else None


def exact_schedule(stage: Stage) -> Schedule | None:
    """Return the schedule where LR and epochs are fully stated and fit together."""
    spec, epochs = stage.lr.value, stage.epochs.value
    if spec is None or epochs is None or epochs.exact is None:
        return None
    try:
        return spec.schedule(float(epochs.exact))
    except ScheduleError:
        return None


def misfit(stage: Stage) -> str | None:
    """Say why the stated LR cannot be one over the stated epochs, or None if it can."""
    spec, epochs = stage.lr.value, stage.epochs.value
    if spec is None or epochs is None or epochs.per_layer or epochs.none:
        return None
    if spec.complete and epochs.exact is not None:
        try:
            spec.over(float(epochs.exact))
        except ScheduleError as error:
            return str(error)
        return None
    return _outside(spec, float(epochs.interval.high), epochs.exact is not None)


def _outside(spec: LrSpec, high: float, exact: bool) -> str | None:
    """Look at what is stated of a schedule that is not known to the end."""
    warmup = 0.0 if spec.warmup is None or spec.warmup.in_percent else spec.warmup.length
    points = {"milestone": (spec.milestones or (0.0,))[-1], "end of the warm-up": warmup}
    for what, epoch in points.items():
        if epoch > high or (exact and 0 < epoch == high):
            return f"{what} {format_epochs(epoch)} is not inside {format_epochs(high)} epochs"
    return None


def top_lr(stage: Stage) -> float | None:
    """Return the highest LR that is stated; after a warm-up that is the initial LR."""
    spec = stage.lr.value
    if spec is None:
        return None
    ends = chain.from_iterable((part.first, part.last) for part in spec.parts)
    stated = (spec.initial, spec.peak[0] if spec.peak else None, *(spec.lrs or ()), *ends)
    return max((lr for lr in stated if lr is not None), default=None)


def end_lr(stage: Stage) -> float | None:
    """Return the LR that the schedule ends at, 0 where a curve goes down to it."""
    if stage.lr.value is not None and stage.lr.value.final is not None:
        return stage.lr.value.final
    schedule = exact_schedule(stage)
    return schedule.pieces[-1].at(schedule.epochs) if schedule else None


def times_above(high: float, of_high: Stage, low: float, of_low: Stage) -> float:
    """Return how many times one stage's LR is that of another stage.

    Where both batch sizes are stated, the smaller of that and of the same per image: a larger
    batch comes with a larger LR.
    """
    plain = high / low * (1 + TOLERANCE)
    batches = of_high.batch_size.value, of_low.batch_size.value
    if batches[0] is None or batches[1] is None or min(b.value for b in batches if b) <= 0:
        return plain
    return min(plain, plain * float(batches[1].value / batches[0].value))


def small_by_itself(result: Result, lr: float) -> bool:
    """Whether an LR is small whatever the pretraining was, and the row fast enough to suffer.

    1e-3 for ResNets and for VGGs with batch norm, which are trained from scratch at 1e-1 with SGD,
    at a theoretical speedup of 2 or more.
    """
    found = rate(result, RateKind.SPEEDUP)
    known = known_network(result)
    if lr > SMALL_LR * (1 + TOLERANCE) or found is None or known is None:
        return False
    normed = known.id.startswith(("resnet", "wide_resnet")) or (
        known.id.startswith("vgg") and (known.family == "cifar" or known.id.endswith("_bn"))
    )
    return normed and (found.interval.low + found.interval.high) / 2 >= FAST


def third_at_most(result: Result, stage: Stage, base: Stage) -> bool:
    """Whether a stage surely runs fewer epochs than a third of another."""
    few, many = stage_epochs(result, stage), stage_epochs(result, base)
    return few is not None and many is not None and 3 * few.high < many.low


def profile_of(result: Result) -> Profile | None:
    """Return the constants of the calibrated schedule for the row's data set, where there are."""
    known = dataset(result.dataset.value) if result.dataset.value else None
    return PROFILES.get(known.id) if known else None
