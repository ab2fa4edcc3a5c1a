"""A row that states its pipeline, rerun from the command line to the table."""

from collections.abc import Callable
from typing import Any

Desk = Any  # the class of conftest.py

SHORT = "train(2) > (prune(magnitude, 0.5, scope=global) > rewind(1) > train(2)) * 2"


def test_a_pipeline_is_planned_run_and_its_search_counted(
    desk: Desk, claim: Callable[..., str]
) -> None:
    stated = {
        "pruning.granularity": "weight", "pruning.schedule": "iterative", "pruning.ratio": None,
        "pruning.criterion": "magnitude", "pruning.epochs": "2", "pruning.pipeline": SHORT,
        "retraining.epochs": "2", "retraining.lr": "0:1e-2,1:1e-3",
    }  # fmt: skip
    dense = {"network": "mlp-128-64", "pretraining.epochs": "2", "pretraining.lr": "1e-1"}
    desk.write(claim(stated, dense=dense))
    shown = desk.rerun("--plan", seeds=1).stdout
    assert "(prune(magnitude, 0.5, scope=global) > rewind(1) > train(2" in " ".join(shown.split())
    done = desk.rerun(seeds=1)
    assert done.returncode == 0, done.stderr
    assert "2+2+2" in done.stdout
    assert "75.00%" in done.stdout
    levels = [run for run in desk.runs().values() if run.experiment.pruning is not None]
    assert sorted(run.experiment.rewind for run in levels if run.experiment.rewind) == [1, 1]


def test_a_row_whose_pipeline_diverged_on_its_way_says_so(
    desk: Desk, claim: Callable[..., str]
) -> None:
    cut = "prune(magnitude, 0.5, scope=global)"
    lost = f"train(2) > {cut} > train(1, lr=1e9) > {cut} > train(1, lr=1e-2) > {cut} > train(2)"
    stated = {
        "pruning.granularity": "weight", "pruning.schedule": "iterative", "pruning.ratio": None,
        "pruning.criterion": "magnitude", "pruning.epochs": "2", "pruning.pipeline": lost,
        "retraining.epochs": "2", "retraining.lr": "0:1e-2,1:1e-3",
    }  # fmt: skip
    dense = {"network": "mlp-128-64", "pretraining.epochs": "2", "pretraining.lr": "1e-1"}
    desk.write(claim(stated, dense=dense))
    done = desk.rerun(seeds=1)
    assert done.returncode == 1
    (begun,) = (one for one, run in desk.runs().items() if run.diverged is not None)
    first, then, last = (line for line in done.stderr.splitlines() if line.startswith("prune-aud"))
    assert f"the run that it starts from, {begun}, diverged in epoch 0" in first
    assert "a run that it starts from could not be made: the run that it starts from" in then
    assert "2 runs failed" in last
    words = " ".join(done.stdout.split())
    assert "diverged: seed 0 in epoch 0 of a run that it starts from, not in the mean" in words
    assert "not run yet" not in words
