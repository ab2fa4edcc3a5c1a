"""Runs that start from each other: what stays pruned, what is rewound, what they cost."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch

from prune_audit.pipeline.checkpoint import loaded
from prune_audit.reruns.experiment import Experiment, Pruning, Training
from prune_audit.reruns.jobs import jobs, with_sources
from prune_audit.reruns.ledger import ledger
from prune_audit.reruns.run import run_from_plain, run_to_plain

Experiments = Callable[..., Experiment]
SHORT = Training(2, "constant 1e-2", 30, 5e-4)
HALF = Pruning("magnitude", (0.5,), scope="global")


def levels(experiment: Experiments, count: int, cut: Pruning = HALF, **changes: Any) -> Experiment:
    """Return the last of some levels of iterative pruning, each of which trains shortly."""
    one = experiment()
    for _ in range(count):
        one = replace(one, training=SHORT, pruning=cut, base=one, **changes)
    return one


def weights(lab: Any, one: Experiment) -> dict[str, torch.Tensor]:
    data = lab.store().weights(one.id)
    assert data is not None
    found: dict[str, torch.Tensor] = loaded(data, torch.device("cpu"))
    return found


def test_a_second_pruning_takes_its_share_of_what_is_left(
    lab: Any, experiment: Experiments
) -> None:
    last = levels(experiment, 3)
    (run,) = lab.run(last)
    assert run.sparsity == pytest.approx(1 - 0.5**3, abs=1e-4)


def test_what_is_gone_stays_gone_in_the_next_run(lab: Any, experiment: Experiments) -> None:
    third = levels(experiment, 3)
    second = third.base
    assert isinstance(second, Experiment)
    lab.run(levels(experiment, 4))
    before, after = weights(lab, second), weights(lab, third)
    for name in before:
        if name.endswith("conv1.weight"):
            assert (after[name][before[name] == 0] == 0).all()


def test_random_weights_go_on_from_a_pruned_network_too(lab: Any, experiment: Experiments) -> None:
    (run,) = lab.run(levels(experiment, 2, Pruning("random-weights", (0.5,))))
    assert run.sparsity == pytest.approx(0.75, abs=0.002)


def test_filters_go_from_what_is_left_and_the_network_shrinks_again(
    lab: Any, experiment: Experiments
) -> None:
    once, twice = (levels(experiment, count, Pruning("l1", (0.5,))) for count in (1, 2))
    first, second = lab.run(once, twice)
    assert first.dense_macs == second.dense_macs > first.macs > second.macs


def test_a_network_without_filters_can_lose_single_weights(
    lab: Any, experiment: Experiments
) -> None:
    cut = levels(experiment, 1, Pruning("l1", (0.5,)))
    (run,) = lab.run(replace(cut, pruning=HALF, base=cut))
    assert run.sparsity == pytest.approx(0.5, abs=1e-3)
    assert run.macs < run.dense_macs


def test_training_on_without_pruning_holds_the_masks(lab: Any, experiment: Experiments) -> None:
    cut = levels(experiment, 1)
    (run,) = lab.run(replace(cut, pruning=None, base=cut))
    assert run.sparsity == pytest.approx(0.5, abs=1e-3)
    assert run.before is None


def test_rewound_to_epoch_0_the_remaining_weights_are_the_initial_ones(
    lab: Any, experiment: Experiments
) -> None:
    still = Training(1, "constant 1e-30", 30, 0.0)
    dense = experiment()
    fresh = replace(dense, training=still)
    back = replace(dense, training=still, pruning=HALF, base=dense, rewind=0)
    lab.run(fresh)
    lab.run(replace(back, base=back, pruning=None, rewind=None, training=SHORT))  # keeps weights
    initial, rewound = weights(lab, fresh), weights(lab, back)
    name = "layer1.0.conv1.weight"
    stays = rewound[name] != 0
    assert 0 < stays.sum() < stays.numel()
    assert torch.equal(rewound[name][stays], initial[name][stays])


def test_rewound_to_a_later_epoch_they_are_those_of_the_shorter_training(
    lab: Any, experiment: Experiments
) -> None:
    dense = experiment()
    back = replace(dense, training=SHORT, pruning=HALF, base=dense, rewind=1)
    assert back.rewound == replace(dense, training=dense.training.first(1))
    (run,) = lab.run(back)
    assert run.experiment.rewind == 1
    # the shorter training is the beginning of the dense one: one job makes both
    assert sorted(len(job.experiments) for job in jobs([back])) == [1, 2]


def test_rewinding_keeps_the_filters_that_the_trained_network_chose(
    lab: Any, experiment: Experiments
) -> None:
    dense, cut = experiment(), Pruning("l1", (0.5,))
    plain, back = (
        replace(dense, training=SHORT, pruning=cut, base=dense, rewind=rewind)
        for rewind in (None, 0)
    )
    ours, theirs = lab.run(plain, back)
    assert ours.kept == theirs.kept
    assert ours.before == theirs.before
    assert ours.weights != theirs.weights


def test_reinitialised_levels_keep_the_mask_and_draw_other_weights(
    lab: Any, experiment: Experiments
) -> None:
    inherited = levels(experiment, 1)
    fresh = levels(experiment, 1, replace(HALF, fresh=True))
    ours, theirs = lab.run(inherited, fresh)
    assert ours.kept == theirs.kept
    assert ours.weights != theirs.weights


def test_there_is_no_rewinding_beyond_the_first_training(experiment: Experiments) -> None:
    with pytest.raises(ValueError, match="cannot rewind to epoch 9: no training of so many"):
        _ = replace(levels(experiment, 1), rewind=9).sources


def test_filters_cut_twice_cannot_be_rewound(lab: Any, experiment: Experiments) -> None:
    once = levels(experiment, 1, Pruning("l1", (0.5,)))
    twice = replace(once, base=once, rewind=0)
    with pytest.raises(ValueError, match="lost filters more than once"):
        lab.run(twice)


def test_a_method_that_chooses_among_all_weights_cannot_go_on(
    lab: Any, experiment: Experiments
) -> None:
    with pytest.raises(ValueError, match="erk chooses among all weights and cannot go on"):
        lab.run(levels(experiment, 2, Pruning("erk", (0.5,), scope="global")))


def test_a_chain_costs_pretraining_pruning_stage_and_retraining(
    lab: Any, experiment: Experiments
) -> None:
    last = levels(experiment, 3)
    (run,) = lab.run(last)
    runs = {one.id: lab.result(one) for one in with_sources([last])}
    stages = ledger(run, runs).stages
    assert [(stage.name, stage.epochs) for stage in stages] == [
        ("pretraining", 4), ("pruning", 4), ("retraining", 2),
    ]  # fmt: skip


def test_a_run_of_no_epochs_holds_the_network_right_after_pruning(
    lab: Any, experiment: Experiments
) -> None:
    dense = experiment()
    none = replace(dense, training=replace(SHORT, epochs=0), pruning=HALF, base=dense)
    (run,) = lab.run(none)
    assert run.history == ()
    assert run.final == run.before
    assert run.distance == 0.0
    assert run_from_plain(run_to_plain(run)) == run


def test_a_chain_goes_on_where_it_was_stopped(lab: Any, experiment: Experiments) -> None:
    last = replace(levels(experiment, 2), training=experiment().training)
    (plain,) = lab.run(last, folder="plain")
    lab.stop(last, after=2, folder="stopped")
    (resumed,) = lab.run(last, folder="stopped")
    assert resumed.weights == plain.weights
    assert resumed.distance == plain.distance


def test_the_distance_is_how_far_training_moved_the_weights(
    lab: Any, experiment: Experiments
) -> None:
    still = replace(experiment(), training=Training(1, "constant 1e-30", 30, 0.0))
    moved, stood = lab.run(experiment(), still)
    assert stood.distance == 0.0
    assert moved.distance is not None
    assert moved.distance > 0.1


def test_every_run_comes_after_those_that_it_starts_from(experiment: Experiments) -> None:
    last = replace(levels(experiment, 3), rewind=1)
    found = with_sources([last])
    for place, one in enumerate(found):
        assert all(found.index(source) < place for source in one.sources)


def test_an_l1_penalty_makes_the_weights_smaller(lab: Any, experiment: Experiments) -> None:
    plain = experiment()
    shrunk = replace(plain, training=replace(plain.training, l1=1e-2))
    lab.run(plain, shrunk)
    sums = [weights(lab, one)["layer1.0.conv1.weight"].abs().sum() for one in (plain, shrunk)]
    assert sums[1] < 0.8 * sums[0]
