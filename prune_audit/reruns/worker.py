"""A worker: a process of one thread that runs jobs until there are none left."""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import NamedTuple

from prune_audit.reruns.jobs import Job
from prune_audit.reruns.store import Store
from prune_audit.reruns.watch import Beat, Settings

THREADS: Mapping[str, str] = dict.fromkeys(
    ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"
)
"""Two threads per process are many times slower where processes share the cores."""


class Done(NamedTuple):
    """A job is done; ``busy`` where another process is at it."""

    busy: bool = False


class Failed(NamedTuple):
    """A job cannot be done."""

    reason: str


class Left(NamedTuple):
    """The worker was asked to stop in the middle of a job; its checkpoint is written."""


class Notices(NamedTuple):
    """What the worker's store found damaged."""

    texts: tuple[str, ...]


Message = Done | Failed | Left | Beat | Notices


@contextmanager
def one_thread() -> Iterator[None]:
    """Let processes that start meanwhile take one thread each: torch looks when it is imported."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(THREADS)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


def work(line: Connection, store: Path, settings: Settings, stopping: Event) -> None:
    """Take jobs from the line until it brings None; answer each. Runs in a process of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent tells when to stop
    import torch

    from prune_audit.pipeline.run import Bench

    torch.set_num_threads(1)
    bench = Bench(Store(store), settings, line.send, stopping.is_set)
    told = 0
    while job := line.recv():
        answer = _answer(job, bench)
        if len(bench.store.notices) > told:
            line.send(Notices(tuple(bench.store.notices[told:])))
            told = len(bench.store.notices)
        line.send(answer)


def _answer(job: Job, bench) -> Message:  # type: ignore[no-untyped-def]
    from prune_audit.pipeline.run import Stopped, run_job

    try:
        return Done(busy=not run_job(job, bench))
    except Stopped:
        return Left()
    except Exception as error:
        return Failed(f"{type(error).__name__}: {error}")
