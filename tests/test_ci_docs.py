"""The page on CI: its examples are valid, pinned, and give tokens no more than they need."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from prune_audit.console import FINDINGS, INTERNAL, INTERRUPTED, NOTHING, USAGE
from prune_audit.options import Format

Command = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "prune_audit" / "docs" / "ci.md").read_text(encoding="utf-8")
BLOCKS = {
    match[2]: match[0].partition("\n")[2].removesuffix("```")
    for match in re.finditer(r"^```(yaml|toml)\n# (\S+).*?^```", PAGE, re.MULTILINE | re.DOTALL)
}
WORKFLOWS = {name: text for name, text in BLOCKS.items() if "/workflows/" in name}
SCHEMAS = {
    **dict.fromkeys(WORKFLOWS, "vendor.github-workflows"),
    ".gitlab-ci.yml": "vendor.gitlab-ci",
}


def jobs(name: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(WORKFLOWS[name])["jobs"]
    return found


def valid(schema: str, path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_shows_a_file_per_use() -> None:
    assert list(BLOCKS) == [
        ".github/workflows/prune-audit.yml", ".github/workflows/prune-audit-scan.yml",
        ".github/workflows/submissions.yml", ".github/workflows/submissions-comment.yml",
        ".gitlab-ci.yml", ".pre-commit-config.yaml", "prune-audit.toml", "claims/example.yaml",
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "schema"), SCHEMAS.items())
def test_examples_keep_to_the_schemas_of_their_systems(
    name: str, schema: str, tmp_path: Path
) -> None:
    path = tmp_path / "example.yml"
    path.write_text(BLOCKS[name], encoding="utf-8")
    valid(schema, path)


def test_the_action_keeps_to_the_schema_of_actions() -> None:
    valid("vendor.github-actions", ROOT / "action.yml")


def test_pre_commit_reads_its_example(tmp_path: Path) -> None:
    path = tmp_path / ".pre-commit-config.yaml"
    path.write_text(BLOCKS[".pre-commit-config.yaml"], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (used,) = yaml.safe_load(BLOCKS[".pre-commit-config.yaml"])["repos"][0]["hooks"]
    assert used["id"] in [hook["id"] for hook in hooks]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_actions_are_pinned_and_tokens_small(name: str) -> None:
    workflow = yaml.safe_load(WORKFLOWS[name])
    assert workflow["permissions"] in ({}, {"contents": "read"})
    assert "pull_request_target" not in workflow[True]
    for job in jobs(name).values():
        for step in job["steps"]:
            own = step.get("uses", "").startswith("prune-audit/prune-audit@v")
            assert own or "run" in step or re.search(r"@[0-9a-f]{40}$", step["uses"])
            assert "${{" not in step.get("run", "")
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_the_job_that_may_write_does_not_see_the_submission() -> None:
    writers = [
        (name, scope, job)
        for name in WORKFLOWS
        for job in jobs(name).values()
        for scope, right in job.get("permissions", {}).items()
        if right == "write"
    ]
    assert [(name, scope) for name, scope, _ in writers] == [
        (".github/workflows/prune-audit-scan.yml", "security-events"),
        (".github/workflows/submissions-comment.yml", "pull-requests"),
    ]
    poster = writers[1][2]
    assert not [step for step in poster["steps"] if "checkout" in step.get("uses", "")]
    assert not [name for name, text in WORKFLOWS.items() if "secrets" in text]


def test_the_inputs_that_examples_give_exist() -> None:
    known = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    for name in WORKFLOWS:
        for job in jobs(name).values():
            for step in job["steps"]:
                if step.get("uses", "").startswith("prune-audit/"):
                    assert set(step["with"]) <= set(known)
    table = re.findall(r"^\| `([a-z-]+)` \| (?:`([^`]*)`)? ?\| ", PAGE, re.MULTILINE)
    inputs = [(name, default) for name, default in table if name in known]
    assert inputs == [(name, one["default"]) for name, one in known.items()]


def test_every_format_and_exit_code_is_explained() -> None:
    rows = set(re.findall(r"^\| `?([a-z0-9]+)`? \|", PAGE, re.MULTILINE))
    assert {str(form) for form in Format} <= rows
    codes = (0, FINDINGS, USAGE, INTERNAL, NOTHING, INTERRUPTED)
    assert {str(code) for code in codes} <= rows


def test_the_configuration_is_one(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "prune-audit.toml"
    path.write_text(BLOCKS["prune-audit.toml"], encoding="utf-8")
    done = command("config", "--config", str(path), "--format", "json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "PA402" in done.stdout


def test_the_comment_suppresses(
    command: Command, tmp_path: Path, write: Callable[..., str]
) -> None:
    line = BLOCKS["claims/example.yaml"].splitlines()[-1]
    comment = line.partition("#")[2].replace("PA104", "PA301")
    claim = write({}, {"retraining.epochs": "60", "retraining.lr": "0:1e-2,30:1e-3"})
    marked = claim.replace('"statement": "better"', f'"statement": "better" #{comment}\n')
    (tmp_path / "a.yaml").write_text(marked, encoding="utf-8")
    done = command("check", "a.yaml", "--format", "jsonl", "--select", "PA301", cwd=tmp_path)
    assert done.returncode == 0
    assert '"type": "suppressed", "code": "PA301"' in done.stdout
    assert '"owner": "Ada", "until": "2030-12-31"' in done.stdout


GH = """\
#!/bin/sh
printf '%s\\n' "$*" >> calls
case "$*" in
  *" GET "*) printf '%s' "$NUMBER" ;;
  *--paginate*) printf '%s' "$OLD" ;;
esac
"""


def posted(tmp_path: Path, number: str, old: str) -> list[str]:
    """Run the step that posts with a stand-in for gh; return what it wrote with."""
    (tmp_path / "gh").write_text(GH)
    (tmp_path / "gh").chmod(0o755)
    step = jobs(".github/workflows/submissions-comment.yml")["comment"]["steps"][-1]
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={
            "PATH": f"{tmp_path}:/usr/bin:/bin", "GITHUB_REPOSITORY": "o/r", "NUMBER": number,
            "OLD": old, "OWNER": "stranger", "BRANCH": "a;touch hacked", "SHA": "abc",
        },
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "hacked").exists()
    calls = (tmp_path / "calls").read_text().splitlines()
    return [call for call in calls if "--silent" in call]


@pytest.mark.parametrize(
    ("number", "old", "calls"),
    [
        ("7", "", ["api --silent --method POST repos/o/r/issues/7/comments -F body=@vetted.md"]),
        ("7", "12\n13", ["api --silent --method PATCH repos/o/r/issues/comments/12 "
                         "-F body=@vetted.md"]),
        ("", "", []),
    ],
)  # fmt: skip
def test_the_comment_is_posted_once_and_then_replaced(
    tmp_path: Path, number: str, old: str, calls: list[str]
) -> None:
    assert posted(tmp_path, number, old) == calls
