"""Running jobs: what is saved, what is shared, and what goes wrong."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from torch import nn

from prune_audit.pipeline.checkpoint import CheckpointError
from prune_audit.pipeline.masks import MaskError, Masks
from prune_audit.pipeline.run import run_job
from prune_audit.reruns.experiment import Experiment, Pruning
from prune_audit.reruns.jobs import Job, jobs
from prune_audit.reruns.run import run_from_plain, run_to_plain

Experiments = Callable[..., Experiment]
Lab = Any  # the class of conftest.py

L1 = Pruning("l1", (0.5,))
MASKED = Pruning("magnitude", (0.9,), scope="global")


def test_rows_of_a_seed_start_from_one_base_model(lab: Lab, experiment: Experiments) -> None:
    base = experiment()
    rows = [experiment(pruning=Pruning("l1", (ratio,)), base=base.training) for ratio in (0.0, 0.5)]
    [untouched, halved] = lab.run(*rows)
    assert untouched.before == lab.result(base).final
    assert halved.before != untouched.before
    assert (untouched.speedup, halved.speedup > 1.5) == (1.0, True)
    [other] = lab.run(experiment(seed=1))
    assert other.weights != lab.result(base).weights


def test_a_trajectory_gives_what_separate_trainings_give(lab: Lab, experiment: Experiments) -> None:
    longest = experiment()
    every = [
        *(replace(longest, training=longest.training.first(epochs)) for epochs in (1, 3)),
        longest,
    ]
    [together] = jobs(every)
    assert len(together.experiments) == 3
    run_job(together, lab.bench("one"))
    for part in every:
        run_job(Job((part,)), lab.bench("other"))
        assert lab.result(part, "one") == lab.result(part, "other")
        weights = lab.store("one").weights(part.id)
        assert weights
        assert weights == lab.store("other").weights(part.id)


def test_weights_are_kept_of_dense_networks_and_of_others_if_asked_for(
    lab: Lab, experiment: Experiments
) -> None:
    row = experiment(pruning=L1, base=experiment().training)
    lab.run(row)
    assert lab.store().weights(experiment().id)
    assert lab.store().weights(row.id) is None
    assert run_job(Job((row,)), lab.bench(keep_weights=True))
    assert lab.store().weights(row.id)


def test_weights_that_were_damaged_come_back_the_same(lab: Lab, experiment: Experiments) -> None:
    one = experiment()
    lab.run(one)
    [weights] = (lab.store().folder / "weights").iterdir()
    before = weights.read_bytes()
    weights.write_bytes(before[:-1])
    lab.run(one)
    assert weights.read_bytes() == before


def test_a_job_of_which_another_process_has_a_part_is_left_to_it(
    lab: Lab, experiment: Experiments
) -> None:
    longest = experiment()
    short = replace(longest, training=longest.training.first(2))
    with lab.store().lock(short.id):
        assert not run_job(Job((short, longest)), lab.bench())
    assert run_job(Job((short, longest)), lab.bench())


def test_masks_are_verified_every_epoch(
    lab: Lab, experiment: Experiments, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = experiment(pruning=MASKED, base=experiment().training)
    [whole] = lab.run(row)
    assert whole.sparsity == pytest.approx(0.9, abs=0.001)
    lab.run(experiment(), folder="forgotten")
    real, calls = Masks.apply, []

    def forgetful(masks: Masks, net: nn.Module) -> None:
        calls.append(net)
        if len(calls) < 6:  # the pruning itself, one epoch, then no more
            real(masks, net)

    monkeypatch.setattr(Masks, "apply", forgetful)
    with pytest.raises(MaskError, match=r"pruned weights of .* are not zero any more"):
        run_job(Job((row,)), lab.bench("forgotten"))
    assert lab.store("forgotten").find(row.id) is None


def test_a_run_under_masks_says_how_much_of_the_network_is_still_connected(
    lab: Lab, experiment: Experiments
) -> None:
    few = Pruning("random-weights", (0.995,))
    [sparse, usual, dense] = lab.run(
        experiment(pruning=few, base=None),
        experiment(pruning=Pruning("synflow", (0.9,), scope="global"), base=None),
        experiment(),
    )
    assert (dense.connected, dense.cut_off) == (None, ())
    assert sparse.connected < 0.5 < usual.connected <= 1
    assert run_from_plain(json.loads(json.dumps(run_to_plain(sparse)))) == sparse


def test_a_network_is_pruned_before_any_training_where_there_is_no_base_model(
    lab: Lab, experiment: Experiments
) -> None:
    row = experiment(pruning=Pruning("snip", (0.9,), scope="global"), base=None)
    [early, again] = (lab.run(row, folder=at)[0] for at in ("one", "two"))
    assert early.kept == again.kept
    assert early.before.percent < 40
    assert early.final.k > early.before.k


def test_the_shuffled_control_keeps_the_counts_and_not_the_places(
    lab: Lab, experiment: Experiments
) -> None:
    base = experiment().training
    method = Pruning("magnitude", (0.9,), scope="global")
    own, control = lab.run(
        experiment(pruning=method, base=base),
        experiment(pruning=replace(method, control="shuffled"), base=base),
    )
    assert own.sparsity == control.sparsity
    assert own.kept != control.kept


def test_a_loss_that_is_no_number_ends_a_run_for_good(lab: Lab, experiment: Experiments) -> None:
    wild = replace(experiment().training, lr="constant 1e6")
    longest = experiment(training=wild)
    job = Job((experiment(training=wild.first(1)), longest))
    for _ in range(2):  # the second time nothing is left to do
        assert run_job(job, lab.bench())
        for one in job.experiments:
            run = lab.result(one)
            assert (run.diverged, len(run.history)) == (0, 1)
            assert lab.store().weights(one.id) is None
    row = experiment(pruning=L1, base=wild)
    with pytest.raises(
        CheckpointError, match=rf"base model, run {longest.id}, diverged in epoch 0"
    ):
        run_job(Job((row,)), lab.bench())


def test_a_row_without_the_weights_of_its_base_model_is_an_error(
    lab: Lab, experiment: Experiments
) -> None:
    row = experiment(pruning=L1, base=experiment().training)
    with pytest.raises(CheckpointError, match=rf"run {experiment().id}, are not stored"):
        run_job(Job((row,)), lab.bench())
