"""What a plan takes for buildable is what the pipeline builds."""

import pytest

from prune_audit.pipeline.methods import scorer_of
from prune_audit.pipeline.networks import BUILDERS
from prune_audit.pipeline.stages import stage_of
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.networks import BUILT


def test_a_plan_counts_on_exactly_the_networks_that_are_built() -> None:
    assert frozenset(BUILDERS) == BUILT


@pytest.mark.parametrize("name", [name for name, one in METHODS.items() if not one.bits])
def test_every_method_of_the_table_has_code_that_chooses(name: str) -> None:
    assert callable(scorer_of(name))


def test_exactly_the_methods_with_a_stage_act_while_a_network_trains() -> None:
    assert all(callable(stage_of(name)) for name, one in METHODS.items() if one.trains)
    with pytest.raises(ValueError, match="expected a method that prunes during training: greg-1"):
        stage_of("l1")
