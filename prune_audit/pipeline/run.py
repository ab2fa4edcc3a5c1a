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
    digest,
    dump_progress,
    dumped,
    load_progress,
)
from prune_audit.pipeline.data import Sets, load
from prune_audit.pipeline.machine import machine
from prune_audit.pipeline.sgd import SGD
from prune_audit.pipeline.start import Start, start, stream
from prune_audit.pipeline.train import Pass, test, train_epoch
from prune_audit.reruns.experiment import Data, Experiment
from prune_audit.reruns.jobs import Job
from prune_audit.reruns.run import Epoch, Run
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
        todo = [one for one in job.experiments if not _done(one, bench)]
        if todo:
            _train(todo, bench)
    return True


def _done(one: Experiment, bench: Bench) -> bool:
    run = bench.store.find(one.id)
    if run is None:
        return False
    ended = run.diverged is not None  # there are no weights then
    return ended or not _keeps(one, bench) or bench.store.weights(one.id) is not None


def _keeps(one: Experiment, bench: Bench) -> bool:
    """Whether the final weights are kept: of dense networks, which are pruned later, always."""
    return one.pruning is None or bench.settings.keep_weights


def _train(todo: list[Experiment], bench: Bench) -> None:
    """Train the longest of some experiments and save each at its last epoch."""
    longest = todo[-1]
    sets = bench.load(longest.data)
    progress = _progress(todo, bench)
    begun = start(longest, sets, bench.store, bench.settings)
    optimizer = SGD(begun.net, longest.training)
    history: list[Epoch] = []
    if progress is not None:
        begun.net.load_state_dict(dict(progress.net))
        optimizer.load_state_dict(dict(progress.optimizer))
        history += progress.history
    purpose = "training" if longest.base is None else "retraining"
    due = {one.training.epochs: one for one in todo}
    written = time.monotonic()
    for epoch in range(len(history), longest.training.epochs):
        since = time.perf_counter()
        generator = stream(longest.seed, purpose, epoch)
        trained = train_epoch(
            begun.net, optimizer, sets.train, longest.training, epoch, generator, begun.masks
        )
        if begun.masks is not None:
            begun.masks.verify(begun.net)
        tested = test(begun.net, sets.test)
        lr = longest.training.schedule.at(epoch)
        history.append(_epoch(lr, trained, tested, time.perf_counter() - since))
        if not math.isfinite(trained.loss + tested.loss):
            _save_diverged(todo, begun, history, bench)
            break
        if epoch + 1 in due:
            _save(due[epoch + 1], begun, history, bench)
        bench.beat(Beat(longest, epoch + 1, lr, tested.right.percent, history[-1].seconds))
        if epoch + 1 == longest.training.epochs:
            break
        stopping = bench.stopping()
        if stopping or time.monotonic() - written >= bench.settings.checkpoint_seconds:
            _save_progress(longest, begun, optimizer, history, bench)
            written = time.monotonic()
        if stopping:
            raise Stopped
    bench.store.drop_checkpoint(longest.id)


def _epoch(lr: float, trained: Pass, tested: Pass, seconds: float) -> Epoch:
    return Epoch(lr, trained.loss, trained.right, tested.loss, tested.right, seconds)


def _progress(todo: list[Experiment], bench: Bench) -> Progress | None:
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


def _save_progress(
    longest: Experiment, begun: Start, optimizer: SGD, history: list[Epoch],
    bench: Bench,
) -> None:  # fmt: skip
    progress = Progress(longest.id, begun.net.state_dict(), optimizer.state_dict(), tuple(history))
    bench.store.save_checkpoint(longest.id, dump_progress(progress))


def _save(one: Experiment, begun: Start, history: list[Epoch], bench: Bench) -> None:
    if _keeps(one, bench):
        bench.store.save_weights(one.id, dumped(begun.net.state_dict()))
    bench.store.save(_run(one, begun, history, bench, None))


def _save_diverged(
    todo: list[Experiment], begun: Start, history: list[Epoch], bench: Bench
) -> None:
    """Keep runs whose loss is no number any more; those that end earlier are saved already."""
    for one in todo:
        if one.training.epochs >= len(history):
            bench.store.save(_run(one, begun, history, bench, len(history) - 1))


def _run(
    one: Experiment, begun: Start, history: list[Epoch], bench: Bench, diverged: int | None
) -> Run:
    return Run(
        experiment=one,
        history=tuple(history),
        macs=begun.cost.macs,
        params=begun.cost.params,
        dense_macs=begun.dense.macs,
        dense_params=begun.dense.params,
        before=begun.before,
        kept=begun.kept,
        sparsity=begun.masks.sparsity if begun.masks else 0.0,
        weights=digest(begun.net),
        diverged=diverged,
        connected=begun.connected,
        cut_off=begun.cut_off,
        machine=machine(bench.device),
    )
