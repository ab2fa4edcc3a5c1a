"""Running experiments in a pool of processes of one thread each.

Each worker is fed one job at a time, so that a worker that is killed loses that job only: it is
tried once more in a new process. Base models come before the rows that start from them. Words go
both ways through one pipe per worker and nothing else is shared, so no process that is killed can
leave a lock behind that others wait for.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

from prune_audit.reruns.board import LOOK_AGAIN, Board
from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.interrupts import Interrupts
from prune_audit.reruns.jobs import Job, jobs
from prune_audit.reruns.processes import Child, start
from prune_audit.reruns.store import Store
from prune_audit.reruns.watch import Beat, Outcome, Settings, Watch
from prune_audit.reruns.worker import Done, Failed, Halted, Left, Message, Notices, Ready, work


@dataclass
class Hand:
    """A worker and the job that it is at."""

    child: Child
    job: Job | None = None
    ready: bool = False

    @property
    def ends(self) -> tuple[Connection, int]:
        """What can be waited for: words of the worker, and its death."""
        return self.child.line, self.child.process.sentinel


def execute(
    experiments: Iterable[Experiment], store: Store, settings: Settings, watch: Watch
) -> Outcome:
    """Run experiments and the base models under them; what is in the store already is left alone.

    Ctrl-C and SIGTERM let every worker finish its epoch and write a checkpoint; a second one ends
    all at once.
    """
    board = Board(list(jobs(experiments)))
    with Interrupts() as interrupts, _crew(board, store.folder, settings) as crew:
        _run(board, crew, watch, interrupts)
    return Outcome(
        tuple(board.failures), interrupts.count > 0, tuple(dict.fromkeys(board.notices)),
        board.halted,
    )  # fmt: skip


class Crew:
    """The workers of a rerun, not more than a number of them."""

    def __init__(self, most: int, store: Path, settings: Settings) -> None:
        self.most, self.store, self.settings = most, store, settings
        self.hands: list[Hand] = []

    @property
    def busy(self) -> bool:
        """Whether anyone is at a job."""
        return any(hand.job for hand in self.hands)

    def hire(self) -> Hand:
        """Start a worker."""
        self.hands.append(Hand(start(work, self.store, self.settings)))
        return self.hands[-1]

    def deal(self, board: Board) -> None:
        """Give jobs to workers that have none; hire where one was lost."""
        idle = [hand for hand in self.hands if hand.job is None]
        while idle or len(self.hands) < self.most:
            job = board.next(time.monotonic())
            if job is None:
                return
            hand = idle.pop(0) if idle else self.hire()
            hand.job = job
            _send(hand, job)

    def stop(self) -> None:
        """Ask everyone to stop after the epoch they are in."""
        for hand in list(self.hands):
            if hand.ready:
                _send(hand, None)
            else:
                self.remove(hand)

    def remove(self, hand: Hand) -> None:
        """Take leave of a worker."""
        hand.child.end()
        self.hands.remove(hand)


@contextmanager
def _crew(board: Board, store: Path, settings: Settings) -> Iterator[Crew]:
    crew = Crew(max(1, min(settings.workers, len(board.waiting))), store, settings)
    try:
        # also those that must wait for a base model: importing torch takes them a while
        for _ in range(crew.most):
            crew.hire()
        yield crew
    finally:
        for hand in list(crew.hands):
            crew.remove(hand)


def _run(board: Board, crew: Crew, watch: Watch, interrupts: Interrupts) -> None:
    stopping = False
    while crew.busy or (board.waiting and not stopping):
        if not stopping:
            crew.deal(board)
        ends = (end for hand in crew.hands for end in hand.ends)
        heard = wait([*ends, interrupts.fileno()], LOOK_AGAIN)
        for hand in list(crew.hands):
            if any(end in heard for end in hand.ends):
                _listen(board, crew, hand, watch)
        interrupts.clear()
        if interrupts.count > 1:
            return
        if not stopping and (interrupts.count or board.halted):
            stopping = True
            watch.stopping()
            crew.stop()


def _send(hand: Hand, job: Job | None) -> None:
    try:
        hand.child.line.send(job)
    except OSError:
        return  # it is dead, which its sentinel tells


def _listen(board: Board, crew: Crew, hand: Hand, watch: Watch) -> None:
    """Take all that a worker has said; take leave of it if it is dead."""
    dead = hand.child.process.exitcode is not None  # looked at first: its last words count
    try:
        while hand.child.line.poll():
            _take(board, hand, hand.child.line.recv(), watch)
    except (EOFError, OSError):
        dead = True
    if dead:
        crew.remove(hand)
        if hand.job is not None and not board.killed(hand.job):
            watch.over(hand.job)


def _take(board: Board, hand: Hand, message: Message, watch: Watch) -> None:
    job = hand.job
    if isinstance(message, Ready):
        hand.ready = True
        return
    if isinstance(message, Halted):
        board.halted, hand.job = message.reason, None
        return
    assert job is not None, "a worker that can work speaks of its job only"
    if not isinstance(message, Beat | Notices):
        hand.job = None
    match message:
        case Beat(done=epochs):
            board.stored(job, epochs)
            watch.beat(job, message)
        case Notices(texts):
            board.notices += texts
        case Done(busy=True):
            board.postpone(job, time.monotonic())
        case Done():
            board.stored(job)
            watch.over(job)
        case Failed(reason):
            board.fail(job, reason)
            watch.over(job)
        case Left():
            pass
