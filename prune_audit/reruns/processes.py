"""Processes of one thread that leave Ctrl-C to their parent and do not outlive it."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from threading import Thread
from typing import Any, NamedTuple

_MALLOC = {"hugetlb": 1, "mmap_threshold": 2**25, "trim_threshold": 2**30}
ENVIRONMENT: Mapping[str, str] = {
    **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"),
    "GLIBC_TUNABLES": ":".join(f"glibc.malloc.{name}={value}" for name, value in _MALLOC.items()),
}
"""Two threads per process are many times slower where processes share the cores. An allocator that
keeps its memory instead of asking the kernel for every batch anew makes an epoch 5 to 8 % shorter
(measured on Linux with glibc 2.36; elsewhere it does nothing)."""

HELD = (signal.SIGINT, signal.SIGTERM)
"""What a terminal or a scheduler sends to all processes at once; the parent alone answers it."""


def processes_for(device: str) -> int:
    """Return how many processes work unless told otherwise: one per core; one where a GPU does.

    Cores are those that this process may use; where the system does not say, all.
    """
    if device != "cpu":
        return 1
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


class ProcessError(Exception):
    """No process can be started; the message says what to do."""


class Child(NamedTuple):
    """A process, and the line to it."""

    process: SpawnProcess
    line: Connection

    def end(self) -> None:
        """End the process at once."""
        self.process.kill()
        self.process.join(5)
        self.line.close()


def start(target: Callable[..., None], *arguments: Any) -> Child:
    """Call a function of a module in a new process; before the arguments it gets its line.

    Raises:
        ProcessError: the system refuses another process.
    """
    try:
        return _started(target, arguments)
    except OSError as error:
        raise ProcessError(
            f"cannot start a process: {error.strerror or error}; with fewer --workers it may do"
        ) from error


def _started(target: Callable[..., None], arguments: tuple[Any, ...]) -> Child:
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_begin, args=(target, there, arguments), daemon=True)
    resource_tracker.ensure_running()  # which, when it starts, lets go of the signals held below
    with _environment(), _signals_held():
        process.start()
    there.close()
    return Child(process, here)


def _begin(target: Callable[..., None], line: Connection, arguments: tuple[Any, ...]) -> None:
    Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):  # the parent is gone
        target(line, *arguments)


def _end_with_parent() -> None:
    """Wait for the parent's end; whatever is being written then, the store survives it."""
    parent = parent_process()
    assert parent is not None, "only a started process has a parent to watch"
    parent.join()
    os._exit(1)


@contextmanager
def _environment() -> Iterator[None]:
    """Start processes so meanwhile: torch looks at it when it is imported, malloc even before."""
    before = {name: os.environ.get(name) for name in ENVIRONMENT}
    os.environ.update(ENVIRONMENT)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


@contextmanager
def _signals_held() -> Iterator[None]:
    """Hold signals back meanwhile; a process that starts now never gets them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, HELD)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
