"""Rows without retraining: tested right after pruning, and nothing said that was not trained."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from prune_audit.cli import app
from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training, from_plain, plain
from prune_audit.reruns.jobs import jobs
from prune_audit.reruns.reference_points import same_recipe
from prune_audit.reruns.store import Store

Claim = Callable[..., str]
NONE = {"retraining": "none"}
ZERO = {"retraining": {"epochs": "0", "lr": "unreported"}}
SMALL = {
    "network": "mlp-3x16", "pretraining.epochs": "3", "pretraining.lr": "0:1e-1,2:1e-2",
}  # fmt: skip
WEIGHTS = {
    "method": "magnitude", "pruning.granularity": "weight", "pruning.criterion": "magnitude",
    "pruning.scope": "global", "speedup": None,
}  # fmt: skip
RANDOM = {**WEIGHTS, "method": "random", "pruning.criterion": "random-weights"}
RANDOM |= {"pruning.scope": "layerwise"}
SPEEDS = {
    f"cpu|{network}/digits/64|{what}": time
    for network in ("mlp-3x16", "resnet8")
    for what, time in (("overhead", 1e-5), ("per MAC", 1e-11))
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Store(Path(".prune-audit")).save_speeds(SPEEDS)  # need not be measured
    return tmp_path


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, claim: Claim) -> Iterator[Path]:
    """A folder in which two rows without retraining were rerun; not to be changed."""
    folder = tmp_path_factory.mktemp("finished")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        Store(Path(".prune-audit")).save_speeds(SPEEDS)
        Path("claim.yaml").write_text(claim({**WEIGHTS, **NONE}, {**RANDOM, **ZERO}, dense=SMALL))
        done = rerun()
        assert done.exit_code == 0, done.output
        yield folder


def rerun(*arguments: str) -> Result:
    asked = ["rerun", "claim.yaml", "--seeds", "3", "--workers", "1", *arguments]
    return CliRunner().invoke(app, asked, env={"COLUMNS": "100"})


def said(done: Result) -> str:
    return " ".join((done.stdout + done.stderr).split())


@pytest.mark.usefixtures("finished")
def test_a_row_without_retraining_is_tested_right_after_pruning() -> None:
    done = rerun("--format", "json")
    assert done.exit_code == 0, done.output
    for row in json.loads(done.stdout)["rows"]:
        assert row["n"] == 3
        assert row["mean"] == row["before_retraining"]
        assert row["missing_seeds"] == []
        assert (row["ta_test"], row["ta_train"], row["best_epoch_extra"]) == (None, None, None)
        assert [one["epochs"] for one in row["ledger"]["stages"]] == [3, 0, 0]
        assert row["ledger"]["stages"][2]["flops"] == 0
        assert row["ledger"]["stages"][0]["flops"] > 0
        assert not any("of retraining" in one["what"] for one in row["assumed"])


@pytest.mark.usefixtures("finished")
def test_text_says_which_accuracy_it_is_and_a_second_time_nothing_is_run() -> None:
    done = rerun()
    assert "rows that are not retrained: right after pruning" in said(done)
    assert "3+0+0" in said(done)
    assert "to run: 0 runs" in said(rerun("--plan"))


@pytest.mark.usefixtures("finished")
def test_references_say_that_nothing_was_retrained() -> None:
    done = CliRunner().invoke(app, ["references", ".prune-audit"])
    assert done.exit_code == 0, done.output
    assert done.stdout.count("retraining: none") == 2
    assert "no reference" not in done.stdout


def test_beside_retrained_rows_every_arm_is_run(here: Path, claim: Claim) -> None:
    (here / "claim.yaml").write_text(claim({**WEIGHTS, **NONE}, RANDOM, dense=SMALL))
    arms = ("--as-reported", "--convergence", "--crossed", "--calibrated", "--dense-control")
    done = rerun(*arms)
    assert done.exit_code == 0, done.output
    assert "FT of ours" in said(done)
    assert "3+0+4" in said(done)
    assert "it is not retrained: no LR stage could be longer" in said(done)


def test_the_plan_says_that_nothing_is_trained(here: Path, claim: Claim) -> None:
    (here / "claim.yaml").write_text(claim({**WEIGHTS, **NONE}, RANDOM, dense=SMALL))
    row = next(line for line in rerun("--plan").stdout.splitlines() if line.startswith("ours"))
    assert "nothing" in row
    assert "epochs" not in row.partition("magnitude")[2]


@pytest.mark.parametrize(
    ("arm", "reason"),
    [
        ("--calibrated", "no row of the group is retrained"),
        ("--tune-lr", "no row of the group is retrained"),
        ("--retraining=slr", "its retraining takes no epochs"),
        ("--retraining=weight-rewinding", "its retraining takes no epochs"),
        ("--convergence", "it is not retrained: no LR stage could be longer"),
    ],
)
def test_arms_that_would_need_a_retraining_are_refused_with_the_reason(
    here: Path, claim: Claim, arm: str, reason: str
) -> None:
    (here / "claim.yaml").write_text(claim({**WEIGHTS, **NONE}, {**RANDOM, **NONE}, dense=SMALL))
    assert reason in said(rerun("--plan", arm))


def test_filters_that_go_without_retraining_have_a_scratch_arm_and_a_stand_in(
    here: Path, claim: Claim
) -> None:
    (here / "claim.yaml").write_text(claim(NONE, NONE))
    done = rerun("--plan", "--scratch-arm", "B-wang2023")
    assert re.search(r"K1\*F1/F2 \+ K2 = 6 x [\d.]+ \+ 0\b", said(done))
    assert "nothing" in rerun("--plan", "--stand-in", "digits").stdout


def test_l1_and_one_shot_pruning_is_a_row_of_a_claim(here: Path, claim: Claim) -> None:
    dense = {**SMALL, "pretraining.l1": "1e-3"}
    (here / "claim.yaml").write_text(claim({**WEIGHTS, **NONE}, {**RANDOM, **NONE}, dense=dense))
    done = rerun("--format", "json")
    assert done.exit_code == 0, done.output
    store = Store(Path(".prune-audit"))
    for row in json.loads(done.stdout)["rows"]:
        one = store.runs(row["experiments"])[row["experiments"][0]].experiment
        assert isinstance(one.base, Training)
        assert (one.base.l1, one.training.l1, one.training.epochs) == (1e-3, 0.0, 0)


def test_training_from_scratch_and_pretraining_need_epochs(here: Path, claim: Claim) -> None:
    no_epochs = {"pretraining": {"epochs": "0", "lr": "unreported"}}
    (here / "claim.yaml").write_text(claim(WEIGHTS, RANDOM, dense={**SMALL, **no_epochs}))
    assert "its pretraining takes no epochs" in said(rerun("--plan"))


UNTRAINED = Training(0, "", 64, 5e-4)


def test_a_training_of_no_epochs_has_a_schedule_without_stages() -> None:
    assert UNTRAINED.schedule.stages() == ()
    assert UNTRAINED.schedule.epochs == 0
    assert same_recipe(UNTRAINED, replace(UNTRAINED, lr="constant 1e-3"))
    assert not same_recipe(UNTRAINED, Training(1, "constant 1e-3", 64, 5e-4))


def test_a_training_of_no_epochs_begins_no_other_one() -> None:
    long = Training(3, "constant 1e-2", 64, 5e-4)
    assert not replace(long, epochs=0).begins(long)
    assert UNTRAINED.begins(UNTRAINED)
    one = Experiment(Data("digits"), "mlp-3x16", 0, UNTRAINED, Pruning("magnitude", (0.5,)), long)
    assert from_plain(json.loads(json.dumps(plain(one)))) == one
    assert [len(job.experiments) for job in jobs([one])] == [1, 1]
