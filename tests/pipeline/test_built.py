"""What a plan takes for buildable is what the pipeline builds."""

from prune_audit.pipeline.methods import SCORERS, SELECTORS
from prune_audit.pipeline.networks import BUILDERS
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.networks import BUILT


def test_a_plan_counts_on_exactly_the_networks_that_are_built() -> None:
    assert frozenset(BUILDERS) == BUILT


def test_a_plan_counts_on_exactly_the_methods_that_are_there() -> None:
    assert {*SCORERS, *SELECTORS} == {name for name, one in METHODS.items() if not one.bits}
