"""Measuring what studies ask for in a few processes; what is measured is kept in the store."""

import signal
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prune_audit.reruns.store import Store
from prune_audit.reruns.watch import Settings
from prune_audit.reruns.worker import reason
from prune_audit.studies.study import Measure

if TYPE_CHECKING:
    from prune_audit.pipeline.run import Bench


class MeasureError(Exception):
    """Something could not be measured; the message says what and why."""


def measured(
    wanted: Iterable[Measure], store: Store, settings: Settings, done: Callable[[], None]
) -> dict[str, Any]:
    """Return all measurements by id; those that the store lacks are made and kept.

    ``done`` is called after each that was made. After Ctrl-C those that are on their way are
    finished and kept.

    Raises:
        MeasureError: one of them cannot be made.
    """
    every = dict.fromkeys(wanted)
    found = {one.id: store.measurement(one.id) for one in every}
    lacking = [one for one in every if found[one.id] is None]
    if not lacking:
        return found
    workers = min(settings.workers, len(lacking))
    with ProcessPoolExecutor(workers, get_context("spawn"), _quiet) as pool:
        try:
            tasks = {pool.submit(_made, one, store.folder, settings): one for one in lacking}
            for task in as_completed(tasks):
                found[tasks[task].id] = task.result()
                done()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return found


def _quiet() -> None:
    """Leave Ctrl-C to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _made(one: Measure, folder: Path, settings: Settings) -> Any:
    import torch

    from prune_audit.pipeline.measures import MEASURES

    torch.set_num_threads(1)
    bench = _bench(folder, settings)
    try:
        found = MEASURES[one.kind](one.of, dict(one.settings), bench)
    except Exception as error:
        raise MeasureError(f"{one.kind} of run {one.of.id}: {reason(error)}") from None
    bench.store.save_measurement(one.id, found)
    return found


def _bench(folder: Path, settings: Settings) -> "Bench":
    from prune_audit.pipeline.run import Bench

    return Bench(Store(folder), settings, _unheard, partial(bool, 0))


def _unheard(_: object) -> None:
    """Take no note."""
