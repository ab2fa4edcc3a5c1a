"""The store of runs: a folder in which every finished run is kept and found again by its id.

A run is written whole or not at all, whatever is killed when, and never overwritten. Save what a
run needs in this order: ``save_weights``, ``save``, ``drop_checkpoint``; then a run that is there
is complete, and one that is not goes on from its checkpoint. Look for a run after taking its lock:
whoever had the lock before may have finished it.

A file that is not what was written is moved to ``damaged/``, told about in ``notices``, and counts
as missing, so that the run is repeated. Reading changes nothing else and makes no folder: a store
on a read-only disk can be read. Opened with ``read_only``, damaged files stay where they are, too.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from prune_audit.reruns import premises
from prune_audit.reruns.blobs import blob_name, blobs, intact, owner
from prune_audit.reruns.failures import DamagedError, StoreError
from prune_audit.reruns.files import names, read, remove, replace, write_new
from prune_audit.reruns.locks import locked
from prune_audit.reruns.run import Run, run_from_plain, run_to_plain
from prune_audit.reruns.sealed import NewerError, seal, unseal

__all__ = ["FOLDER", "Store", "StoreError"]

FOLDER = Path(".prune-audit")
"""Where a store lies unless told otherwise, below the working directory."""

_PATIENCE = 30.0
"""Seconds to wait for another process that moves or replaces a file: it takes milliseconds."""

_ID = re.compile(r"[0-9A-Za-z]+")
_T = TypeVar("_T")


class Store:
    """The store in a folder; made on the first write.

    Every method raises StoreError where a file cannot be read or written, or where a newer version
    of this program wrote it. ``notices`` tells what was found damaged so far, for the user.
    """

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.folder = folder
        self.read_only = read_only
        self.notices: list[str] = []
        self._ready = False

    def find(self, run_id: str) -> Run | None:
        """Return the finished run of an experiment id; None where there is none."""
        return self._content("run", run_id, self._run_path(run_id), run_from_plain)

    def runs(self, run_ids: Iterable[str]) -> dict[str, Run]:
        """Return those of many runs that are finished, by id."""
        found = {run_id: self.find(run_id) for run_id in run_ids}
        return {run_id: run for run_id, run in found.items() if run is not None}

    def run_ids(self) -> tuple[str, ...]:
        """Return the ids under which runs lie here, sorted; not every one may be readable."""
        stems = (Path(file) for file in names(self.folder / "runs") if file.endswith(".json"))
        return tuple(sorted(path.stem for path in stems if _ID.fullmatch(path.stem)))

    def save(self, run: Run) -> None:
        """Keep a finished run for good; where its id is finished already, that one stays."""
        run_id = run.experiment.id
        if self.find(run_id) is not None:
            return
        self._set_up()
        path = self._run_path(run_id)
        data = seal("run", run_id, run_to_plain(run))
        if not write_new(path, data) and self.find(run_id) is None:
            raise StoreError(f"cannot write {path}: what lies there is no run; move it away")

    def weights(self, run_id: str) -> bytes | None:
        """Return the final weights of a run, as they were saved."""
        return self._newest_intact("weights", run_id)

    def whole(self, run: Run) -> bool:
        """Return whether the final weights of a run are here too; a diverged one has none."""
        return run.diverged is not None or self.weights(run.experiment.id) is not None

    def save_weights(self, run_id: str, data: bytes) -> None:
        """Keep the final weights of a run; where there are some already, those stay."""
        if self.weights(run_id) is None:
            self._set_up()
            write_new(self.folder / "weights" / blob_name(run_id, data), data)

    def checkpoint(self, run_id: str) -> bytes | None:
        """Return the newest checkpoint of an unfinished run."""
        return self._newest_intact("checkpoints", run_id)

    def save_checkpoint(self, run_id: str, data: bytes) -> None:
        """Keep a checkpoint in place of the one before, which goes once this one is safe."""
        self._set_up()
        older = self._blobs("checkpoints", run_id)
        number = 1 + max(older.values(), default=0)
        name = blob_name(f"{run_id}-{number:06d}", data)
        write_new(self.folder / "checkpoints" / name, data)
        for path in older:
            remove(path)

    def drop_checkpoint(self, run_id: str) -> None:
        """Remove the checkpoints of a run that is finished."""
        for path in self._blobs("checkpoints", run_id):
            remove(path)

    @contextmanager
    def lock(self, run_id: str, wait: float = 0.0) -> Iterator[bool]:
        """Hold the lock of a run; yields False where another process (or thread) holds it.

        ``wait`` is the longest time to wait for it, in seconds. The kernel frees the lock when its
        holder ends, however it ends.
        """
        self._set_up()
        with locked(self.folder / "locks" / f"{_checked(run_id)}.lock", wait) as held:
            yield held

    def measurement(self, name: str) -> Any | None:
        """Return what was measured on a run (``studies.measure``) under an id."""
        return self._content("measurement", name, self._measurement_path(name), _unchanged)

    def save_measurement(self, name: str, data: Any) -> None:
        """Keep what was measured, which is JSON data."""
        self._replace("measurement", name, self._measurement_path(name), data)

    def correction(self, name: str) -> Any | None:
        """Return the correction stored under a name, such as that of a claim file."""
        return self._content("correction", name, self._correction_path(name), _unchanged)

    def save_correction(self, name: str, data: Any) -> None:
        """Keep a correction, which is JSON data, in place of the one before."""
        self._replace("correction", name, self._correction_path(name), data)

    def corrections(self) -> tuple[str, ...]:
        """Return the names of the stored corrections."""
        files = names(self.folder / "corrections")
        whole = (file for file in files if file.endswith(".json"))
        return tuple(sorted(unquote(file.removesuffix(".json")) for file in whole))

    def speeds(self) -> dict[str, float]:
        """Return the measured times by what was measured; the caller chooses names and units."""
        return self._content("speeds", "speeds", self.folder / "speeds.json", dict) or {}

    def save_speeds(self, measured: Mapping[str, float]) -> None:
        """Add measured times to those that are stored, also by other processes at this moment."""
        with self._alone("speeds"):
            merged = {**self.speeds(), **measured}
            self._replace("speeds", "speeds", self.folder / "speeds.json", merged)

    def _run_path(self, run_id: str) -> Path:
        return self.folder / "runs" / f"{_checked(run_id)}.json"

    def _measurement_path(self, name: str) -> Path:
        return self.folder / "measurements" / f"{_checked(name)}.json"

    def _correction_path(self, name: str) -> Path:
        return self.folder / "corrections" / f"{quote(name, safe='')}.json"

    def _blobs(self, folder: str, run_id: str) -> dict[Path, int]:
        return blobs(self.folder / folder, _checked(run_id))

    def _newest_intact(self, folder: str, run_id: str) -> bytes | None:
        for path in reversed(self._blobs(folder, run_id)):
            data = self._checked_read(path, partial(intact, path))
            if data is not None:
                return data
        return None

    def _content(
        self, kind: str, name: str, path: Path, made_from: Callable[[Any], _T]
    ) -> _T | None:
        def content(data: bytes) -> _T:
            try:
                return made_from(unseal(kind, name, data))
            except DamagedError:
                raise
            except NewerError as error:
                raise StoreError(_newer(path, str(error))) from error
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                # the seal is whole: it is what another version of this program wrote
                raise StoreError(_newer(path, f"unknown content ({error})")) from error

        return self._checked_read(path, content)

    def _checked_read(self, path: Path, check: Callable[[bytes], _T]) -> _T | None:
        """Return what a check makes of a file; a damaged one is set aside and gives None."""
        data = read(path)
        try:
            return None if data is None else check(data)
        except DamagedError as damage:
            self._set_aside(path, data, str(damage))
            return None

    def _set_aside(self, path: Path, damaged: bytes | None, reason: str) -> None:
        notice = f"{path} is damaged: {reason}; it stays there"
        if not self.read_only:
            notice = self._moved(path, damaged, reason)
        if notice and notice not in self.notices:
            self.notices.append(notice)

    def _moved(self, path: Path, damaged: bytes | None, reason: str) -> str:
        """Move a damaged file away, and tell where; nothing is told where it is sound by now."""
        try:
            with self._alone("store"):
                if read(path) != damaged:
                    return ""  # another process has set it aside and put a sound one there
                where = premises.set_aside(path, self.folder / "damaged", reason)
        except StoreError as error:
            return f"{path} is damaged: {reason}; it stays there: {error}"
        return f"{path} was damaged: {reason}; it is now {where}"

    def _replace(self, kind: str, name: str, path: Path, content: Any) -> None:
        data = seal(kind, name, content)
        with self._alone("store"):
            replace(path, data)

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        """Wait for a lock: ``store`` to move or replace files, new files need none."""
        with self.lock(name, _PATIENCE) as held:
            if not held:
                raise StoreError(
                    f"another process keeps {self.folder / 'locks' / name}.lock for more than "
                    f"{_PATIENCE:.0f} seconds; end it, then run the same command again"
                )
            yield

    def _set_up(self) -> None:
        if self.read_only:
            raise StoreError(f"cannot write to the store {self.folder}: it was opened for reading")
        if self._ready:
            return
        premises.set_up(self.folder)
        self._ready = True
        for run_id in {owner(path) for path in blobs(self.folder / "checkpoints")}:
            self._drop_if_finished(run_id)

    def _drop_if_finished(self, run_id: str) -> None:
        """Remove the checkpoint of a run whose process was killed right after it had finished."""
        if os.path.exists(self._run_path(run_id)):
            with self.lock(run_id) as held:
                if held:
                    self.drop_checkpoint(run_id)


def _checked(run_id: str) -> str:
    if not _ID.fullmatch(run_id):
        raise ValueError(f"expected an id of letters and digits, got {run_id!r}")
    return run_id


def _newer(path: Path, reason: str) -> str:
    return (
        f"cannot use {path}: {reason}; another version of prune-audit wrote it: use that one, or "
        "choose another folder for the store"
    )


def _unchanged(content: Any) -> Any:
    return content
