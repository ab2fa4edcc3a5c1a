"""Whether controls acted: other weights stayed than the method chose, and no fewer."""

from collections.abc import Iterable

from prune_audit.reruns.experiment import Experiment
from prune_audit.studies.study import Lab


def acted(lab: Lab, pairs: Iterable[tuple[Experiment, Experiment]]) -> str:
    """Say of how many runs of a method and its shuffled control the masks differ.

    That no layer keeps more or fewer is refused before a run (``pipeline.controls``); what runs
    hold of it is the sparsity of all.
    """
    found = [
        runs
        for method, control in pairs
        for runs in zip(lab.every(method), lab.every(control), strict=True)
    ]
    moved = sum(method.kept != control.kept for method, control in found)
    alike = sum(method.sparsity == control.sparsity for method, control in found)
    return (
        f"Shuffled controls acted: of {len(found)} runs the mask's digest differs from the "
        f"method's in {moved}, the number of kept weights is the same in {alike}; a control that "
        "changes the count of any layer, or no place at all, is refused before training."
    )
