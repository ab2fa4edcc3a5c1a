"""Which configuration a command uses."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]
Configure = Callable[..., Path]
LOOSE = 'require = "S2"\n'
STRICT = 'require = "S4.2"\n'
PROJECT = "[tool.prune-audit]\n"


def test_without_a_configuration_the_defaults_hold(unfair: Path, run: Run) -> None:
    assert run("check", unfair).exit_code == 1


def test_a_file_beside_the_claim_is_used(unfair: Path, run: Run, configure: Configure) -> None:
    configure(LOOSE)
    assert run("check", unfair).exit_code == 0
    assert run("check", unfair, "--isolated").exit_code == 1


def test_the_nearest_file_upwards_wins(unfair: Path, run: Run, configure: Configure) -> None:
    configure(LOOSE)
    below = unfair.parent / "a" / "b"
    below.mkdir(parents=True)
    moved = unfair.rename(below / "unfair.yaml")
    assert run("check", moved).exit_code == 0
    configure(STRICT, "a/prune-audit.toml")
    assert run("check", moved).exit_code == 1


def test_a_project_file_is_used(unfair: Path, run: Run, configure: Configure) -> None:
    configure(f'[project]\nname = "x"\n{PROJECT}{LOOSE}', "pyproject.toml")
    assert run("check", unfair).exit_code == 0


def test_in_one_folder_the_own_file_beats_the_project_file(
    unfair: Path, run: Run, configure: Configure
) -> None:
    configure(PROJECT + STRICT, "pyproject.toml")
    configure(LOOSE)
    assert run("check", unfair).exit_code == 0


@pytest.mark.parametrize(
    "text",
    [
        '[project]\nname = "x"\n',
        '[project]\nname = "prune-audit"\n',
        '[tool.other]\npackages = ["prune_audit"]\n',
        '[tool.hatch]\npackages = ["prune_audit"]\n',
        "this is = no [ toml",
        "\0\xff",
    ],
)
def test_a_project_file_without_the_table_is_passed_over(
    unfair: Path, run: Run, configure: Configure, text: str
) -> None:
    configure(LOOSE)
    moved = unfair.parent / "below" / "unfair.yaml"
    configure(text, "below/pyproject.toml")
    unfair.rename(moved)
    assert run("check", moved).exit_code == 0


def test_standard_input_is_under_the_configuration_of_the_working_folder(
    unfair: Path, run: Run, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = unfair.read_text(encoding="utf-8")
    configure(LOOSE)
    monkeypatch.chdir(unfair.parent)
    assert run("check", "-", input=text).exit_code == 0
    configure("", "empty/prune-audit.toml")
    monkeypatch.chdir(unfair.parent / "empty")
    assert run("check", "-", input=text).exit_code == 1


def test_files_under_different_configurations_are_refused(
    unfair: Path, fair: Path, run: Run, configure: Configure
) -> None:
    configure(LOOSE, "below/prune-audit.toml")
    moved = unfair.rename(unfair.parent / "below" / "unfair.yaml")
    done = run("check", fair.parent)
    assert (done.exit_code, done.stdout) == (2, "")
    for part in (str(fair), str(moved), "below/prune-audit.toml", "no configuration", "--isolated"):
        assert part in done.stderr
    own = moved.parent / "prune-audit.toml"
    assert run("check", fair.parent, "--config", own).exit_code == 0
    assert run("check", fair.parent, "--isolated").exit_code == 1
    configure(LOOSE)
    assert "2 files" not in run("check", fair.parent).stdout
    own.unlink()
    assert run("check", fair.parent).exit_code == 0


def test_a_named_file_is_used_whatever_lies_beside_the_claim(
    unfair: Path, run: Run, configure: Configure
) -> None:
    configure(STRICT)
    named = configure(LOOSE, "other/any-name.toml")
    assert run("check", unfair, "--config", named).exit_code == 0
    project = configure(PROJECT + LOOSE, "other/pyproject.toml")
    assert run("check", unfair, "--config", project).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--config", "{folder}/none.toml"), "none.toml does not exist"),
        (("--config", "{folder}"), "is no regular file"),
        (("--config", "{folder}/pyproject.toml"), "has no table [tool.prune-audit]"),
        (("--config", "{folder}/pyproject.toml", "--isolated"), "exclude each other"),
    ],
)
def test_a_named_file_must_be_there(
    unfair: Path, run: Run, configure: Configure, arguments: tuple[str, ...], words: str
) -> None:
    configure("[project]\n", "pyproject.toml")
    done = run("check", unfair, *(one.format(folder=unfair.parent) for one in arguments))
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr


@pytest.mark.parametrize("make", [os.mkdir, lambda path: os.symlink("nowhere", path), os.mkfifo])
def test_what_is_no_regular_file_is_an_error_and_not_opened(
    unfair: Path, run: Run, make: Callable[[Path], None]
) -> None:
    make(unfair.parent / "prune-audit.toml")
    done = run("check", unfair)
    assert (done.exit_code, "is no regular file" in done.stderr) == (2, True)
    assert run("check", unfair, "--isolated").exit_code == 1


def test_classify_and_baseline_use_it_too(unfair: Path, run: Run, configure: Configure) -> None:
    assert "unfair" in run("classify", f"{unfair}#ours", "other").stdout
    configure(LOOSE)
    assert "S2, fair" in run("classify", f"{unfair}#ours", "other").stdout
    assert "unfair" in run("classify", f"{unfair}#ours", "other", "--isolated").stdout


def test_a_configuration_is_not_written_over(unfair: Path, run: Run, configure: Configure) -> None:
    path = configure(LOOSE)
    done = run("check", unfair, "--output", path)
    assert (done.exit_code, path.read_text(encoding="utf-8")) == (2, LOOSE)
