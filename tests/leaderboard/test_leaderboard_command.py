"""The command: files, filters, exit codes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from prune_audit.leaderboard_cli import leaderboard

Claims = Callable[..., str]


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command()(leaderboard)
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def folder(tmp_path: Path, claim: Claims) -> Path:
    (tmp_path / "paper.yaml").write_text(claim({"a": {"top1": "75.80"}, "b": {}}), encoding="utf-8")
    return tmp_path


def test_it_ranks_the_claims_of_a_folder(folder: Path) -> None:
    found = run(folder)
    assert found.exit_code == 0
    assert "1~  75.80" in found.stdout
    assert "2~  75.00" in found.stdout


@pytest.mark.parametrize("form", ["text", "markdown", "csv", "json"])
def test_it_writes_every_format(folder: Path, form: str) -> None:
    out = folder / "out.txt"
    assert run(folder, "--format", form, "--output", out).exit_code == 0
    assert "75.80" in out.read_text(encoding="utf-8")


def test_the_requirement_and_the_tolerance_are_settings(folder: Path) -> None:
    found = run(folder, "--require", "S4.2", "--tolerance", "1%", "--format", "json")
    settings = json.loads(found.stdout)["settings"]
    assert (settings["require"], settings["tolerance"]) == ("S4.2", 0.01)


def test_nothing_to_rank_exits_with_4(tmp_path: Path) -> None:
    found = run(tmp_path / "*.yaml")
    assert found.exit_code == 4
    assert "nothing to rank" in found.stderr


def test_a_name_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert run(tmp_path / "gone.yaml").exit_code == 2


def test_a_tolerance_that_is_no_share_is_wrong_usage(folder: Path) -> None:
    assert run(folder, "--tolerance", "five").exit_code == 2


def test_the_output_never_overwrites_a_claim(folder: Path) -> None:
    assert run(folder, "--output", folder / "paper.yaml").exit_code == 2


def test_a_file_that_cannot_be_read_is_listed_and_the_rest_is_ranked(folder: Path) -> None:
    (folder / "broken.yaml").write_text("schema: 1\n", encoding="utf-8")
    found = run(folder)
    assert found.exit_code == 1
    assert "1~  75.80" in found.stdout
    assert "broken.yaml was not read" in found.stderr


@pytest.mark.parametrize(
    "filters", [["--dataset", "ImageNet-1K"], ["--network", "ResNet-50"], ["--network", "resnet50"]]
)
def test_filters_take_any_spelling_of_a_name(folder: Path, filters: list[str]) -> None:
    found = run(folder, *filters)
    assert found.exit_code == 0
    assert "2 results" in found.stdout


def test_a_filter_that_leaves_nothing_exits_with_4(folder: Path) -> None:
    found = run(folder, "--dataset", "cifar10")
    assert found.exit_code == 4
    assert "no result of data set cifar10" in found.stderr


def test_submissions_are_read_without_their_evidence(tmp_path: Path, claim: Claims) -> None:
    for name, top1 in (("one", "75.80"), ("two", "75.00")):
        home = tmp_path / name
        home.mkdir()
        submitted = {"id": name, "track": "t", "result": "ours", "runs": "none"}
        text = claim({"ours": {"top1": top1}, "other": {}}, submission=submitted)
        (home / "submission.yaml").write_text(text, encoding="utf-8")
        (home / "config.yaml").write_text("lr: 0.1\n", encoding="utf-8")
    found = run(tmp_path)
    assert found.exit_code == 0
    assert [line.split()[0] for line in found.stdout.splitlines() if "ICLR" in line] == ["1~", "2~"]
    assert "2 results of 2 files" in found.stdout


def test_links_in_a_submission_are_not_followed(tmp_path: Path, claim: Claims) -> None:
    home = tmp_path / "sub"
    home.mkdir()
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret", encoding="utf-8")
    (home / "submission.yaml").symlink_to(secret)
    found = run(home)
    assert found.exit_code == 1
    assert "a secret" not in found.stdout + found.stderr
