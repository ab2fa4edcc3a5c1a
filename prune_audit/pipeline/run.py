"""Running a job: train, test every epoch, keep what came out; stop and go on at any epoch."""

import math
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

import torch

from prune_audit.pipeline.checkpoint import (
    CheckpointError,
    Progress,
    dump_progress,
    dumped,
    load_progress,
)
from prune_audit.pipeline.data import Sets, load
from prune_audit.pipeline.sgd import SGD
from prune_audit.pipeline.start import start
from prune_audit.pipeline.streams import stream
from prune_audit.pipeline.train import test, train_epoch
from prune_audit.pipeline.work import Work
from prune_audit.reruns.experiment import Data, Experiment, Weights
from prune_audit.reruns.jobs import Job
from prune_audit.reruns.run import Epoch
from prune_audit.reruns.store import Store
from prune_audit.reruns.watch import Beat, Settings


class Stopped(Exception):  # noqa: N818 - it is no error
    """The run was asked to stop; its checkpoint is written."""


@dataclass
class Bench:
    """What one process keeps from job to job: settings, store, data sets read so far."""

    store: Store
    settings: Settings
    beat: Callable[[Beat], None]
    stopping: Callable[[], bool]
    sets: dict[Data, Sets] = field(default_factory=dict)

    def load(self, data: Data) -> Sets:
        """Return a data set, read once."""
        if data not in self.sets:
            self.sets[data] = load(data, self.settings.data, self.device)
        return self.sets[data]

    @property
    def device(self) -> torch.device:
        """Where the runs are made."""
        return torch.device(self.settings.device)


def run_job(job: Job, bench: Bench) -> bool:
    """Run what of a job is not in the store yet; False where another process is at it.

    Raises:
        Stopped: asked to, after a checkpoint. CheckpointError, ValueError, StoreError: the run
        cannot be made.
    """
    with ExitStack() as stack:
        # all of them: another rerun may have put one of these into a job that ends elsewhere
        if not all(stack.enter_context(bench.store.lock(one.id)) for one in job.experiments):
            return False
        todo = tuple(one for one in job.experiments if not _done(one, job, bench))
        if todo:
            _train(todo, job, bench)
    return True


def _done(one: Experiment, job: Job, bench: Bench) -> bool:
    run = bench.store.find(one.id)
    return run is not None and (not _keeps(one, job, bench) or bench.store.whole(run))


def _keeps(one: Experiment, job: Job, bench: Bench) -> bool:
    """Whether the final weights are kept: of dense networks, which are pruned later, always."""
    return one.pruning is None or one.id in job.keeps or bench.settings.keep_weights


def _train(todo: tuple[Experiment, ...], job: Job, bench: Bench) -> None:
    """Train the longest of some experiments and save each at its last epoch."""
    longest = todo[-1]
    sets = bench.load(longest.data)
    progress = _progress(todo, bench)
    begun = start(longest, sets, bench.store, bench.settings)
    work = Work(todo, begun, SGD(begun.net, longest.training), begun.prunable(), [])
    if progress is not None:
        work.go_on(progress)
    if longest.training.epochs == 0:
        _save(longest, work, job, bench)
    due = {one.training.epochs: one for one in todo}
    written = time.monotonic()
    for epoch in range(len(work.history), longest.training.epochs):
        work.history.append(_epoch(work, epoch, sets))
        done = work.history[-1]
        if not math.isfinite(done.train_loss + done.test_loss):
            _save_diverged(work, bench)
            break
        if epoch + 1 in due:
            _save(due[epoch + 1], work, job, bench)
        bench.beat(Beat(longest, epoch + 1, done.lr, done.test.percent, done.seconds))
        if epoch + 1 == longest.training.epochs:
            break
        stopping = bench.stopping()
        if stopping or time.monotonic() - written >= bench.settings.checkpoint_seconds:
            bench.store.save_checkpoint(longest.id, dump_progress(work.progress()))
            written = time.monotonic()
        if stopping:
            raise Stopped
    bench.store.drop_checkpoint(longest.id)


def _epoch(work: Work, epoch: int, sets: Sets) -> Epoch:
    """Train and test one epoch (from 0)."""
    since = time.perf_counter()
    one, begun = work.longest, work.start
    generator = stream(one.seed, *_purpose(one), epoch)
    trained = train_epoch(
        begun.net, work.optimizer, sets.train, begun.training, epoch, generator, begun.masks,
        begun.stage,
    )  # fmt: skip
    if begun.masks is not None:
        begun.masks.verify(begun.net)
    tested = test(begun.net, sets.test)
    return Epoch(
        begun.training.schedule.at(epoch), trained.loss, trained.right, tested.loss, tested.right,
        time.perf_counter() - since,
    )  # fmt: skip


def _purpose(one: Experiment) -> tuple[str | int, ...]:
    """Return what a training draws its order of images for: each of a chain its own."""
    before = len(one.chain) - 1 + isinstance(one.chain[0].base, Weights)
    first = "retraining" if before else "training"
    return (first, before) if before > 1 else (first,)


def _progress(todo: tuple[Experiment, ...], bench: Bench) -> Progress | None:
    """Return where the longest of some experiments can go on; None where it starts anew."""
    longest = todo[-1]
    data = bench.store.checkpoint(longest.id)
    if data is None:
        return None
    try:
        found = load_progress(data, bench.device)
        if found.experiment != longest.id:
            raise CheckpointError(f"it is one of run {found.experiment}")
    except CheckpointError as error:
        bench.store.notices.append(
            f"the checkpoint of run {longest.id} is not used: {error}; the run starts anew"
        )
        return None
    # a shorter run that was lost since then lies behind it
    return found if len(found.history) < todo[0].training.epochs else None


def _save(one: Experiment, work: Work, job: Job, bench: Bench) -> None:
    if work.start.stage is not None:
        work.start.stage.finish()
    if _keeps(one, job, bench):
        bench.store.save_weights(one.id, dumped(work.start.net.state_dict()))
    bench.store.save(work.run(one, bench.device))


def _save_diverged(work: Work, bench: Bench) -> None:
    """Keep runs whose loss is no number any more; those that end earlier are saved already."""
    for one in work.todo:
        if one.training.epochs >= len(work.history):
            bench.store.save(work.run(one, bench.device, len(work.history) - 1))
