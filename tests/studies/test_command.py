"""``prune-audit study``: lists, plans, refuses, does, and goes on."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from prune_audit.cli import app
from prune_audit.reruns.experiment import Data, Experiment, Training
from prune_audit.studies import registry
from prune_audit.studies.outcome import Column, Outcome, Spread, Table
from prune_audit.studies.registry import STUDIES
from prune_audit.studies.signs import positive
from prune_audit.studies.study import Lab, Seeds, Study

run = CliRunner()
SHORT = Training(2, "constant 1e-2", 60, 5e-4)
FEW = Data("digits", few=60)


def arm(width: int, seed: int = 0) -> Experiment:
    return Experiment(FEW, f"mlp-3x{width}", seed, SHORT)


def plan(seeds: Seeds) -> tuple[Experiment, ...]:
    return tuple(arm(width, seed) for seed in seeds for width in (16, 32))


def conclude(lab: Lab) -> Outcome:
    narrow, wide = (lab.accuracies(arm(width)) for width in (16, 32))
    gaps = [b - a for a, b in zip(narrow, wide, strict=True)]
    rows = ((16, Spread(narrow)), (32, Spread(wide)))
    table = Table("Accuracy", (Column("width"), Column("accuracy", "%")), rows)
    return Outcome("tiny", "two widths", "nobody", (), (table,), (positive("wider", gaps),))


TINY = Study("tiny", "two widths", "nobody", plan, conclude, seeds=(0, 1))


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "STUDIES", {"tiny": TINY})


def test_without_a_name_the_studies_are_listed() -> None:
    done = run.invoke(app, ["study"])
    assert done.exit_code == 0
    assert all(name in done.stdout for name in STUDIES)


def test_an_unknown_study_is_refused_with_those_there_are() -> None:
    done = run.invoke(app, ["study", "nosuch"])
    assert done.exit_code == 2
    assert "no study is called 'nosuch'; there are at-init" in done.stderr


@pytest.mark.usefixtures("tiny")
def test_a_study_is_done_once_and_then_read_from_the_store(tmp_path: Path) -> None:
    asked = ["study", "tiny", "--store", str(tmp_path), "--workers", "1", "--format", "json"]
    first = run.invoke(app, asked)
    assert first.exit_code == 0, first.stderr
    assert "4 runs; to run: 4 runs, 8 epochs" in first.stderr
    again = run.invoke(app, asked)
    assert "4 runs, 4 of them in the store; to run: 0 runs" in again.stderr
    assert json.loads(again.stdout) == json.loads(first.stdout)
    values = json.loads(first.stdout)["tables"][0]["rows"][0]["accuracy"]["values"]
    assert len(values) == 2


@pytest.mark.usefixtures("tiny")
def test_a_plan_runs_nothing(tmp_path: Path) -> None:
    done = run.invoke(app, ["study", "tiny", "--plan", "--seeds", "3", "--store", str(tmp_path)])
    assert done.exit_code == 0, done.stderr
    assert "6 runs; to run: 6 runs, 12 epochs" in done.stdout
    assert not list(tmp_path.glob("runs/*"))


def test_a_picture_of_another_kind_is_refused_before_anything_is_run(tmp_path: Path) -> None:
    picture = tmp_path / "a.gif"
    done = run.invoke(app, ["study", "at-init", "--plot", str(picture), "--store", str(tmp_path)])
    assert done.exit_code == 2
    assert "a plot is a file .svg or .png, not a.gif" in done.stderr


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_has_a_manual_page_with_its_parts_and_its_command(name: str) -> None:
    page = run.invoke(app, ["explain", name]).stdout
    parts = ("Definition:", "Why:", "Cannot detect:", "Source:", f"prune-audit study {name}")
    assert all(part in page for part in parts)


@pytest.mark.parametrize("study", STUDIES.values(), ids=list(STUDIES))
def test_a_plan_holds_every_run_of_a_seed_and_other_seeds_are_other_runs(study: Study) -> None:
    one, both = study.plan((0,)), study.plan((0, 1))
    assert set(one) < set(both)
    assert all(experiment.id for experiment in both)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("Random_Rates",), "did you mean random-rate?"),
        (("--plan",), "name a study; prune-audit study alone lists them"),
        (("--format", "json"), "leave --format out"),
        (("imp", "--plan", "--format", "json"), "leave --format out"),
        (("imp", "--device", "tpu"), "--device expects cpu, cuda or cuda:N, got 'tpu'"),
        (("imp", "--plot", "curves.gif"), "a plot is a file .svg or .png"),
        (("imp", "--plot", f"{__file__}/curves.svg"), "is no folder"),
        (("imp", "--output", str(Path(__file__).parent)), "it is a folder; name a file"),
        (("imp", "--seeds", "100000000"), "1000"),
    ],
)
def test_wrong_use_is_told_before_anything_is_run(
    options: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    done = run.invoke(app, ["study", *options, "--store", str(tmp_path / "store")])
    assert done.exit_code == 2
    assert said in done.stderr
    assert not (tmp_path / "store").exists()


def test_the_list_can_be_written_to_a_file(tmp_path: Path) -> None:
    assert run.invoke(app, ["study", "--output", str(tmp_path / "list.txt")]).exit_code == 0
    assert "Li et al. 2024" in (tmp_path / "list.txt").read_text(encoding="utf-8")
