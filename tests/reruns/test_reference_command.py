"""The command that lists reference points, in every format."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from prune_audit.references_cli import references
from prune_audit.reruns.run import Run
from prune_audit.reruns.store import Store

app = typer.Typer()
app.command()(references)
Made = Callable[..., Run]


@pytest.fixture
def filled(store: Store, finished: Made) -> Path:
    for seed in (0, 1, 2):
        store.save(finished(seed))
    store.save(replace(finished(3), diverged=1))
    return store.folder


def test_text_shows_setting_rate_mean_and_seeds(filled: Path) -> None:
    done = CliRunner().invoke(app, [str(filled)])
    assert done.exit_code == 0
    for shown in (
        "resnet8 on digits, l1", "0:1e-1,2:1e-2", "8.872x", "66.96+-0.00 (n = 3)", "0, 1, 2",
        "diverged: seed 3 in epoch 1", "1 reference retraining point of 1 setting, 3 runs",
    ):  # fmt: skip
        assert shown in done.stdout, shown


def test_few_runs_are_marked(store: Store, finished: Made) -> None:
    store.save(finished(0))
    done = CliRunner().invoke(app, [str(store.folder)])
    assert "few runs: no reference yet" in done.stdout


def test_json_keeps_every_run_with_its_id(filled: Path, finished: Made) -> None:
    done = CliRunner().invoke(app, [str(filled), "--format", "json"])
    (point,) = json.loads(done.stdout)["points"]
    assert (point["n"], point["engine"], point["store"]) == (3, 1, str(filled))
    assert [run["id"] for run in point["runs"]] == [
        finished(seed).experiment.id for seed in (0, 1, 2)
    ]
    assert point["runs"][0]["correct"] == 602
    assert point["diverged"][0]["seed"] == 3


def test_markdown_is_a_table_and_can_be_written_to_a_file(filled: Path, tmp_path: Path) -> None:
    page = tmp_path / "points.md"
    done = CliRunner().invoke(app, [str(filled), "--format", "markdown", "-o", str(page)])
    assert done.exit_code == 0
    text = page.read_text()
    assert "# Reference retraining points" in text
    assert "| 0.9" in text


def test_a_store_without_a_point_is_nothing_and_no_folder_is_wrong_usage(tmp_path: Path) -> None:
    empty = CliRunner().invoke(app, [str(tmp_path)])
    assert empty.exit_code == 4
    assert "no reference retraining point" in empty.stderr
    assert CliRunner().invoke(app, [str(tmp_path / "none")]).exit_code == 2


def test_what_cannot_be_read_is_told_beside_the_others(filled: Path, finished: Made) -> None:
    path = filled / "runs" / f"{finished(2).experiment.id}.json"
    path.write_bytes(b"{}")
    done = CliRunner().invoke(app, [str(filled)])
    assert done.exit_code == 0
    assert "is damaged" in done.stderr
    assert "(n = 2)" in done.stdout
    assert path.exists()
