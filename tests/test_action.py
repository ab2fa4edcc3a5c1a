"""The GitHub Action: its steps are run by bash, with the environment that a runner would give."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
INSTALL, CHECK = ACTION["runs"]["steps"]
FULL_NAME = re.compile(r"\$\{\{ inputs\.([a-z-]+) \}\}")


class Done(NamedTuple):
    """What a step left behind."""

    code: int
    log: str
    outputs: str


def inputs(given: Mapping[str, str]) -> dict[str, str]:
    """Return all inputs of the action, by default what the action says."""
    assert set(given) <= set(ACTION["inputs"])
    return {name: given.get(name, one["default"]) for name, one in ACTION["inputs"].items()}


def run_step(step: Mapping[str, Any], runner: Path, work: Path, **given: str) -> Done:
    """Run a step as the runner does: bash with -e and pipefail, values in the environment."""
    values = inputs({name.replace("_", "-"): value for name, value in given.items()})
    environ = {
        name: FULL_NAME.sub(lambda match: values[match[1]], text)
        for name, text in step["env"].items()
    }
    output = runner / "output"
    output.write_text("")
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=work, capture_output=True, text=True, check=False, timeout=300,
        env={
            **{name: value for name, value in os.environ.items() if name != "COLUMNS"},
            **environ, "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(work),
            "RUNNER_TEMP": str(runner), "GITHUB_ACTION_PATH": str(runner / "source"),
            "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(runner / "summary"),
        },
    )  # fmt: skip
    return Done(done.returncode, done.stdout + done.stderr, output.read_text())


@pytest.fixture
def work(tmp_path: Path, unfair: Path, fair: Path) -> Path:
    """A checked out repository with a good and a bad claim, and with modules that must not run."""
    work = tmp_path / "work"
    (work / "claims").mkdir(parents=True)
    shutil.move(unfair, work / "claims" / "unfair.yaml")
    shutil.move(fair, work / "claims" / "fair claim.yaml")
    for name in ("yaml", "venv", "pip", "prune_audit"):
        (work / f"{name}.py").write_text("raise SystemExit('a module of the repository was run')")
    return work


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    """The runner's folder for temporary files, where this Python passes for the installed tool."""
    folder = tmp_path / "runner"
    (folder / "prune-audit" / "bin").mkdir(parents=True)
    python = folder / "prune-audit" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return folder


@pytest.fixture
def echo(runner: Path) -> Path:
    """A tool that prints its arguments, one per line, in brackets."""
    python = runner / "prune-audit" / "bin" / "python"
    python.write_text("#!/bin/sh\nprintf '[%s]\\n' \"$@\"\nexit 4\n")
    return runner


def test_no_expression_stands_in_a_script() -> None:
    assert "${{" not in INSTALL["run"] + CHECK["run"]
    named = FULL_NAME.findall(" ".join([*INSTALL["env"].values(), *CHECK["env"].values()]))
    assert sorted(named) == sorted(ACTION["inputs"])


def test_a_bad_claim_fails_and_is_annotated(runner: Path, work: Path) -> None:
    done = run_step(CHECK, runner, work)
    assert (done.code, done.outputs) == (1, "exit-code=1\n")
    line = next(line for line in done.log.splitlines() if line.startswith("::error "))
    match = re.match(r"::error file=claims/unfair.yaml,line=(\d+),col=\d+,title=PA301 ", line)
    assert match is not None
    claim = (work / "claims" / "unfair.yaml").read_text().splitlines()
    assert '"better"' in claim[int(match[1]) - 1]
    assert "PA301 unfair-statement" in (runner / "summary").read_text(encoding="utf-8")


def test_a_good_claim_passes(runner: Path, work: Path) -> None:
    done = run_step(CHECK, runner, work, paths="claims/fair claim.yaml")
    assert (done.code, done.outputs) == (0, "exit-code=0\n")


def test_files_for_sarif_and_a_comment_are_written_though_the_check_fails(
    runner: Path, work: Path
) -> None:
    files = {"sarif_file": "out/a b.sarif", "comment_file": "out/comment.md"}
    assert run_step(CHECK, runner, work, **files).code == 1
    assert '"PA301"' in (work / "out" / "a b.sarif").read_text(encoding="utf-8")
    assert (work / "out" / "comment.md").read_text(encoding="utf-8").startswith("<!-- prune-audit")


def test_a_file_that_cannot_be_written_fails(runner: Path, work: Path) -> None:
    done = run_step(CHECK, runner, work, paths="claims/fair claim.yaml", sarif_file="claims")
    assert (done.code, done.outputs) == (2, "exit-code=2\n")


def test_no_file_to_check_fails(runner: Path, work: Path) -> None:
    assert run_step(CHECK, runner, work, paths="claims/*.yml").outputs == "exit-code=4\n"


def test_text_of_claims_gives_the_runner_no_commands(runner: Path, work: Path) -> None:
    lines = run_step(CHECK, runner, work, format="concise").log.splitlines()
    match = re.fullmatch(r"::stop-commands::([0-9a-f]{32})", lines[0])
    assert match is not None
    assert lines[-1] == f"::{match[1]}::"


def test_arguments_are_lines_and_never_words_of_a_shell(echo: Path, work: Path) -> None:
    done = run_step(
        CHECK, echo, work, paths="a b.yaml\n\n$(touch hacked)\n--x", args="--require=S4.1\n-v",
        benchmark="b; touch hacked", fail_on="note`touch hacked`",
    )  # fmt: skip
    assert done.log.splitlines() == [
        "[-I]", "[-m]", "[prune_audit]", "[check]", "[--format=auto]",
        "[--fail-on=note`touch hacked`]", "[--benchmark=b; touch hacked]", "[--require=S4.1]",
        "[-v]", "[--]", "[a b.yaml]", "[$(touch hacked)]", "[--x]",
    ]  # fmt: skip
    assert (done.code, done.outputs) == (4, "exit-code=4\n")
    assert not (work / "hacked").exists()


def test_the_tool_is_installed_beside_the_repository(tmp_path: Path, work: Path) -> None:
    runner = tmp_path / "bare"
    shutil.copytree(ROOT / "prune_audit", runner / "source" / "prune_audit")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, runner / "source")
    done = run_step(INSTALL, runner, work, python=sys.executable)
    assert done.code == 0, done.log
    assert run_step(CHECK, runner, work).outputs == "exit-code=1\n"
    assert sorted(path.name for path in work.iterdir()) == [
        "claims", "pip.py", "prune_audit.py", "venv.py", "yaml.py",
    ]  # fmt: skip
