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
