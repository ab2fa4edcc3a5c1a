"""New formats through the command line: the same bytes each time, and the place of auto."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Command = Callable[..., subprocess.CompletedProcess[str]]
NOWHERE = {"GITHUB_ACTIONS": "", "GITLAB_CI": ""}


@pytest.mark.parametrize("form", ["comment", "sarif", "github", "gitlab", "junit", "jsonl"])
def test_two_runs_print_the_same(command: Command, form: str) -> None:
    arguments = ("check", "claims/wang2023.yaml", "--fail-on", "never", "--format", form)
    one, other = (
        command(*arguments, cwd=ROOT, env={**NOWHERE, "PYTHONHASHSEED": seed}) for seed in "12"
    )
    assert (one.returncode, one.stderr) == (0, "")
    assert one.stdout == other.stdout


def test_auto_is_text_on_a_machine_of_ones_own(command: Command, unfair: Path) -> None:
    arguments = ("check", unfair.name, "--format")
    auto, text = (
        command(*arguments, form, cwd=unfair.parent, env=NOWHERE) for form in ("auto", "text")
    )
    assert (auto.returncode, auto.stdout) == (1, text.stdout)


def test_auto_is_code_quality_on_gitlab(command: Command, unfair: Path) -> None:
    environ = {**NOWHERE, "GITLAB_CI": "true", "CI_PROJECT_DIR": str(unfair.parent.parent)}
    done = command("check", unfair.name, "--format", "auto", cwd=unfair.parent, env=environ)
    paths = {issue["location"]["path"] for issue in json.loads(done.stdout)}
    assert paths == {f"{unfair.parent.name}/unfair.yaml"}


def test_a_summary_that_cannot_be_written_does_not_fail_a_check(
    command: Command, fair: Path
) -> None:
    environ = {**NOWHERE, "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(fair.parent)}
    done = command("check", fair.name, "--format", "auto", cwd=fair.parent, env=environ)
    assert done.returncode == 0
    assert done.stderr == f"prune-audit: cannot write the step summary {fair.parent}: " \
        "Is a directory\n"  # fmt: skip
