"""What the stages cost: epochs and training FLOPs."""

from dataclasses import replace

import pytest

from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training, Weights
from prune_audit.reruns.ledger import ledger, mean_ledger, spent
from prune_audit.reruns.run import Count, Epoch, Run

TRAINING = Training(4, "0:1e-1,2:1e-2", 64, 5e-4)
BASE = Training(3, "constant 1e-1", 32, 5e-4)
EXPERIMENT = Experiment(Data("digits"), "resnet8", 0, TRAINING, Pruning("l1", (0.5,)), BASE)


def run(experiment: Experiment, epochs: int, images: int, macs: int) -> Run:
    count = Count(images // 2, images)
    history = (Epoch(0.1, 0.5, count, 0.5, Count(1, 2), 2.0),) * epochs
    return Run(experiment, history, macs, 10, 400, 40)


def test_pretraining_costs_dense_macs_and_retraining_pruned_ones() -> None:
    base = EXPERIMENT.base_experiment
    assert base is not None
    found = ledger(run(EXPERIMENT, 4, 896, 100), {base.id: run(base, 3, 898, 400)})
    assert [(one.name, one.epochs, one.flops) for one in found.stages] == [
        ("pretraining", 3, 6 * 400 * 898 * 3),
        ("pruning", 0, 0),
        ("retraining", 4, 6 * 100 * 896 * 4),
    ]
    assert found.epochs == 7
    assert found.flops == 6 * (400 * 898 * 3 + 100 * 896 * 4)
    assert found.complete


def test_without_the_bases_run_its_images_are_taken_as_the_rows_own() -> None:
    found = ledger(run(EXPERIMENT, 4, 896, 100), {})
    assert found.stages[0].flops == 6 * 400 * 896 * 3


def test_training_from_scratch_is_one_stage() -> None:
    fresh = replace(EXPERIMENT, base=None, pruning=Pruning("l1", (0.5,), fresh=True))
    found = ledger(run(fresh, 4, 896, 100), {})
    assert [(one.name, one.epochs) for one in found.stages] == [("training", 4)]


def test_a_base_that_was_loaded_has_no_metered_cost() -> None:
    loaded = replace(EXPERIMENT, base=Weights("00ff"))
    found = ledger(run(loaded, 4, 896, 100), {})
    assert found.stages[0].epochs is None
    assert not found.complete
    assert found.epochs == 4


def test_the_mean_over_seeds_takes_networks_of_different_size() -> None:
    found = mean_ledger([ledger(run(EXPERIMENT, 4, 896, macs), {}) for macs in (100, 200)])
    assert found is not None
    assert found.stages[2].flops == 6 * 150 * 896 * 4
    assert mean_ledger([]) is None


def test_what_was_spent_adds_up_runs_of_bases_too() -> None:
    base = EXPERIMENT.base_experiment
    assert base is not None
    found = spent([run(EXPERIMENT, 4, 896, 100), run(base, 3, 898, 400)])
    assert (found.runs, found.epochs) == (2, 7)
    assert found.seconds == pytest.approx(14)
    assert found.flops == 6 * (100 * 896 * 4 + 400 * 898 * 3)
