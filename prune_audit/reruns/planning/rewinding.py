"""Weight rewinding: after pruning, weights go back to an earlier epoch of the pretraining."""

from dataclasses import replace

from prune_audit.reruns.experiment import Experiment, Weights
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.planning.refused import CannotRerunError

REMEDY = "--retraining lrw keeps the weights and repeats the same epochs"


def rewound(one: Experiment, epochs: int) -> Experiment:
    """Return a row whose remaining weights go back to where so many epochs were left to train.

    Renda et al. 2020 (arXiv 2003.02389): to epoch T - t of the pretraining. A network that nobody
    trained before has nothing to go back to, and stays as it is.

    Raises:
        CannotRerunError: the weights of that epoch cannot be had, or do not fit the network.
    """
    first, base = one.chain[0], one.base_experiment
    if one.base is None:
        return one
    if isinstance(first.base, Weights):
        raise CannotRerunError(
            "its base model is loaded: the weights of its earlier epochs are not there",
            f"state its pretraining and leave --weights out; {REMEDY}",
        )
    if first.training.epochs < epochs:
        raise CannotRerunError(
            f"it is rewound by {epochs} epochs, its pretraining has {first.training.epochs}", REMEDY
        )
    if one.pruning is not None and METHODS[one.pruning.method].bits:
        raise CannotRerunError(
            f"{one.pruning.method} removes no weights that others could go back under", REMEDY
        )
    if base is not None and any(METHODS[cut.method].shrinks for cut in base.cuts):
        raise CannotRerunError("it lost filters more than once before it is rewound", REMEDY)
    return replace(one, rewind=first.training.epochs - epochs)
