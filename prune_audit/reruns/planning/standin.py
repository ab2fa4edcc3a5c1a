"""A stand-in: the same comparison on the embedded digits, with every replacement stated."""

import math
from dataclasses import replace
from itertools import accumulate

from prune_audit.reruns.experiment import Training
from prune_audit.reruns.planned import StandIn
from prune_audit.reruns.planning.request import Request
from prune_audit.schedules.schedule import Schedule, piecewise, steps

DATA, NETWORK = "digits", "resnet8"
BATCH_SIZE = 64


def stand_in(request: Request) -> StandIn | None:
    """Return what stands in for the claim's data, and by which rules; None for its own data."""
    if request.on_digits:
        return StandIn(DATA, NETWORK, request.scale, _digits_rules(request.scale))
    if request.stand_in:
        rules = (
            "data: 100 ImageNet classes by a class list of your own, for an unpublished draw; all "
            "else is as in the claim",
        )
        return StandIn(f"{request.stand_in} (own class list)", "its own network", 1.0, rules)
    return None


def _digits_rules(scale: float) -> tuple[str, ...]:
    return (
        f"data: {DATA} (scikit-learn, 898 training and 899 test images of 8x8) for the claim's own",
        f"network: {NETWORK} (ResNet-8) for the claim's own",
        f"epochs and LR milestones: multiplied by {scale:.4g} and rounded, at least 1 per LR stage",
        f"batch size: {BATCH_SIZE}; LR, momentum and weight decay as in the claim",
        "one pruning ratio: as in the claim; a list of ratios: the uniform ratio that reaches the "
        "claimed speedup",
    )


def scaled(training: Training, scale: float) -> Training:
    """Return a training on the digits: stretched, in batches that fit them."""
    if training.epochs == 0:
        return replace(training, batch_size=BATCH_SIZE)
    return replace(stretched(training, scale), batch_size=BATCH_SIZE)


def stretched(training: Training, scale: float) -> Training:
    """Return a training with its epochs and milestones multiplied by a scale and rounded."""
    schedule = scaled_schedule(training.schedule, scale)
    return replace(training, epochs=int(schedule.epochs), lr=str(schedule))


def whole(epochs: float) -> int:
    """Return epochs as a whole number, rounded half up, at least one."""
    return max(1, math.floor(epochs + 0.5))


def scaled_schedule(schedule: Schedule, scale: float) -> Schedule:
    """Return a schedule over scaled epochs; stages keep their LR and at least one epoch each.

    Where fewer epochs are left than stages, the last stages are lost.
    """
    epochs = whole(schedule.epochs * scale)
    stages = schedule.stages()
    if stages is None:
        factor = epochs / schedule.epochs
        stretched = (
            piece._replace(
                start=piece.start * factor, offset=piece.offset * factor, span=piece.span * factor
            )
            for piece in schedule.pieces
        )
        return piecewise(epochs, stretched)
    rounded = (math.floor(stage.start * scale + 0.5) for stage in stages)
    starts = accumulate(rounded, lambda before, start: max(start, before + 1))
    pairs = zip(starts, (stage.lr for stage in stages), strict=True)
    return steps(epochs, [(start, lr) for start, lr in pairs if start < epochs])
