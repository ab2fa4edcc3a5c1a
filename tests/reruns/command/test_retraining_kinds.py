"""A rerun under retraining kinds, from the command line to the table."""

from typing import Any

Desk = Any  # the class of conftest.py

KINDS = ("--retraining", "clr", "--retraining", "constant", "--retraining", "clr")


def test_every_row_is_rerun_once_under_each_kind(desk: Desk) -> None:
    done = desk.rerun(*KINDS, seeds=1)
    assert done.returncode == 0, done.stderr
    trainings = [run.experiment.training for run in desk.runs().values() if run.experiment.pruning]
    assert sorted((one.lr, one.lr_each) for one in trainings) == [
        ("0:linear 1e-2 to 1e-1,0.2:cosine 1e-1 to 1e-2", "step"),
        ("0:linear 1e-2 to 1e-1,0.2:cosine 1e-1 to 1e-2", "step"),
        ("constant 1e-2", "epoch"),
        ("constant 1e-2", "epoch"),
    ]
    for arm in ("retraining clr", "retraining constant"):
        assert done.stdout.count(f"  {arm}  ") == 3, "two rows and their comparison"
    assert "as reported" not in done.stdout


def test_what_is_no_kind_is_refused_with_those_that_are(desk: Desk) -> None:
    done = desk.rerun("--retraining", "cosine")
    assert done.returncode == 2
    assert all(kind in done.stderr for kind in ("constant", "lrw", "slr", "clr", "llr"))
