"""Many processes, one store: every run is run once, and nobody waits for the dead."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from prune_audit.reruns import files
from prune_audit.reruns.run import Run
from prune_audit.reruns.store import Store, StoreError

HOLD = """
import sys
from pathlib import Path
from prune_audit.reruns.store import Store
with Store(Path(sys.argv[1])).lock("ab12") as held:
    print(held, flush=True)
    sys.stdin.read()
"""


@contextmanager
def holder(store: Store) -> Iterator[subprocess.Popen[str]]:
    """Start a process that holds the lock of ``ab12`` until its input ends."""
    command = [sys.executable, "-c", HOLD, str(store.folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline() == "True\n"
        yield process
        with suppress(BrokenPipeError):
            process.stdin.close()


def test_a_lock_is_held_by_one_process_and_free_again_after_it(store: Store) -> None:
    with holder(store) as process:
        with store.lock("ab12") as held:
            assert not held
        with store.lock("cd34") as held:
            assert held
        assert process.stdin
        process.stdin.close()
        process.wait()
        with store.lock("ab12") as held:
            assert held


def test_the_lock_of_a_killed_process_is_free(store: Store) -> None:
    with holder(store) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        with store.lock("ab12") as held:
            assert held


def test_waiting_for_a_lock_ends_when_it_is_free_or_the_time_is_up(store: Store) -> None:
    with holder(store) as process:
        started = time.monotonic()
        with store.lock("ab12", wait=0.2) as held:
            assert not held
        assert time.monotonic() - started >= 0.2
        killer = threading.Timer(0.2, process.kill)
        killer.start()
        with store.lock("ab12", wait=60) as held:
            assert held
        killer.join()
        assert time.monotonic() - started < 30


def test_a_lock_excludes_the_same_process_too(store: Store) -> None:
    with store.lock("ab12") as outer, store.lock("ab12") as inner, store.lock("cd34") as other:
        assert (outer, inner, other) == (True, False, True)
    with store.lock("ab12") as held:
        assert held


def test_a_lock_is_free_after_an_error_and_leaves_no_file(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt), store.lock("ab12"):
        raise KeyboardInterrupt
    with pytest.raises(OSError, match="of the caller"), store.lock("ab12"):
        raise OSError("an error of the caller stays what it is")
    assert not list((store.folder / "locks").iterdir())


def test_a_process_that_hangs_while_it_replaces_a_file_is_named(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prune_audit.reruns.store._PATIENCE", 0.05)
    with (
        store.lock("store"),
        pytest.raises(StoreError, match=r"another process keeps .*store\.lock .*; end it"),
    ):
        store.save_correction("wang2023", {})


def test_partial_files_of_the_dead_are_removed_and_those_of_the_living_stay(
    store: Store, finished: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(finished(1))
    dead = store.folder / "runs" / ".x.json.0123456789ab.partial"
    dead.write_bytes(b"{")
    link = os.link
    seen: list[Path] = []

    def link_late(partial: Path, path: Path) -> None:
        Store(store.folder).save_speeds({"resnet8": 1.0})  # it cleans up before it writes
        seen.extend(store.folder.rglob("*.partial"))
        link(partial, path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "link", link_late)
        store.save(finished())
    assert len(seen) == 1
    assert dead not in seen
    assert store.find(finished().experiment.id) == finished()
    assert not list(store.folder.rglob("*.partial"))


def test_a_partial_file_removed_before_its_writer_could_lock_it_is_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    real = os.open

    def open_(path: Path, flags: int, mode: int = 0o777) -> int:
        descriptor = real(path, flags, mode)
        if flags & os.O_EXCL:
            opened.append(path)
            if len(opened) == 1:
                files.remove_partial(tmp_path)
        return descriptor

    monkeypatch.setattr(os, "open", open_)
    assert files.write_new(tmp_path / "a.json", b"{}")
    assert len(opened) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


WORK = """
import json, os, sys
from pathlib import Path
from prune_audit.reruns.run import run_from_plain
from prune_audit.reruns.store import Store
store, log = Store(Path(sys.argv[1])), Path(sys.argv[2])
runs = [run_from_plain(plain) for plain in json.load(sys.stdin)]
while any(store.find(run.experiment.id) is None for run in runs):
    for run in runs:
        with store.lock(run.experiment.id) as held:
            if held and store.find(run.experiment.id) is None:
                with log.open("a") as stream:
                    stream.write(run.experiment.id + "\\n")
                store.save_checkpoint(run.experiment.id, b"one")
                store.save_weights(run.experiment.id, b"weights")
                store.save_speeds({run.experiment.id: 1.0})
                store.save(run)
                store.drop_checkpoint(run.experiment.id)
assert not store.notices, store.notices
"""


def start(code: str, store: Store, log: Path, runs: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, str(store.folder), str(log)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True)
    assert process.stdin
    process.stdin.write(runs)
    process.stdin.close()
    return process


def test_processes_that_share_a_store_run_every_run_once(
    store: Store, tmp_path: Path, finished: Callable[..., Run], as_json: Callable[..., str]
) -> None:
    runs = [finished(seed) for seed in range(20)]
    log = tmp_path / "log"
    workers = [start(WORK, store, log, as_json(runs)) for _ in range(4)]
    assert [worker.wait(60) for worker in workers] == [0] * 4
    ids = [run.experiment.id for run in runs]
    assert Counter(log.read_text().split()) == Counter(ids)
    assert store.runs(ids) == dict(zip(ids, runs, strict=True))
    assert store.speeds() == dict.fromkeys(ids, 1.0)
    assert not any((store.folder / "checkpoints").iterdir())
    assert not list(store.folder.rglob("*.partial"))


SAVE = """
import json, sys
from pathlib import Path
from prune_audit.reruns.run import run_from_plain
from prune_audit.reruns.store import Store
store = Store(Path(sys.argv[1]))
for plain in json.load(sys.stdin):
    store.save(run_from_plain(plain))
    store.save_weights("ab12", b"weights")
    store.save_correction("wang2023", {"rows": [1, 2, 3]})
assert not store.notices, store.notices
"""


def test_processes_that_save_the_same_runs_at_once_leave_each_one_whole(
    store: Store, tmp_path: Path, finished: Callable[..., Run], as_json: Callable[..., str]
) -> None:
    runs = [finished(seed) for seed in range(20)]
    workers = [start(SAVE, store, tmp_path / "log", as_json(runs)) for _ in range(4)]
    assert [worker.wait(60) for worker in workers] == [0] * 4
    assert store.runs(run.experiment.id for run in runs) == {run.experiment.id: run for run in runs}
    assert store.weights("ab12") == b"weights"
    assert store.correction("wang2023") == {"rows": [1, 2, 3]}
    assert not store.notices
    assert not list(store.folder.rglob("*.partial"))


def test_processes_that_are_killed_at_random_lose_nothing(
    store: Store, tmp_path: Path, finished: Callable[..., Run], as_json: Callable[..., str]
) -> None:
    runs = [finished(seed) for seed in range(30)]
    kept: dict[str, Run] = {}
    for attempt in range(4):
        worker = start(WORK, store, tmp_path / "log", as_json(runs))
        while len(list(store.folder.glob("runs/*.json"))) <= 4 * attempt and worker.poll() is None:
            time.sleep(0.002)
        worker.kill()
        worker.wait()
        now = Store(store.folder).runs(run.experiment.id for run in runs)
        assert kept.items() <= now.items()
        kept = now
    assert start(WORK, store, tmp_path / "log", as_json(runs)).wait(60) == 0
    assert len(store.runs(run.experiment.id for run in runs)) == 30
    assert not list(store.folder.rglob("*.partial"))
