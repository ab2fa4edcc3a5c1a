"""What the command prints where: terminals, pipes, two runs; and what it may import."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
Command = Callable[..., subprocess.CompletedProcess[str]]


# imports

BLOCKED = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "torchvision", "numpy", "scipy"):
            raise ImportError(f"{name} is not for check")

sys.meta_path.insert(0, Blocked())
sys.argv = ["prune-audit", "check", "claims", "--fail-on", "never"]
from prune_audit.cli import main
main()
"""


def test_check_needs_neither_torch_nor_numpy_nor_scipy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert " pairs: " in done.stdout.splitlines()[-1]


# determinism


@pytest.mark.parametrize("form", ["text", "json", "markdown", "concise", "review"])
def test_two_runs_print_the_same(command: Command, form: str) -> None:
    arguments = ("check", "claims", "--fail-on", "never", "--format", form)
    one, other = (command(*arguments, cwd=ROOT, env={"PYTHONHASHSEED": seed}) for seed in "12")
    assert one.returncode == 0
    assert one.stdout == other.stdout


# the terminal


def on_a_terminal(claim: Path, **variables: str) -> str:
    """Return what a check prints on a terminal, which does not say how wide it is."""
    main, child = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")}
    with subprocess.Popen(
        [sys.executable, "-m", "prune_audit", "check", claim.name],
        stdout=child, stderr=child, stdin=subprocess.DEVNULL, cwd=claim.parent,
        env={**environment, "TERM": "xterm", **variables},
    ) as process:  # fmt: skip
        os.close(child)
        parts = []
        try:
            while part := os.read(main, 65536):
                parts.append(part)
        except OSError:  # the other end of a pseudo terminal is gone
            pass
        process.wait(60)
    os.close(main)
    return b"".join(parts).decode()


def test_a_terminal_gets_colours(unfair: Path) -> None:
    assert "\x1b[31munfair" in on_a_terminal(unfair)


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_color_and_dumb_terminals_get_plain_text(
    unfair: Path, variables: dict[str, str]
) -> None:
    assert "\x1b" not in on_a_terminal(unfair, **variables)


def test_a_terminal_of_unknown_width_is_taken_as_80_columns(unfair: Path) -> None:
    lines = on_a_terminal(unfair, NO_COLOR="1").splitlines()[:-1]
    assert 60 < max(map(len, lines)) <= 80


def test_a_pipe_gets_plain_text_of_a_fixed_width(command: Command, unfair: Path) -> None:
    shown = command("check", unfair.name, cwd=unfair.parent).stdout
    assert "\x1b" not in shown
    assert 80 < max(map(len, shown.splitlines()[:-1])) <= 100


def test_columns_sets_the_width(command: Command, unfair: Path) -> None:
    shown = command("check", unfair.name, cwd=unfair.parent, env={"COLUMNS": "70"}).stdout
    assert max(map(len, shown.splitlines()[:-1])) <= 70
