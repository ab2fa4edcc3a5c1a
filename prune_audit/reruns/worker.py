"""A worker: a process of one thread that runs jobs until there are none left."""

import os
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from prune_audit.reruns.failures import StoreError
from prune_audit.reruns.jobs import Job
from prune_audit.reruns.store import Store
from prune_audit.reruns.watch import Beat, Settings

if TYPE_CHECKING:
    from prune_audit.pipeline.run import Bench


class Ready(NamedTuple):
    """The worker has imported what it needs: from now on something is lost if it is killed."""


class Done(NamedTuple):
    """A job is done; ``busy`` where another process is at it."""

    busy: bool = False


class Failed(NamedTuple):
    """A job cannot be done."""

    reason: str


class Halted(NamedTuple):
    """No job can be done here: the store cannot be written, torch or the device is missing."""

    reason: str


class Left(NamedTuple):
    """The worker was asked to stop in the middle of a job; its checkpoint is written."""


class Notices(NamedTuple):
    """What the worker's store found damaged."""

    texts: tuple[str, ...]


Message = Ready | Done | Failed | Halted | Left | Beat | Notices


def work(line: Connection, store: Path, settings: Settings) -> None:
    """Take jobs from the line until it brings None, and answer each with a last message.

    While it is at a job nothing comes down the line but that None: it is asked to stop.
    """
    try:
        bench = _bench(line, store, settings)
    except Exception as error:
        line.send(Halted(reason(error)))
        return
    line.send(Ready())
    told = 0
    while job := line.recv():
        answer = _answer(job, bench)
        if len(bench.store.notices) > told:
            line.send(Notices(tuple(bench.store.notices[told:])))
            told = len(bench.store.notices)
        line.send(answer)


def _bench(line: Connection, store: Path, settings: Settings) -> "Bench":
    import torch

    from prune_audit.pipeline.machine import check_device
    from prune_audit.pipeline.run import Bench

    torch.set_num_threads(1)
    check_device(settings.device)
    return Bench(Store(store), settings, line.send, line.poll)


def _answer(job: Job, bench: "Bench") -> Message:
    from prune_audit.pipeline.run import Stopped, run_job

    if bench.stopping():
        return Left()
    try:
        return Done(busy=not run_job(job, bench))
    except Stopped:
        return Left()
    except StoreError as error:
        return Halted(str(error))
    except Exception as error:
        return Failed(reason(error))


def reason(error: Exception) -> str:
    """Return an error as text for users; with PRUNE_AUDIT_DEBUG its trace is printed too."""
    if os.environ.get("PRUNE_AUDIT_DEBUG"):
        traceback.print_exception(error)
    # what is expected to go wrong is a ValueError, or an error of the store, and says all itself
    said = isinstance(error, ValueError | StoreError)
    return str(error) if said else f"{type(error).__name__}: {error}"
