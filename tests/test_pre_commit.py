"""The hooks of pre-commit, tried with the real pre-commit in scratch git repositories."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
Write = Callable[..., str]
UNFAIR = {"retraining.epochs": "60", "retraining.lr": "0:1e-2,30:1e-3"}
NEEDS_GIT = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def run(*command: str, cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command without the user's own configuration of git, or that of a calling git."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environ = {
        **kept,
        "PRE_COMMIT_HOME": str(home / "store"),
        "PRE_COMMIT_COLOR": "never",
        "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    return subprocess.run(
        command, cwd=cwd, env=environ, capture_output=True, text=True, check=False, timeout=300
    )


def commit(folder: Path, home: Path) -> str:
    """Put all files of a folder under git and return the commit."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for arguments in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "-m", "all")):
        done = run("git", *arguments, cwd=folder, home=home)
        assert done.returncode == 0, done.stderr
    return run("git", "rev-parse", "HEAD", cwd=folder, home=home).stdout.strip()


@NEEDS_GIT
def test_the_hook_passes_a_good_claim_and_stops_a_bad_one(write: Write, tmp_path: Path) -> None:
    tool, project = tmp_path / "tool", tmp_path / "project"
    shutil.copytree(ROOT / "prune_audit", tool / "prune_audit")
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, tool)
    (project / "claims").mkdir(parents=True)
    (project / "claims" / "good.yaml").write_text(write({"top1": "76.00"}))
    (project / "other.yaml").write_text("no claim\n")
    used = {
        "repo": str(tool),
        "rev": commit(tool, tmp_path),
        "hooks": [{"id": "prune-audit-check"}],
    }
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [used]}))
    commit(project, tmp_path)
    hook = (sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose")

    good = run(*hook, cwd=project, home=tmp_path)
    assert good.returncode == 0, good.stdout + good.stderr
    assert "prune-audit check......" in good.stdout
    assert "Passed" in good.stdout

    (project / "claims" / "bad.yaml").write_text(write({}, UNFAIR))
    assert run("git", "add", "-A", cwd=project, home=tmp_path).returncode == 0
    bad = run(*hook, cwd=project, home=tmp_path)
    assert bad.returncode == 1
    assert "Failed" in bad.stdout
    assert "claims/bad.yaml:" in bad.stdout
    assert ': PA301 "better" of ours over other is not attributable to the pruning' in bad.stdout
    assert "other.yaml" not in bad.stdout


def test_pre_commit_reads_the_hooks() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
