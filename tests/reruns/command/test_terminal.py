"""What a rerun shows on a terminal while it runs, and what it writes to pipes."""

import os
import pty
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

Desk = Any  # the class of conftest.py
KEPT = "interrupted; what is done is kept in .prune-audit: the same command goes on from there"


class Terminal:
    """A rerun whose stdin and stderr are a terminal of 100 columns; its stdout is a pipe."""

    def __init__(self, desk: Desk, *arguments: str, **env: str) -> None:
        self.main, child = pty.openpty()
        self.process = desk.start(
            *arguments, stdin=child, stderr=child, preexec_fn=lambda: own_terminal(child),
            env={"TERM": "xterm-256color", "COLUMNS": "100", **env},
        )  # fmt: skip
        os.close(child)
        self.shown = ""

    def read(self, until: str = "") -> str:
        """Return what was shown up to some words, or up to the end."""
        while not until or until not in self.shown:
            try:
                part = os.read(self.main, 65536)
            except OSError:  # the other end of a pseudo terminal is gone
                break
            self.shown += part.decode()
        return self.shown

    def press(self, key: str) -> None:
        os.write(self.main, key.encode())


def own_terminal(descriptor: int) -> None:
    """Make a terminal the one of this process's session: then Ctrl-C reaches the session."""
    import fcntl
    import termios

    fcntl.ioctl(descriptor, termios.TIOCSCTTY, 0)


@pytest.fixture
def terminal(desk: Desk) -> Iterator[Callable[..., Terminal]]:
    opened = []

    def start(*arguments: str, **env: str) -> Terminal:
        opened.append(Terminal(desk, *arguments, **env))
        return opened[-1]

    yield start
    for one in opened:
        os.close(one.main)


def text(shown: str) -> str:
    """Return what was shown without colours and movements of the cursor."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[78]", "", shown)


def test_a_terminal_shows_the_grid_and_every_run_on_its_way_and_then_forgets_them(
    desk: Desk, terminal: Callable[..., Terminal]
) -> None:
    (desk.store.folder / "speeds.json").unlink()
    opened = terminal()
    shown = opened.read()
    assert opened.process.wait() == 0
    plain = text(shown)
    assert "measuring the speed of resnet8" in plain
    assert re.search(r"all runs +━+ 0 of 6 +(-:--:--|--:--|[0-9:]+) left", plain)
    assert re.search(
        r"resnet8 dense, seed [01] +[━╸╺ ]+epoch \d+/12  LR 1e-[12]  \d+\.\d\d % +[-0-9:]+ left",
        plain,
    )
    assert re.search(r"all runs +[━╸╺ ]+ [2-6] of 6", plain)
    assert "\x1b[3" in shown  # colours
    after = text(shown.rpartition("\x1b[2K")[2])
    assert "left" not in after
    assert "Corrections" in opened.process.stdout.read()


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"TERM": ""}])
def test_a_terminal_that_cannot_move_its_cursor_shows_lines_only(
    terminal: Callable[..., Terminal], env: dict[str, str]
) -> None:
    shown = terminal(**env).read("from measured speed")
    assert "\x1b" not in shown
    assert shown.startswith("6 runs; to run: 6 runs, 32 epochs")


def test_ctrl_c_says_what_is_waited_for_without_colours_if_wanted(
    desk: Desk, terminal: Callable[..., Terminal]
) -> None:
    opened = terminal(NO_COLOR="1")
    opened.read("epoch 2/12")
    opened.press("\x03")
    assert not re.search(r"\x1b\[[0-9;]*3[0-9][0-9;]*m", opened.read())
    shown = text(opened.shown)
    assert opened.process.wait() == 5
    assert "finishing the epoch; Ctrl-C ends at once" in shown
    assert KEPT in shown
    assert "Traceback" not in shown
    assert len(desk.checkpoints()) == 1


@pytest.mark.parametrize("key", ["\x03", "\x04", "n\n"])
def test_a_long_rerun_asks_first_and_nothing_starts_without_a_yes(
    desk: Desk, terminal: Callable[..., Terminal], key: str
) -> None:
    desk.store.save_speeds({"cpu|resnet8/digits/64|overhead": 10.0})
    opened = terminal()
    opened.read("start? [y/N]:")
    opened.press(key)
    shown = text(opened.read())
    assert opened.process.wait() == 5
    assert ("nothing was started" if key == "n\n" else KEPT) in shown
    assert "Traceback" not in shown
    assert not desk.runs()
