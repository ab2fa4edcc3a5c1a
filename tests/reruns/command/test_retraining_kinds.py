"""A rerun under retraining kinds, from the command line to the table."""

import json
from typing import Any

from prune_audit.schedules.kinds import Kind

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


def test_rewinding_allr_and_their_dense_controls_are_reported(desk: Desk) -> None:
    kinds = ("--retraining", "allr", "--retraining", "weight-rewinding")
    done = desk.rerun(*kinds, "--dense-control", "--format", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    rows = {(row["row"], row["arm"]): row for row in found["rows"]}
    assert set(rows) == {
        ("ours", "retraining allr"), ("other", "retraining allr"),
        ("ours", "retraining weight-rewinding"), ("other", "retraining weight-rewinding"),
        ("ours", "dense control"),  # of both rows
    }  # fmt: skip
    figures = rows["ours", "retraining allr"]["runs"][0]["figures"]
    assert 0 < figures["step_sparsity"] < 1
    assert 2 / 12 <= figures["lr_share"] <= 1
    control = rows["ours", "dense control"]
    assert (control["speedup"], control["sparsity"]) == (1, 0)
    assert set(control["claimed"].values()) == {None}
    assert [one["epochs"] for one in control["ledger"]["stages"]] == [12, 0, 2]
    pairs = [(one["ours"]["what"], one["other"]["what"]) for one in found["dense_controls"]]
    assert pairs == [
        (None, "dense control"),
        ("dense control", "own base"),
        (None, "dense control"),
    ]


def test_what_is_no_kind_is_refused_with_those_that_are(desk: Desk) -> None:
    done = desk.rerun("--retraining", "cosine")
    assert done.returncode == 2
    assert all(kind in done.stderr for kind in Kind)
