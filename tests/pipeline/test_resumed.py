"""Runs that were stopped or killed and go on: not a bit is different at the end."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import nn

from prune_audit.pipeline import base
from prune_audit.pipeline.networks import build
from prune_audit.pipeline.run import run_job
from prune_audit.reruns.experiment import Experiment, Pruning
from prune_audit.reruns.jobs import Job

Experiments = Callable[..., Experiment]
Lab = Any  # the class of conftest.py

PRUNINGS = {
    "dense": None,
    "filters": Pruning("l1", (0.5,)),
    "random filters": Pruning("random", (0.0, 0.5, 0.7, 0.5, 0.0)),
    "weights": Pruning("magnitude", (0.9,), scope="global"),
    "scratch": Pruning("l1", (0.5,), fresh=True),
}


@pytest.fixture(params=PRUNINGS)
def one(request: pytest.FixtureRequest, experiment: Experiments) -> Experiment:
    """A run of each kind."""
    pruning = PRUNINGS[request.param]
    fresh = pruning is None or pruning.fresh
    return experiment(pruning=pruning, base=None if fresh else experiment().training)


def test_a_run_repeats_and_goes_on_after_any_epoch_bit_by_bit(lab: Lab, one: Experiment) -> None:
    whole = lab.run(one)
    for epochs in (1, 3):
        folder = f"stopped after {epochs}"
        lab.stop(one, after=epochs, folder=folder)
        assert lab.store(folder).checkpoint(one.id)
        assert lab.run(one, folder=folder) == whole
        assert lab.store(folder).checkpoint(one.id) is None


def test_a_trajectory_goes_on(lab: Lab, experiment: Experiments) -> None:
    longest = experiment()
    short = replace(longest, training=longest.training.first(2))
    run_job(Job((short, longest)), lab.bench())
    lab.stop(short, longest, after=3, folder="stopped")
    assert lab.result(short, "stopped") == lab.result(short)
    run_job(Job((short, longest)), lab.bench("stopped"))
    assert lab.result(longest, "stopped") == lab.result(longest)


def test_a_run_that_was_lost_behind_the_checkpoint_of_a_longer_one_is_run_again(
    lab: Lab, experiment: Experiments
) -> None:
    longest = experiment()
    short = replace(longest, training=longest.training.first(2))
    run_job(Job((short, longest)), lab.bench())
    lab.stop(short, longest, after=3, folder="stopped")
    (lab.store("stopped").folder / "runs" / f"{short.id}.json").write_bytes(b"")
    run_job(Job((short, longest)), lab.bench("stopped"))
    for one in (short, longest):
        assert lab.result(one, "stopped") == lab.result(one)


def test_a_checkpoint_that_is_not_of_the_run_is_not_used(lab: Lab, experiment: Experiments) -> None:
    one, other = experiment(), experiment(seed=1)
    whole = lab.run(one)
    lab.stop(other, after=2, folder="other")
    foreign = lab.store("other").checkpoint(other.id)
    for data, words in ((foreign, f"it is one of run {other.id}"), (b"text", "it is damaged")):
        bench = lab.bench(folder=words)
        bench.store.save_checkpoint(one.id, data)
        run_job(Job((one,)), bench)
        assert [lab.result(one, words)] == whole
        [notice] = bench.store.notices
        assert f"the checkpoint of run {one.id} is not used: {words}" in notice


def with_dropout(*arguments: Any) -> nn.Module:
    net = build(*arguments)
    net.fc = nn.Sequential(nn.Dropout(0.5), net.get_submodule("fc"))
    return net


def test_dropout_goes_on_with_the_same_numbers(
    lab: Lab, experiment: Experiments, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = experiment()
    plain = lab.run(one, folder="plain")
    monkeypatch.setattr(base, "build", with_dropout)
    whole = lab.run(one)
    assert whole[0].history != plain[0].history
    lab.stop(one, after=2, folder="stopped")
    torch.manual_seed(123)
    assert lab.run(one, folder="stopped") == whole


def test_checkpoints_are_written_when_they_are_due(lab: Lab, experiment: Experiments) -> None:
    for seconds, expected in ((0.0, [0, 1, 2, 3]), (1e6, [0, 0, 0, 0])):
        bench = lab.bench(f"every {seconds}", checkpoint_seconds=seconds)
        numbers: list[int] = []
        bench.beat = lambda beat, bench=bench, numbers=numbers: numbers.append(newest(bench))
        run_job(Job((experiment(),)), bench)
        assert numbers == expected


def newest(bench: Any) -> int:
    names = [path.stem for path in (bench.store.folder / "checkpoints").glob("*.pt")]
    return max((int(name.split("-")[1]) for name in names), default=0)
