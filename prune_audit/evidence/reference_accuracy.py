"""The accuracy of a row as it is tested against reference runs: of how many draws, and which."""

from prune_audit.claim import Result
from prune_audit.evidence.reference_row import NoLookUpError
from prune_audit.noise import sample
from prune_audit.numbers import Printed
from prune_audit.reruns.experiment import Weights
from prune_audit.reruns.reference_gap import Claimed
from prune_audit.reruns.reference_points import Base


def claimed_of(result: Result, base: Base | None) -> Claimed:
    """Return the accuracy of a row.

    A number counts as the mean of its runs only where it is printed as one, and where nothing but
    the retraining may be shared among them: they start from one set of published weights, as the
    runs of the reference do, or from base models that were trained several times. Runs that may
    share one base model, trained by its authors, are together one draw.

    Raises:
        NoLookUpError: there is no such accuracy.
    """
    top1 = result.top1.value
    if top1 is None or not top1.exact:
        raise NoLookUpError(f"its accuracy is {result.top1}")
    several = _averaged(result, top1) and (isinstance(base, Weights) or _many_bases(result))
    stated = sample(result, top1) if several else None
    runs = result.runs.value
    draws = int(runs.value) if several and runs and runs.exact and runs.value >= 1 else 1
    return Claimed(
        float(top1.hull.low),
        float(top1.hull.high),
        draws,
        stated[0] if stated and not stated[1] else None,
        result.selection.value != "last-epoch",
    )


def _averaged(result: Result, top1: Printed) -> bool:
    picked = result.selection.value == "best-run"
    return not picked and (result.selection.value == "mean" or top1.spread is not None)


def _many_bases(result: Result) -> bool:
    """Whether the base model's own accuracy is printed as that of several trainings."""
    model = result.base_model
    if model is None:
        return False
    runs, top1 = model.runs.value, model.top1.value
    spread = top1 is not None and top1.spread is not None
    return spread or (runs is not None and runs.exact and runs.value > 1)
