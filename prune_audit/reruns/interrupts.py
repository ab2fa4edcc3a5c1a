"""Ctrl-C while processes are talked to."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Self

from prune_audit.reruns.processes import HELD

ONE_AND_THE_SAME = 0.3
"""Seconds within which two signals are taken for one."""


class Interrupts:
    """Counts Ctrl-C (and SIGTERM, which schedulers send) while a block runs.

    Python's own answer, KeyboardInterrupt at whatever place the program is, would tear messages in
    two. ``multiprocessing.connection.wait`` hears of an interrupt at once.
    """

    def __init__(self) -> None:
        self.count = 0
        self._last = float("-inf")

    def __enter__(self) -> Self:
        self._heard, self._said = os.pipe()
        os.set_blocking(self._heard, False)
        os.set_blocking(self._said, False)
        self._before = {one: signal.signal(one, self._note) for one in _heeded()}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        for one, handler in self._before.items():
            signal.signal(one, handler)
        os.close(self._heard)
        os.close(self._said)

    def _note(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if now - self._last < ONE_AND_THE_SAME:
            return  # what wraps a command (timeout, uv run) passes on what the command got as well
        self.count += 1
        self._last = now
        os.write(self._said, b"!")

    def fileno(self) -> int:
        """Return the descriptor that can be read once after each interrupt."""
        return self._heard

    def clear(self) -> None:
        """Read what can be read."""
        while True:
            try:
                os.read(self._heard, 64)
            except BlockingIOError:
                return


def _heeded() -> list[signal.Signals]:
    """Return the signals to listen for: not those that were switched off, as nohup does."""
    if threading.current_thread() is not threading.main_thread():
        return []  # only the main thread may set handlers
    return [one for one in HELD if signal.getsignal(one) not in (signal.SIG_IGN, None)]


@contextmanager
def sigterm_as_ctrl_c() -> Iterator[None]:
    """Let SIGTERM, which schedulers send, raise KeyboardInterrupt while the block runs."""
    if signal.SIGTERM not in _heeded():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
