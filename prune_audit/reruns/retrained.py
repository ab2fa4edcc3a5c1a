"""A training under the LR schedule of a retraining kind."""

from dataclasses import replace

from prune_audit.reruns.experiment import Training
from prune_audit.schedules.allr import allr_least
from prune_audit.schedules.kinds import Kind, retraining
from prune_audit.schedules.schedule import Schedule


def under(kind: Kind, original: Schedule, training: Training) -> Training:
    """Return a training for its own epochs, its LR made by a kind from that of the pretraining.

    An LR that moves does so with every step, as in the papers: held for an epoch, a warm-up of one
    epoch is none but a leap, which costs what it should save. What else a kind does is left to the
    experiment: weight rewinding.

    Raises:
        ScheduleError: the epochs do not allow it.
    """
    schedule = retraining(kind, original, training.epochs)
    moves = schedule.stages() is None
    least = allr_least(original, training.epochs) if kind is Kind.ALLR else 0.0
    lr_each = "step" if moves else training.lr_each
    return replace(training, lr=str(schedule), lr_each=lr_each, allr=least)
