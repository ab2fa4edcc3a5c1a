"""Running experiments in a pool of processes of one thread each.

Each worker is fed one job at a time, so that a worker that is killed loses that job only: it is
tried once more in a new process. Base models come before the rows that start from them.
"""

import multiprocessing
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.jobs import Job, jobs
from prune_audit.reruns.store import Store
from prune_audit.reruns.watch import Beat, Failure, Outcome, Settings, Watch
from prune_audit.reruns.worker import Done, Failed, Left, Message, Notices, one_thread, work

LOOK_AGAIN = 0.5
"""Seconds until a job that another process is at is looked at again."""

KILLED = (
    "its process was killed, twice (by hand, or because memory ran out); the same command goes on "
    "from its last checkpoint, with fewer --workers if memory is short"
)


@dataclass
class Hand:
    """A worker process, its line, and the job that it is at."""

    process: SpawnProcess
    line: Connection
    job: Job | None = None


@dataclass
class Board:
    """Which jobs wait, which are done, and what went wrong."""

    waiting: list[Job]
    done: set[str] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    killed: dict[str, int] = field(default_factory=dict)
    not_before: dict[str, float] = field(default_factory=dict)
    left: bool = False

    def next(self) -> Job | None:
        """Take the longest job that can start now."""
        now = time.monotonic()
        for job in self.waiting:
            ready = job.needs is None or job.needs in self.done
            if ready and self.not_before.get(job.id, 0.0) <= now:
                self.waiting.remove(job)
                return job
        return None

    def finish(self, job: Job) -> None:
        """Note that a job's runs are in the store."""
        self.done.update(one.id for one in job.experiments)

    def fail(self, job: Job, reason: str) -> None:
        """Note that a job cannot be done, and with it what starts from it."""
        self.failures += (Failure(one, reason) for one in job.experiments)
        lost = {one.id for one in job.experiments}
        for other in [other for other in self.waiting if other.needs in lost]:
            self.waiting.remove(other)
            self.fail(other, f"its base model could not be trained: {reason}")


def execute(
    experiments: Iterable[Experiment], store: Store, settings: Settings, watch: Watch
) -> Outcome:
    """Run experiments and the base models under them; what is in the store already is left alone.

    Ctrl-C lets every worker finish its epoch and write a checkpoint; a second one does not wait.
    """
    board = Board(list(jobs(experiments)))
    context = multiprocessing.get_context("spawn")
    stopping = context.Event()
    count = max(1, min(settings.workers, len(board.waiting)))

    def hire() -> Hand:
        here, there = context.Pipe()
        arguments = (there, store.folder, settings, stopping)
        process = context.Process(target=work, args=arguments, daemon=True)
        with one_thread():
            process.start()
        there.close()
        return Hand(process, here)

    hands = [hire() for _ in range(count)]
    interrupted = False
    try:
        _run(board, hands, hire, watch)
    except KeyboardInterrupt:
        interrupted = True
        stopping.set()
        _wait_for_checkpoints(board, hands, watch)
    finally:
        _dismiss(hands)
    return Outcome(tuple(board.failures), interrupted, tuple(dict.fromkeys(board.notices)))


def _run(board: Board, hands: list[Hand], hire: Any, watch: Watch) -> None:
    while True:
        for hand in hands:
            if hand.job is None and (job := board.next()):
                hand.job = job
                hand.line.send(job)
        busy = [hand for hand in hands if hand.job is not None]
        if not busy and not board.waiting:
            return
        heard = wait([x for hand in busy for x in (hand.line, hand.process.sentinel)], LOOK_AGAIN)
        for index, hand in enumerate(hands):
            spoke = hand.line in heard or hand.process.sentinel in heard
            if hand.job is not None and spoke and not _listen(board, hand, watch):
                hands[index] = hire()


def _listen(board: Board, hand: Hand, watch: Watch) -> bool:
    """Take what a worker says; False where it is dead."""
    try:
        while hand.line.poll():
            _take(board, hand, hand.line.recv(), watch)
    except (EOFError, OSError):
        _mourn(board, hand)
        return False
    return True


def _take(board: Board, hand: Hand, message: Message, watch: Watch) -> None:
    match message:
        case Beat():
            watch.beat(message)
            return
        case Notices(texts):
            board.notices += texts
            return
    job, hand.job = hand.job, None
    assert job is not None, "a worker answers only for its job"
    match message:
        case Done(busy=True):
            board.not_before[job.id] = time.monotonic() + LOOK_AGAIN
            board.waiting.append(job)
        case Done():
            board.finish(job)
            watch.finished(job.experiments)
        case Failed(reason):
            board.fail(job, reason)
        case Left():
            board.left = True


def _mourn(board: Board, hand: Hand) -> None:
    """Give the job of a dead worker to another one, once."""
    job, hand.job = hand.job, None
    hand.process.join()
    if job is None:
        return
    board.killed[job.id] = board.killed.get(job.id, 0) + 1
    if board.killed[job.id] > 1:
        board.fail(job, KILLED)
    else:
        board.waiting.insert(0, job)


def _wait_for_checkpoints(board: Board, hands: list[Hand], watch: Watch) -> None:
    try:
        while busy := [hand for hand in hands if hand.job is not None]:
            wait([x for hand in busy for x in (hand.line, hand.process.sentinel)])
            for hand in busy:
                _listen(board, hand, watch)
    except KeyboardInterrupt:
        return


def _dismiss(hands: list[Hand]) -> None:
    for hand in hands:
        if hand.job is None and hand.process.is_alive():
            try:
                hand.line.send(None)
            except OSError:
                continue
        else:
            hand.process.kill()
    for hand in hands:
        hand.process.join(5)
        if hand.process.is_alive():
            hand.process.kill()
        hand.line.close()
