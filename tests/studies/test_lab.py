"""What a study reads from the runs that it planned."""

import pytest

from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.reruns.run import Count, Epoch, Run
from prune_audit.studies.study import Lab

SEEDS = (3, 5)
DENSE = Experiment(Data("digits"), "resnet8", 0, Training(1, "1e-2", 64, 0.0))
PRUNED = Experiment(DENSE.data, "resnet8", 0, DENSE.training, Pruning("l1", (0.5,)), DENSE.training)


def run(one: Experiment, right: int) -> Run:
    epoch = Epoch(1e-2, 1.0, Count(0, 1), 1.0, Count(right + one.seed, 100), 0.1)
    before = Count(10 * one.seed, 100) if one.pruning else None
    return Run(one, (epoch,), 1, 1, 1, 1, before=before)


@pytest.fixture
def lab() -> Lab:
    runs = [run(one.seeded(seed), right) for one, right in ((DENSE, 90), (PRUNED, 70))
            for seed in SEEDS]  # fmt: skip
    return Lab(SEEDS, {one.experiment.id: one for one in runs}, {})


def test_runs_come_in_the_order_of_the_seeds(lab: Lab) -> None:
    assert [one.experiment.seed for one in lab.every(PRUNED)] == [3, 5]
    assert lab.accuracies(DENSE) == (93, 95)


def test_a_gap_is_taken_seed_by_seed_and_is_positive_where_ours_is_above(lab: Lab) -> None:
    assert lab.gap(DENSE, PRUNED) == (20, 20)
    assert lab.gap(PRUNED, DENSE) == (-20, -20)


def test_right_after_pruning_is_known_of_pruned_networks_only(lab: Lab) -> None:
    assert lab.before(PRUNED) == (30, 50)
    with pytest.raises(ValueError, match="pruned nothing"):
        lab.before(DENSE)
